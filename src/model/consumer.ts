/**
 * Registered consumers, the readers of enhanced fan-out, as a stream of the catalog keeps them. What state one is in
 * follows from the time, so nothing has to happen for it to change. Pure.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Consumer.html
 */
import { type EpochMs, SECOND_MS } from './time.ts';

export type ConsumerStatus = 'CREATING' | 'ACTIVE' | 'DELETING';

export interface RegisteredConsumer {
  readonly name: string;
  readonly createdMs: EpochMs;
  /** Ends the ARN. Later than that of any earlier consumer of this name on a stream of this name. */
  readonly creationSeconds: number;
  /** CREATING until then. */
  readonly activeMs: EpochMs;
  /** DELETING until then, and gone afterwards; absent before it is deregistered. */
  readonly goneMs?: EpochMs | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** As a stream's. */
  readonly policy?: string | undefined;
}

/** What its owner sets while it lives; null takes the policy away. */
export interface ConsumerPatch {
  readonly tags?: Readonly<Record<string, string>>;
  readonly policy?: string | null;
}

/** The part of a stream that is about its consumers. */
export interface ConsumerHolder {
  /** In order of registration; absent when there was never one. */
  readonly consumers?: readonly RegisteredConsumer[] | undefined;
  /** The highest creation second of those that are gone. */
  readonly goneConsumerSeconds?: number | undefined;
}

/** undefined: gone. */
export function consumerStatus(consumer: RegisteredConsumer, nowMs: EpochMs): ConsumerStatus | undefined {
  if (consumer.goneMs !== undefined) return nowMs < consumer.goneMs ? 'DELETING' : undefined;
  return nowMs < consumer.activeMs ? 'CREATING' : 'ACTIVE';
}

/** Those that are there at a time, by name. */
export function consumersAt({ consumers = [] }: ConsumerHolder, nowMs: EpochMs): readonly RegisteredConsumer[] {
  return consumers
    .filter((consumer) => consumerStatus(consumer, nowMs) !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The creation second of a consumer that is registered now. */
export function nextConsumerSeconds(
  stream: ConsumerHolder & { readonly creationSeconds: number },
  nowMs: EpochMs,
): number {
  const gone = stream.goneConsumerSeconds ?? stream.creationSeconds - 1;
  return Math.max(Math.floor(nowMs / SECOND_MS), gone + 1);
}

/** The highest creation second any consumer of the stream ever had; 0 when there was none. */
export function lastConsumerSeconds({ consumers = [], goneConsumerSeconds = 0 }: ConsumerHolder): number {
  return consumers.reduce((highest, { creationSeconds }) => Math.max(highest, creationSeconds), goneConsumerSeconds);
}

/** With one consumer more. Those that have gone meanwhile leave, and so does an earlier one of that name. */
export function withConsumer<S extends ConsumerHolder>(stream: S, consumer: RegisteredConsumer): S {
  const kept = withoutGone(stream, consumer.createdMs);
  const others = (kept.consumers ?? []).filter(({ name }) => name !== consumer.name);
  return { ...kept, consumers: [...others, consumer] };
}

/** With other tags, or another policy, of the consumer of that name. */
export function withPatchedConsumer<S extends ConsumerHolder>(stream: S, name: string, patch: ConsumerPatch): S {
  const patched = (consumer: RegisteredConsumer): RegisteredConsumer => {
    const { policy, ...rest } = { ...consumer, ...patch };
    return policy === null || policy === undefined ? rest : { ...rest, policy };
  };
  return { ...stream, consumers: stream.consumers?.map((other) => (other.name === name ? patched(other) : other)) };
}

/** With a consumer that will be gone at `goneMs`, and without those that are gone at `nowMs`. */
export function withoutConsumer<S extends ConsumerHolder>(
  stream: S,
  name: string,
  { nowMs, goneMs }: { readonly nowMs: EpochMs; readonly goneMs: EpochMs },
): S {
  const consumers = stream.consumers?.map((consumer) => (consumer.name === name ? { ...consumer, goneMs } : consumer));
  return withoutGone({ ...stream, consumers }, nowMs);
}

function withoutGone<S extends ConsumerHolder>(stream: S, nowMs: EpochMs): S {
  const { consumers = [] } = stream;
  const kept = consumers.filter((consumer) => consumerStatus(consumer, nowMs) !== undefined);
  if (kept.length === consumers.length) return stream;
  const gone = consumers.filter((consumer) => !kept.includes(consumer));
  const goneConsumerSeconds = lastConsumerSeconds({ ...stream, consumers: gone });
  return { ...stream, consumers: kept, goneConsumerSeconds };
}

/** <stream's ARN>/consumer/<name>:<creation second>. */
export function consumerArn(streamArn: string, { name, creationSeconds }: RegisteredConsumer): string {
  return `${streamArn}/consumer/${name}:${creationSeconds}`;
}

/** What a consumer's ARN names; account and region are the caller's own. */
export interface ConsumerName {
  readonly streamName: string;
  readonly name: string;
  /** Absent: whichever bears the name now. */
  readonly creationSeconds?: number | undefined;
}

/** undefined when the text is no consumer's ARN. */
export function parseConsumerArn(arn: string): ConsumerName | undefined {
  const parts = /stream\/([a-zA-Z0-9_.-]+)\/consumer\/([a-zA-Z0-9_.-]+):(\d+)$/.exec(arn);
  if (parts === null) return undefined;
  return { streamName: parts[1]!, name: parts[2]!, creationSeconds: Number(parts[3]) };
}
