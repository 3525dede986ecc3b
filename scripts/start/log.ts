import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';

/** Where the output of the started programs goes. */
export interface Log {
  file: string;
  write(name: string, line: string): void;
}

/** A log file in the data folder; `isVerbose` repeats every line on the terminal. */
export function openLog(dataFolder: string, isVerbose: boolean): Log {
  mkdirSync(dataFolder, { recursive: true });
  const file = path.join(dataFolder, 'cutline.log');
  const stream = createWriteStream(file, { flags: 'w' });
  return {
    file,
    write(name, line) {
      stream.write(`${name}: ${line}\n`);
      if (isVerbose) process.stderr.write(`${name}: ${line}\n`);
    },
  };
}
