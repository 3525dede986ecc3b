import { describe, expect, test } from 'vitest';
import { requireLongitudeLatitude, requireLongitudeLatitudeName } from '../../../processors/boundary/geojson.crs.ts';

describe('the name of a CRS', () => {
  test.each([
    'EPSG:4326',
    'epsg:4326',
    'urn:ogc:def:crs:EPSG::4326',
    'urn:ogc:def:crs:EPSG:6.9:4326',
    'urn:ogc:def:crs:OGC:1.3:CRS84',
    'urn:ogc:def:crs:OGC::CRS84',
    'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
    'https://www.opengis.net/def/crs/EPSG/0/4326',
    'http://www.opengis.net/gml/srs/epsg.xml#4326',
    'OGC:CRS84',
    'CRS84',
    'WGS 84',
    'WGS 84 (CRS84)',
  ])('%s is longitude and latitude', (name) => {
    requireLongitudeLatitudeName(name);
  });

  test.each([
    'EPSG:3857',
    'EPSG:14326',
    'EPSG:43260',
    'EPSG:4326+5773',
    'urn:ogc:def:crs:EPSG::3857',
    'urn:ogc:def:crs:OGC:1.3:CRS83',
    'urn:ogc:def:crs:OGC:1.3:CRS84h',
    'ESRI:4326',
    'WGS 84 / UTM zone 28N',
    '4326',
    '',
  ])('%s is not', (name) => {
    expect(() => requireLongitudeLatitudeName(name)).toThrow(`in the CRS ${JSON.stringify(name)}`);
  });
});

describe('a document', () => {
  const crs = { type: 'name', properties: { name: 'EPSG:3857' } };
  const polygon = { type: 'Polygon', coordinates: [], crs };

  test.each([
    ['a geometry', polygon],
    ['a feature', { type: 'Feature', geometry: null, crs }],
    ['a geometry of a feature', { type: 'Feature', geometry: polygon }],
    ['a collection', { type: 'FeatureCollection', features: [], crs }],
    ['the last feature', { type: 'FeatureCollection', features: [{}, { type: 'Feature', geometry: null, crs }] }],
    [
      'a geometry of a geometry collection',
      { type: 'FeatureCollection', features: [{ geometry: { geometries: [polygon] } }] },
    ],
  ])('is refused for the CRS of %s', (_reason, document) => {
    expect(() => requireLongitudeLatitude(document)).toThrow('EPSG:3857');
  });

  test.each([null, 1, 'EPSG:3857', [crs], {}, { crs: null }, { features: 'none', geometries: 3 }])(
    '%j passes, to be refused by who reads it',
    (document) => requireLongitudeLatitude(document),
  );
});
