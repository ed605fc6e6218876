/** Memory for the bodies of requests: the same few pieces again and again, because fresh memory costs more than filling it. */
import { type NativeBuffer, nativeAlloc, nativeView } from '../wire/native-buffer.ts';

/** Room for 500 lines as logs have them. */
const BODY_BYTES = 262_144;
const BODY_BYTES_KEPT_MAX = 1_048_576;
const BODIES_KEPT_MAX = 16;

export class RequestMemory {
  readonly #spare: NativeBuffer[] = [];

  /** At least `bytes`, with arbitrary content. */
  take(bytes: number): NativeBuffer {
    const spare = this.#spare.pop();
    return spare !== undefined && spare.length >= bytes ? spare : nativeAlloc(Math.max(bytes, BODY_BYTES));
  }

  /** Takes back what a body lies in, once nobody reads it any more. */
  giveBack({ buffer }: Uint8Array): void {
    if (buffer.byteLength > BODY_BYTES_KEPT_MAX || this.#spare.length >= BODIES_KEPT_MAX) return;
    this.#spare.push(nativeView(new Uint8Array(buffer)));
  }
}

/** Writes a few bytes to `out[at..]`; returns where they end. */
export function put(out: Uint8Array, at: number, text: Uint8Array): number {
  for (let i = 0; i < text.length; i++) out[at + i] = text[i]!;
  return at + text.length;
}
