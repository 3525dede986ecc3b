import { type ChildProcess, spawn } from 'node:child_process';
import { type HealthCheck, watchHealth } from './health.ts';
import { endGroup, signalGroup } from './process.group.ts';

/** A program that is kept running until it is stopped. */
export interface ServiceDefinition {
  name: string;
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  health: HealthCheck;
  /** A line of its output which says that it will not work again by itself. */
  fatalOutput?: RegExp;
  /** How long it may take to end by itself before it is killed. */
  stopTimeoutMs: number;
  /** Where its output goes, line by line. */
  onOutput: (name: string, line: string) => void;
  /** Told why it is started again. */
  onRestart: (name: string, reason: string) => void;
}

/** Pause before a program that ended by itself is started again; grows with each quick end. */
const RESTART_DELAY_MS = 500;
const RESTART_DELAY_MAX_MS = 15_000;
/** A program that ran this long is sound again: the next pause is the first one. */
const SOUND_AFTER_MS = 60_000;

/** One supervised child process in a process group of its own, so that Ctrl-C reaches it through the supervisor only. */
export class Service {
  readonly #definition: ServiceDefinition;
  #child: ChildProcess | null = null;
  #restartTimer: NodeJS.Timeout | null = null;
  #isStopping = false;
  #restartDelayMs = RESTART_DELAY_MS;
  /** Settles when nothing is left of the run before. */
  #cleared: Promise<void> = Promise.resolve();

  constructor(definition: ServiceDefinition) {
    this.#definition = definition;
  }

  start(): void {
    const { name, command, args, env, onOutput, health, fatalOutput } = this.#definition;
    const startedAtMs = performance.now();
    // The IPC channel tells the child when the supervisor is gone, however it ended.
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.#child = child;
    let fault: string | null = null;
    const kill = (reason: string): void => {
      if (this.#child !== child || this.#isStopping || fault !== null) return;
      fault = reason;
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    };
    const endWatch = watchHealth(health, kill);
    for (const stream of [child.stdout, child.stderr]) {
      forwardLines(stream, (line) => {
        onOutput(name, line);
        if (fatalOutput?.test(line) === true) kill('its runtime crashed');
      });
    }
    const onGone = (reason: string): void => {
      if (this.#child !== child) return;
      endWatch();
      this.#onGone(child, startedAtMs, fault ?? reason);
    };
    // A program that could not be run at all emits no exit.
    child.on('error', (error) => {
      onOutput(name, error.message);
      if (child.pid === undefined) onGone(error.message);
    });
    child.on('exit', (code, signal) => onGone(`ended with ${signal ?? `code ${code}`}`));
  }

  #onGone(child: ChildProcess, startedAtMs: number, reason: string): void {
    this.#child = null;
    // What it had started itself outlives it, and would keep its port.
    this.#cleared = child.pid === undefined ? Promise.resolve() : endGroup(child.pid);
    if (this.#isStopping) return;
    this.#definition.onRestart(this.#definition.name, reason);
    if (performance.now() - startedAtMs > SOUND_AFTER_MS) this.#restartDelayMs = RESTART_DELAY_MS;
    const delayMs = this.#restartDelayMs;
    this.#restartDelayMs = Math.min(this.#restartDelayMs * 2, RESTART_DELAY_MAX_MS);
    void this.#cleared.then(() => {
      if (!this.#isStopping) this.#restartTimer = setTimeout(() => this.start(), delayMs);
    });
  }

  /** Ends the program and all it started: SIGTERM, and SIGKILL when that takes too long. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (child?.pid !== undefined) {
      const { pid } = child;
      const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), this.#definition.stopTimeoutMs);
      await exited;
      clearTimeout(timer);
    }
    await this.#cleared;
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
