/** Commands around the program itself. Data only. */
import { type CommandSpec, command, text } from '../command-spec.ts';

export const SHELLS = ['bash', 'zsh', 'fish', 'ps1'] as const;

export const apiOptions = {
  input: text('--input <file>', 'members as one JSON document, blobs in base64; - is stdin', { kind: 'file' }),
};

export const setupCommands: readonly CommandSpec[] = [
  command({
    path: 'api',
    group: 'Setup',
    summary: 'Call any operation of Kinesis by its API name and print the answer',
    args: [
      { name: 'operation', doc: 'as the API writes it: ListShards', required: true },
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
      ['sluice completion bash > ~/.local/share/bash-completion/completions/sluice', 'for bash'],
      ['sluice completion zsh > ~/.zfunc/_sluice', 'for zsh'],
      ['sluice completion fish > ~/.config/fish/completions/sluice.fish', 'for fish'],
    ],
    load: () => import('../commands/completion.ts'),
  }),
  command({
    path: 'help',
    group: 'Setup',
    summary: 'Explain a command or a topic',
    args: [{ name: 'topic', doc: 'a command, "positions" or "exit-codes"', many: true }],
    options: {},
    examples: [
      ['sluice help positions', 'what --from takes'],
      ['sluice help exit-codes', 'what the exit codes mean'],
    ],
    load: () => import('../commands/help.ts'),
  }),
];
