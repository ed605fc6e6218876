/** Reading records for a command: where to start and stop, which shards, what to say on the way. */
import { Consumer } from '../client/consumer.ts';
import type { Position } from '../client/position.ts';
import { streamRef } from '../client/stream-ref.ts';
import { isoTime } from '../runtime/calendar.ts';
import { usageError } from './cli-error.ts';
import type { Context } from './context.ts';
import { hasNoZone, parsePosition, parseTime } from './times.ts';
import { parseShards, shortShard } from './values.ts';

export interface ReadingOptions {
  readonly stream: string;
  readonly from: Position;
  readonly untilMs: number | undefined;
  readonly follow: boolean;
  readonly shard: readonly string[];
  readonly order?: 'arrival' | 'time' | undefined;
}

/** A consumer that tells on stderr of trouble and of shards that end. */
export async function consumerFor(context: Context, options: ReadingOptions): Promise<Consumer> {
  const { stream, from, untilMs, follow, order } = options;
  let troubled = '';
  return new Consumer({
    client: await context.client(),
    clock: context.clock,
    stream: streamRef(stream),
    from,
    follow,
    untilMs,
    shards: parseShards(options.shard),
    order,
    signal: context.signal,
    onTrouble(error) {
      if (error.message === troubled) return;
      troubled = error.message;
      context.note(`${error.message}, trying again`);
    },
    onShardEnd(shard, next) {
      if (next.length === 0 || !follow) return;
      context.note(`shard ${shortShard(shard)} is closed, reading on in ${next.map(shortShard).join(', ')}`);
    },
  });
}

/** A position; a time without a zone is echoed as it was understood. */
export function positionOf(context: Context, text: string): Position {
  const position = parsePosition(text, context.moment);
  if (position.at === 'time' && hasNoZone(text)) context.note(`${text} is ${isoTime(position.ms)}`);
  if (position.at === 'time' && position.ms > context.clock.now()) {
    throw usageError(`"${text}" is in the future`, `That is ${isoTime(position.ms)}.`);
  }
  return position;
}

/** The time to stop at, or undefined. */
export function untilOf(context: Context, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseTime(text, context.moment);
  if (hasNoZone(text)) context.note(`${text} is ${isoTime(ms)}`);
  return ms;
}

/** The text of --delim with `\n`, `\t`, `\0` and `\\` as the characters they stand for. */
export function delimiterOf(text: string | undefined): string {
  if (text === undefined) return '\n';
  const signs: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\' };
  return text.replace(/\\([ntr0\\])/g, (_, sign: string) => signs[sign]!);
}
