/**
 * One flow at work: looks, reads and hands on, file by file in turns, as far as there is room; then rests until there
 * is something to do. Polling decides; what the system tells about its directories only ends the rest early.
 */
import {
  AGENT_COLD_POLL_MS,
  AGENT_HOT_MS,
  AGENT_OUTAGE_MS,
  AGENT_READ_BYTES,
  AGENT_WARM_MS,
  AGENT_WARM_POLL_MS,
} from '../model/limits.ts';
import type { WatchHint } from '../runtime/log-files.ts';
import { Bell } from './bell.ts';
import { EventCounter } from './event-counts.ts';
import type { AgentEvent } from './events.ts';
import { FileTracker } from './file-tracker.ts';
import { Publisher, type PublisherOptions } from './publisher.ts';
import { ReaderTotals } from './reader-counters.ts';
import type { Tailer } from './tailer.ts';
import type { TrackerOptions } from './tracker-options.ts';
import { Watches } from './watches.ts';

export type FlowOptions = Omit<TrackerOptions, 'offer' | 'dropReader'> &
  Omit<PublisherOptions, 'onProgress'> & {
    /** Called before anything is read of new files: that they were seen has to be on disk first. */
    readonly onFound: () => Promise<void>;
    /** Copy deleted files already during an outage, not only at a stop. */
    readonly spoolEarly: boolean;
    /** Read every file to its end, also an unterminated last line, and no further. */
    readonly once: boolean;
  };

/** After so many it is looked whether others have to be closed for them. */
const OPENED_AT_ONCE = 30;

export class FlowRunner {
  readonly tracker: FileTracker;
  readonly publisher: Publisher;
  /** What reading has come to, over all files. */
  readonly totals = new ReaderTotals();
  readonly #options: FlowOptions;
  readonly #bell: Bell;
  readonly #watches: Watches;
  #scanAtMs = 0;
  #scannedMs = Number.NEGATIVE_INFINITY;
  #byPath: ReadonlyMap<string, Tailer> = new Map();
  #reading = true;
  /** What happened to files. */
  readonly eventCounter = new EventCounter();
  #events = 0;
  /** Had more to read than there was room for. */
  #starved: Tailer[] = [];

