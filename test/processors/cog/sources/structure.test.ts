import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChunkedBytes } from '../../../../processors/cog/tiff.bytes.ts';
import { readTiff, type TiffIfd } from '../../../../processors/cog/tiff.reader.ts';
import { TAG } from '../../../../processors/cog/tiff.tags.ts';
import { textOf } from '../../../../processors/cog/tiff.values.ts';
import { memoryReader } from '../../../../processors/source/source.memory.ts';
import { clipBytes } from '../clip.ts';
import { checkClips, gdal, makeSources, type SourceJob } from '../gdal.ts';
import { stars } from '../polygons.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cutline-structure-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => path.join(folder, `${name}.tif`);
const boundary = stars(4, [10, 2.2, 13, 5]);

const base = {
  driver: 'GTiff',
  type: 'Int16',
  bands: 1,
  width: 300,
  height: 280,
  nodata: -99,
  srs: 'EPSG:4326',
  seed: 2,
  overviews: [2, 4],
  overviewTile: 64,
  described: true,
} satisfies Partial<SourceJob>;
const tiled = (...more: string[]): string[] => ['TILED=YES', 'BLOCKXSIZE=64', 'BLOCKYSIZE=64', ...more];

beforeAll(() => {
  const job = (name: string, options: string[], more: Partial<SourceJob> = {}): SourceJob => {
    return { ...base, transform: [10, 0.01, 0, 5, 0, -0.01], options, ...more, path: at(name) };
  };
  const cog = { driver: 'COG', overviews: [] } as const;
  makeSources([
    job('cog', ['BLOCKSIZE=64', 'COMPRESS=LZW'], { ...cog, overviews: [] }),
    job('strips', ['COMPRESS=LZW'], { overviews: [] }),
    job('little', tiled('COMPRESS=LZW'), { bands: 3, metadata: { TIFFTAG_COPYRIGHT: 'free', AREA_OR_POINT: 'Point' } }),
    job('big', tiled('ENDIANNESS=BIG', 'COMPRESS=LZW', 'BIGTIFF=YES'), { bands: 3 }),
    job('jpeg', ['BLOCKSIZE=64', 'COMPRESS=DEFLATE', 'OVERVIEW_COMPRESS=JPEG'], {
      ...cog,
      overviews: [],
      type: 'Byte',
      nodata: 0,
      described: false,
    }),
  ]);
});

async function ifdsOf(file: Uint8Array): Promise<readonly TiffIfd[]> {
  return (await readTiff(new ChunkedBytes(memoryReader(file)))).ifds;
}

/** Clips a source and gives the faults that GDAL finds. */
async function faultsOf(name: string, source: Uint8Array): Promise<string[]> {
  const { file } = await clipBytes(source, boundary);
  writeFileSync(at(`${name} source`), source);
  writeFileSync(at(`${name} clip`), file);
  return (
    checkClips([{ source: at(`${name} source`), clip: at(`${name} clip`), boundary }])[0]?.faults ?? ['none judged']
  );
}

describe('a COG that a program has edited since (KNOWN_INCOMPATIBLE_EDITION=YES)', () => {
  it('is read by its byte counts, whatever stands around its tiles', async () => {
    const edited = new Uint8Array(readFileSync(at('cog')));
    const text = Buffer.from(edited.buffer);
    text.write('YES', text.indexOf('KNOWN_INCOMPATIBLE_EDITION=NO ') + 'KNOWN_INCOMPATIBLE_EDITION='.length, 'latin1');
    const [main] = await ifdsOf(edited);
    const view = new DataView(edited.buffer);
    for (let tile = 0; tile < (main?.tileOffsets?.count ?? 0); tile++) {
      const offset = view.getUint32((main?.tileOffsets?.offset ?? 0) + tile * 4, true);
      view.setUint32(offset - 4, 0xffffffff, true);
    }
    const { file } = await clipBytes(edited, boundary);
    expect(Buffer.from(file.buffer, file.byteOffset, 300).toString('latin1')).not.toContain('BLOCK_LEADER');
    expect(await faultsOf('edited', edited)).toEqual([]);
  });
});

describe('tags', () => {
  const CARRIED = [TAG.geoKeyDirectory, TAG.geoDoubleParams, TAG.geoAsciiParams, TAG.pixelScale, TAG.gdalNodata];
  it.each(['little', 'big'])(
    'GeoKeys, scale and nodata are byte for byte those of the source (%s-endian)',
    async (name) => {
      const source = new Uint8Array(readFileSync(at(name)));
      const [before] = await ifdsOf(source);
      const [after] = await ifdsOf((await clipBytes(source, boundary)).file);
      for (const tag of CARRIED) expect(after?.tags.get(tag), `tag ${tag}`).toEqual(before?.tags.get(tag));
      const metadata = textOf(after?.tags.get(TAG.gdalMetadata));
      expect(metadata).toContain('band 2');
      expect(metadata).toContain('UNITTYPE');
      expect(metadata).not.toContain('STATISTICS');
      expect(await faultsOf(name, source)).toEqual([]);
    },
  );

  it('texts of the document are kept', async () => {
    await faultsOf('texts', new Uint8Array(readFileSync(at('little'))));
    const info = gdal('gdalinfo', at('texts clip'));
    expect(info).toContain('TIFFTAG_COPYRIGHT=free');
    expect(info).toContain('AREA_OR_POINT=Point');
  });
});

describe('overviews that cannot be used', () => {
  it('in a codec that only copies, for an image that is cut: left out, and said so', async () => {
    const source = new Uint8Array(readFileSync(at('jpeg')));
    const { recipe } = await clipBytes(source, boundary);
    expect(recipe.report.counts['overviews']).toBe(0);
    expect(recipe.report.notes.join(' ')).toMatch(
      /Overview of 150 × 140 pixels left out: its tiles \(JPEG\) can only be/,
    );
    expect(await faultsOf('jpeg', source)).toEqual([]);
  });
});

describe('files that must be prepared first are refused with those words', () => {
  it('strips', async () => {
    await expect(clipBytes(readFileSync(at('strips')), boundary)).rejects.toMatchObject({
      kind: 'unsupported-source',
      message: expect.stringContaining('must be prepared as a tiled, cloud-optimized file first'),
    });
  });
});
