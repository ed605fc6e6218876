/** A record as tail sees it, for tests of what is done with it. */
import type { Sighting } from '../../../src/cli/record/output.ts';

/** 2026-11-20T12:04:31.207Z. */
export const ARRIVAL_MS = 1_795_176_271_207;
export const SEQUENCE_NUMBER = '49590338271490256608559692538361571095921575989136588898';

export function sighting(data: string | Uint8Array, record: Partial<Sighting['record']> = {}): Sighting {
  return {
    stream: 'orders',
    shardId: 'shardId-000000000003',
    lagMs: 0,
    record: {
      sequenceNumber: SEQUENCE_NUMBER,
      partitionKey: 'u-8812',
      data: typeof data === 'string' ? Buffer.from(data) : data,
      arrivalMs: ARRIVAL_MS,
      ...record,
    },
  };
}
