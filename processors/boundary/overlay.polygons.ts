import type { FlatGeometry } from './geometry.ts';
import { assemblePolygons, type FlatPolygons } from './overlay.assemble.ts';
import { Chains } from './overlay.chains.ts';
import { Contacts } from './overlay.contacts.ts';
import { NodeTable } from './overlay.nodes.ts';
import { roundingMadeCrossings } from './overlay.rounding.ts';
import { keptChains } from './overlay.sides.ts';
import { PointSearch } from './point.search.ts';
import type { RingBoxes } from './ring.boxes.ts';
import { findReversedRings } from './rings.ts';
import { roundingReach } from './segments.ts';
import type { EdgeTree } from './tree.ts';

/** A polygonal geometry with the index of its edges. */
export interface IndexedPolygons {
  readonly geometry: FlatGeometry;
  readonly tree: EdgeTree;
  /** 1 for each ring whose edges have the inside on their right; see `findReversedRings`. */
  readonly reversedRings: Uint8Array;
}

/** What is common to a subject and a boundary, as flat arrays. */
export type FlatOverlay =
  | { readonly kind: 'all' | 'none' }
  | {
      readonly kind: 'part';
      readonly polygons: FlatPolygons;
      /** Crossing points were rounded so that edges of the result cross by a hair. */
      readonly isCrossed: boolean;
    }
  /** Rounding led to edges that do not close into rings; another method has to decide. */
  | { readonly kind: 'undecided' };

/** Edges and vertices beyond which the room that was needed is given back at once: up to here, half a megabyte. */
const VERTICES_KEPT_MAX = 50_000;
const NONE_MET = new Uint8Array();

/**
 * Finds what polygons whose edges do not cross have in common with a boundary.
 *
 * Edges are split where they meet. Between two such points all of a ring lies on one side of the other geometry; the
 * stretches inside are kept and put together into rings. Only edges of the boundary that meet the subject's envelope
 * are looked at, so that the cost grows with the subject and with the boundary near it, not with the boundary.
 *
 * Edges that differ by rounding only, as those of a feature that was cut to the same boundary before, are taken for
 * one. Where that leads to contradictions they are told apart exactly.
 *
 * Keeps the room that it works in from one subject to the next.
 */
export class PolygonOverlay {
  readonly #boundary: IndexedPolygons;
  #room: Room;

  constructor(boundary: IndexedPolygons) {
    this.#boundary = boundary;
    this.#room = newRoom(boundary);
  }

  /**
   * @param apart the boxes of a subject whose edges meet only in ends, where that is known. They are released on the way.
   * @param isMet 1 for each vertex of such a subject that is in the place of another one; left out when none is.
   */
  of(subject: FlatGeometry, apart: RingBoxes | null = null, isMet: Uint8Array = NONE_MET): FlatOverlay {
    const { tree } = this.#boundary;
    const [minX, minY, maxX, maxY] = subject.envelope;
    const reach = roundingReach(minX, minY, maxX, maxY);
    const near = tree.edgesMeeting(minX - reach, minY - reach, maxX + reach, maxY + reach);
    if (near.length === 0) {
      const [x = Number.NaN, y = Number.NaN] = subject.coordinates;
      return { kind: tree.containsPoint(x, y) ? 'all' : 'none' };
    }
    const reversedRings = findReversedRings(subject);
    const met = apart === null ? null : isMet;
    const result = this.#within(reach, subject, reversedRings, near, apart, met);
    const decided = result.kind === 'undecided' ? this.#within(0, subject, reversedRings, near, apart, met) : result;
    if (subject.coordinates.length / 2 + near.length > VERTICES_KEPT_MAX) this.#giveBack();
    return decided;
  }

  /** @param near edges of the boundary that meet the subject's envelope. */
  #within(
    reach: number,
    subject: FlatGeometry,
    reversedRings: Uint8Array,
    near: readonly number[],
    apart: RingBoxes | null,
    isMet: Uint8Array | null,
  ): FlatOverlay {
    const { nodes, contacts, chains } = this.#room;
    nodes.clear(subject.coordinates);
    contacts.find(subject, near, reach);
    chains.build(subject, reversedRings, this.#boundary, near, contacts, isMet);
    const boxes = apart?.isReleased === true ? null : apart;
    const kept = keptChains(chains, nodes, new PointSearch(subject, boxes), this.#boundary.tree);
    boxes?.release();
    if (kept.chains.length === 0) return { kind: 'none' };
    if (kept.subjectDropped === 0 && kept.boundaryKept === 0) return { kind: 'all' };
    const polygons = assemblePolygons(kept.chains, chains, nodes);
    if (polygons === null) return { kind: 'undecided' };
    const isCrossed = roundingMadeCrossings(kept.chains, chains, nodes, polygons);
    return { kind: 'part', polygons, isCrossed };
  }

  #giveBack(): void {
    this.#room.chains.release();
    this.#room.nodes.release();
    this.#room = newRoom(this.#boundary);
  }
}

interface Room {
  readonly nodes: NodeTable;
  readonly contacts: Contacts;
  readonly chains: Chains;
}

function newRoom(boundary: IndexedPolygons): Room {
  const nodes = new NodeTable();
  return { nodes, contacts: new Contacts(nodes, boundary), chains: new Chains(nodes) };
}
