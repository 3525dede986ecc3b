import { ByteBuffer } from 'flatbuffers';
import { Feature } from 'flatgeobuf/lib/mjs/flat-geobuf/feature.js';
import type { Geometry } from 'flatgeobuf/lib/mjs/flat-geobuf/geometry.js';
import { Header } from 'flatgeobuf/lib/mjs/flat-geobuf/header.js';
import { GEOMETRY_TYPES, type GeometryType } from '../../../processors/flatgeobuf/geometry.type.ts';
import { featuresOf } from './read.ts';

/** A geometry as it is stored; without what is not there. */
export interface Stored {
  type?: GeometryType;
  xy?: number[];
  z?: number[];
  m?: number[];
  t?: number[];
  tm?: bigint[];
  ends?: number[];
  parts?: Stored[];
}

/** The header of a file, by npm flatgeobuf's generated classes. */
export function headerOf(file: Uint8Array): Header {
  return Header.getRootAsHeader(new ByteBuffer(new Uint8Array(file.subarray(12))));
}

/** All features of a file, by npm flatgeobuf's generated classes. */
export function decodeFeatures(file: Uint8Array): Feature[] {
  const header = headerOf(file);
  return featuresOf(file, Number(header.featuresCount()), header.indexNodeSize()).map((bytes) =>
    Feature.getSizePrefixedRootAsFeature(new ByteBuffer(new Uint8Array(bytes))),
  );
}

/** The attributes of each feature of a file as bytes, which are compared as text. */
export function attributesOf(file: Uint8Array): string[] {
  return decodeFeatures(file).map((feature) => Buffer.from(feature.propertiesArray() ?? []).toString('latin1'));
}

/** The geometries of a file as they are stored. */
export function geometriesOf(file: Uint8Array): (Stored | null)[] {
  return decodeFeatures(file).map((feature) => storedOf(feature.geometry()));
}

function storedOf(geometry: Geometry | null): Stored | null {
  if (geometry === null) return null;
  const list = <Value>(name: keyof Stored, length: number, at: (index: number) => Value | null): object =>
    length === 0 ? {} : { [name]: Array.from({ length }, (_, index) => at(index)) };
  return {
    ...(geometry.type() === 0 ? {} : { type: GEOMETRY_TYPES[geometry.type()] }),
    ...list('xy', geometry.xyLength(), (index) => geometry.xy(index)),
    ...list('z', geometry.zLength(), (index) => geometry.z(index)),
    ...list('m', geometry.mLength(), (index) => geometry.m(index)),
    ...list('t', geometry.tLength(), (index) => geometry.t(index)),
    ...list('tm', geometry.tmLength(), (index) => geometry.tm(index)),
    ...list('ends', geometry.endsLength(), (index) => geometry.ends(index)),
    ...list('parts', geometry.partsLength(), (index) => storedOf(geometry.parts(index))),
  };
}
