import type initGeosType from 'geos-wasm';
import type { FlatPolygons } from './overlay.assemble.ts';
import { readPolygons, writePolygons } from './wkb.ts';

/** Vertices of both geometries together; some 600 bytes of the engine's memory each, which it never gives back. */
const VERTICES_MAX = 400_000;
const POINTER_BYTES = 4;

/** Polygons overlaid by GEOS (OverlayNG), compiled to WebAssembly: slower than our own overlay, and never undecided. */
export interface Geos {
  /**
   * What two geometries have in common, as valid polygons. Each is made valid first, by the even-odd rule of
   * ST_MakeValid, where it is not. Null when GEOS cannot tell, or they have too many vertices.
   */
  intersection(a: FlatPolygons, b: FlatPolygons): FlatPolygons | null;
}

/** Loads GEOS: 2.6 MB, some 50 ms, and 17 MB of memory, more with what it works on. */
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
    if ((a.coordinates.length + b.coordinates.length) / 2 > VERTICES_MAX) return null;
    const made: number[] = [];
    const owned = (geometry: number): number => {
      if (geometry === 0) throw new GeosFailure();
      made.push(geometry);
      return geometry;
    };
    try {
      const [first, second] = [a, b].map((polygons) => this.#valid(polygons, owned));
      return this.#read(owned(this.#geos.GEOSIntersection(first ?? 0, second ?? 0)));
    } catch (error) {
      if (error instanceof GeosFailure || isTrap(error)) return null;
      throw error;
    } finally {
      for (const geometry of made) this.#geos.GEOSGeom_destroy(geometry);
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
    try {
      Module.HEAPU8.set(wkb, at);
      return this.#geos.GEOSGeomFromWKB_buf(at, wkb.length);
    } finally {
      Module._free(at);
    }
  }

  #read(geometry: number): FlatPolygons {
    const { Module } = this.#geos;
    const sizeAt = Module._malloc(POINTER_BYTES);
    if (sizeAt === 0) throw new GeosFailure();
    const at = this.#geos.GEOSGeomToWKB_buf(geometry, sizeAt);
    try {
      if (at === 0) throw new GeosFailure();
      return readPolygons(Module.HEAPU8.slice(at, at + Module.getValue(sizeAt, 'i32')));
    } finally {
      Module._free(sizeAt);
      if (at !== 0) this.#geos.GEOSFree(at);
    }
  }
}

/** Whether compiled code was stopped, as when its memory is at its end. */
function isTrap(error: unknown): boolean {
  return error instanceof Error && error.name === 'RuntimeError';
}

/** GEOS gave no result. */
class GeosFailure extends Error {}
