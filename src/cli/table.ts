/** Every command, in the order of the help. Reading this file loads no command. */
import type { CommandSpec } from './command-spec.ts';
import { agentCommands } from './table/agent.ts';
import { benchCommand } from './table/bench.ts';
import { configCommands } from './table/config.ts';
import { consumeCommands } from './table/consume.ts';
import { contextCommands } from './table/context.ts';
import { planningCommands } from './table/plan.ts';
import { putCommand } from './table/put.ts';
import { replayCommand } from './table/replay.ts';
import { reshardCommands } from './table/reshard.ts';
import { schemaCommand } from './table/schema.ts';
import { serveCommands } from './table/serve.ts';
import { setupCommands } from './table/setup.ts';
import { streamCommands } from './table/stream.ts';
import { catCommand, tailCommand } from './table/tail.ts';
import { topCommand } from './table/top.ts';

export const commands: readonly CommandSpec[] = [
  putCommand,
  tailCommand,
  catCommand,
  topCommand,
  replayCommand,
  ...reshardCommands,
  ...streamCommands,
  ...serveCommands,
  ...agentCommands,
  ...consumeCommands,
  ...planningCommands,
  benchCommand,
  ...contextCommands,
  ...configCommands,
  schemaCommand,
  ...setupCommands,
];

/** What groups of commands share a first word, with its line in the help. */
export const nouns: Readonly<Record<string, string>> = {
  stream: 'Create, look at and change streams',
  context: 'Which server commands talk to: the local one, AWS, others',
  config: 'Settings: contexts and defaults of options',
};

/** Words people bring from elsewhere, and what they are here. */
export const foreignWords: Readonly<Record<string, string>> = {
  ls: 'stream list',
  list: 'stream list',
  rm: 'stream delete',
  create: 'stream create',
  describe: 'stream describe',
  topic: 'stream',
  partition: 'stream shards',
  partitions: 'stream shards',
  produce: 'put',
  publish: 'put',
  subscribe: 'tail',
  start: 'serve',
  stop: 'serve stop',
  status: 'serve status',
  'from-beginning': '--from horizon',
};
