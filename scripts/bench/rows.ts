/** One figure of a benchmark with what it should be. Smaller is better. */
export interface Row {
  name: string;
  /** What was reached; null when it could not be measured, and `note` says why. */
  reached: number | null;
  /** The most it should be; null for a figure that has no target. */
  target: number | null;
  /** How figures are written: as a ratio, in MiB … `count` has no unit. */
  unit: 'ratio' | 'MiB' | 's' | 'ms' | 'bytes' | 'count';
  /** The figures behind it. */
  note: string;
  /** Why the result that was measured is wrong, which no figure makes up for. */
  fault?: string;
}

export type Verdict = 'reached' | 'MISSED' | 'not measured' | 'WRONG' | '';

export function verdict({ reached, target, fault }: Row): Verdict {
  if (fault !== undefined) return 'WRONG';
  if (reached === null) return 'not measured';
  if (target === null) return '';
  return reached <= target ? 'reached' : 'MISSED';
}

/** Rows as a table in Markdown. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => [
    row.name,
    shown(row.target, row),
    shown(row.reached, row),
    verdict(row),
    explained(row),
  ]);
  const all = [['figure', 'target', 'reached', '', 'from'], ...lines];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  const written = all.map((line) => `| ${line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`);
  const rule = `| ${[...widths, 4].map((width) => '-'.repeat(Math.max(3, width))).join(' | ')} |`;
  return [written[0], rule, ...written.slice(1)].join('\n');
}

function explained({ note, fault }: Row): string {
  return fault === undefined ? note : `${fault}; ${note}`;
}

/** Ratios far below 1 as `1/n`, which is how targets are thought of. */
function shown(value: number | null, { unit }: Row): string {
  if (value === null) return '–';
  if (unit === 'count') return String(value);
  if (unit !== 'ratio') return `${value.toFixed(DIGITS[unit])} ${unit}`;
  if (value > 0 && value <= INVERSE_BELOW) return `1/${(1 / value).toFixed(1).replace(/\.0$/, '')}`;
  return value
    .toFixed(value < 10 ? 3 : 1)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

const INVERSE_BELOW = 1 / 3;
const DIGITS = { MiB: 0, s: 2, ms: 1, bytes: 1 } as const;
