import type { BoundaryEntry, Catalogue, DatasetVersion, Part } from '../../cache/catalogue.ts';

const licence = {
  name: 'CC-BY-4.0',
  title: 'Creative Commons Attribution 4.0',
  path: 'https://creativecommons.org/licenses/by/4.0/',
};

/** A source that the edge cannot read itself. */
export const FAR_SOURCE = { href: 'file:///data/relief.tif', etag: '"relief-1"', bytes: 1_000_000 };

function version(part: Partial<Part> = {}, given: Partial<DatasetVersion> = {}): DatasetVersion {
  return {
    version: '1.0',
    title: 'Relief of the <Earth>',
    summary: 'Heights & depths.',
    author: 'A. Surveyor',
    citation: 'Surveyor, A. (2020): "Relief".',
    licence,
    originUrl: 'https://example.org/relief',
    engine: 'cog',
    outputVersion: 1,
    parameters: { nodata: -9999 },
    parts: [{ part: null, title: null, dimensions: {}, source: FAR_SOURCE, ...part }],
    ...given,
  };
}

/** One raster, one vector in two versions of which the newer has two parts, and a dataset whose source is gone. */
export const CATALOGUE: Catalogue = {
  version: 1,
  datasets: [
    { name: 'relief', versions: [version()] },
    {
      name: 'rivers',
      versions: [
        version(
          {},
          {
            version: '2.0',
            engine: 'flatgeobuf',
            title: 'Rivers',
            parts: ['large', 'small'].map((part) => ({
              part,
              title: `${part} rivers`,
              dimensions: { size: part },
              source: FAR_SOURCE,
            })),
          },
        ),
        version({}, { version: '1.0', engine: 'flatgeobuf', title: 'Rivers' }),
      ],
    },
    { name: 'gone', versions: [version({ source: null })] },
  ],
};

function entry(id: string, name: string, longName: string, bbox: BoundaryEntry['bbox']): BoundaryEntry {
  return { id, name, longName, level: 0, digest: `digest-of-${id}`, bbox, vertices: 5 };
}

/** Ordered by long name. */
export const BOUNDARIES: BoundaryEntry[] = [
  entry('civ', "Côte d'Ivoire", "Côte d'Ivoire", [-8.6, 4.2, -2.5, 10.7]),
  entry('fji', 'Fiji', 'Republic of Fiji', [177, -19, -178, -16]),
  entry('gmb', 'Gambia', 'Republic of the Gambia', [-16.84, 13.06, -13.82, 13.83]),
  entry('zmb', 'Zambia', 'Republic of Zambia', [21.9, -18, 33.7, -8.2]),
];

/** Stored geometry of a boundary: its box, or two boxes when it crosses the antimeridian. */
export function geometryOf({ bbox: [west, south, east, north] }: BoundaryEntry): unknown {
  const spans =
    west <= east
      ? [[west, east]]
      : [
          [west, 180],
          [-180, east],
        ];
  const coordinates = spans.map(([w, e]) => [
    [
      [w, south],
      [e, south],
      [e, north],
      [w, north],
      [w, south],
    ],
  ]);
  return { type: 'Feature', properties: {}, geometry: { type: 'MultiPolygon', coordinates } };
}
