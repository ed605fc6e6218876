/** Commands that split and merge shards. Data only. */
import { LOAD_WINDOW_MS } from '../../model/limits.ts';
import { type CommandSpec, command, count, duration, flag, text } from '../command-spec.ts';
import { stream, wait } from './parts.ts';

const observe = duration('--observe <duration>', 'how far back to look at the traffic', { default: LOAD_WINDOW_MS });
const shard = { name: 'shard', doc: 'number (3), id, hottest or coldest', kind: 'shard' } as const;

export const splitOptions = {
  at: text('--at <where>', 'balance, middle, ratio:0.3, a hash key, or key:<partition key> [balance, else middle]'),
  into: count('--into <n>', 'how many shards it becomes, by several splits', { default: 2 }),
  observe,
  wait,
};
export const mergeOptions = {
  coldest: flag('--coldest', 'the two neighbours that took least'),
  observe,
  wait,
};

export const reshardCommands: readonly CommandSpec[] = [
  command({
    path: 'split',
    group: 'Daily',
    summary: 'Split a shard where its load balances',
    args: [stream, { ...shard, required: true }],
    options: splitOptions,
    examples: [
      ['sluice split orders hottest', 'the busiest shard, where its bytes of the last 10 s balance'],
      ['sluice split orders 3 --at middle', 'in the middle of its hash range'],
      ['sluice split orders 3 --at key:u-8812', 'at a partition key'],
      ['sluice split orders 3 --into 4 --observe 5m', 'in four of the same load'],
    ],
    load: () => import('../commands/split.ts'),
  }),
  command({
    path: 'merge',
    group: 'Daily',
    summary: 'Merge a shard with its neighbour',
    args: [stream, shard, { name: 'shard2', doc: 'the neighbour [the colder one]', kind: 'shard' }],
    options: mergeOptions,
    examples: [
      ['sluice merge orders 1 2', ''],
      ['sluice merge orders --coldest', 'the two neighbours that took least'],
    ],
    load: () => import('../commands/merge.ts'),
  }),
];
