/** Asks the terminal itself what it can do: control sequences go out, and it types its answers. */
import type { Clock } from './clock.ts';

/** Every terminal answers this one, so what stands before it is answered or will not be. */
const PRIMARY_ATTRIBUTES = '\u001b[c';
// biome-ignore lint/suspicious/noControlCharactersInRegex: what terminals answer begins with one
const ATTRIBUTES_ANSWER = /\u001b\[\?[\d;]*c/;

/**
 * What a terminal that both stdin and stdout are types in answer to `questions`, without what is not read in `waitMs`.
 * Its line is left as empty as it was.
 */
export async function askTerminal(questions: string, clock: Clock, waitMs: number): Promise<string> {
  const { stdin, stdout } = process;
  const answered = new AbortController();
  let answers = '';
  const onData = (bytes: Uint8Array) => {
    answers += Buffer.from(bytes).toString('latin1');
    if (ATTRIBUTES_ANSWER.test(answers)) answered.abort();
  };
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.resume();
  try {
    stdout.write(`${questions}${PRIMARY_ATTRIBUTES}`);
    await clock.sleep(waitMs, answered.signal).catch(() => undefined);
  } finally {
    stdout.write('\r\u001b[K');
    stdin.off('data', onData);
    stdin.setRawMode(false);
    stdin.pause();
    stdin.unref?.();
  }
  return answers;
}
