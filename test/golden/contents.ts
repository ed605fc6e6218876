/** What the folders of test/golden hold; from 1.1 on its encrypted records are encrypted with KEY. Shard 1 is open, 2 sealed, 3 empty; commit i came i + 1 seconds after START_MS. */
import type { RecordInput } from '../../src/model/record-batch.ts';

export const START_MS = 1_700_000_000_000;

/** 000102...1f. */
export const KEY = Uint8Array.from({ length: 32 }, (_, i) => i);

/** Of each commit: shard, offset of the first record, records. */
export const COMMITS: readonly (readonly (readonly [number, number, readonly RecordInput[]])[])[] = [
  [[1, 0, [{ partitionKey: 'first', data: Uint8Array.of(1, 2, 3) }]]],
  [
    [1, 1, [{ partitionKey: 'ключ', data: new Uint8Array(0) }, { data: Uint8Array.of(255), encrypted: true }]],
    [2, 0, [{ partitionKey: 'hash', explicitHash: (1n << 128n) - 1n, data: Uint8Array.of(4) }]],
  ],
  [[2, 1, [{ partitionKey: 'long', data: new Uint8Array(700).fill(5) }]]],
  [[1, 3, [{ partitionKey: '', explicitHash: 0n, data: new Uint8Array(500).fill(6) }]]],
];
