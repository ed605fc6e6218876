/** Commands around the program itself. Data only. */
import { type CommandSpec, command } from '../command-spec.ts';

export const SHELLS = ['bash', 'zsh', 'fish', 'ps1'] as const;

export const setupCommands: readonly CommandSpec[] = [
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
