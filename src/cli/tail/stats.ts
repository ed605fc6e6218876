/** How fast a tail reads and how far behind its shards are: a line on stderr now and then, or when it is too far. */
import { SECOND_MS } from '../../model/time.ts';
import type { Context } from '../context.ts';
import { LagWarning } from '../lag-warning.ts';
import { durationText, grouped, shortShard, sizeText } from '../values.ts';
import type { TailBatch } from './source.ts';

const EVERY_MS = 5_000;
const SHARDS_SHOWN = 4;

export class TailStats {
  readonly #context: Context;
  readonly #lags = new Map<string, number>();
  readonly #warning: LagWarning | undefined;
  #records = 0;
  #bytes = 0;
  #toldAt: number;

  /** With a limit it warns, too, of shards that are further behind. */
  constructor(context: Context, lagWarnMs?: number | undefined) {
    this.#context = context;
    this.#warning = lagWarnMs === undefined ? undefined : new LagWarning(lagWarnMs);
    this.#toldAt = context.clock.monotonic();
  }

  add({ stream, shardId, records, lagMs, followedBy }: TailBatch): void {
    this.#records += records.length;
    for (const { data } of records) this.#bytes += data.length;
    const shard = `${stream} ${shortShard(shardId)}`;
    if (followedBy === undefined) this.#lags.set(shard, lagMs);
    else this.#lags.delete(shard);
  }

  /** Says when the shard that is furthest behind passes the limit, and when it is back. */
  warn(): void {
    if (this.#warning === undefined || this.#lags.size === 0) return;
    let [worst, most] = ['', -1];
    for (const [shard, lagMs] of this.#lags) if (lagMs > most) [worst, most] = [shard, lagMs];
    const text = this.#warning.look(most, worst);
    if (text !== undefined) this.#context.note(text);
  }

  /** Prints a line when it is time for one. */
  tell(now: number): void {
    const elapsedMs = now - this.#toldAt;
    if (elapsedMs < EVERY_MS) return;
    const perSecond = (amount: number) => Math.round((amount * SECOND_MS) / elapsedMs);
    const rate = `${grouped(perSecond(this.#records))} records/s  ${sizeText(perSecond(this.#bytes))}/s`;
    this.#context.note(`${rate}  ${lagText(this.#lags)}`);
    this.#records = 0;
    this.#bytes = 0;
    this.#toldAt = now;
  }
}

/** `lag orders 0003 2.1 s, orders 0001 0 ms`: the shards furthest behind. */
function lagText(lags: ReadonlyMap<string, number>): string {
  if (lags.size === 0) return 'no records yet';
  const worst = [...lags].sort(([, a], [, b]) => b - a).slice(0, SHARDS_SHOWN);
  const shown = worst.map(([id, lagMs]) => `${id} ${durationText(lagMs)}`).join(', ');
  return `lag ${shown}${lags.size > SHARDS_SHOWN ? `, ${lags.size - SHARDS_SHOWN} more` : ''}`;
}
