/**
 * What a command may use of the outside world: streams, environment, the target, signals. Beside main.ts the only
 * file of the command line that sees `process`.
 */
import { homedir } from 'node:os';
import type { Readable } from 'node:stream';
import type { Client } from '../client/client.ts';
import { streamRef } from '../client/stream-ref.ts';
import type { Zone } from '../runtime/calendar.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { printable } from '../runtime/logger.ts';
import { type Random, systemRandom } from '../runtime/random.ts';
import { readState, runtimeFolder } from '../runtime/state-file.ts';
import { CliError, usageError } from './cli-error.ts';
import type { CommandSpec } from './command-spec.ts';
import { EXIT } from './exit.ts';
import { type Folders, foldersOf } from './folders.ts';
import type { Format, GlobalValues } from './global-options.ts';
import type { OpenStream } from './open-stream.ts';
import { colorLevel, loadPaint, type Paint } from './paint.ts';
import { noProgress, type Progress, spinner } from './progress.ts';
import { Sink } from './sink.ts';
import { chooseTarget, localCredentials, type Target } from './target.ts';
import type { Moment } from './times.ts';

/** What the program knows about itself; handed in, so that commands about commands need not load the table. */
export interface ProgramFacts {
  readonly version: string;
  readonly commands: readonly CommandSpec[];
  /** First words that several commands share, with their line in the help. */
  readonly nouns: Readonly<Record<string, string>>;
}

/** This process, and how to run the same program again. */
export interface ProcessFacts {
  readonly node: string;
  readonly script: string;
  readonly words: readonly string[];
  readonly pid: number;
  readonly platform: string;
  /** Whether stderr is a terminal. */
  readonly isTerminal: boolean;
}

/** The work was stopped by a signal. */
export class InterruptedError extends Error {
  readonly signalName: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
  constructor(signalName: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super(`stopped by ${signalName}`);
    this.name = 'InterruptedError';
    this.signalName = signalName;
  }
}

const TIMEOUT_MS = 30_000;
const WAIT_MS = 300_000;
const ATTEMPTS = 5;

export class Context {
  readonly global: GlobalValues;
  readonly program: ProgramFacts;
  readonly clock: Clock = systemClock;
  readonly random: Random = systemRandom;
  readonly env = process.env;
  readonly folders: Folders = foldersOf(process.env, homedir());
  readonly out: Sink;
  /** Fires at the first SIGINT, SIGTERM or SIGHUP, and when the reader of stdout goes away. */
  readonly signal: AbortSignal;
  /** How far the work is, in one line: what SIGUSR2 prints on stderr, and a second signal that gives up. */
  status: (() => string) | undefined;
  /** What SIGHUP does, where it does not stop the work. */
  onHangup: (() => void) | undefined;
  /** Takes the signals in place of stopping the work: a child runs in the foreground. */
  onSignal: ((name: InterruptedError['signalName']) => void) | undefined;
  /** What the program ends with when the command returns; 0 unless set. */
  exitCode: number | undefined;
  readonly #stop = new AbortController();
  #usesStdin = false;
  #isDone = false;
  #client: Promise<Client> | undefined;
  #target: Promise<Target> | undefined;

  constructor(global: GlobalValues, program: ProgramFacts) {
    this.global = global;
    this.program = program;
    this.signal = this.#stop.signal;
    const onClosed = (error: Error) => this.#stop.abort(error);
    this.out = new Sink({ stream: process.stdout, isTerminal: process.stdout.isTTY, clock: systemClock, onClosed });
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => this.#onSignal(name));
    process.on('SIGUSR2', () => this.err(this.status?.() ?? 'working'));
  }

  /** The second signal gives up what is under way. */
  #onSignal(name: InterruptedError['signalName']): void {
    if (name === 'SIGHUP' && this.onHangup !== undefined) {
      this.onHangup();
      return;
    }
    if (this.onSignal !== undefined) {
      this.onSignal(name);
      return;
    }
    if (this.signal.aborted || this.#isDone) {
      if (this.status !== undefined) this.err(`abandoned: ${this.status()}`);
      process.exit(name === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
    }
    this.#stop.abort(new InterruptedError(name));
  }

  /** Calls back at each SIGUSR1. */
  onReopen(reopen: () => void): void {
    process.on('SIGUSR1', reopen);
  }

