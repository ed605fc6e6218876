/** Commands around the program itself. Data only. */
import { type CommandSpec, choice, command, flag, text } from '../command-spec.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

export const apiOptions = {
  input: text('--input <file>', 'members as one JSON document, blobs in base64; - is stdin', { kind: 'file' }),
};

export const completionInstallOptions = {
  shell: choice('--shell <shell>', 'whose completion [the shell you log in with]', { choices: SHELLS }),
};
export type CompletionInstallOptions = typeof completionInstallOptions;

export const helpOptions = { man: flag('--man', 'as a manual page') };
export type HelpOptions = typeof helpOptions;

export const setupCommands: readonly CommandSpec[] = [
  command({
    path: 'api',
    group: 'Setup',
    summary: 'Call any operation of Kinesis by its API name and print the answer',
    args: [
      { name: 'operation', doc: 'as the API writes it: ListShards', required: true, kind: 'operation' },
      { name: 'key=value', doc: 'members; lists and structures as JSON, blobs as text or @file', many: true },
    ],
    options: apiOptions,
    examples: [
      ['sluice api DescribeStreamSummary StreamName=orders', ''],
      ['sluice api PutRecord StreamName=orders PartitionKey=a Data=@photo.jpg', 'the bytes of a file'],
      ['sluice api PutRecords --input records.json StreamName=orders', 'members of a file, one from the line'],
    ],
    load: () => import('../commands/api.ts'),
  }),
  command({
    path: 'completion',
    group: 'Setup',
    summary: 'Print the completion script of a shell',
    args: [{ name: 'shell', doc: 'whose script', required: true, choices: SHELLS }],
    options: {},
    examples: [
      ['sluice completion install', 'for the shell you use, after a question'],
      ['source <(sluice completion bash)', 'for this shell only'],
      ['sluice completion fish > ~/.config/fish/completions/sluice.fish', 'by hand'],
    ],
    load: () => import('../commands/completion.ts'),
  }),
  command({
    path: 'completion install',
    group: 'Setup',
    summary: 'Install the completion of a shell for this user',
    args: [],
    options: completionInstallOptions,
    examples: [
      ['sluice completion install', 'shows the files and the line, and asks'],
      ['sluice completion install --shell zsh --yes', 'without a question'],
    ],
    load: () => import('../commands/completion-install.ts'),
  }),
  command({
    path: 'help',
    group: 'Setup',
    summary: 'Explain a command or a topic',
    args: [{ name: 'topic', doc: 'a command or a guide; "topics" lists those', many: true, kind: 'topic' }],
    options: helpOptions,
    examples: [
      ['sluice help topics', 'all guides'],
      ['sluice help positions', 'what --from takes'],
      ['sluice help --man tail', 'the manual page of a command'],
      ['sluice help exit-codes', 'what the exit codes mean'],
    ],
    load: () => import('../commands/help.ts'),
  }),
];
