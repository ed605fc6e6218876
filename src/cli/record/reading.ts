/** Reading records for a command: where to start and stop, which shards, what to say on the way. */
import { Consumer, type ConsumerOptions } from '../../client/consumer.ts';
import type { Position } from '../../client/position.ts';
import { isoTime } from '../../runtime/calendar.ts';
import { usageError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { hasNoZone, parsePosition, parseUntil } from '../times.ts';
import { parseShards, shortShard } from '../values.ts';

export interface ReadingOptions
  extends Pick<
    ConsumerOptions,
    | 'from'
    | 'positions'
    | 'follow'
    | 'untilMs'
    | 'order'
    | 'pace'
    | 'pages'
    | 'read'
    | 'onShardStart'
    | 'onNothing'
    | 'signal'
  > {
  /** As people write them; all when there are none. */
  readonly shard: readonly string[];
  /** Called at every failure that reading survives. */
  readonly onTrouble?: (() => void) | undefined;
}

/** A consumer that tells on stderr of trouble and of shards that end. */
export function consumerOf({ context, client, ref, name }: OpenStream, options: ReadingOptions): Consumer {
  const { shard, onTrouble, ...reading } = options;
  let troubled = '';
  return new Consumer({
    ...reading,
    client,
    clock: context.clock,
    stream: ref,
    shards: startingShards(options),
    signal: options.signal ?? context.signal,
    onTrouble(error) {
      onTrouble?.();
      if (error.message === troubled) return;
      troubled = error.message;
      context.note(`${error.message}, trying again`);
    },
    onShardEnd(id, next) {
      if (next.length === 0 || !options.follow) return;
      context.note(`${name}: shard ${shortShard(id)} is closed, reading on in ${next.map(shortShard).join(', ')}`);
    },
  });
}

/** Those named; of shards with a position only these. */
function startingShards({ shard, positions }: ReadingOptions): ConsumerOptions['shards'] {
  const named = parseShards(shard);
  if (positions === undefined) return named;
  return (id) => positions.has(id) && (named?.(id) ?? true);
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

/** The time to stop at, or undefined; `startMs` is the time where reading starts, if it starts at one. */
export function untilOf(context: Context, text: string | undefined, startMs?: number | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseUntil(text, startMs, context.moment);
  if (hasNoZone(text)) context.note(`${text} is ${isoTime(ms)}`);
  if (startMs !== undefined && ms < startMs) {
    throw usageError('--until lies before --from', `That is from ${isoTime(startMs)} to ${isoTime(ms)}.`);
  }
  return ms;
}

/** The text of --delim with `\n`, `\t`, `\0` and `\\` as the characters they stand for. */
export function delimiterOf(text: string | undefined): string {
  if (text === undefined) return '\n';
  const signs: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\' };
  return text.replace(/\\([ntr0\\])/g, (_, sign: string) => signs[sign]!);
}
