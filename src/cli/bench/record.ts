/** What a bench run writes: partition keys of a distribution, and payloads that say which they are and when they were sent. */
import type { Random } from '../../runtime/random.ts';
import { usageError } from '../cli-error.ts';

const HEAD = /^(\d+) (\d+(?:\.\d+)?) /;
/** What number and time take at most. */
export const PAYLOAD_BYTES_MIN = 32;
const KEYS = 10_000;

/** `<number> <milliseconds> xxx…`, so many bytes long. */
export function payloadOf(number: number, sentMs: number, bytes: number): Uint8Array {
  const payload = Buffer.alloc(bytes, 'x');
  payload.write(`${number} ${sentMs.toFixed(3)} `, 'latin1');
  return payload;
}

/** The number and the time; undefined for what is none of ours. */
export function readPayload(data: Uint8Array): { readonly number: number; readonly sentMs: number } | undefined {
  const head = Buffer.from(data.buffer, data.byteOffset, Math.min(data.length, PAYLOAD_BYTES_MIN)).toString('latin1');
  const match = HEAD.exec(head);
  return match === null ? undefined : { number: Number(match[1]), sentMs: Number(match[2]) };
}

/** Deals partition keys: `uniform`, `zipf:1.1` (a few keys take most), or `single`. */
export function keyDealer(text: string, random: Random): () => string {
  if (text === 'single') return () => 'key';
  if (text === 'uniform') return () => `key-${Math.floor(random.fraction() * 2 ** 32)}`;
  const exponent = Number(/^zipf:(\d+(?:\.\d+)?)$/.exec(text)?.[1] ?? 0);
  if (!(exponent > 0))
    throw usageError(`"${text}" is no distribution of keys`, 'Write uniform, single or for example zipf:1.1.');
  const shares = zipfShares(exponent);
  return () => `key-${placeOf(shares, random.fraction())}`;
}

/** Cumulative: the share of all records that keys up to each have. */
function zipfShares(exponent: number): Float64Array {
  const shares = new Float64Array(KEYS);
  let sum = 0;
  for (let i = 0; i < KEYS; i++) {
    sum += 1 / (i + 1) ** exponent;
    shares[i] = sum;
  }
  return shares.map((share) => share / sum);
}

function placeOf(shares: Float64Array, fraction: number): number {
  let [low, high] = [0, shares.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (fraction <= shares[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
