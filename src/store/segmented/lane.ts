/**
 * The one writer of a store: group commit with one sync a commit. What arrives while commits are under way joins the
 * next, and so does who was just answered and writes again at once; two are under way at most, and the second only
 * where much waits. Each has its own sync, begun after its own write returned (begun earlier it does not cover it), and
 * they are acknowledged in order. After a failed sync a second one would lie: the lane has failed.
 */
import { COMMIT_BYTES_MAX, COMMITS_IN_FLIGHT_MAX, SECOND_COMMIT_BYTES_MIN } from '../../model/limits.ts';
import { StoreError, type StoreHealth } from '../store.ts';
import { buildCommit, buildPlainBlock, type Commit, type Part, type Settle } from './commit.ts';
import { BLOCK_KIND } from './frame.ts';
import type { LaneOptions } from './lane-options.ts';
import { shortageIn, writeAll } from './layout.ts';
import { publish, wakeReaders } from './publish.ts';
import { isFull } from './roll.ts';
import type { SegmentWriter } from './segment-writer.ts';
import { Standing } from './standing.ts';
import { WaitingQueue } from './waiting-queue.ts';

const SYNC_INTERVAL_MS = 50;
const IDLE_MS = 200;

export class Lane {
  readonly #options: LaneOptions;
  readonly #writer: SegmentWriter;
  readonly #stop = new AbortController();
  readonly #standing: Standing;
  #closing = false;
  readonly #waiting: WaitingQueue;
  #inFlight = 0;
  /** Settles when the newest commit has been acknowledged or given up. */
  #newest: Promise<void> = Promise.resolve();
  #preparing: Promise<void> | undefined;
  #kicked = false;
  /** What is lacking, while commits under way are being taken back. */
  #full: string | undefined;
  readonly #takenBack: Commit[] = [];
  /** A run begins with a synced snapshot: without it, offsets that a power cut takes away could be dealt again. */
  #needsSnapshot: boolean;
  #rollWanted = false;
  #markerWanted = false;
  #idling: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;
  /** A sync that belongs to no commit; the handle has to be free of it before another. */
  #syncUnderWay: Promise<void> | undefined;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#writer = options.writer;
    this.#needsSnapshot = options.start !== 'new';
    this.#standing = new Standing(options.logger);
    this.#waiting = new WaitingQueue(options.waitingBytesMax);
  }

  get health(): StoreHealth {
    return this.#standing.health;
  }

  /** `settle` hears when the parts are as durable as the mode promises, or why they are not: of a refusal at once. */
  submit(parts: readonly Part[], settle: Settle): void {
    const refusal = this.#closing ? new StoreError('closed', 'the store is closed') : this.#standing.refusal;
    if (refusal !== undefined) return void settle(refusal);
    this.#waiting.push(parts, settle);
    this.#kick();
  }

  /** Ends the active segment as soon as nothing is under way. */
  roll(): void {
    this.#rollWanted = true;
    this.#kick();
  }

  /** No appends until `takeWrites`; reads go on. */
  refuseWrites(reason: string): void {
    if (this.#standing.refuse(reason)) this.#waiting.refuse(new StoreError('readOnly', reason));
  }

  /** There is room again. */
  takeWrites(): void {
    if (this.#full === undefined && this.#standing.accept()) this.#kick();
  }

  /** Waits for what is under way, makes all of it durable and leaves the mark of a clean stop. */
  async close(): Promise<void> {
    this.#closing = true;
    while (this.#isBusy()) {
      await this.#newest;
      await this.#preparing;
      await new Promise<void>((resolve) => this.#options.clock.soon(resolve));
    }
    this.#stop.abort();
    await Promise.all([this.#syncing, this.#idling]);
    try {
      await this.#stopCleanly();
    } finally {
      await this.#writer.close();
    }
  }

  #isBusy(): boolean {
    const willGoOn = this.#standing.isOk && (!this.#waiting.isEmpty || this.#rollWanted);
    return this.#inFlight > 0 || this.#preparing !== undefined || willGoOn;
  }

  async #stopCleanly(): Promise<void> {
    if (this.#standing.hasFailed) return;
    if (this.#options.durability !== 'always') await this.#writer.sync();
    try {
      if (this.#needsSnapshot && this.#options.start === 'restated') await this.#writer.writeSnapshot();
      await this.#writer.writeCleanMark();
    } catch (error) {
      // All records are on disk already; without the mark the next start takes longer, no more.
      this.#options.logger.log('warn', 'no mark of a clean stop', { reason: (error as Error).message });
    }
  }

  #kick(): void {
    if (this.#kicked) return;
    this.#kicked = true;
    this.#options.clock.soon(() => {
      this.#kicked = false;
      this.#step();
    });
  }

  /** Starts the next commit, or the work that has to come before it. */
  #step(): void {
    if (!this.#standing.isOk || this.#full !== undefined || this.#preparing !== undefined) return;
    const waits = !this.#waiting.isEmpty;
    const rolls = this.#rollWanted || (waits && this.#mustRoll());
    if (rolls || (waits && this.#needsSnapshot)) {
      if (this.#inFlight === 0) this.#preparing = this.#prepare(rolls);
    } else if (waits && this.#mayLaunch()) {
      this.#launch(this.#build());
      if (!this.#waiting.isEmpty) this.#kick();
    } else if (waits && this.#inFlight === 0) {
      this.#kick();
    } else if (!waits && this.#markerWanted && this.#inFlight === 0) {
      this.#markerWanted = false;
      if (this.#writer.markerIsDue) this.#launchMarker();
    }
  }

  #build(): Commit {
    const { hotTail } = this.#options;
    return buildCommit(this.#waiting.take(), this.#writer.place(), (bytes) => hotTail.take(bytes));
  }

  #mayLaunch(): boolean {
    const { clock, secondCommitBytesMin = SECOND_COMMIT_BYTES_MIN } = this.#options;
    if (this.#inFlight === 0) return this.#waiting.isGathered(clock.monotonic());
    return this.#inFlight < COMMITS_IN_FLIGHT_MAX && this.#waiting.bytes >= secondCommitBytesMin;
  }

  #mustRoll(): boolean {
    const { segment, position } = this.#writer;
    const nextBytes = Math.min(this.#waiting.nextBytes, COMMIT_BYTES_MAX);
    const { segmentBytesMax } = this.#options;
    return segment.sealed || isFull({ position, nextBytes, segmentBytesMax, hasRecords: segment.table.count > 0 });
  }

  #launchMarker(): void {
    const place = this.#writer.place();
    const block = buildPlainBlock(BLOCK_KIND.MARKER, 0, place);
    this.#launch({ number: place.commit, position: place.position, block, shards: [], waiting: [], states: false });
  }

  #launch(commit: Commit): void {
    this.#inFlight++;
    this.#writer.advance(commit.block.length);
    this.#newest = this.#carryOut(commit, this.#newest);
  }

  /** Never rejects. */
  async #carryOut(commit: Commit, before: Promise<void>): Promise<void> {
    const synced = await this.#persist(commit, before);
    await before;
    this.#inFlight--;
    if (this.#full !== undefined) await this.#takeBack(commit);
    else if (this.#standing.hasFailed) this.#waiting.settle(commit.waiting, this.#standing.unknown);
    else this.#acknowledge(commit, synced);
    this.#kick();
  }

  /** Writes the block and, where mode or contents ask for it, syncs it. Returns whether all up to its end is on disk. */
  async #persist(commit: Commit, before: Promise<void>): Promise<boolean> {
    const file = this.#writer.fileFor(commit.number);
    try {
      await writeAll(file, commit.block, commit.position);
    } catch (error) {
      const lacking = shortageIn(error);
      if (lacking === undefined) this.fail('a write', error);
      else this.#full ??= lacking;
      return false;
    }
    const relaxed = this.#options.durability !== 'always';
    if (relaxed && !commit.states) return false;
    // An earlier commit without a sync of its own is covered only once its write has returned.
    if (relaxed) await before;
    await this.#syncUnderWay;
    if (this.#full !== undefined || this.#standing.hasFailed) return false;
    try {
      await file.sync();
      return true;
    } catch (error) {
      this.fail('a sync', error);
      return false;
    }
  }

  #acknowledge(commit: Commit, synced: boolean): void {
    const end = commit.position + commit.block.length;
    this.#writer.acknowledge(end, commit.shards.length > 0);
    if (synced) this.#writer.durableTo(end);
    publish(commit, this.#writer.segment, this.#options.hotTail);
    this.#waiting.settle(commit.waiting, undefined);
    wakeReaders(commit);
    if (commit.shards.length === 0) return;
    if (!synced && this.#options.durability === 'interval') this.#syncing ??= this.#syncRegularly();
    if (this.#options.durability !== 'os') this.#idling ??= this.#markWhenIdle();
  }

  /** For good: nothing that was written and not acknowledged can be relied on. */
  fail(what: string, cause: unknown): void {
    const reason = `${what} of ${this.#writer.segment.path} failed: ${(cause as Error).message}`;
    if (this.#standing.fail(reason)) this.#waiting.refuse(this.#standing.unknown);
  }

  /** Once nothing is under way any more, the file ends again where the last acknowledged block does. */
  async #takeBack(commit?: Commit): Promise<void> {
    if (commit !== undefined) this.#takenBack.push(commit);
    if (this.#inFlight > 0) return;
    const reason = this.#full!;
    try {
      if (!this.#standing.hasFailed) await this.#writer.takeBack();
      this.refuseWrites(reason);
    } catch (error) {
      this.fail('taking back a write', error);
    }
    const error = this.#standing.hasFailed ? this.#standing.unknown : new StoreError('readOnly', reason);
    for (const taken of this.#takenBack.splice(0)) this.#waiting.settle(taken.waiting, error);
    this.#full = undefined;
  }

  /** What comes before the next commit, while nothing is under way. Never rejects. */
  async #prepare(rolls: boolean): Promise<void> {
    await this.#syncUnderWay;
    // It may have failed: a seal that is synced after it would vouch for what it lost.
    if (!this.#standing.hasFailed) await this.#rollOrState(rolls);
    this.#preparing = undefined;
    this.#kick();
  }

  /** A new segment, or a snapshot in this one. */
  async #rollOrState(rolls: boolean): Promise<void> {
    try {
      if (rolls) this.#options.onSealed(await this.#writer.roll());
      else await this.#writer.writeSnapshot();
      this.#needsSnapshot = false;
      if (rolls) this.#rollWanted = false;
    } catch (error) {
      this.#full = shortageIn(error);
      if (this.#full === undefined) this.fail('preparing', error);
      else await this.#takeBack();
    }
  }

  /** Mode 'interval': syncs what has been acknowledged until nothing new comes. */
  async #syncRegularly(): Promise<void> {
    try {
      await this.#options.clock.sleep(SYNC_INTERVAL_MS, this.#stop.signal);
      await this.#preparing;
      if (this.#standing.hasFailed) return;
      this.#syncUnderWay = this.#writer.sync().catch((error) => this.fail('a sync', error));
      await this.#syncUnderWay;
    } catch {
      // Stopped: closing syncs once more.
    }
    this.#syncUnderWay = undefined;
    this.#syncing = this.#writer.isSynced || this.#stop.signal.aborted ? undefined : this.#syncRegularly();
  }

  /**
   * Once nothing has come for a while, a marker says that the last records are on disk: damage to them can be told
   * from a torn tail then.
   */
  async #markWhenIdle(): Promise<void> {
    try {
      for (let seen = -1; seen !== this.#writer.position; ) {
        seen = this.#writer.position;
        await this.#options.clock.sleep(IDLE_MS, this.#stop.signal);
      }
      this.#markerWanted = true;
      this.#kick();
    } catch {
      // Stopped: the mark of a clean stop says it.
    }
    this.#idling = undefined;
  }
}
