/**
 * What a command may use of the outside world: streams, environment, the target, signals. Beside main.ts the only
 * file of the command line that sees `process`.
 */
import { homedir } from 'node:os';
import type { Readable } from 'node:stream';
import type { Client } from '../client/client.ts';
import { isoTime, type Zone } from '../runtime/calendar.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { printable } from '../runtime/logger.ts';
import { type Random, systemRandom } from '../runtime/random.ts';
import { usageError } from './cli-error.ts';
import type { Config } from './config/file.ts';
import { EXIT } from './exit.ts';
import { type Folders, foldersOf } from './folders.ts';
import type { Format, GlobalValues } from './global-options.ts';
import { colorLevel, loadPaint, type Paint } from './paint.ts';
import { noProgress, type Progress, spinner } from './progress.ts';
import type { ProcessFacts, ProgramFacts, Settings } from './session-facts.ts';
import { Sink } from './sink.ts';
import type { OpenStream } from './target/open-stream.ts';
import { OpenTargets, readOnlyError } from './target/open-targets.ts';
import { parseStreamName } from './target/stream-name.ts';
import { localCredentials, type Target } from './target/target.ts';
import type { Moment } from './times.ts';

/** The work was stopped by a signal. */
export class InterruptedError extends Error {
  readonly signalName: 'SIGINT' | 'SIGTERM' | 'SIGHUP';
  constructor(signalName: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super(`stopped by ${signalName}`);
    this.name = 'InterruptedError';
    this.signalName = signalName;
  }
}

const WAIT_MS = 300_000;
const WORKING = 'working';

export class Context {
  readonly global: GlobalValues;
  readonly program: ProgramFacts;
  readonly config: Config;
  readonly targets: OpenTargets;
  readonly clock: Clock = systemClock;
  readonly random: Random = systemRandom;
  readonly env = process.env;
  readonly home = homedir();
  readonly folders: Folders = foldersOf(process.env, this.home, process.platform);
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
  /** What a spinner says. */
  #doing = WORKING;
  #usesStdin = false;
  #isDone = false;
  /** The targets named on stderr already, and the stream opened last. */
  readonly #named = new Set<Target>();
  #opened: OpenStream | undefined;
  readonly #changes: boolean;

