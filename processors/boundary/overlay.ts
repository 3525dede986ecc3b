import type { FlatGeometry, MultiPolygonCoordinates } from './geometry.ts';
import { assemblePolygons } from './overlay.assemble.ts';
import { EdgeSplits, NodeTable } from './overlay.nodes.ts';
import { edgeAt, findReversedRings, ringOf } from './rings.ts';
import { meetSegments, roundingReach, type Segment } from './segments.ts';
import type { EdgeTree } from './tree.ts';

/** A polygonal geometry with the index of its edges. */
export interface IndexedPolygons {
  readonly geometry: FlatGeometry;
  readonly tree: EdgeTree;
  /** 1 for each ring whose edges have the inside on their right; see `findReversedRings`. */
  readonly reversedRings: Uint8Array;
}

/** What is common to a subject and a boundary. */
export type Overlay =
  | { kind: 'all' }
  | { kind: 'none' }
  | { kind: 'part'; polygons: MultiPolygonCoordinates }
  /** Rounding led to edges that do not close into rings; another method has to decide. */
  | { kind: 'undecided' };

/** A directed piece of an edge between two nodes, with the inside on its left. */
export type DirectedEdge = readonly [from: number, to: number];

/**
 * The common part of two polygonal geometries whose edges do not cross within either.
 *
 * Edges are split where they meet, pieces are kept where they lie inside the other geometry, and the kept pieces are
 * put together into rings. Only edges of the boundary that meet the subject's envelope are looked at, so that the cost
 * grows with the subject and with the boundary near it, not with the boundary.
 *
 * Edges that differ by rounding only, as those of a feature that was cut to the same boundary before, are taken for
 * one. Where that leads to contradictions they are told apart exactly.
 */
export function overlay(subject: IndexedPolygons, boundary: IndexedPolygons): Overlay {
  const [minX, minY, maxX, maxY] = subject.geometry.envelope;
  const reach = roundingReach(minX, minY, maxX, maxY);
  const near = boundary.tree.edgesMeeting(minX - reach, minY - reach, maxX + reach, maxY + reach);
  if (near.length === 0) {
    const [x = Number.NaN, y = Number.NaN] = subject.geometry.coordinates;
    return { kind: boundary.tree.containsPoint(x, y) ? 'all' : 'none' };
  }
  const result = overlayWithin(reach, subject, boundary, near);
  return result.kind === 'undecided' ? overlayWithin(0, subject, boundary, near) : result;
}

/** @param near edges of the boundary that meet the subject's envelope. */
function overlayWithin(
  reach: number,
  subject: IndexedPolygons,
  boundary: IndexedPolygons,
  near: readonly number[],
): Overlay {
  const nodes = new NodeTable();
  const { splitsOfSubject, splitsOfBoundary } = splitWhereTheyMeet(subject, boundary, reach, nodes);
  const ofSubject = directedEdges(subject, edgesOf(subject.geometry), splitsOfSubject, nodes);
  const ofBoundary = directedEdges(boundary, near, splitsOfBoundary, nodes);
  const common = commonEdges(ofSubject, ofBoundary, nodes.xs.length);
  const inside = (tree: EdgeTree, [from, to]: DirectedEdge): boolean =>
    tree.containsPoint(middle(nodes.xs, from, to), middle(nodes.ys, from, to));
  const keptOfSubject = ofSubject.filter((edge) => common.decide(edge) ?? inside(boundary.tree, edge));
  const keptOfBoundary = ofBoundary.filter((edge) => common.decide(edge) === undefined && inside(subject.tree, edge));
  if (keptOfSubject.length === 0 && keptOfBoundary.length === 0) return { kind: 'none' };
  if (keptOfSubject.length === ofSubject.length && keptOfBoundary.length === 0) return { kind: 'all' };
  const polygons = assemblePolygons([...keptOfSubject, ...keptOfBoundary], nodes);
  return polygons === null ? { kind: 'undecided' } : { kind: 'part', polygons };
}

/** A geometry made ready to be overlaid. */
export function indexPolygons(geometry: FlatGeometry, tree: EdgeTree): IndexedPolygons {
  return { geometry, tree, reversedRings: findReversedRings(geometry) };
}

function splitWhereTheyMeet(
  subject: IndexedPolygons,
  boundary: IndexedPolygons,
  reach: number,
  nodes: NodeTable,
): { splitsOfSubject: EdgeSplits; splitsOfBoundary: EdgeSplits } {
  const splitsOfSubject = new EdgeSplits(subject.geometry.coordinates);
  const splitsOfBoundary = new EdgeSplits(boundary.geometry.coordinates);
  for (const edge of edgesOf(subject.geometry)) {
    const segment = edgeAt(subject.geometry.coordinates, edge);
    for (const other of edgesNear(boundary.tree, segment, reach)) {
      meetSegments(segment, edgeAt(boundary.geometry.coordinates, other), reach, {
        splitA: (x, y) => splitsOfSubject.add(edge, x, y),
        splitB: (x, y) => splitsOfBoundary.add(other, x, y),
        identify: (ax, ay, bx, by) => nodes.identify(ax, ay, bx, by),
      });
    }
  }
  return { splitsOfSubject, splitsOfBoundary };
}

/** Edges that meet the box around a segment, grown by `reach`. */
export function edgesNear(tree: EdgeTree, [x0, y0, x1, y1]: Segment, reach: number): number[] {
  return tree.edgesMeeting(
    Math.min(x0, x1) - reach,
    Math.min(y0, y1) - reach,
    Math.max(x0, x1) + reach,
    Math.max(y0, y1) + reach,
  );
}

function edgesOf({ ringStarts }: FlatGeometry): number[] {
  const edges: number[] = [];
  for (let ring = 0; ring + 1 < ringStarts.length; ring++) {
    const end = (ringStarts[ring + 1] ?? 0) - 1;
    for (let vertex = ringStarts[ring] ?? 0; vertex < end; vertex++) edges.push(vertex);
  }
  return edges;
}

function directedEdges(
  { geometry, reversedRings }: IndexedPolygons,
  edges: readonly number[],
  splits: EdgeSplits,
  nodes: NodeTable,
): DirectedEdge[] {
  const directed: DirectedEdge[] = [];
  for (const edge of edges) {
    const chain = splits.chain(edge, nodes);
    if (reversedRings[ringOf(geometry.ringStarts, edge)] === 1) chain.reverse();
    for (let index = 1; index < chain.length; index++) directed.push([chain[index - 1] ?? 0, chain[index] ?? 0]);
  }
  return directed;
}

/** Pieces that both geometries have: kept when both have their inside on the same side, dropped otherwise. */
function commonEdges(
  ofSubject: readonly DirectedEdge[],
  ofBoundary: readonly DirectedEdge[],
  nodeCount: number,
): { decide(edge: DirectedEdge): boolean | undefined } {
  const key = (from: number, to: number): number => from * nodeCount + to;
  const subjectKeys = new Set(ofSubject.map(([from, to]) => key(from, to)));
  const decisions = new Map<number, boolean>();
  for (const [from, to] of ofBoundary) {
    if (subjectKeys.has(key(from, to))) decisions.set(key(from, to), true);
    if (subjectKeys.has(key(to, from))) {
      decisions.set(key(from, to), false);
      decisions.set(key(to, from), false);
    }
  }
  return { decide: ([from, to]) => decisions.get(key(from, to)) };
}

function middle(values: readonly number[], from: number, to: number): number {
  return ((values[from] ?? 0) + (values[to] ?? 0)) / 2;
}
