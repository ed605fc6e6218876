/** Arguments and options that several commands share. Data only. */
import { flag, text, texts } from '../command-spec.ts';

export const stream = { name: 'stream', doc: 'name, context/name or ARN', required: true, kind: 'stream' } as const;
export const streams = { ...stream, many: true } as const;
export const shard = texts('--shard <shards>', '3, 0-3, an id, hottest; commas or again for more [all]', {
  kind: 'shard',
});
export const until = text('--until <time>', 'stop before records that arrived at this time', { kind: 'position' });
export const delimiter = text('--delim <text>', 'what -o raw puts behind each record [a line feed]');
export const wait = flag('--no-wait', 'return before the change is complete');
