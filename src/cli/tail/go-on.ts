/** What a tail that was stopped says: the command that goes on where it stopped. */
import type { Context } from '../context.ts';
import { shellLine } from '../shell-line.ts';
import { grouped } from '../values.ts';
import type { TailRun } from './run.ts';
import type { Options } from './source.ts';

/** Two lines on stderr; nothing where no position could say it. */
export function sayHowToGoOn(context: Context, { save }: Options, work: TailRun): void {
  const from = save === undefined ? work.progress.goOn() : `@${save}`;
  if (from === undefined) return;
  context.note(`${grouped(work.printed)} record${work.printed === 1 ? '' : 's'} printed; go on with:`);
  context.note(`  ${shellLine([...withoutFrom(context.self.words), '--from', from])}`);
}

/** The words of a command line without its --from. */
export function withoutFrom(words: readonly string[]): readonly string[] {
  return words.filter((word, i) => !word.startsWith('--from=') && word !== '--from' && words[i - 1] !== '--from');
}
