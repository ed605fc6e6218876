/** Commands that split and merge shards. Data only. */
import { type CommandSpec, command, text } from '../command-spec.ts';
import { stream, wait } from './parts.ts';

const shard = { name: 'shard', doc: 'number (3) or id', required: true, kind: 'shard' } as const;

export const splitOptions = {
  at: text('--at <where>', 'middle, a hash key, or key:<partition key> to part it from smaller ones [middle]'),
  wait,
};
export const mergeOptions = { wait };

export const reshardCommands: readonly CommandSpec[] = [
  command({
    path: 'split',
    group: 'Daily',
    summary: 'Split a shard in two',
    args: [stream, shard],
    options: splitOptions,
    examples: [
      ['sluice split orders 3', 'in the middle of its hash range'],
      ['sluice split orders 3 --at key:u-8812', 'at a partition key'],
    ],
    load: () => import('../commands/split.ts'),
  }),
  command({
    path: 'merge',
    group: 'Daily',
    summary: 'Merge a shard with its neighbour',
    args: [stream, shard, { name: 'shard2', doc: 'the neighbour [the next one]', kind: 'shard' }],
    options: mergeOptions,
    examples: [['sluice merge orders 1 2', '']],
    load: () => import('../commands/merge.ts'),
  }),
];
