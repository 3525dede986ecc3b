import { Builder, ByteBuffer } from 'flatbuffers';
import { Header } from 'flatgeobuf/lib/mjs/flat-geobuf/header.js';
import { describe, expect, test } from 'vitest';
import { rewriteHeader } from '../../../processors/flatgeobuf/header.rewrite.ts';
import { sampleData } from './sources.ts';

const START_BYTES = 12;
const envelope = [1, 2, 3, 4] as const;
const change = { featuresCount: 12_345, indexNodeSize: 16, envelope };

function read(bytes: Uint8Array): Header {
  return Header.getRootAsHeader(new ByteBuffer(bytes.subarray(START_BYTES)));
}

/** A header with texts, written without envelope and count by another writer. */
function headerWithTexts(): Uint8Array {
  const builder = new Builder(256);
  const [title, description, metadata] = ['A title', 'Words', '{"a":1}'].map((text) => builder.createString(text));
  Header.startHeader(builder);
  Header.addTitle(builder, title ?? 0);
  Header.addDescription(builder, description ?? 0);
  Header.addMetadata(builder, metadata ?? 0);
  Header.addGeometryType(builder, 3);
  Header.addHasZ(builder, true);
  builder.finishSizePrefixed(Header.endHeader(builder));
  return Uint8Array.from([...Buffer.from('fgb\x03fgb\x01', 'latin1'), ...builder.asUint8Array()]);
}

function headerOfFile(): Uint8Array {
  const file = sampleData('vectors/rivers.fgb');
  return file.subarray(0, START_BYTES + new DataView(file.buffer, file.byteOffset).getUint32(8, true));
}

describe('a header with count and envelope', () => {
  test('keeps its length and everything else', () => {
    const before = headerOfFile();
    const copy = new Uint8Array(before);
    const after = rewriteHeader(before, change);
    expect(after).toHaveLength(before.length);
    expect(read(after).featuresCount()).toBe(12_345n);
    expect([...(read(after).envelopeArray() ?? [])]).toEqual(envelope);
    const differing = after.filter((byte, index) => byte !== before[index]).length;
    expect(differing).toBeLessThanOrEqual(8 + 4 * 8);
    expect(new Uint8Array(before)).toEqual(copy);
  });

  test('loses both when nothing is left, and keeps columns and CRS', () => {
    const before = read(headerOfFile());
    const after = read(rewriteHeader(headerOfFile(), { featuresCount: 0, indexNodeSize: 0, envelope: null }));
    expect(after.featuresCount()).toBe(0n);
    expect(after.indexNodeSize()).toBe(0);
    expect(after.envelopeLength()).toBe(0);
    expect(after.name()).toBe(before.name());
    expect(after.crs()?.wkt()).toBe(before.crs()?.wkt());
    expect(after.columnsLength()).toBe(before.columnsLength());
    expect(after.columns(2)?.name()).toBe(before.columns(2)?.name());
    expect(after.geometryType()).toBe(before.geometryType());
  });
});

test('a header without count and envelope gets both, and keeps its texts', () => {
  const after = read(rewriteHeader(headerWithTexts(), { ...change, indexNodeSize: 5 }));
  expect(after.featuresCount()).toBe(12_345n);
  expect(after.indexNodeSize()).toBe(5);
  expect([...envelope.keys()].map((index) => after.envelope(index))).toEqual(envelope);
  expect([after.title(), after.description(), after.metadata()]).toEqual(['A title', 'Words', '{"a":1}']);
  expect([after.geometryType(), after.hasZ(), after.hasM()]).toEqual([3, true, false]);
});
