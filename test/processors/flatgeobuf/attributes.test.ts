import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ColumnType } from 'flatgeobuf/lib/mjs/flat-geobuf/column-type.js';
import { afterAll, describe, expect, test } from 'vitest';
import { box } from '../cog/polygons.ts';
import { buildFile, flat } from './builder.ts';
import { clipBytes } from './clip.ts';
import { decodeFeatures } from './decode.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'flatgeobuf-attributes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const square = box(0, 0, 4, 4);

/** A value with its length before it. */
const sized = (value: string | readonly number[]): number[] => {
  const bytes = [...Buffer.from(typeof value === 'string' ? value : Uint8Array.from(value))];
  return [...new Uint8Array(Uint32Array.of(bytes.length).buffer), ...bytes];
};
const values: [name: string, type: ColumnType, bytes: number[], byGdal: string][] = [
  ['byte', ColumnType.Byte, [0x80], '-128'],
  ['ubyte', ColumnType.UByte, [0xff], '255'],
  ['bool', ColumnType.Bool, [1], '1'],
  ['short', ColumnType.Short, [0, 0x80], '-32768'],
  ['ushort', ColumnType.UShort, [0xff, 0xff], '65535'],
  ['int', ColumnType.Int, [0, 0, 0, 0x80], '-2147483648'],
  ['uint', ColumnType.UInt, [0xff, 0xff, 0xff, 0xff], '4294967295'],
  ['long', ColumnType.Long, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], '9223372036854775807'],
  // GDAL has no such type and takes a double.
  ['ulong', ColumnType.ULong, [3, 0, 0, 0, 0, 0, 0x20, 0], '9.007199254741e+15'],
  ['float', ColumnType.Float, [...new Uint8Array(Float32Array.of(0.5).buffer)], '0.5'],
  ['double', ColumnType.Double, [...new Uint8Array(Float64Array.of(-1e300).buffer)], '-1e+300'],
  ['string', ColumnType.String, sized('Zürich ☃'), 'Zürich ☃'],
  ['json', ColumnType.Json, sized('{"a":[1,null]}'), '{"a":[1,null]}'],
  ['datetime', ColumnType.DateTime, sized('2024-05-06T10:20:30Z'), '2024/05/06 10:20:30+00'],
  ['binary', ColumnType.Binary, sized([0, 255, 10]), '00FF0A'],
];

describe('attributes of a feature that is cut', () => {
  const columns = values.map(([name, type]) => ({ name, type }));
  const properties = Uint8Array.from(values.flatMap(([, , bytes], column) => [column, 0, ...bytes]));
  const source = buildFile({
    type: 'LineString',
    columns,
    features: [
      {
        geometry: flat([
          [2, 2],
          [6, 2],
        ]),
        properties,
      },
    ],
  });

  test('are the same bytes, whatever their type', async () => {
    const { file, recipe } = await clipBytes(source, square);
    expect(recipe.report.counts).toMatchObject({ cut: 1 });
    expect([...(decodeFeatures(file)[0]?.propertiesArray() ?? [])]).toEqual([...properties]);
  });

  test.each(values)('are read by GDAL: %s', async (name, _type, _bytes, byGdal) => {
    const clip = path.join(folder, 'clip.fgb');
    writeFileSync(clip, (await clipBytes(source, square)).file);
    const output = execFileSync('ogrinfo', ['-ro', '-al', '-q', clip]).toString();
    expect(new RegExp(`^  ${name} \\(.*\\) = (.*)$`, 'm').exec(output)?.[1]).toBe(byGdal);
  });
});

describe('columns that a feature has of its own', () => {
  const columns = [
    {
      name: 'größe',
      type: ColumnType.Double,
      title: 'T',
      description: 'D',
      width: 12,
      precision: 7,
      scale: 0,
      nullable: false,
    },
    { name: 'id', type: ColumnType.Binary, unique: true, primaryKey: true, metadata: '{"unit":"m"}' },
  ];
  const properties = Uint8Array.from([0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 0, 2, 0, 0, 0, 255, 0]);

  test.each([
    ['cut', 6],
    ['copied', 3],
  ])('stay when it is %s, and so do its values', async (_, x) => {
    const geometry = flat([
      [2, 2],
      [x, 2],
    ]);
    const source = buildFile({ type: 'LineString', columns: [], features: [{ geometry, properties, columns }] });
    const [feature] = decodeFeatures((await clipBytes(source, square)).file);
    expect(feature?.columnsLength()).toBe(2);
    const read = [0, 1].map((at) => {
      const column = feature?.columns(at);
      return {
        name: column?.name(),
        type: column?.type(),
        title: column?.title(),
        description: column?.description(),
        width: column?.width(),
        precision: column?.precision(),
        scale: column?.scale(),
        nullable: column?.nullable(),
        unique: column?.unique(),
        primaryKey: column?.primaryKey(),
        metadata: column?.metadata(),
      };
    });
    const absent = {
      title: null,
      description: null,
      width: -1,
      precision: -1,
      scale: -1,
      nullable: true,
      unique: false,
      primaryKey: false,
      metadata: null,
    };
    expect(read).toEqual(columns.map((column) => Object.assign({}, absent, column)));
    expect([...(feature?.propertiesArray() ?? [])]).toEqual([...properties]);
  });
});
