/** The screen on a terminal: puts session, source, keys and Ink together, and gives the terminal back at the end. */
import type { Client } from '../client/client.ts';
import type { CloudWatchPlace } from '../client/cloud-watch-read.ts';
import { compactTime, type Zone } from '../runtime/calendar.ts';
import type { Clock } from '../runtime/clock.ts';
import { saveText } from '../runtime/files.ts';
import { stopSelf, Terminal } from '../runtime/terminal.ts';
import { type ChangeEffect, carryOut } from './change-stream.ts';
import { CloudWatchWatch } from './cloud-watch-figures.ts';
import { exportText } from './export-view.ts';
import { FrameWriter } from './frame-writer.ts';
import { KeyDecoder } from './key-decoder.ts';
import { observePolling } from './observe-polling.ts';
import { PeekBuffer, type ReadRecord } from './peek-buffer.ts';
import { PeekReader, reasonOf } from './peek-reader.ts';
import type { Setting } from './scene.ts';
import { ScreenSession } from './screen-session.ts';
import type { ScreenState } from './state.ts';
import type { Effect } from './step.ts';
import { watchSource } from './watch-source.ts';

export interface ScreenOptions {
  readonly setting: Setting;
  readonly client: Client;
  /** On AWS. */
  readonly cloudWatch?: CloudWatchPlace | undefined;
  readonly clock: Clock;
  readonly state: ScreenState;
  readonly zone: Zone;
  readonly mouse: boolean;
  readonly keepsScreen: boolean;
  /** Where `e` writes files. */
  readonly folder: string;
  /** Ends the screen. */
  readonly signal: AbortSignal;
}

/** An Escape key is told from the beginning of another key by the silence after it. */
const ESCAPE_MS = 40;
const RESIZE_MS = 50;
const TICK_MS = 1_000;

/** What comes after the screen; nothing of it after `q`. */
export interface Left {
  /** To be printed. */
  readonly command?: string;
  /** The name of the server to look at instead. */
  readonly context?: string;
  /** Doctor is wanted. */
  readonly doctor?: boolean;
}

/** Shows the screen until it is left. */
export async function runScreen(options: ScreenOptions): Promise<Left> {
  return await new Screen(options).run();
}

class Screen {
  readonly #options: ScreenOptions;
  readonly #terminal: Terminal;
  readonly #writer: FrameWriter;
  readonly #session: ScreenSession;
  readonly #buffer = new PeekBuffer();
  readonly #reader: PeekReader;
  readonly #keys = new KeyDecoder();
  readonly #over = new AbortController();
  #renewal = new AbortController();
  #left: Left = {};
  #isResizing = false;

