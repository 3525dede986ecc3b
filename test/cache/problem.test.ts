import { describe, expect, test } from 'vitest';
import { Problem, PROBLEM_KINDS, problemFromJson, toProblem } from '../../cache/problem.ts';
import { problemResponse } from '../../cache/problem.response.ts';

const kinds = Object.keys(PROBLEM_KINDS).filter((kind): kind is keyof typeof PROBLEM_KINDS => kind in PROBLEM_KINDS);

describe('Problem', () => {
  test.each(kinds)('%s goes through JSON and back', (kind) => {
    const problem = new Problem(kind, 'what was wrong', { extensions: { allowed: ['a', 'b'] } });
    const json: unknown = JSON.parse(JSON.stringify(problem));
    expect(json).toEqual({
      type: `urn:cutline:problem:${kind}`,
      title: PROBLEM_KINDS[kind][1],
      status: PROBLEM_KINDS[kind][0],
      detail: 'what was wrong',
      allowed: ['a', 'b'],
    });
    expect(problemFromJson(json)?.toJSON()).toEqual(json);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a text', 'urn:cutline:problem:internal'],
    ['no detail', { type: 'urn:cutline:problem:internal' }],
    ['no type', { detail: 'x' }],
    ['a type of someone else', { type: 'about:blank', detail: 'x' }],
    ['an unknown kind', { type: 'urn:cutline:problem:unheard-of', detail: 'x' }],
    ['a name of every object', { type: 'urn:cutline:problem:constructor', detail: 'x' }],
  ])('is not read from %s', (_, json) => {
    expect(problemFromJson(json)).toBeNull();
  });

  test('an unknown error keeps its words to itself and can be found by its id', () => {
    const cause = new Error('password=hunter2');
    const problem = toProblem(cause, 'some-id');
    expect(problem).toMatchObject({ kind: 'internal', status: 500, cause });
    expect(JSON.stringify(problem)).not.toContain('hunter2');
    expect(problem.toJSON()).toMatchObject({ id: 'some-id' });
    expect(problem.message).toContain('some-id');
  });

  test('a Problem is itself', () => {
    const problem = new Problem('not-found', 'x');
    expect(toProblem(problem)).toBe(problem);
  });
});

describe('problemResponse', () => {
  test.each(kinds)('%s', async (kind) => {
    const problem = new Problem(kind, 'what was wrong');
    const response = problemResponse(problem);
    expect(response.status).toBe(problem.status);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(response.headers.get('Cache-Control')).toBe(problem.status === 404 ? 'public, max-age=60' : 'no-store');
    expect(response.headers.has('Retry-After')).toBe(false);
    expect(await response.json()).toEqual(problem.toJSON());
  });

  test.each([
    [0, '0'],
    [5, '5'],
    [0.2, '1'],
    [-3, '0'],
  ])('Retry-After of %s seconds', (retryAfterSeconds, expected) => {
    const problem = new Problem('overloaded', 'x', { retryAfterSeconds });
    expect(problemResponse(problem).headers.get('Retry-After')).toBe(expected);
  });

  test('takes headers, which win', () => {
    const headers = { Allow: 'GET, HEAD', 'cache-control': 'max-age=5' };
    const response = problemResponse(new Problem('method-not-allowed', 'x'), headers);
    expect(response.headers.get('Allow')).toBe('GET, HEAD');
    expect(response.headers.get('Cache-Control')).toBe('max-age=5');
  });
});
