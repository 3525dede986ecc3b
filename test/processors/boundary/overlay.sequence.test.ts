import { describe, expect, test } from 'vitest';
import { APART_FROM } from '../../../processors/boundary/overlay.nodes.ts';
import { NodeSequence } from '../../../processors/boundary/overlay.sequence.ts';
import { random } from '../cog/polygons.ts';

const run = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => APART_FROM + first + index);
const next = random(5);
const mixed = Array.from({ length: 300 }, () =>
  next() < 0.5 ? [Math.floor(next() * 100)] : run(Math.floor(next() * 1000), 1 + Math.floor(next() * 20)),
).flat();

describe('a sequence gives the nodes that were put into it', () => {
  const sequence = new NodeSequence();
  test.each([
    ['none', []],
    ['nodes of the table', [3, 1, 4, 1, 5]],
    ['a run of vertices', run(7, 50)],
    ['vertices that do not follow one another', [...run(7, 3), ...run(20, 2), ...run(7, 1)]],
    ['a run between nodes', [1, 2, ...run(0, 9), 3]],
    ['nodes between runs', [...run(0, 9), 3, 4, ...run(11, 9)]],
    ['both at random', mixed],
    ['nodes again, in the room that runs were in', [9, 8]],
  ])('%s', (_, nodes) => {
    sequence.clear();
    for (const node of nodes) sequence.push(node);
    expect(sequence.length).toBe(nodes.length);
    expect(nodes.map((__, place) => sequence.at(place))).toEqual(nodes);
    expect(nodes.map((__, place) => sequence.at(nodes.length - 1 - place))).toEqual(nodes.toReversed());
  });
});
