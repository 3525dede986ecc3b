import type initGeosType from 'geos-wasm';
import type { FlatPolygons } from './overlay.assemble.ts';
import { findReversedRings } from './rings.ts';
import { readPolygons, writePolygons } from './wkb.ts';

/** Vertices of both geometries together; some 600 bytes of the engine's memory each, which it never gives back. */
export const GEOS_VERTICES_MAX = 400_000;

/** Polygons overlaid by GEOS (OverlayNG), compiled to WebAssembly: slower than our own overlay, and never undecided. */
export interface Geos {
  /**
   * What two geometries have in common, as valid polygons with shells counter-clockwise and holes clockwise. Each is
   * made valid first, by the rules of ST_MakeValid with the method "linework", where it is not: edges that cross many
   * times over one another make that slow. Null when GEOS cannot tell, or they have too many vertices.
   */
  intersection(a: FlatPolygons, b: FlatPolygons): FlatPolygons | null;
}

/** Loads GEOS, once in a process: 2.6 MB, some 50 ms, and 17 MB of memory, more with what it works on. */
export async function loadGeos(): Promise<Geos> {
  const { default: initGeos } = await import('geos-wasm');
  // What goes wrong is told by what the functions return.
  const geos = await initGeos({ errorHandler: () => undefined, noticeHandler: () => undefined });
  return new GeosOverlay(geos);
}

type GeosModule = Awaited<ReturnType<typeof initGeosType>>;

class GeosOverlay implements Geos {
  readonly #geos: GeosModule;

  constructor(geos: GeosModule) {
    this.#geos = geos;
  }

  intersection(a: FlatPolygons, b: FlatPolygons): FlatPolygons | null {
    if ((a.coordinates.length + b.coordinates.length) / 2 > GEOS_VERTICES_MAX) return null;
    const made: number[] = [];
    const owned = (geometry: number): number => {
      if (geometry === 0) throw new GeosFailure();
      made.push(geometry);
      return geometry;
    };
    try {
      const [first, second] = [a, b].map((polygons) => this.#valid(polygons, owned));
      const common = this.#read(owned(this.#geos.GEOSIntersection(first ?? 0, second ?? 0)));
      for (const geometry of made) this.#geos.GEOSGeom_destroy(geometry);
      return oriented(common);
    } catch (error) {
      // Compiled code that was stopped, as when its memory or stack is at its end, is not called again to tidy up.
      if (isTrap(error)) return null;
      if (!(error instanceof GeosFailure)) throw error;
      for (const geometry of made) this.#geos.GEOSGeom_destroy(geometry);
      return null;
    }
  }

  #valid(polygons: FlatPolygons, owned: (geometry: number) => number): number {
    const geometry = owned(this.#write(polygons));
    if (this.#geos.GEOSisValid(geometry) === 1) return geometry;
    const repaired = owned(this.#geos.GEOSMakeValid(geometry));
    // Without the lines and points that repairing leaves, which no overlay takes together with polygons.
    return owned(this.#write(this.#read(repaired)));
  }

  #write(polygons: FlatPolygons): number {
    const { Module } = this.#geos;
    const wkb = writePolygons(polygons);
    const at = Module._malloc(wkb.length);
    if (at === 0) return 0;
    Module.HEAPU8.set(wkb, at);
    const geometry = this.#geos.GEOSGeomFromWKB_buf(at, wkb.length);
    Module._free(at);
    return geometry;
  }

  #read(geometry: number): FlatPolygons {
    const { Module } = this.#geos;
    const sizeAt = Module._malloc(Uint32Array.BYTES_PER_ELEMENT);
    if (sizeAt === 0) throw new GeosFailure();
    const at = this.#geos.GEOSGeomToWKB_buf(geometry, sizeAt);
    const wkb = at === 0 ? null : Module.HEAPU8.slice(at, at + Module.getValue(sizeAt, 'i32'));
    Module._free(sizeAt);
    if (wkb === null) throw new GeosFailure();
    this.#geos.GEOSFree(at);
    return readPolygons(wkb);
  }
}

/** The same polygons, shells counter-clockwise and holes clockwise, in place. */
function oriented(polygons: FlatPolygons): FlatPolygons {
  const { coordinates, ringStarts } = polygons;
  findReversedRings(polygons).forEach((isReversed, ring) => {
    if (isReversed === 0) return;
    let [low, high] = [ringStarts[ring] ?? 0, (ringStarts[ring + 1] ?? 0) - 1];
    for (; low < high; low++, high--) {
      for (const axis of [0, 1]) {
        const value = coordinates[low * 2 + axis] ?? 0;
        coordinates[low * 2 + axis] = coordinates[high * 2 + axis] ?? 0;
        coordinates[high * 2 + axis] = value;
      }
    }
  });
  return polygons;
}

/** Whether compiled code was stopped; the stack that it shares with us overflows with a `RangeError`. */
function isTrap(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.name === 'RuntimeError');
}

/** GEOS gave no result. */
class GeosFailure extends Error {}
