/** Commands about targets. Data only. */
import { type ArgumentSpec, type CommandSpec, choice, command, flag, text } from '../command-spec.ts';

const name: ArgumentSpec = { name: 'name', doc: 'a context', required: true, kind: 'context' };
const newName: ArgumentSpec = { name: 'name', doc: 'what it is to be called', required: true };

const settings = {
  roleArn: text('--role-arn <arn>', 'role to assume with the credentials'),
  confirm: choice('--confirm <what>', 'what cannot be undone wants the stream’s name typed', { choices: ['name'] }),
  color: choice('--color <color>', 'colour of the line that names the target', {
    choices: ['red', 'green', 'yellow', 'cyan'],
  }),
  fips: flag('--fips', 'hosts with validated cryptography'),
  dualStack: flag('--dual-stack', 'hosts with IPv6'),
};

export const contextCreateOptions = {
  ...settings,
  from: text('--from <context>', 'begin with the settings of another one', { kind: 'context' }),
};
export const contextEditOptions = {
  ...settings,
  readWrite: flag('--read-write', 'allow calls that change something again'),
};
export const contextListOptions = { check: flag('--check', 'ask each who one is there') };
export const contextShowOptions = { explain: flag('--explain', 'every place that may decide, in their order') };

export const contextCommands: readonly CommandSpec[] = [
  command({
    path: 'context create',
    group: 'Setup',
    summary: 'Save a target under a name',
    args: [newName],
    options: contextCreateOptions,
    examples: [
      ['sluice context create prod --profile prod-ro --region us-east-1 --read-only', 'AWS, never written to'],
      ['sluice context create ci --endpoint http://kinesis:4567', 'another server'],
      ['sluice context create live --profile admin --region us-east-1 --confirm name --color red', ''],
    ],
    load: () => import('../commands/context-create.ts'),
  }),
  command({
    path: 'context list',
    group: 'Setup',
    summary: 'List the targets',
    args: [],
    options: contextListOptions,
    examples: [['sluice context list --check', 'with who one is there, or why not']],
    load: () => import('../commands/context-list.ts'),
  }),
  command({
    path: 'context use',
    group: 'Setup',
    summary: 'Make a target that of commands that name none',
    args: [{ ...name, doc: 'a context, or - for the one before' }],
    options: {},
    examples: [
      ['sluice context use prod', ''],
      ['sluice context use -', 'back again'],
    ],
    load: () => import('../commands/context-use.ts'),
  }),
  command({
    path: 'context show',
    group: 'Setup',
    summary: 'Show the target that commands use, and why',
    args: [{ ...name, required: false, doc: 'a context [the one in use]' }],
    options: contextShowOptions,
    examples: [['sluice context show --explain', 'flags, variables and files, the one that decides marked']],
    load: () => import('../commands/context-show.ts'),
  }),
  command({
    path: 'context edit',
    group: 'Setup',
    summary: 'Change a saved target',
    args: [name],
    options: contextEditOptions,
    examples: [['sluice context edit prod --region eu-west-1', '']],
    load: () => import('../commands/context-edit.ts'),
  }),
  command({
    path: 'context remove',
    group: 'Setup',
    summary: 'Forget a saved target',
    args: [{ ...name, many: true }],
    options: {},
    examples: [['sluice context remove ci', '']],
    load: () => import('../commands/context-remove.ts'),
  }),
  command({
    path: 'context import',
    group: 'Setup',
    summary: 'Save a target for each profile of ~/.aws',
    args: [{ name: 'profile', doc: 'only these [all]', many: true, kind: 'profile' }],
    options: {},
    examples: [['sluice context import', 'what exists already stays as it is']],
    load: () => import('../commands/context-import.ts'),
  }),
];
