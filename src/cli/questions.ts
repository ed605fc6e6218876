/** Questions to the person at the terminal: yes or no, or a name to be typed. */
import type { Readable, Writable } from 'node:stream';
import { printable } from '../runtime/logger.ts';
import { CliError, usageError } from './cli-error.ts';
import { EXIT } from './exit.ts';
import { shellLine } from './shell-line.ts';

export interface Asking {
  readonly input: Readable;
  readonly output: Writable;
  readonly canAsk: boolean;
  /** --yes. */
  readonly yes: boolean;
  /** --confirm. */
  readonly confirmed: readonly string[];
  /** The words typed, to be repeated. */
  readonly words: readonly string[];
  readonly signal: AbortSignal;
  readonly onInterrupt: () => void;
}

/** A name that has to be typed. */
export interface TypedName {
  readonly name: string;
  /** The context asks for it itself: --yes does not do. */
  readonly isStrict: boolean;
}

/** Asks for a yes. @throws {CliError} when the answer is no or nobody can be asked. */
export async function askYes(question: string, asking: Asking): Promise<void> {
  if (asking.yes) return;
  if (!asking.canAsk) throw nobodyThere(question, ['--yes'], asking);
  const answer = await ask(`${printable(question)} [y/N] `, asking);
  if (!/^y(es)?$/i.test(answer.trim())) throw declined();
}

/** Asks for the name of what is lost. @throws {CliError} when another one is typed or nobody can be asked. */
export async function askName(question: string, { name, isStrict }: TypedName, asking: Asking): Promise<void> {
  if (asking.confirmed.includes(name) || (asking.yes && !isStrict)) return;
  if (!asking.canAsk) throw nobodyThere(question, isStrict ? ['--confirm', name] : ['--yes'], asking);
  const answer = await ask(`${printable(question)}\nType ${printable(name)} to go on: `, asking);
  if (answer.trim() !== name) throw declined();
}

function declined(): CliError {
  return new CliError('nothing was changed', { exit: EXIT.declined });
}

function nobodyThere(question: string, option: readonly string[], { words }: Asking): CliError {
  const rest = words.filter((word) => word !== '--yes' && word !== '-y');
  const end = rest.includes('--') ? rest.indexOf('--') : rest.length;
  const again = shellLine([...rest.slice(0, end), ...option, ...rest.slice(end)]);
  return usageError(`${question} There is nobody to ask here.`, `Repeat with ${option[0]}:  ${again}`);
}

/** The line typed; empty after Ctrl-D and when a signal comes. */
async function ask(question: string, { input, output, signal, onInterrupt }: Asking): Promise<string> {
  const { createInterface } = await import('node:readline');
  const prompt = createInterface({ input, output });
  prompt.on('SIGINT', onInterrupt);
  const onSignal = () => prompt.close();
  signal.addEventListener('abort', onSignal, { once: true });
  try {
    const answer = await new Promise<string>((resolve) => {
      prompt.on('close', () => resolve(''));
      prompt.question(question, resolve);
    });
    signal.throwIfAborted();
    return answer;
  } finally {
    signal.removeEventListener('abort', onSignal);
    prompt.close();
  }
}
