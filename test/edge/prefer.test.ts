import { expect, test } from 'vitest';
import { readPreference } from '../../edge/prefer.ts';

test.each([
  ['nothing', null, 20_000, null],
  ['respond-async', 'respond-async', 0, 'respond-async'],
  ['a wait', 'wait=5', 5000, 'wait=5'],
  ['a wait of nothing', 'wait=0', 0, 'wait=0'],
  ['a wait in quotes', 'wait="7"', 7000, 'wait=7'],
  ['a wait that is capped', 'wait=3600', 60_000, 'wait=60'],
  ['both: wait first, then respond asynchronously', 'respond-async, wait=10', 10_000, 'respond-async, wait=10'],
  ['another case and blanks', ' Respond-Async ', 0, 'respond-async'],
  ['an unknown preference', 'return=minimal', 20_000, null],
  ['a malformed wait', 'wait=soon', 20_000, null],
  ['a negative wait', 'wait=-1', 20_000, null],
  ['parameters', 'respond-async; foo=bar', 0, 'respond-async'],
])('%s', (_reason, header, waitMs, applied) => {
  expect(readPreference(header)).toEqual({ waitMs, applied });
});
