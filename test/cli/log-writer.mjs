/**
 * A program that logs: node log-writer.mjs FILE FIRST COUNT PER_SECOND. Opens its log anew for each burst, as a program
 * does that was told of a rotation. Each line is unique and ends with a line feed.
 */
import { appendFileSync } from 'node:fs';

const [file, first, count, perSecond] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const TICK_MS = 20;
const perTick = Math.max(1, Math.round((perSecond * TICK_MS) / 1_000));

let written = 0;
const timer = setInterval(() => {
  let burst = '';
  for (let i = 0; i < perTick && written < count; i++, written++) {
    const number = first + written;
    burst += `line ${number} ${'abcdefghij'.repeat(number % 13)}\n`;
  }
  appendFileSync(file, burst);
  if (written === count) clearInterval(timer);
}, TICK_MS);
