import { decodeFeatures, geometriesOf, headerOf, type Stored } from './decode.ts';

/** Behind the number of the column. */
const ID_AT = 2;

/** Number of points, length or area of the features of a file, summed by the Int that is their first attribute. */
export function sizesById(file: Uint8Array): Map<number, number> {
  const type = headerOf(file).geometryType();
  const geometries = geometriesOf(file);
  const sizes = new Map<number, number>();
  decodeFeatures(file).forEach((feature, index) => {
    const id = Buffer.from(feature.propertiesArray() ?? []).readInt32LE(ID_AT);
    const geometry = geometries[index];
    if (geometry) sizes.set(id, (sizes.get(id) ?? 0) + sizeOf(geometry, type));
  });
  return sizes;
}

/** @param type number of the header's type: points are 1 and 4, lines 2 and 5. */
function sizeOf(geometry: Stored, type: number): number {
  if (geometry.parts !== undefined) return total(geometry.parts.map((part) => sizeOf(part, type)));
  const { xy = [] } = geometry;
  if (type === 1 || type === 4) return xy.length / 2;
  const chains = (geometry.ends ?? [xy.length / 2]).map((end, index, ends) =>
    xy.slice((ends[index - 1] ?? 0) * 2, end * 2),
  );
  if (type === 2 || type === 5) return total(chains.map(lengthOf));
  return total(chains.map((ring, index) => (index === 0 ? 1 : -1) * Math.abs(areaOf(ring))));
}

function lengthOf(xy: readonly number[]): number {
  let sum = 0;
  for (let at = 2; at < xy.length; at += 2) {
    sum += Math.hypot((xy[at] ?? 0) - (xy[at - 2] ?? 0), (xy[at + 1] ?? 0) - (xy[at - 1] ?? 0));
  }
  return sum;
}

/** From the first vertex on, so that small rings far from the origin lose no digits. */
function areaOf(xy: readonly number[]): number {
  const [originX = 0, originY = 0] = xy;
  let sum = 0;
  for (let at = 2; at < xy.length; at += 2) {
    const [x0, y0] = [(xy[at - 2] ?? 0) - originX, (xy[at - 1] ?? 0) - originY];
    sum += x0 * ((xy[at + 1] ?? 0) - originY) - ((xy[at] ?? 0) - originX) * y0;
  }
  return sum / 2;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
