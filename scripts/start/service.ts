import { type ChildProcess, spawn } from 'node:child_process';

/** A program that is kept running until it is stopped. */
export interface ServiceDefinition {
  name: string;
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Where its output goes, line by line. */
  onOutput: (name: string, line: string) => void;
  onExit: (name: string, reason: string) => void;
}

/** Pause before a program that ended by itself is started again; grows with each quick end. */
const RESTART_DELAY_MS = 500;
const RESTART_DELAY_MAX_MS = 15_000;
/** A program that ran this long is sound again: the next pause is the first one. */
const SOUND_AFTER_MS = 60_000;
/** How long a program may take to end by itself before it is killed. */
const STOP_TIMEOUT_MS = 12_000;

/** One supervised child process in a process group of its own, so that Ctrl-C reaches it through the supervisor only. */
export class Service {
  readonly #definition: ServiceDefinition;
  #child: ChildProcess | null = null;
  #restartTimer: NodeJS.Timeout | null = null;
  #isStopping = false;
  #restartDelayMs = RESTART_DELAY_MS;

  constructor(definition: ServiceDefinition) {
    this.#definition = definition;
  }

  start(): void {
    const { name, command, args, env, onOutput } = this.#definition;
    const startedAtMs = Date.now();
    // The IPC channel tells the child when the supervisor is gone, however it ended.
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) forwardLines(stream, (line) => onOutput(name, line));
    child.on('error', (error) => onOutput(name, error.message));
    child.on('exit', (code, signal) => this.#restart(startedAtMs, signal ?? `code ${code}`));
  }

  #restart(startedAtMs: number, reason: string): void {
    this.#child = null;
    if (this.#isStopping) return;
    this.#definition.onExit(this.#definition.name, reason);
    if (Date.now() - startedAtMs > SOUND_AFTER_MS) this.#restartDelayMs = RESTART_DELAY_MS;
    this.#restartTimer = setTimeout(() => this.start(), this.#restartDelayMs);
    this.#restartDelayMs = Math.min(this.#restartDelayMs * 2, RESTART_DELAY_MAX_MS);
  }

  /** Ends the program and all it started: SIGTERM, and SIGKILL when that takes too long. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (child === null || child.pid === undefined) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const timer = setTimeout(() => killGroup(child, 'SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
    // What the program itself left behind goes with its group.
    killGroup(child, 'SIGKILL');
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

function forwardLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}
