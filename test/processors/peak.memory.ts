import { readFileSync } from 'node:fs';

/**
 * The largest resident set that this very process had, in bytes, as Linux counts it. That of `process.resourceUsage` is
 * at least as large as the process was that started this one.
 */
export function peakBytes(): number {
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('The system does not say how much memory this process had.');
  return Number(kilobytes) * 1024;
}
