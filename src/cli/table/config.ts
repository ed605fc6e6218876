/** Commands about the file of settings. Data only. */
import { type CommandSpec, command, flag } from '../command-spec.ts';

const key = { name: 'key', doc: 'contexts.prod.region, defaults.tail.timestamps', required: true } as const;

export const configListOptions = { origin: flag('--origin', 'with the file or variable each value is from') };

export const configCommands: readonly CommandSpec[] = [
  command({
    path: 'config get',
    group: 'Setup',
    summary: 'Print a setting',
    args: [key],
    options: {},
    examples: [['sluice config get currentContext', '']],
    load: () => import('../commands/config-get.ts'),
  }),
  command({
    path: 'config set',
    group: 'Setup',
    summary: 'Change a setting; comments in the file stay',
    args: [key, { name: 'value', doc: 'a text, a number, true, false or JSON', required: true }],
    options: {},
    examples: [
      ['sluice config set defaults.tail.timestamps utc', 'the default of an option'],
      ["sluice config set 'defaults.stream create.shards' 4", ''],
    ],
    load: () => import('../commands/config-set.ts'),
  }),
  command({
    path: 'config unset',
    group: 'Setup',
    summary: 'Remove a setting',
    args: [key],
    options: {},
    examples: [['sluice config unset defaults.tail', '']],
    load: () => import('../commands/config-unset.ts'),
  }),
  command({
    path: 'config list',
    group: 'Setup',
    summary: 'List what is set, by files and by variables',
    args: [],
    options: configListOptions,
    examples: [['sluice config list --origin', '']],
    load: () => import('../commands/config-list.ts'),
  }),
  command({
    path: 'config edit',
    group: 'Setup',
    summary: 'Open the file of settings in an editor, then check it',
    args: [],
    options: {},
    examples: [['EDITOR=nano sluice config edit', '']],
    load: () => import('../commands/config-edit.ts'),
  }),
  command({
    path: 'config path',
    group: 'Setup',
    summary: 'Print where the file of settings is',
    args: [],
    options: {},
    examples: [['cat "$(sluice config path)"', '']],
    load: () => import('../commands/config-path.ts'),
  }),
  command({
    path: 'config schema',
    group: 'Setup',
    summary: 'Print the JSON Schema of the file, for editors',
    args: [],
    options: {},
    examples: [['sluice config schema > sluice.schema.json', '']],
    load: () => import('../commands/config-schema.ts'),
  }),
];
