import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { random, star } from '../cog/polygons.ts';

/** Has ogr2ogr make a FlatGeobuf of a type, such as `LINESTRINGZ`, of features given as WKT; `id` is their number. */
export function sourceOfWkt(folder: string, name: string, type: string, wkts: readonly string[]): string {
  const from = path.join(folder, `${name}.csv`);
  const to = path.join(folder, `${name}.fgb`);
  writeFileSync(from, ['id,wkt', ...wkts.map((wkt, id) => `${id},"${wkt}"`)].join('\n'));
  const layer = ['-sql', `SELECT CAST(id AS integer) AS id FROM "${name}"`, '-nln', 'layer', '-a_srs', 'EPSG:4326'];
  const input = ['-oo', 'GEOM_POSSIBLE_NAMES=wkt', '-oo', 'KEEP_GEOM_COLUMNS=NO'];
  execFileSync('ogr2ogr', ['-f', 'FlatGeobuf', to, from, ...input, ...layer, '-nlt', type], {
    stdio: 'pipe',
  });
  return to;
}

/** Ordinates beside x and y. */
export type Dimension = '' | 'Z' | 'M' | 'ZM';

/** Random geometries over the square from −1 to 11, as WKT of one dimension. */
export class RandomWkt {
  readonly #next: () => number;
  readonly #dimension: Dimension;

  constructor(seed: number, dimension: Dimension = '') {
    this.#next = random(seed);
    this.#dimension = dimension;
  }

  point(): string {
    return this.#tagged('POINT', `(${this.#vertex(this.#place(), this.#place())})`);
  }

  line(): string {
    return this.#tagged('LINESTRING', this.#lineText());
  }

  polygon(): string {
    return this.#tagged('POLYGON', this.#polygonText());
  }

  multiPoint(): string {
    return this.#tagged(
      'MULTIPOINT',
      this.#several(() => `(${this.#vertex(this.#place(), this.#place())})`),
    );
  }

  multiLine(): string {
    return this.#tagged(
      'MULTILINESTRING',
      this.#several(() => this.#lineText()),
    );
  }

  multiPolygon(): string {
    return this.#tagged(
      'MULTIPOLYGON',
      this.#several((index) => this.#polygonText(index * 20)),
    );
  }

  /** Members of all types, collections among them. */
  collection(depth = 2): string {
    const member = (): string => (depth > 0 && this.#next() < 0.3 ? this.collection(depth - 1) : this.any());
    return this.#tagged('GEOMETRYCOLLECTION', this.#several(member));
  }

  any(): string {
    const makers = [
      () => this.point(),
      () => this.line(),
      () => this.polygon(),
      () => this.multiPoint(),
      () => this.multiLine(),
      () => this.multiPolygon(),
    ];
    return makers[Math.floor(this.#next() * makers.length)]?.() ?? '';
  }

  /** Curves and surfaces all of whose members are straight. */
  multiCurve(): string {
    return this.#tagged(
      'MULTICURVE',
      this.#several(() => this.#lineText()),
    );
  }

  multiSurface(): string {
    return this.#tagged(
      'MULTISURFACE',
      this.#several((index) => this.#polygonText(index * 20)),
    );
  }

  #tagged(tag: string, text: string): string {
    return this.#dimension === '' ? `${tag} ${text}` : `${tag} ${this.#dimension} ${text}`;
  }

  #several(make: (index: number) => string): string {
    const members = Array.from({ length: 1 + Math.floor(this.#next() * 3) }, (_, index) => make(index));
    return `(${members.join(',')})`;
  }

  #lineText(): string {
    let [x, y] = [this.#place(), this.#place()];
    const vertices = Array.from({ length: 2 + Math.floor(this.#next() * 10) }, () =>
      this.#vertex((x += this.#next() - 0.5), (y += this.#next() - 0.5)),
    );
    return `(${vertices.join(',')})`;
  }

  #polygonText(shift = 0): string {
    const [x, y] = [this.#place() + shift, this.#place()];
    const radius = 0.05 + this.#next() ** 3 * 2.5;
    const rings = [
      star(this.#next, x, y, radius, 5 + Math.floor(this.#next() * 30)),
      star(this.#next, x, y, radius * 0.3, 6),
    ];
    const texts = rings.map((ring) => {
      const open = ring.slice(0, -1).map(([vx = 0, vy = 0]) => this.#vertex(vx, vy));
      return `(${[...open, open[0] ?? ''].join(',')})`;
    });
    return `(${texts.join(',')})`;
  }

  #vertex(x: number, y: number): string {
    const extra = Array.from(this.#dimension, () => this.#next() * 100);
    return [x, y, ...extra].join(' ');
  }

  #place(): number {
    return this.#next() * 12 - 1;
  }
}
