/** The check of `sluice doctor` of the terminal: what the environment says of it, and what it says of itself. */
import { askTerminal } from '../../runtime/terminal-question.ts';
import type { Context } from '../context.ts';
import { type Finding, ok, skip, warn } from './finding.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Longer than the way to a terminal on the other side of the world and back. */
const ANSWER_MS = 1_000;

/** A bar, a braille sign, and a character that takes two cells: the cursor is in the fifth column then. */
const SAMPLE = '\r▇⣿漢';
const SAMPLE_CELLS = 4;
/** Where is the cursor? Which of synchronized output and the alternate screen are known? */
const QUESTIONS = `${SAMPLE}\u001b[6n\u001b[?2026$p\u001b[?1049$p`;

/** What a terminal says of itself; undefined: nothing. */
export interface TerminalAnswers {
  /** That it took to show the sample. */
  readonly cells: number | undefined;
  readonly synchronizes: boolean | undefined;
  readonly alternates: boolean | undefined;
}

export const NO_ANSWERS: TerminalAnswers = { cells: undefined, synchronizes: undefined, alternates: undefined };

/** Asks it where somebody sits at it. */
export async function lookAtTerminal(context: Context): Promise<Finding> {
  const { env, out, canAsk, clock } = context;
  const isDumb = (env['TERM'] || 'dumb') === 'dumb';
  const isThere = canAsk && out.isTerminal && !isDumb;
  const answers = isThere ? terminalAnswers(await askTerminal(QUESTIONS, clock, ANSWER_MS)) : NO_ANSWERS;
  return terminalFinding(env, out.isTerminal, answers);
}

/**
 * Reads cursor position reports and DECRPM, in which 0 is a mode that is not known
 * (https://vt100.net/docs/vt510-rm/DECRPM.html). Pure.
 */
export function terminalAnswers(text: string): TerminalAnswers {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what terminals answer begins with one
  const column = /\u001b\[\d+;(\d+)R/.exec(text)?.[1];
  const modes = new Map<string, boolean>();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what terminals answer begins with one
  for (const [, mode, state] of text.matchAll(/\u001b\[\?(\d+);(\d)\$y/g)) modes.set(mode!, state !== '0');
  return {
    cells: column === undefined ? undefined : Number(column) - 1,
    synchronizes: modes.get('2026'),
    alternates: modes.get('1049'),
  };
}

/** What `top` can show. Pure. */
export function terminalFinding(env: Environment, isTerminal: boolean, answers: TerminalAnswers): Finding {
  const term = env['TERM'] ?? '';
  if (!isTerminal) return skip('stdout is no terminal here');
  if (term === '' || term === 'dumb')
    return warn(`TERM=${term}`, 'sluice top needs a terminal that can move its cursor.');
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  const { cells, synchronizes, alternates } = answers;
  const known = [
    ...[term, colorsOf(env, term), locale || 'no locale'],
    ...(synchronizes === undefined ? [] : [`${synchronizes ? '' : 'no '}synchronized output`]),
  ].join(', ');
  if (!/utf-?8/i.test(locale))
    return warn(known, 'Lines and bars need UTF-8: set LANG=C.UTF-8, or sluice top --ascii.');
  if (cells !== undefined && cells !== SAMPLE_CELLS) {
    const found = `${known}; ▇⣿漢 take ${cells} cells of it, not ${SAMPLE_CELLS}`;
    return warn(found, 'Columns will not stand straight: let ambiguous characters be narrow, or sluice top --ascii.');
  }
  if (alternates === false)
    return warn(`${known}, no alternate screen`, 'What top shows stays: sluice top --no-alt-screen.');
  return ok(known);
}

function colorsOf(env: Environment, term: string): string {
  if (/truecolor|24bit/.test(env['COLORTERM'] ?? '')) return 'all colours';
  return /256/.test(term) ? '256 colours' : '16 colours';
}
