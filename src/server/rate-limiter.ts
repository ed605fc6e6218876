/** How often operations may be called, for `--limits aws`: what rate-limits.ts says of accounts and streams. */
import { THROTTLES_KEPT } from '../model/limits.ts';
import { RATE_LIMITS } from '../model/rate-limits.ts';
import type { Scope } from '../model/stream.ts';
import { rateExceededForAccount, rateExceededForStream } from '../model/stream-faults.ts';
import { type Bucket, bucketOf, refilled, take } from '../model/throttle.ts';
import type { Clock } from '../runtime/clock.ts';

/** A call that has passed all checks of its form. */
export interface LimitedCall {
  readonly operation: string;
  readonly scope: Scope;
  readonly input: Readonly<Record<string, unknown>>;
}

const NAME_IN_ARN = /:stream\/([^/]+)/;

export class RateLimiter {
  readonly #clock: Clock;
  /** By operation, account, region and stream; a stream need not exist, so the full ones are forgotten. */
  readonly #buckets = new Map<string, Bucket>();
  #keep = THROTTLES_KEPT;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a call. @throws {Fault} LimitExceededException, when there were too many within the second. */
  admit({ operation, scope, input }: LimitedCall): void {
    const limit = RATE_LIMITS[operation];
    if (limit === undefined || limit.per === 'shard' || limit.per === 'consumerShard') return;
    const stream = limit.per === 'stream' ? streamOf(input) : undefined;
    const key = `${operation} ${scope.account} ${scope.region} ${stream ?? ''}`;
    const nowMs = this.#clock.now();
    const known = this.#buckets.get(key) ?? this.#fresh(limit.perSecond, nowMs);
    const { bucket, granted } = take(known, 1, nowMs);
    this.#buckets.set(key, bucket);
    if (granted) return;
    const { account } = scope;
    throw stream === undefined ? rateExceededForAccount(account) : rateExceededForStream({ name: stream, account });
  }

  #fresh(perSecond: number, nowMs: number): Bucket {
    if (this.#buckets.size >= this.#keep) {
      for (const [key, bucket] of this.#buckets) {
        if (refilled(bucket, nowMs).tokens >= bucket.capacity) this.#buckets.delete(key);
      }
      this.#keep = Math.max(THROTTLES_KEPT, this.#buckets.size * 2);
    }
    return bucketOf(perSecond, perSecond, nowMs);
  }
}

/** The stream that a call names, by name or in an ARN of it or of one of its consumers. */
function streamOf(input: Readonly<Record<string, unknown>>): string | undefined {
  const { StreamName, StreamARN, ConsumerARN } = input;
  if (typeof StreamName === 'string') return StreamName;
  const arn = StreamARN ?? ConsumerARN;
  return typeof arn === 'string' ? NAME_IN_ARN.exec(arn)?.[1] : undefined;
}