  constructor(options: ScreenOptions) {
    this.#options = options;
    const { setting, clock, client } = options;
    this.#terminal = new Terminal({ keepsScreen: options.keepsScreen, mouse: options.mouse });
    this.#writer = new FrameWriter((text) => this.#terminal.write(text));
    this.#session = new ScreenSession({
      setting,
      clock,
      state: options.state,
      zone: options.zone,
      size: this.#terminal.size,
      peek: () => this.#buffer.facts,
      onEffect: (effect) => void this.#do(effect),
      isBusy: () => this.#isBusy(),
    });
    const now = () => clock.now() + this.#session.ahead;
    // Elsewhere than on their own screen records may wait for the next figures.
    const onRecords = () => this.#session.state.view === 'peek' && this.#session.paintSoon();
    this.#reader = new PeekReader({
      client,
      clock,
      buffer: this.#buffer,
      share: () => this.#peekShare,
      now,
      onRecords,
    });
  }

  async run(): Promise<Left> {
    const { signal } = this.#options;
    const end = () => this.#over.abort();
    signal.addEventListener('abort', end, { once: true });
    this.#terminal.enter({
      onInput: (bytes) => this.#typed(bytes),
      onResize: () => void this.#resized(),
      onResume: () => this.#repaint(),
    });
    try {
      // The first picture stands before Ink is loaded, which takes a while.
      this.#writer.write(this.#session.rows().join('\n'));
      const source = this.#watch();
      const { mount } = await import('./app.tsx');
      this.#sizeWriter();
      const app = mount(this.#session, this.#writer);
      await Promise.all([source, this.#tick()]);
      this.#writer.close();
      app.close();
    } finally {
      signal.removeEventListener('abort', end);
      this.#reader.close();
      this.#terminal.leave();
    }
    return this.#left;
  }

  #watch(): Promise<void> {
    const { client, clock, setting, cloudWatch } = this.#options;
    const intervalMs = () => this.#session.state.intervalMs;
    return watchSource({
      endpoint: setting.endpoint,
      profile: setting.profile,
      clock,
      signal: this.#over.signal,
      intervalMs,
      renewal: () => this.#renewal.signal,
      poll: (signal) =>
        observePolling({
          client,
          clock,
          signal,
          intervalMs,
          share: setting.share,
          cloudWatch: cloudWatch && new CloudWatchWatch(cloudWatch),
          reads: setting.canPeek,
          stream: () => this.#session.state.stream,
          onPage: (place, records) => this.#polled(place, records),
        }),
      onObservation: (observation) => {
        this.#session.observe(observation);
        this.#turn();
      },
      onLink: (link) => this.#session.linked(link),
    });
  }

  /** Where a few records stand among figures, they are read as often as these come. */
  get #peekShare(): number {
    const { view, intervalMs } = this.#session.state;
    const { share } = this.#options.setting;
    return view === 'peek' ? share : Math.min(share, 1_000 / intervalMs);
  }

  /** Records for the peek pane: read for it, or out of what polling reads anyway. */
  #turn(): void {
    const place = this.#session.peekPlace;
    this.#buffer.hold(!this.#session.state.follows);
    if (this.#session.board?.source.kind === 'daemon') this.#reader.turnTo(place);
    else this.#buffer.begin(place && `${place.stream}/${place.name}`);
  }

  #polled(place: string, records: readonly ReadRecord[]): void {
    const wanted = this.#session.peekPlace;
    if (wanted === undefined || place !== `${wanted.stream}/${wanted.shardId}`) return;
    this.#buffer.begin(`${wanted.stream}/${wanted.name}`);
    this.#buffer.add(records, this.#options.clock.monotonic());
  }

  /** Seconds that pass on the screen while no data comes. */
  async #tick(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#over.signal.aborted) {
      await clock.sleep(TICK_MS, this.#over.signal).catch(() => undefined);
      if (this.#session.isTicking) this.#session.paintSoon();
    }
  }

  #isBusy(): boolean {
    if (!this.#terminal.isBusy) return false;
    this.#terminal.whenFree(() => this.#session.paintSoon());
    return true;
  }

  #typed(bytes: Uint8Array): void {
    for (const input of this.#keys.take(bytes)) this.#input(input);
    if (this.#keys.isWaiting) void this.#flushLater();
  }

  async #flushLater(): Promise<void> {
    await this.#options.clock.sleep(ESCAPE_MS);
    for (const input of this.#keys.flush()) this.#input(input);
  }

  #input(input: Parameters<ScreenSession['input']>[0]): void {
    const { intervalMs } = this.#session.state;
    this.#session.input(input);
    if (this.#session.state.intervalMs !== intervalMs) this.#renew();
    this.#turn();
  }

  /** Connects anew, at once. */
  #renew(): void {
    const before = this.#renewal;
    this.#renewal = new AbortController();
    before.abort();
  }

  #sizeWriter(): void {
    const { columns, rows } = this.#terminal.size;
    this.#writer.columns = columns;
    this.#writer.rows = rows;
  }

  async #resized(): Promise<void> {
    if (this.#isResizing) return;
    this.#isResizing = true;
    await this.#options.clock.sleep(RESIZE_MS);
    this.#isResizing = false;
    this.#repaint();
  }

  #repaint(): void {
    this.#sizeWriter();
    this.#writer.forget();
    this.#terminal.write('\u001b[2J');
    this.#session.resized(this.#terminal.size);
  }

  async #do(effect: Effect): Promise<void> {
    switch (effect.kind) {
      case 'quit':
        return this.#over.abort();
      case 'leave':
        this.#left = { command: effect.command };
        return this.#over.abort();
      case 'doctor':
        this.#left = { doctor: true };
        return this.#over.abort();
      case 'context':
        this.#left = { context: effect.name };
        return this.#over.abort();
      case 'suspend':
        return stopSelf();
      case 'repaint':
        return this.#repaint();
      case 'refresh':
        return this.#renew();
      case 'copy':
        return this.#terminal.write(`\u001b]52;c;${Buffer.from(effect.text).toString('base64')}\u0007`);
      case 'export':
        return await this.#export();
      default:
        return await this.#change(effect);
    }
  }

  async #export(): Promise<void> {
    const { folder, clock } = this.#options;
    const { name, text } = exportText(this.#session.state, this.#session.board, this.#buffer.facts);
    const path = `${folder}/${name.replace('*', compactTime(clock.now()))}`;
    try {
      await saveText(path, text);
      this.#session.say(`wrote ${path}`);
    } catch (error) {
      this.#session.say(`${path} cannot be written: ${reasonOf(error)}`, true);
    }
  }

  async #change(effect: ChangeEffect): Promise<void> {
    const { signal } = this.#over;
    try {
      await carryOut(this.#options.client, effect, signal);
      if (effect.kind === 'create') this.#session.say(`${effect.stream} is being created`);
    } catch (error) {
      if (signal.aborted) return;
      this.#session.giveUpPending();
      this.#session.say(`${effect.kind} failed: ${error instanceof Error ? error.message : String(error)}`, true);
    }
  }
}
