/** Log lines for benchmarks: seeded, about 200 bytes, each beginning with its number in nine digits. */
import { closeSync, openSync, writeSync } from 'node:fs';

export const DIGITS = 9;
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'curl/8.9.1',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15',
];

/** A generator of numbers in [0, 1), the same for the same seed (mulberry32). */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A function from a line's number to the line, with its line feed. */
export function lines(seed = 1) {
  const random = seeded(seed);
  const pick = (count) => Math.floor(random() * count);
  return (number) => {
    const path = `/shop/item/${pick(1_000_000)}/${'section/'.repeat(pick(6))}view?ref=${pick(100_000)}`;
    const agent = AGENTS[pick(AGENTS.length)];
    const client = `10.${pick(256)}.${pick(256)}.${pick(256)}`;
    return `${String(number).padStart(DIGITS, '0')} ${client} - - [21/Nov/2026:10:00:00 +0000] "GET ${path} HTTP/1.1" 200 ${pick(50_000)} "-" "${agent}"\n`;
  };
}

/** Writes a file of `count` lines; returns its bytes. */
export function writeLines(path, count) {
  const lineOf = lines();
  const fd = openSync(path, 'w');
  let bytes = 0;
  for (let number = 0; number < count; ) {
    let block = '';
    for (; number < count && block.length < 1_048_576; number++) block += lineOf(number);
    bytes += writeSync(fd, block);
  }
  closeSync(fd);
  return bytes;
}
