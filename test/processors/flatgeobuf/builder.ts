import { Builder } from 'flatbuffers';
import { ColumnType } from 'flatgeobuf/lib/mjs/flat-geobuf/column-type.js';
import { Column } from 'flatgeobuf/lib/mjs/flat-geobuf/column.js';
import { Crs } from 'flatgeobuf/lib/mjs/flat-geobuf/crs.js';
import { Feature } from 'flatgeobuf/lib/mjs/flat-geobuf/feature.js';
import { Geometry } from 'flatgeobuf/lib/mjs/flat-geobuf/geometry.js';
import { Header } from 'flatgeobuf/lib/mjs/flat-geobuf/header.js';
import { typeNumber, type GeometryType } from '../../../processors/flatgeobuf/geometry.type.ts';
import { IndexBuilder } from '../../../processors/flatgeobuf/index.build.ts';
import { NODE_BYTES } from '../../../processors/flatgeobuf/index.layout.ts';

/** A geometry as the schema has it; what is left out is not written. */
export interface GeometryParts {
  type?: GeometryType;
  xy?: readonly number[];
  z?: readonly number[];
  m?: readonly number[];
  t?: readonly number[];
  tm?: readonly bigint[];
  ends?: readonly number[];
  parts?: readonly GeometryParts[];
}

export interface ColumnParts {
  name: string;
  type?: ColumnType;
  title?: string;
  description?: string;
  width?: number;
  precision?: number;
  scale?: number;
  nullable?: boolean;
  unique?: boolean;
  primaryKey?: boolean;
  metadata?: string;
}

export interface FeatureParts {
  geometry?: GeometryParts | undefined;
  /** An Int for column 0. */
  id?: number;
  properties?: Uint8Array;
  columns?: readonly ColumnParts[];
  /** In place of the box around the coordinates. */
  box?: readonly [number, number, number, number];
}

export interface FileParts {
  type: GeometryType;
  features: readonly FeatureParts[];
  nodeSize?: number;
  crs?: { org?: string; code?: number; codeString?: string; wkt?: string };
  has?: { z?: boolean; m?: boolean; t?: boolean; tm?: boolean };
  title?: string;
  description?: string;
  metadata?: string;
  columns?: readonly ColumnParts[];
  /** In place of the number of features; 0 leaves the index out. */
  featuresCount?: number;
}

/** The column that `id` fills. */
export const ID_COLUMN: ColumnParts = { name: 'id', type: ColumnType.Int };

/** Builds what GDAL cannot write: T and TM, columns of features, any node size, odd boxes and headers. */
export function buildFile(file: FileParts): Uint8Array {
  const { features, nodeSize = 16, featuresCount = features.length } = file;
  const encoded = features.map(encodeFeature);
  const leaves = new DataView(new ArrayBuffer(features.length * NODE_BYTES));
  const index = new IndexBuilder(Math.max(nodeSize, 2));
  let offset = 0;
  features.forEach((feature, number) => {
    index.add(feature.box ?? boxOf(feature.geometry), offset, leaves, number * NODE_BYTES);
    offset += encoded[number]?.length ?? 0;
  });
  const hasIndex = featuresCount > 0 && nodeSize > 0;
  const { chunks, envelope } = hasIndex ? index.finish() : { chunks: [], envelope: null };
  const header = encodeHeader(file, featuresCount, envelope);
  const nodes = hasIndex ? [...chunks, new Uint8Array(leaves.buffer)] : [];
  return new Uint8Array(Buffer.concat([Buffer.from('fgb\x03fgb\x01', 'latin1'), header, ...nodes, ...encoded]));
}

/** A line or ring of a polygon for each list of positions. */
export function flat(...lines: readonly (readonly (readonly number[])[])[]): { xy: number[]; ends: number[] } {
  let vertices = 0;
  return { xy: lines.flat(2), ends: lines.map((line) => (vertices += line.length)) };
}

function encodeHeader(file: FileParts, featuresCount: number, envelope: readonly number[] | null): Uint8Array {
  const builder = new Builder(1024);
  const text = (value: string | undefined): number => (value === undefined ? 0 : builder.createString(value));
  const [title, description, metadata] = [text(file.title), text(file.description), text(file.metadata)];
  const columns = Header.createColumnsVector(
    builder,
    (file.columns ?? [ID_COLUMN]).map((column) => encodeColumn(builder, column)),
  );
  const box = envelope === null ? 0 : Header.createEnvelopeVector(builder, [...envelope]);
  const crs = file.crs === undefined ? 0 : encodeCrs(builder, file.crs);
  Header.startHeader(builder);
  Header.addEnvelope(builder, box);
  Header.addGeometryType(builder, typeNumber(file.type));
  Header.addHasZ(builder, file.has?.z ?? false);
  Header.addHasM(builder, file.has?.m ?? false);
  Header.addHasT(builder, file.has?.t ?? false);
  Header.addHasTm(builder, file.has?.tm ?? false);
  Header.addColumns(builder, columns);
  Header.addFeaturesCount(builder, BigInt(featuresCount));
  Header.addIndexNodeSize(builder, file.nodeSize ?? 16);
  Header.addCrs(builder, crs);
  Header.addTitle(builder, title);
  Header.addDescription(builder, description);
  Header.addMetadata(builder, metadata);
  builder.finishSizePrefixed(Header.endHeader(builder));
  return builder.asUint8Array();
}

