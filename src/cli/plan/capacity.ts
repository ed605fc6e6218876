/**
 * How many shards a load needs: bytes in, records in and bytes out, each against what one shard takes, the largest
 * rounded up. Pure. Source: https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html, to which the
 * limit of records, rounding up, peaks and fan-out consumers are added.
 */
import {
  SHARD_READ_BYTES_PER_SECOND,
  SHARD_READS_PER_SECOND,
  SHARD_WRITE_BYTES_PER_SECOND,
  SHARD_WRITE_RECORDS_PER_SECOND,
} from '../../model/limits.ts';

const KIB = 1_024;

export interface Load {
  /** A second, on average. */
  readonly records: number;
  /** Of one record, partition key included. */
  readonly bytes: number;
  /** That poll and share what a shard gives. */
  readonly consumers: number;
  /** With enhanced fan-out: each has its own part of every shard, and needs no more shards. */
  readonly fanOut: number;
  /** How many times the average the busiest second is. */
  readonly peak: number;
  /** The part of each shard that is to stay free, 0 to below 1. */
  readonly headroom: number;
}

export type TermName = 'bytes in' | 'records in' | 'bytes out';

export interface Term {
  readonly name: TermName;
  /** Shards, with a fraction. */
  readonly shards: number;
}

export interface Capacity {
  readonly terms: readonly Term[];
  /** The largest of them, with a fraction. */
  readonly need: number;
  /** The term that decides. */
  readonly binding: TermName;
  /** `need` rounded up, at least 1. */
  readonly shards: number;
}

/** Records are counted in whole KiB, as AWS asks for when a stream is sized. */
export function capacityFor({ records, bytes, consumers, peak, headroom }: Load): Capacity {
  const free = 1 - headroom;
  const recordsIn = (records * peak) / free;
  const bytesIn = Math.ceil(bytes / KIB) * KIB * recordsIn;
  const terms: readonly Term[] = [
    { name: 'bytes in', shards: bytesIn / SHARD_WRITE_BYTES_PER_SECOND },
    { name: 'records in', shards: recordsIn / SHARD_WRITE_RECORDS_PER_SECOND },
    { name: 'bytes out', shards: (bytesIn * consumers) / SHARD_READ_BYTES_PER_SECOND },
  ];
  const largest = terms.reduce((a, b) => (b.shards > a.shards ? b : a));
  return { terms, need: largest.shards, binding: largest.name, shards: wholeShards(largest.shards) };
}

/** What is too small to be anything but the rounding of a fraction makes no shard. */
const ROUNDING = 1e-9;

/** At least one. */
export function wholeShards(need: number): number {
  return Math.max(1, Math.ceil(need - ROUNDING));
}

/** MB/s (of 1,024 KiB) that so many shards take and give. */
export function throughput(shards: number): { readonly writeMB: number; readonly readMB: number } {
  const MIB = KIB * KIB;
  return {
    writeMB: (shards * SHARD_WRITE_BYTES_PER_SECOND) / MIB,
    readMB: (shards * SHARD_READ_BYTES_PER_SECOND) / MIB,
  };
}

/** Milliseconds between two GetRecords calls of one polling consumer on a shard, when all of them share it evenly. */
export function pollGapMs(consumers: number): number {
  return (1_000 * consumers) / SHARD_READS_PER_SECOND;
}
