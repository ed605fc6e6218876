/** A running screen without a terminal: takes observations and keys, keeps the state, and gives rows when they change. */
import { SCREEN_FRAME_MS_MIN } from '../model/limits.ts';
import type { Zone } from '../runtime/calendar.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Board, Observation, StreamFigures } from './figures.ts';
import type { Input } from './key-decoder.ts';
import { Meter } from './meter.ts';
import { reduce } from './reduce.ts';
import type { Link, PeekFacts, Row, Scene, Setting, Size } from './scene.ts';
import { chosenStream, listedShards, selectedShard } from './select-shards.ts';
import type { ScreenState } from './state.ts';
import { type Effect, said } from './step.ts';
import { screenRows } from './views/screen.ts';

export interface SessionOptions {
  readonly setting: Setting;
  readonly clock: Clock;
  readonly state: ScreenState;
  readonly size: Size;
  readonly zone: Zone;
  readonly peek: () => PeekFacts;
  readonly onEffect: (effect: Effect) => void;
  /** True while the terminal has not taken the last frames. */
  readonly isBusy: () => boolean;
}

/** The shard whose records are wanted. */
export interface PeekPlace {
  readonly stream: string;
  readonly shardId: string;
  readonly name: string;
  /** Where to begin: before the last record of a shard that is quiet now; undefined: at the newest. */
  readonly fromMs: number | undefined;
}

/** Of a quiet shard the last so many milliseconds before it fell silent are shown. */
const LAST_RECORDS_MS = 2_000;
/** A message is looked at each second. */
const SAID_MS = 1_500;

export class ScreenSession {
  readonly #options: SessionOptions;
  readonly #meter = new Meter();
  readonly #listeners = new Set<() => void>();
  #state: ScreenState;
  #size: Size;
  /** Of the newest observation; what is shown may be older. */
  #board: Board | undefined;
  #held: Board | undefined;
  #link: Link = { state: 'connecting' };
  #rows: readonly Row[];
  #paintedAtMs = Number.NEGATIVE_INFINITY;
  /** Milliseconds that the server's clock is ahead of this one. */
  #ahead = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#state = options.state;
    this.#size = options.size;
    this.#rows = screenRows(this.#scene());
  }

  get state(): ScreenState {
    return this.#state;
  }

  get board(): Board | undefined {
    return this.#board;
  }

  get ahead(): number {
    return this.#ahead;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly rows = (): readonly Row[] => this.#rows;

  /** The shard that is to be read, as it is selected now. */
  get peekPlace(): PeekPlace | undefined {
    const { setting } = this.#options;
    const stream = chosenStream(this.#board, this.#state);
    const shard = stream && selectedShard(listedShards(stream, this.#state), this.#state);
    if (!setting.canPeek || !this.#state.peeks || stream === undefined || shard === undefined) return undefined;
    const fromMs = shard.recordsIn > 0 || shard.lastMs === undefined ? undefined : shard.lastMs - LAST_RECORDS_MS;
    return { stream: stream.name, shardId: shard.id, name: shard.name, fromMs };
  }

  /** A key, a paste, a click: the screen answers at once. */
  input(input: Input): void {
    const { onEffect } = this.#options;
    const wasPaused = this.#state.pausedAtMs !== undefined;
    const step = reduce(this.#state, input, this.#scene());
    this.#state = step.state;
    const isPaused = step.state.pausedAtMs !== undefined;
    if (isPaused !== wasPaused) this.#held = isPaused ? this.#board : undefined;
    if (step.effect !== undefined) onEffect(step.effect);
    this.paint();
  }

  /** Counters as they stand now. */
  observe(observation: Observation): void {
    this.#board = this.#meter.take(observation);
    this.#ahead = observation.atMs - this.#options.clock.now();
    this.#link = { state: 'live' };
    this.#choose();
    this.#settle();
    this.paintSoon();
  }

  linked(link: Link): void {
    this.#link = link;
    this.paint();
  }

  resized(size: Size): void {
    this.#size = size;
    this.paint();
  }

  say(text: string, isBad = false): void {
    this.#state = said(this.#state, text, { nowMs: this.#options.clock.now() }, isBad).state;
    this.paint();
  }

  /** A split or merge failed, so nothing is on its way any more. */
  giveUpPending(): void {
    this.#state = { ...this.#state, pending: undefined };
  }

  /** Draws for data: at most two frames a second. */
  paintSoon(): void {
    if (this.#options.clock.monotonic() - this.#paintedAtMs >= SCREEN_FRAME_MS_MIN - 50) this.paint();
  }

  /** Draws now, unless the line to the terminal is still full of the frames before. */
  paint(): void {
    if (this.#options.isBusy()) return;
    this.#paintedAtMs = this.#options.clock.monotonic();
    this.#rows = screenRows(this.#scene());
    for (const listener of this.#listeners) listener();
  }

  /** Whether something on the screen counts seconds though no data comes. */
  get isTicking(): boolean {
    const { pausedAtMs, pending, message } = this.#state;
    // Once more after its time, to take it away.
    const isSaying = message !== undefined && this.#options.clock.now() < message.untilMs + SAID_MS;
    return this.#link.state !== 'live' || pausedAtMs !== undefined || pending !== undefined || isSaying;
  }

  /** Unless a stream was asked for, the busiest at the beginning; after that the choice is the user's. */
  #choose(): void {
    const board = this.#board;
    if (this.#state.stream !== undefined || board === undefined || !board.hasRates) return;
    const busiest = board.streams.reduce<StreamFigures | undefined>(
      (most, one) => (most === undefined || one.bytesIn > most.bytesIn ? one : most),
      undefined,
    );
    if (busiest !== undefined) this.#state = { ...this.#state, stream: busiest.name };
  }

  /** What was pending is over when its shards have closed; the screen goes to the first child. */
  #settle(): void {
    const { pending } = this.#state;
    if (pending === undefined) return;
    const stream = this.#board?.streams.find((one) => one.name === pending.stream);
    const stillOpen = stream?.shards.some((shard) => shard.isOpen && pending.shards.includes(shard.index)) ?? false;
    if (stillOpen) return;
    const child = stream?.shards.find(
      (shard) => shard.isOpen && shard.parents.some((index) => pending.shards.includes(index)),
    );
    if (child === undefined && stream !== undefined) return;
    const children = (stream?.shards ?? []).filter((shard) =>
      shard.parents.some((index) => pending.shards.includes(index)),
    );
    this.#state = { ...this.#state, pending: undefined, shard: child?.index };
    const became = children.map((shard) => shard.name).join(' and ');
    this.say(`${pending.shards.map((index) => String(index).padStart(4, '0')).join(' and ')} became ${became}`);
  }

  #scene(): Scene {
    const { setting, clock, zone, peek } = this.#options;
    return {
      setting,
      size: this.#size,
      state: this.#state,
      board: this.#held ?? this.#board,
      peek: peek(),
      link: this.#link,
      nowMs: clock.now(),
      zone: this.#state.isUtc ? 'utc' : zone,
    };
  }
}
