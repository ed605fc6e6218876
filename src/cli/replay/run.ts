/** Replays: reads a stretch record by record, waits until each is due, hands it on and notes how far it is. */

import { REPLAY_SAVE_MS } from '../../model/limits.ts';
import type { EpochMs } from '../../model/time.ts';
import { sightingFilter } from '../record/filter.ts';
import { durationText, grouped } from '../values.ts';
import type { AggregateParts } from './aggregate-parts.ts';
import type { RecordChange } from './change.ts';
import type { Destination } from './destination.ts';
import { firstDue, nextDue, type PaceState } from './pace.ts';
import type { ReplayPlan } from './plan.ts';
import type { ReplayProgress } from './progress.ts';
import { replayBatches } from './source.ts';
import { saveReplay } from './state.ts';

export interface ReplayWork {
  readonly plan: ReplayPlan;
  readonly destination: Destination;
  readonly change: RecordChange;
  readonly progress: ReplayProgress;
  readonly parts: AggregateParts;
  /** The last record of each shard that has arrived; the destination adds to it. */
  readonly arrived: Map<string, string>;
}

/** What a stretch holds, and how long it takes. */
export interface ReplayTotals {
  readonly records: number;
  readonly bytes: number;
  readonly playMs: number;
}

export class ReplayRun {
  readonly #work: ReplayWork;
  #rounds: number;
  #savedAt: number;

  constructor(work: ReplayWork) {
    this.#work = work;
    this.#rounds = work.plan.state.rounds;
    this.#savedAt = work.plan.source.context.clock.monotonic();
  }

  /** Through all rounds that are left. */
  async play(): Promise<void> {
    const { plan, destination, arrived } = this.#work;
    while (this.#rounds < plan.options.loop) {
      await this.#round();
      await destination.flush();
      arrived.clear();
      this.#rounds++;
    }
  }

  /** Writes down how far it is. */
  save(): Promise<void> {
    const { plan, arrived } = this.#work;
    const state = { ...plan.state, rounds: this.#rounds, arrived: Object.fromEntries(arrived) };
    return saveReplay(plan.source.context, state);
  }

  async #round(): Promise<void> {
    const { plan, destination, change, progress, parts, arrived } = this.#work;
    const { context, name: stream } = plan.source;
    const { clock, signal } = context;
    const matches = recordsWanted(plan);
    const pacer = new Pacer(plan);
    for await (const { shardId, records, lagMs } of await replayBatches(plan, new Map(arrived))) {
      for (const [i, record] of records.entries()) {
        const isLast = records[i + 1]?.sequenceNumber !== record.sequenceNumber;
        const sighting = { stream, shardId, record, lagMs };
        if (matches?.(sighting) === false) {
          if (isLast) parts.end(shardId, record);
          continue;
        }
        const now = clock.monotonic();
        const restMs = pacer.restMs(record.arrivalMs, record.data.length, now);
        if (restMs > 0) await clock.sleep(restMs, signal);
        parts.send(shardId, record);
        const wait = destination.write({ stream, shardId, lagMs, record: change(record, sighting) });
        if (isLast) parts.end(shardId, record);
        if (wait !== undefined) await wait;
        progress.add(record.arrivalMs, record.data.length, now);
        if (now - this.#savedAt < REPLAY_SAVE_MS) continue;
        this.#savedAt = now;
        await this.save();
      }
    }
    pacer.tell();
  }
}

/** Reads the stretch once and waits for nothing. */
export async function replayTotals(plan: ReplayPlan): Promise<ReplayTotals> {
  const { name: stream } = plan.source;
  const matches = recordsWanted(plan);
  let records = 0;
  let bytes = 0;
  let due: PaceState | undefined;
  for await (const batch of await replayBatches(plan, new Map(Object.entries(plan.state.arrived)))) {
    for (const record of batch.records) {
      const { shardId, lagMs } = batch;
      if (matches?.({ stream, shardId, record, lagMs }) === false) continue;
      records++;
      bytes += record.data.length;
      const paced = { arrivalMs: record.arrivalMs, bytes: record.data.length };
      due = due === undefined ? firstDue(paced, 0) : nextDue(due, paced, plan.pace, 0);
    }
  }
  return { records, bytes, playMs: due?.dueMs ?? 0 };
}

/** --key is a policy here, not a filter. */
function recordsWanted({ options, source }: ReplayPlan): ReturnType<typeof sightingFilter> {
  const { filter, grep, notGrep } = options;
  return sightingFilter({ filter, grep, notGrep }, source.context.moment);
}

/** How long to wait for each record, and what became of silences. */
class Pacer {
  readonly #plan: ReplayPlan;
  #due: PaceState | undefined;

  constructor(plan: ReplayPlan) {
    this.#plan = plan;
  }

  /** Milliseconds until a record is due; 0 or less when it is. */
  restMs(arrivalMs: EpochMs, bytes: number, now: number): number {
    const { pace, source } = this.#plan;
    if (pace.kind === 'max') return 0;
    const before = this.#due;
    this.#due =
      before === undefined ? firstDue({ arrivalMs, bytes }, now) : nextDue(before, { arrivalMs, bytes }, pace, now);
    if (this.#due.shortened === 1 && before?.shortened === 0) {
      const [gap, kept] = [arrivalMs - before.arrivalMs, this.#plan.options.maxGap];
      source.context.note(`a silence of ${durationText(gap)} is shortened to ${durationText(kept)} (--max-gap)`);
    }
    return this.#due.dueMs - now;
  }

  /** Says in the end what was left out. */
  tell(): void {
    if (this.#due === undefined || this.#due.shortened < 2) return;
    const { shortened, shortenedMs } = this.#due;
    this.#plan.source.context.note(
      `${grouped(shortened)} silences were shortened, by ${durationText(shortenedMs)} in all`,
    );
  }
}
