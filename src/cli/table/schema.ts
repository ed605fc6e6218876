/** The command `schema`. Data only. */
import { type CommandSpec, command } from '../command-spec.ts';

export const schemaCommand: CommandSpec = command({
  path: 'schema',
  group: 'Setup',
  summary: 'Print the JSON Schema of what a command prints with --json',
  args: [{ name: 'command', doc: 'its words: stream list [all commands that have one]', many: true }],
  options: {},
  examples: [
    ['sluice schema stream describe', ''],
    ['sluice schema', 'which commands have one'],
  ],
  load: () => import('../commands/schema.ts'),
});
