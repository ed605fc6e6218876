/** Many log files that grow at a steady rate, each line with its number and the time it was written at. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DIGITS } from './log-lines.mjs';

const TICK_MS = 10;
const FILLING = '.'.repeat(170);

/** Writes round robin into app-0.log ...; returns how many lines. */
export async function writeLive({ folder, files, perSecond, seconds }) {
  const open = Array.from({ length: files }, (_, i) => openSync(join(folder, `app-${i}.log`), 'a'));
  const begin = performance.now();
  const count = perSecond * seconds;
  for (let number = 0; number < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - begin) * perSecond) / 1_000));
    const texts = new Map();
    const nowMs = Date.now();
    for (; number < due; number++) {
      const line = `${String(number).padStart(DIGITS, '0')} ${nowMs} ${FILLING}\n`;
      texts.set(number % files, (texts.get(number % files) ?? '') + line);
    }
    for (const [file, text] of texts) writeSync(open[file], text);
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  for (const fd of open) closeSync(fd);
  return count;
}