  constructor(given: FlowOptions) {
    const events: FlowOptions['events'] = (event, flow) => {
      if (event.kind !== 'request') this.#events++;
      this.eventCounter.see(event);
      given.events(event, flow);
    };
    const options = { ...given, events };
    this.#options = options;
    this.#bell = new Bell(options.clock);
    this.#watches = new Watches(options.files, (directory, hint) => this.#onHint(directory, hint));
    this.publisher = new Publisher({ ...options, onProgress: () => this.#onProgress() });
    this.tracker = new FileTracker({
      ...options,
      makeReader: (path) => this.totals.add(options.makeReader(path)),
      dropReader: (reader) => this.totals.drop(reader),
      offer: (records, tailer) => this.publisher.offer(records, tailer),
    });
  }

  /** Works until `stop`. */
  async run(): Promise<void> {
    while (this.#reading) {
      const more = await this.turn();
      if (this.#options.once && !more && this.isDrained) return;
      if (!more && this.#reading) await this.#bell.rest(this.#restMs());
    }
  }

  /** One look at everything that is due; true when there is more to read at once. */
  async turn(): Promise<boolean> {
    const { clock, flow } = this.#options;
    const { rotateWaitMs } = flow.files;
    if (clock.monotonic() >= this.#scanAtMs) {
      const first = this.#scannedMs === Number.NEGATIVE_INFINITY;
      const known = new Set(this.tracker.tailers);
      this.#scannedMs = clock.monotonic();
      this.#scanAtMs = this.#scannedMs + flow.files.scanMs;
      await this.tracker.scan();
      if (this.tracker.isUndecided) this.#scanSoon();
      this.#byPath = new Map(this.tracker.tailers.map((tailer) => [tailer.path, tailer]));
      this.#watches.keep(this.tracker.directories);
      if (first || this.tracker.tailers.some((tailer) => !known.has(tailer))) await this.#options.onFound();
    }
    let more = false;
    let opened = 0;
    for (const tailer of this.tracker.tailers) {
      if (tailer.place === 'gone' || clock.monotonic() < tailer.dueMs || !this.#reading) continue;
      if (tailer.file === undefined && ++opened % OPENED_AT_ONCE === 0) await this.#parkSome();
      if (await this.#step(tailer)) more = true;
    }
    await this.#parkSome();
    if (this.#options.spoolEarly && this.publisher.silentMs > AGENT_OUTAGE_MS) await this.spool(rotateWaitMs);
    const idleFlush = flow.batch.ageIsExplicit && flow.batch.ageMsMax <= 1_000;
    this.publisher.tick(!more && (idleFlush || this.#options.once));
    return more;
  }

  /** True when every file that may be read was read to its end and everything is delivered. */
  get isDrained(): boolean {
    const open = this.tracker.tailers.filter((tailer) => tailer.place !== 'gone');
    const isRead = (tailer: Tailer) => tailer.deniedCode !== undefined || (tailer.atEnd && !tailer.holdsBack);
    const isKnown = !this.tracker.isUndecided && !this.tracker.holdsCopies;
    return open.every(isRead) && isKnown && this.publisher.heldRecords === 0;
  }

  /** Also no file was left out because it may not be read. */
  get isDelivered(): boolean {
    return this.isDrained && !this.tracker.tailers.some((one) => one.place !== 'gone' && one.deniedCode !== undefined);
  }

  /** Changes when the checkpoints may have changed. */
  get revision(): string {
    const { tailers } = this.tracker;
    const bytes = tailers.reduce((sum, tailer) => sum + tailer.position + tailer.acked, 0);
    return `${tailers.length}:${bytes}:${this.#events}`;
  }

  /** Sends what waits for its batch to fill. */
  flush(): void {
    this.publisher.tick(true);
  }

  /** Ends reading; what was read is sent on. Returns when it is delivered, or after `waitMs`. */
  async stop(waitMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#reading = false;
    this.#bell.ring();
    const endMs = clock.monotonic() + waitMs;
    for (;;) {
      this.publisher.tick(true);
      const leftMs = endMs - clock.monotonic();
      if (this.publisher.heldRecords === 0 || leftMs <= 0) return;
      await this.#bell.rest(leftMs);
    }
  }

  /** Copies deleted files that are not delivered and that nobody has written to for `quietMs`. */
  async spool(quietMs: number): Promise<void> {
    const { spool, clock } = this.#options;
    for (const tailer of this.tracker.tailers) {
      if (clock.monotonic() - tailer.grewMs < quietMs || !(await spool.wants(tailer))) continue;
      const { path } = tailer;
      this.#tell({ kind: 'spooled', path, bytes: await spool.take(tailer) });
    }
  }

  async close(): Promise<void> {
    this.#watches.close();
    await this.tracker.close();
    await this.#options.target.close();
  }

  /** Reads one quantum of a file and does what its end asks for; true when there is more. */
  async #step(tailer: Tailer): Promise<boolean> {
    const { clock, flow } = this.#options;
    const nowMs = clock.monotonic();
    // Without room the file is still opened and watched: it may be deleted or truncated before there is room again.
    const room = this.#mustWait(tailer, nowMs) ? 0 : Math.min(AGENT_READ_BYTES, this.publisher.room);
    const denied = tailer.deniedCode;
    const result = await tailer.step(nowMs, room);
    if (result === 'denied') {
      const { path, deniedCode } = tailer;
      if (denied !== deniedCode && deniedCode !== undefined) this.#tell({ kind: 'denied', path, code: deniedCode });
      return false;
    }
    tailer.dueMs = nowMs + Math.max(flow.files.pollMs, room === 0 ? 0 : this.#pollMs(tailer, nowMs));
    // There is more, but not until there is room: a look at the file now would cost as much as a read.
    const isStarved = room === 0 || (result === 'more' && this.publisher.room === 0);
    if (isStarved) this.#starved.push(tailer);
    if (result === 'changed' || result === 'moved') this.#scanSoon();
    if (result === 'idle') await this.#atRest(tailer, nowMs);
    if (result !== 'more' || isStarved) return false;
    tailer.dueMs = 0;
    return true;
  }

  /** What came before a file under its name is read to its end first; in order, until nothing is written to it. */
  #mustWait(tailer: Tailer, nowMs: number): boolean {
    const { flow } = this.#options;
    const { after } = tailer;
    if (after === undefined) return false;
    const isThere = this.tracker.tailers.includes(after) && after.place !== 'gone' && after.deniedCode === undefined;
    const quietMs = nowMs - Math.max(after.grewMs, after.supersededMs ?? nowMs);
    const isDone = after.atEnd && (!flow.ordered || (quietMs >= flow.files.rotateWaitMs && after.acks.isEmpty));
    if (isThere && !isDone) return true;
    tailer.after = undefined;
    return false;
  }

  async #atRest(tailer: Tailer, nowMs: number): Promise<void> {
    const { once } = this.#options;
    const { rotateWaitMs, closeInactiveMs, partialLineTimeoutMs } = this.#options.flow.files;
    if (tailer.facts?.links === 0 && tailer.place === 'named') this.#scanSoon();
    if (!tailer.atEnd) return;
    const quietMs = nowMs - tailer.grewMs;
    const holdMs = tailer.reader?.holdMs;
    if (holdMs !== undefined && quietMs >= holdMs) tailer.release('held');
    else if (holdMs !== undefined) tailer.dueMs = Math.min(tailer.dueMs, tailer.grewMs + holdMs);
    const isFinal =
      tailer.supersededMs !== undefined && nowMs - Math.max(tailer.grewMs, tailer.supersededMs) >= rotateWaitMs;
    const isOverdue = partialLineTimeoutMs > 0 && quietMs >= partialLineTimeoutMs;
    if (tailer.holdsBack && (once || isFinal || isOverdue)) tailer.release('all');
    if (!isFinal || !tailer.acks.isEmpty || tailer.holdsBack) {
      if (tailer.place === 'named' && quietMs > closeInactiveMs) await this.#park(tailer);
    } else if (tailer.place === 'unnamed') {
      // A walk misses a file that is renamed meanwhile. Only one that begins later tells that it has no name.
      if (tailer.supersededMs! >= this.#scannedMs) return this.#scanSoon();
      await this.tracker.release(tailer);
      await this.#options.spool.release(tailer);
    } else await this.#deleteIfAsked(tailer);
  }

  /** A rotated file that was delivered to its end goes, when the configuration says so. */
  async #deleteIfAsked(tailer: Tailer): Promise<void> {
    const { files, flow } = this.#options;
    if (!flow.files.deleteAfterAck || tailer.acked < tailer.size) return;
    const found = await files.facts(tailer.path);
    if (found?.inode !== tailer.identity.inode || found.bytes !== tailer.acked) return;
    await files.remove(tailer.path);
    await this.tracker.release(tailer);
  }

  /** Above the bound, files that have rested longest are closed; those without a name never. */
  async #parkSome(): Promise<void> {
    const open = this.tracker.tailers.filter((tailer) => tailer.file !== undefined);
    const excess = open.length - this.#options.filesOpenMax();
    if (excess <= 0) return;
    const named = open.filter((tailer) => tailer.place === 'named').sort((a, b) => a.grewMs - b.grewMs);
    for (const tailer of named.slice(0, excess)) {
      await this.#park(tailer);
    }
  }

  /** A closed file is looked at when the directory says that it has changed. */
  async #park(tailer: Tailer): Promise<void> {
    await tailer.park();
    if (tailer.atEnd) tailer.dueMs = Number.POSITIVE_INFINITY;
  }

  #pollMs(tailer: Tailer, nowMs: number): number {
    const quietMs = nowMs - tailer.grewMs;
    if (quietMs < AGENT_HOT_MS) return this.#options.flow.files.pollMs;
    if (quietMs > AGENT_WARM_MS) return AGENT_COLD_POLL_MS;
    // So many files at rest are not looked at more than a hundred times a second in all.
    return Math.min(AGENT_COLD_POLL_MS, Math.max(AGENT_WARM_POLL_MS, this.tracker.tailers.length * 10));
  }

  #restMs(): number {
    const nowMs = this.#options.clock.monotonic();
    let nextMs = Math.min(this.#scanAtMs, nowMs + 1_000);
    for (const tailer of this.tracker.tailers) {
      if (tailer.place !== 'gone' && tailer.dueMs < nextMs) nextMs = tailer.dueMs;
    }
    return Math.max(1, nextMs - nowMs);
  }

  /** Files that waited for room are read on as soon as there is some. */
  #onProgress(): void {
    if (this.#starved.length > 0 && this.publisher.room > 0) {
      for (const tailer of this.#starved.splice(0)) tailer.dueMs = 0;
    }
    this.#bell.ring();
  }

  #scanSoon(): void {
    const soonMs = Math.max(this.#options.clock.monotonic(), this.#scannedMs + this.#options.flow.files.pollMs);
    this.#scanAtMs = Math.min(this.#scanAtMs, soonMs);
  }

  #onHint(directory: string, { what, name }: WatchHint): void {
    if (what === 'names') {
      this.#scanSoon();
      this.#bell.ring();
      return;
    }
    const tailer = this.#byPath.get(`${directory === '/' ? '' : directory}/${name}`);
    // A file that grows all the time is looked at often enough.
    if (tailer === undefined || this.#options.clock.monotonic() - tailer.grewMs < AGENT_HOT_MS) return;
    tailer.dueMs = 0;
    this.#bell.ring();
  }

  #tell(event: AgentEvent): void {
    this.#options.events(event, this.#options.flow.id);
  }
}
