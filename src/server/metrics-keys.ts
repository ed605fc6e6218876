/**
 * The heaviest partition keys of a stream in little memory: Space-Saving over a sample, with weights that fade.
 * Nothing is allocated while counting.
 * Source: Metwally, Agrawal, El Abbadi: Efficient Computation of Frequent and Top-k Elements in Data Streams (2005).
 */
import { HEAT_HALF_LIFE_MS, METRICS_KEY_CHARS_MAX, METRICS_KEYS_MAX } from '../model/limits.ts';
import type { HotKey } from '../model/metrics-frame.ts';
import { payloadBytes, RECORD_FLAG, RECORD_HEADER_BYTES, type RecordBatch } from '../model/record-batch.ts';
import { Fading } from '../runtime/counters.ts';
import { Sample } from './metrics-sample.ts';

/** Keys watched: two for each that is told. */
const SLOTS = METRICS_KEYS_MAX * 2;
/** Of a key's UTF-8; longer keys that begin alike are told apart by hash and length. */
const TEXT_BYTES = METRICS_KEY_CHARS_MAX * 2;
/** Of a put with more records only a sample is looked at: counting stays far below what a put costs. */
const WHOLE_MAX = 8;
/** Keys of a smaller share are noise. */
const SHARE_MIN = 0.005;

const text = new TextDecoder();

export class KeySketch {
  readonly #fading: Fading;
  readonly #sample = new Sample(WHOLE_MAX);
  readonly #hashes = new Uint32Array(SLOTS);
  readonly #lengths = new Uint32Array(SLOTS);
  readonly #shards = new Uint32Array(SLOTS);
  readonly #weights = new Float64Array(SLOTS);
  readonly #errors = new Float64Array(SLOTS);
  readonly #texts = new Uint8Array(SLOTS * TEXT_BYTES);
  #total = 0;

  constructor(atMs: number) {
    this.#fading = new Fading(HEAT_HALF_LIFE_MS, atMs);
  }

  /** Counts the records `picks` of a batch, which a shard took; records without a key have none to count. */
  take(batch: RecordBatch, picks: Uint32Array, shard: number): void {
    const stride = this.#sample.stride(batch.count);
    for (let k = this.#sample.first(stride); k < picks.length; k += stride) {
      const i = picks[k]!;
      this.#total += payloadBytes(batch, i) * stride;
      const slot = this.#slotOf(batch, i);
      if (slot < 0) continue;
      this.#weights[slot]! += payloadBytes(batch, i) * stride;
      this.#shards[slot] = shard;
    }
  }

  /** Where a record's key is watched, in place of the lightest one if it was not; -1: it has no key. */
  #slotOf(batch: RecordBatch, i: number): number {
    const { arena } = batch;
    const start = batch.starts[i]!;
    if ((arena[start + 2]! & RECORD_FLAG.NO_PARTITION_KEY) !== 0) return -1;
    const keyStart = start + RECORD_HEADER_BYTES;
    const length = arena[start]! | (arena[start + 1]! << 8);
    const hash = hashOf(arena, keyStart, keyStart + length);
    let lightest = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (this.#hashes[slot] === hash && this.#lengths[slot] === length && this.#weights[slot]! > 0) return slot;
      if (this.#weights[slot]! < this.#weights[lightest]!) lightest = slot;
    }
    this.#hashes[lightest] = hash;
    this.#lengths[lightest] = length;
    this.#errors[lightest] = this.#weights[lightest]!;
    const kept = Math.min(length, TEXT_BYTES);
    for (let at = 0; at < kept; at++) this.#texts[lightest * TEXT_BYTES + at] = arena[keyStart + at]!;
    return lightest;
  }

  /** Lets the weights fade. */
  fade(atMs: number): void {
    const factor = this.#fading.factor(atMs);
    if (factor === 1) return;
    this.#total *= factor;
    for (let slot = 0; slot < SLOTS; slot++) {
      this.#weights[slot]! *= factor;
      this.#errors[slot]! *= factor;
    }
  }

  /** Heaviest first; only keys whose share is surely more than noise. */
  hottest(): HotKey[] {
    const least = Math.max(1, this.#total * SHARE_MIN);
    return Array.from(this.#weights, (_, slot) => slot)
      .filter((slot) => this.#weights[slot]! - this.#errors[slot]! >= least)
      .sort((a, b) => this.#weights[b]! - this.#weights[a]!)
      .slice(0, METRICS_KEYS_MAX)
      .map((slot) => ({
        key: this.#textOf(slot),
        shard: this.#shards[slot]!,
        bytes: Math.round(this.#weights[slot]!),
        errorBytes: Math.round(this.#errors[slot]!),
      }));
  }

  #textOf(slot: number): string {
    const begin = slot * TEXT_BYTES;
    const kept = Math.min(this.#lengths[slot]!, TEXT_BYTES);
    return text.decode(this.#texts.subarray(begin, begin + kept)).slice(0, METRICS_KEY_CHARS_MAX);
  }
}

/** FNV-1a, 32 bits. Source: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash >>> 0;
}