  /** One line on stderr. */
  err(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  /** A line a person may want, unless --quiet. Foreign text in it cannot drive the terminal. */
  note(line: string): void {
    if (!this.global.quiet) this.err(printable(line));
  }

  get columns(): number {
    return process.stdout.columns || 80;
  }

  /** True when a question can be asked. */
  get canAsk(): boolean {
    return process.stdin.isTTY && process.stderr.isTTY && this.global.input && !this.env['CI'];
  }

  get stdin(): Readable & { readonly isTTY?: boolean } {
    this.#usesStdin = true;
    return process.stdin;
  }

  get self(): ProcessFacts {
    const { execPath, argv, pid, platform, stderr } = process;
    return { node: execPath, script: argv[1]!, words: argv.slice(2), pid, platform, isTerminal: stderr.isTTY };
  }

  get directory(): string {
    return process.cwd();
  }

  get moment(): Moment {
    return { nowMs: this.clock.now(), zone: this.zone };
  }

  /** Local on a terminal, UTC elsewhere. */
  get zone(): Zone {
    return this.global.utc || !this.out.isTerminal ? 'utc' : 'local';
  }

  /** How long a wait for a change may take. */
  get waitMs(): number {
    return this.global.timeout ?? WAIT_MS;
  }

  /** The form of the output of a list or document. */
  get listFormat(): Exclude<Format, 'raw'> {
    const { output, json } = this.global;
    const format = json ? 'json' : (output ?? (this.out.isTerminal ? 'table' : 'tsv'));
    if (format === 'raw')
      throw usageError('this command prints no records: -o raw does not fit', 'Try -o tsv or --json.');
    return format;
  }

  /** The form of the output of records. */
  get recordFormat(): Exclude<Format, 'json' | 'name' | 'env'> {
    const { output, json } = this.global;
    const format = json ? 'ndjson' : (output ?? (this.out.isTerminal ? 'table' : 'ndjson'));
    if (format === 'json' || format === 'name' || format === 'env') {
      throw usageError(`records come one by one: -o ${format} does not fit`, 'Try --output ndjson.');
    }
    return format;
  }

  /** The colours of stdout. */
  paint(): Promise<Paint> {
    return loadPaint(colorLevel(this.global.color, this.env, this.out.isTerminal));
  }

  /** A spinner where one may be shown. */
  progress(text: string): Progress {
    const { quiet, progress } = this.global;
    return process.stderr.isTTY && progress && !quiet ? spinner(text, this.clock) : noProgress;
  }

  target(): Promise<Target> {
    this.#target ??= this.#chooseTarget();
    return this.#target;
  }

  /** The client of the target; the same one at every call. */
  client(): Promise<Client> {
    this.#client ??= this.target().then((target) => this.#connect(target));
    return this.#client;
  }

  /** The stream a person named, and the client of the server that has it. */
  async open(name: string): Promise<OpenStream> {
    const [target, client] = await Promise.all([this.target(), this.client()]);
    return { context: this, name, streamName: name.split('/').at(-1)!, ref: streamRef(name), target, client };
  }

  /** Asks before something that cannot be undone. @throws {CliError} when the answer is no or nobody can be asked. */
  async confirm(question: string): Promise<void> {
    if (this.global.yes || this.global.dryRun) return;
    if (!this.canAsk) {
      const again = ['sluice', ...this.self.words, '--yes'].join(' ');
      throw usageError(`${question} There is nobody to ask here.`, `Repeat with --yes:  ${again}`);
    }
    const answer = await this.#ask(`${printable(question)} [y/N] `);
    this.signal.throwIfAborted();
    if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('nothing was changed', { exit: EXIT.declined });
  }

  /** The line typed; empty after Ctrl-D and when a signal comes. */
  async #ask(question: string): Promise<string> {
    const { createInterface } = await import('node:readline');
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    prompt.on('SIGINT', () => this.#onSignal('SIGINT'));
    const onSignal = () => prompt.close();
    this.signal.addEventListener('abort', onSignal, { once: true });
    try {
      return await new Promise((resolve) => {
        prompt.on('close', () => resolve(''));
        prompt.question(question, resolve);
      });
    } finally {
      this.signal.removeEventListener('abort', onSignal);
      prompt.close();
    }
  }

  /** Releases what would keep the program alive; a signal ends it at once from now on. */
  async close(): Promise<void> {
    this.#isDone = true;
    await this.out.end();
    if (this.#usesStdin) process.stdin.destroy();
    await (await this.#client?.catch(() => undefined))?.close();
  }

  async #chooseTarget(): Promise<Target> {
    const { endpoint, region } = this.global;
    const env = this.env;
    const free = chooseTarget({ endpoint, region, env });
    if (free.context !== 'local') return free;
    const state = await readState(runtimeFolder(env), 'default');
    return chooseTarget({ region, env, localUrl: state?.url });
  }

  /** A client of a daemon on this machine; the caller closes it. */
  clientAt(endpoint: string): Promise<Client> {
    return this.#connect({
      endpoint,
      region: this.global.region ?? 'us-east-1',
      credentials: localCredentials(this.env),
    });
  }

  async #connect({
    endpoint,
    region,
    credentials,
  }: Pick<Target, 'endpoint' | 'region' | 'credentials'>): Promise<Client> {
    const { Client } = await import('../client/client.ts');
    const { timeout, maxAttempts, verbose } = this.global;
    const onRetry = verbose > 0 ? (name: string, error: unknown) => this.note(`${name} again: ${error}`) : undefined;
    return new Client({
      endpoint,
      region,
      credentials,
      clock: this.clock,
      random: this.random,
      timeoutMs: timeout ?? TIMEOUT_MS,
      attemptsMax: maxAttempts ?? ATTEMPTS,
      onRetry,
    });
  }
}