  constructor(global: GlobalValues, program: ProgramFacts, { config, changes }: Settings) {
    this.global = global;
    this.program = program;
    this.config = config;
    this.#changes = changes;
    const { clock, random, env } = this;
    const outside = { env, clock, random, version: program.version, note: (line: string) => this.note(line) };
    this.targets = new OpenTargets({ global, config, ...outside, onChange: (one) => this.#name(one) });
    // The zone of every date from here on; Node reads it again when it is set.
    if (global.tz !== undefined) process.env['TZ'] = global.tz;
    this.signal = this.#stop.signal;
    const onClosed = (error: Error) => this.#stop.abort(error);
    this.out = new Sink({ stream: process.stdout, isTerminal: process.stdout.isTTY, clock: systemClock, onClosed });
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => this.#onSignal(name));
    process.on('SIGUSR2', () => this.err(this.status?.() ?? printable(this.#doing)));
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
    const { quiet, logFormat } = this.global;
    if (quiet) return;
    const text = printable(line);
    const time = isoTime(this.clock.now());
    this.err(logFormat === 'json' ? JSON.stringify({ time, level: 'info', message: text }) : text);
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
    const { execPath, argv, pid, platform, stderr, versions } = process;
    const words = argv.slice(2);
    return {
      ...{ node: execPath, nodeVersion: versions.node, script: argv[1]!, words },
      ...{ pid, platform, isTerminal: stderr.isTTY },
    };
  }

  get directory(): string {
    return process.cwd();
  }

  get moment(): Moment {
    return { nowMs: this.clock.now(), zone: this.zone };
  }

  /** That of --tz, else local on a terminal and UTC elsewhere. */
  get zone(): Zone {
    const { utc, tz } = this.global;
    return utc || (!this.out.isTerminal && tz === undefined) ? 'utc' : 'local';
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

  /** A spinner where one may be shown; what it says is the status of commands without one of their own. */
  progress(text: string): Progress {
    const { quiet, progress } = this.global;
    const { isTTY } = process.stderr;
    const isColored = colorLevel(this.global.color, this.env, isTTY) > 0;
    const isShown = isTTY && this.env['TERM'] !== 'dumb' && progress && !quiet;
    const shown = isShown ? spinner(text, this.clock, isColored) : noProgress;
    this.#doing = text;
    const say = (next: string) => {
      this.#doing = next;
      shown.say(next);
    };
    const stop = () => {
      this.#doing = WORKING;
      shown.stop();
    };
    return { say, stop };
  }

  /** The target of commands that name no stream. */
  target(): Promise<Target> {
    return this.targets.target();
  }

  /** The client of that target; the same one at every call. */
  async client(): Promise<Client> {
    return this.targets.client(await this.target());
  }

  /** The stream a person named, and the client of the server that has it. */
  async open(name: string): Promise<OpenStream> {
    const { prefix, name: streamName, ref, region } = parseStreamName(name);
    const target = await this.targets.target({ prefix, region });
    if (this.#changes && !this.global.dryRun) await this.#claim(target);
    const client = await this.targets.client(target);
    this.#opened = { context: this, name, streamName, ref, target, client };
    return this.#opened;
  }

  /**
   * Asks before something that cannot be undone: once, or for the name of each stream whose context wants it typed.
   * `lost`: the streams that would be gone, whose names have to be typed on AWS.
   * @throws {CliError} when the answer is no or nobody can be asked.
   */
  async confirm(question: string, ...lost: readonly OpenStream[]): Promise<void> {
    const { dryRun, yes, confirm } = this.global;
    if (dryRun) return;
    const streams = lost.length > 0 || this.#opened === undefined ? lost : [this.#opened];
    const targets = streams.length > 0 ? streams.map(({ target }) => target) : [await this.target()];
    for (const target of targets) await this.#claim(target);
    const { signal, canAsk } = this;
    const person = { input: process.stdin, output: process.stderr, onInterrupt: () => this.#onSignal('SIGINT') };
    const asking = { ...person, canAsk, yes, confirmed: confirm, words: this.self.words, signal };
    const { askName, askYes } = await import('./questions.ts');
    const typed = streams.filter(({ target }) => wantsName(target, lost.length > 0));
    for (const { streamName: name, target } of typed) {
      await askName(question, { name, isStrict: target.confirm === 'name' }, asking);
    }
    if (typed.length < streams.length || streams.length === 0) await askYes(question, asking);
  }

  /** Before something is changed. @throws {CliError} where that is not allowed. */
  async #claim(target: Target): Promise<void> {
    if (target.readOnly) throw readOnlyError(target, 'nothing was changed', this.global.readOnly);
    await this.#name(target);
  }

  /** On a terminal, tells once where something is about to change. */
  async #name(target: Target): Promise<void> {
    const { quiet, dryRun, color } = this.global;
    if (quiet || dryRun || !process.stderr.isTTY || this.#named.has(target)) return;
    this.#named.add(target);
    const { targetLine } = await import('./target/line.ts');
    const paint = await loadPaint(colorLevel(color, this.env, process.stderr.isTTY));
    this.err(await targetLine(target, paint));
  }

  /** Releases what would keep the program alive; a signal ends it at once from now on. */
  async close(): Promise<void> {
    this.#isDone = true;
    await this.out.end();
    if (this.#usesStdin) process.stdin.destroy();
    await this.targets.close();
  }

  /** The region of a server of this machine. */
  get localRegion(): string {
    return this.global.region ?? (this.env['AWS_REGION'] || this.env['AWS_DEFAULT_REGION'] || 'us-east-1');
  }

  /** A client of a daemon on this machine; the caller closes it. */
  clientAt(endpoint: string): Promise<Client> {
    return this.targets.connect({ endpoint, region: this.localRegion, credentials: localCredentials(this.env) });
  }
}

/** Whether a yes is not enough. */
function wantsName({ confirm, kind }: Target, isLost: boolean): boolean {
  return confirm === 'name' || (isLost && kind === 'aws');
}