function encodeCrs(builder: Builder, { org, code, codeString, wkt }: NonNullable<FileParts['crs']>): number {
  const text = (value: string | undefined): number => (value === undefined ? 0 : builder.createString(value));
  const [orgAt, codeStringAt, wktAt] = [text(org), text(codeString), text(wkt)];
  Crs.startCrs(builder);
  Crs.addOrg(builder, orgAt);
  Crs.addCode(builder, code ?? 0);
  Crs.addWkt(builder, wktAt);
  Crs.addCodeString(builder, codeStringAt);
  return Crs.endCrs(builder);
}

function encodeColumn(builder: Builder, column: ColumnParts): number {
  const text = (value: string | undefined): number => (value === undefined ? 0 : builder.createString(value));
  const name = builder.createString(column.name);
  const [title, description, metadata] = [text(column.title), text(column.description), text(column.metadata)];
  return Column.createColumn(
    builder,
    name,
    column.type ?? ColumnType.Byte,
    title,
    description,
    column.width ?? -1,
    column.precision ?? -1,
    column.scale ?? -1,
    column.nullable ?? true,
    column.unique ?? false,
    column.primaryKey ?? false,
    metadata,
  );
}

function encodeFeature({ geometry, id, properties, columns }: FeatureParts): Uint8Array {
  const builder = new Builder(256);
  const geometryAt = geometry === undefined ? 0 : encodeGeometry(builder, geometry);
  const values = properties ?? (id === undefined ? undefined : idValue(id));
  const propertiesAt = values === undefined ? 0 : Feature.createPropertiesVector(builder, [...values]);
  const columnsAt =
    columns === undefined
      ? 0
      : Feature.createColumnsVector(
          builder,
          columns.map((column) => encodeColumn(builder, column)),
        );
  Feature.startFeature(builder);
  Feature.addGeometry(builder, geometryAt);
  Feature.addProperties(builder, propertiesAt);
  Feature.addColumns(builder, columnsAt);
  builder.finishSizePrefixed(Feature.endFeature(builder));
  return builder.asUint8Array();
}

function encodeGeometry(builder: Builder, { type, xy, z, m, t, tm, ends, parts }: GeometryParts): number {
  const partsAt =
    parts === undefined
      ? 0
      : Geometry.createPartsVector(
          builder,
          parts.map((part) => encodeGeometry(builder, part)),
        );
  const tmAt = tm === undefined ? 0 : Geometry.createTmVector(builder, [...tm]);
  const tAt = t === undefined ? 0 : Geometry.createTVector(builder, [...t]);
  const mAt = m === undefined ? 0 : Geometry.createMVector(builder, [...m]);
  const zAt = z === undefined ? 0 : Geometry.createZVector(builder, [...z]);
  const xyAt = xy === undefined ? 0 : Geometry.createXyVector(builder, [...xy]);
  const endsAt = ends === undefined || ends.length < 2 ? 0 : Geometry.createEndsVector(builder, [...ends]);
  return Geometry.createGeometry(
    builder,
    endsAt,
    xyAt,
    zAt,
    mAt,
    tAt,
    tmAt,
    type === undefined ? 0 : typeNumber(type),
    partsAt,
  );
}

function idValue(id: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(6));
  view.setInt32(2, id, true);
  return new Uint8Array(view.buffer);
}

function boxOf(geometry: GeometryParts | undefined): [number, number, number, number] {
  const xy = coordinatesOf(geometry);
  const [xs, ys] = [xy.filter((_, at) => at % 2 === 0), xy.filter((_, at) => at % 2 === 1)];
  return [leastOf(xs), leastOf(ys), mostOf(xs), mostOf(ys)];
}

/** Of any number of values, which could not all be arguments. */
function leastOf(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

function mostOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

function coordinatesOf(geometry: GeometryParts | undefined): readonly number[] {
  return geometry === undefined ? [] : [...(geometry.xy ?? []), ...(geometry.parts ?? []).flatMap(coordinatesOf)];
}
