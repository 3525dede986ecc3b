const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** A size for people, in decimal units with up to three digits: `1.25 MB`. */
export function sizeText(sizeBytes: number): string {
  if (sizeBytes === 1) return '1 byte';
  let value = sizeBytes;
  let unit = 0;
  // Compared as it will be shown, so that 999,999 bytes are 1 MB and not 1000 kB.
  while (Number(value.toPrecision(3)) >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${Number(value.toPrecision(3))} ${UNITS[unit] ?? ''}`;
}
