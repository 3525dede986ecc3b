import { describe, expect, it } from 'vitest';
import { type Row, table, verdict } from '../../../scripts/bench/rows.ts';

const row = (given: Partial<Row>): Row => ({ name: 'a', reached: 1, target: 1, unit: 'ratio', note: 'n', ...given });

describe('the verdict', () => {
  it.each([
    ['a figure at its target', row({}), 'reached'],
    ['a figure above its target', row({ reached: 1.01 }), 'MISSED'],
    ['a figure that could not be measured', row({ reached: null }), 'not measured'],
    ['a figure without a number, which is never reached', row({ reached: Number.NaN }), 'MISSED'],
    ['a figure without a target', row({ target: null }), ''],
    ['a figure of a wrong result, however good', row({ reached: 0, fault: 'f' }), 'WRONG'],
  ])('%s', (_name, given, expected) => expect(verdict(given)).toBe(expected));
});

describe('the table', () => {
  it.each([
    ['a ratio far below one as a fraction', row({ reached: 0.05, target: 0.025 }), '| 1/40 | 1/20 | MISSED |'],
    ['a fraction that is not whole', row({ reached: 0.08, target: 0.25 }), '| 1/4 | 1/12.5 | reached |'],
    ['a ratio near one', row({ reached: 1.0195, target: 1.02 }), '| 1.02 | 1.02 | reached |'],
    ['a large ratio', row({ reached: 12.345, target: 2.5 }), '| 2.5 | 12.3 | MISSED |'],
    ['mebibytes', row({ reached: 95.6, target: 96, unit: 'MiB' }), '| 96 MiB | 96 MiB | reached |'],
    ['seconds', row({ reached: 2.345, target: 3, unit: 's' }), '| 3.00 s | 2.35 s | reached |'],
    ['milliseconds', row({ reached: 2.34, target: null, unit: 'ms' }), '| – | 2.3 ms | |'],
    ['bytes', row({ reached: 42.68, target: 44, unit: 'bytes' }), '| 44.0 bytes | 42.7 bytes | reached |'],
    ['a count', row({ reached: 33, target: 32, unit: 'count' }), '| 32 | 33 | MISSED |'],
    ['no target', row({ reached: 0.5, target: null }), '| – | 0.5 | |'],
    ['not measured', row({ reached: null }), '| 1 | – | not measured |'],
  ])('shows %s', (_name, given, expected) => {
    expect(table([given]).split('\n').at(-1)?.replace(/ +/g, ' ')).toBe(`| a ${expected} n |`);
  });
  it('says what is wrong before the figures', () => {
    expect(table([row({ fault: 'feature 7 is missing' })])).toContain('| WRONG | feature 7 is missing; n |');
  });
  it('has a heading and a rule of as many columns', () => {
    const [heading, rule] = table([row({})]).split('\n');
    expect(heading?.split('|').length).toBe(rule?.split('|').length);
  });
});
