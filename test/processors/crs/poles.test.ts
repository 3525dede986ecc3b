import { describe, expect, it } from 'vitest';
import { resolveCrs } from '../../../processors/crs/crs.ts';

/** The circumference of the Earth. */
const FAR_METRES = 40_075_017;

describe('a pole lies where its surroundings lie', () => {
  it.each([
    ['equidistant cylindrical, where proj4 itself takes one for the other', 4087],
    ['Mollweide', 54009],
    ['cylindrical equal area', 6933],
    ['polar stereographic, north', 3413],
    ['polar stereographic, south', 3031],
    ['Lambert azimuthal equal area, north', 6931],
  ])('%s (%d)', async (_name, code) => {
    const crs = await resolveCrs({ code, wkt: null });
    for (const longitude of [-180, -77, 0, 179.9, 180]) {
      for (const pole of [90, -90]) {
        const at = crs.forward(longitude, pole);
        // Some projections have no place for the far pole, or one beyond all bounds.
        if (!at.every((value) => Math.abs(value) < FAR_METRES)) continue;
        const beside = crs.forward(longitude, pole * (1 - 1e-9));
        expect(Math.hypot(at[0] - beside[0], at[1] - beside[1]), `${longitude}, ${pole}`).toBeLessThan(100_000);
      }
    }
  });
});
