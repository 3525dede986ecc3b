import { afterAll, describe, expect, test } from 'vitest';
import { prepareWkb } from '../../../origin/boundaries/prepare.ts';
import { Preparer } from '../../../origin/boundaries/preparer.ts';
import { encodeMultiPolygon } from '../../../origin/boundaries/wkb.ts';
import { prepareBoundary } from '../../../processors/boundary/prepare.ts';
import { serialisePrepared } from '../../../processors/boundary/serialise.ts';
import { circle } from './geojson.shapes.ts';

const DIGEST = '0123456789abcdef'.repeat(4);
/** Below and above what is worth a thread. */
const [SMALL, LARGE] = [1_000, 100_000];

const wkbOf = (vertices: number): Buffer => encodeMultiPolygon([[circle(vertices)]]);

const preparers: Preparer[] = [];
function preparer(...limits: ConstructorParameters<typeof Preparer>): Preparer {
  const made = new Preparer(...limits);
  preparers.push(made);
  return made;
}
afterAll(() => Promise.all(preparers.map((made) => made.stop())));

describe('a prepared boundary', () => {
  test.each([
    ['in the calling thread', SMALL],
    ['in a thread of its own', LARGE],
  ])('made %s is that of the coordinates', async (_reason, vertices) => {
    const prepared = await preparer().prepare(wkbOf(vertices), DIGEST);
    const expected = serialisePrepared(prepareBoundary([[circle(vertices)]], DIGEST));
    expect(Buffer.compare(prepared, expected)).toBe(0);
  });

  test('does not keep the calling thread from its work', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await preparer().prepare(wkbOf(LARGE), DIGEST);
    clearInterval(timer);
    // In the calling thread there would be none.
    expect(turns).toBeGreaterThan(1);
  });

  test('whose geometry cannot be used is refused, as in the calling thread', async () => {
    const [[x = 0, y = 0] = [], ...rest] = circle(LARGE);
    const open = encodeMultiPolygon([[[[x + 1, y], ...rest]]]);
    const problem = { kind: 'invalid-boundary', message: expect.stringContaining('not closed') };
    await expect(preparer().prepare(open, DIGEST)).rejects.toMatchObject(problem);
    expect(() => prepareWkb(open, DIGEST)).toThrow(expect.objectContaining(problem));
  });

  test('that takes too long is given up, and the next one is made', async () => {
    const hasty = preparer({ timeoutMs: 1 });
    const problem = { kind: 'too-costly', message: expect.stringContaining('Preparing the boundary took longer') };
    await expect(hasty.prepare(wkbOf(LARGE), DIGEST)).rejects.toMatchObject(problem);
    await expect(hasty.prepare(wkbOf(LARGE), DIGEST)).rejects.toMatchObject(problem);
    expect((await hasty.prepare(wkbOf(SMALL), DIGEST)).length).toBeGreaterThan(0);
  });

  test('waits for others, and is refused when too many wait', async () => {
    const busy = preparer();
    const wkb = wkbOf(LARGE);
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => busy.prepare(wkb, DIGEST)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(8);
    const refused: unknown = expect.objectContaining({ kind: 'overloaded', retryAfterSeconds: 30 });
    expect(results.slice(8)).toEqual(Array.from({ length: 2 }, () => ({ status: 'rejected', reason: refused })));
    expect((await busy.prepare(wkb, DIGEST)).length).toBeGreaterThan(0);
  });
});
