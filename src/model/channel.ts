/**
 * Channels, which deliver the records of a stream as files, as the stream in the catalog keeps them. The state of one
 * follows from the time. How far it has delivered each shard is part of it, so that nothing is left out after a restart.
 * Pure. Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateChannel.html
 */
import { shardId } from './shard.ts';
import type { Offset } from './shard-key.ts';
import { partitionOf, type Scope, type Stream } from './stream.ts';
import type { EpochMs } from './time.ts';

export type ChannelFormat = 'JSON' | 'STRING' | 'BYTE_ARRAY';

/** Where something is put: a bucket is a folder here. */
export interface BucketPlace {
  readonly bucketArn: string;
  /** 12 digits; kept and shown. */
  readonly owner: string;
  /** Folders in it, without a slash at either end; undefined: none was given. */
  readonly prefix: string | undefined;
}

/** A folder in a bucket. */
export interface FolderPlace {
  readonly bucketArn: string;
  /** Without a slash at either end. */
  readonly folder: string;
}

export interface ChannelStorage extends BucketPlace {
  readonly storageClass: 'STANDARD' | 'INTELLIGENT_TIERING' | 'GLACIER_IR' | undefined;
  readonly compression: 'NONE' | 'GZIP';
}

export interface ChannelLogging {
  readonly enabled: boolean;
  readonly group: string | undefined;
  readonly stream: string | undefined;
}

/** How far a shard has been delivered. */
export interface DeliveredPlace {
  /** The first record that is not known to be in a file. */
  readonly next: Offset;
  /** The shard is closed and all of it was delivered. */
  readonly ended: boolean;
}

/** What can be changed later. */
export interface ChannelSettings {
  readonly freshnessSeconds: number;
  readonly logging: ChannelLogging;
}

export interface Channel extends ChannelSettings {
  /** Never used again. */
  readonly id: string;
  readonly name: string;
  readonly createdMs: EpochMs;
  /** CREATING until then. */
  readonly activeMs: EpochMs;
  readonly roleArn: string;
  readonly format: ChannelFormat;
  readonly storage: ChannelStorage;
  readonly deadLetters: BucketPlace | undefined;
  /** Kept and shown. */
  readonly encryptionKeyId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** By shard index. Those that are not named opened later and have not been begun. */
  readonly places: Readonly<Record<number, DeliveredPlace>>;
}

/** The part of a stream that is about its channels. */
export interface ChannelHolder {
  /** By name; absent when there was never one. */
  readonly channels?: readonly Channel[] | undefined;
}

export function channelStatus(channel: Channel, nowMs: EpochMs): 'CREATING' | 'ACTIVE' {
  return nowMs < channel.activeMs ? 'CREATING' : 'ACTIVE';
}

/** arn:aws:kinesis:<region>:<account>:channel/<name>/<id>. */
export function channelArn({ account, region }: Scope, { name, id }: Pick<Channel, 'name' | 'id'>): string {
  return `arn:${partitionOf(region)}:kinesis:${region}:${account}:channel/${name}/${id}`;
}

/** The id in a channel's ARN; '' when there is none. Account and region are the caller's own. */
export function channelIdIn(arn: string): string {
  return /:channel\/[a-zA-Z0-9_.-]+\/([^/]+)$/.exec(arn)?.[1] ?? '';
}

/** With a channel more, or with one in the place of the one of its id. */
export function withChannel<S extends ChannelHolder>(stream: S, channel: Channel): S {
  const others = (stream.channels ?? []).filter(({ id }) => id !== channel.id);
  return { ...stream, channels: [...others, channel].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

export function withoutChannel<S extends ChannelHolder>(stream: S, id: string): S {
  return { ...stream, channels: stream.channels?.filter((channel) => channel.id !== id) };
}

/** With a channel that has delivered more. Places of shards that are gone go too; a channel that is gone stays so. */
export function withDelivered(stream: Stream, id: string, delivered: Readonly<Record<number, DeliveredPlace>>): Stream {
  const channel = stream.channels?.find((other) => other.id === id);
  if (channel === undefined) return stream;
  const places: Record<number, DeliveredPlace> = {};
  for (const { index } of stream.shards) {
    const place = delivered[index] ?? channel.places[index];
    if (place !== undefined) places[index] = place;
  }
  return withChannel(stream, { ...channel, places });
}

/** The shards whose records are next: not delivered to their end, and all their parents that are left are. */
export function deliverableShards({ shards }: Stream, { places }: Channel): readonly number[] {
  const left = new Set(shards.flatMap(({ index }) => (places[index]?.ended ? [] : [index])));
  return shards
    .filter(({ index, parents }) => left.has(index) && !parents.some((parent) => left.has(parent)))
    .map(({ index }) => index);
}

/** Where its files go: into a folder of its name unless it says another. */
export function filesPlace({ name, storage }: Channel): FolderPlace {
  return { bucketArn: storage.bucketArn, folder: storage.prefix ?? name };
}

/** Where records go that no line can be made of: into its bucket unless it says another. */
export function deadLetterPlace({ name, storage, deadLetters }: Channel): FolderPlace {
  return { bucketArn: (deadLetters ?? storage).bucketArn, folder: deadLetters?.prefix ?? `${name}-errors` };
}

/** The name of a file, without its ending: the same whenever delivery begins at the same record. */
export function channelFileName(channel: Channel, shardIndex: number, firstNumber: string): string {
  return `${channel.name}-${shardId(shardIndex)}-${firstNumber}`;
}
