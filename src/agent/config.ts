/**
 * What the agent does, resolved: every default filled in, every key of the file checked, units as suffixes.
 * A plain value; read-config.ts makes it. Keys and defaults are those of Amazon Kinesis Agent's agent.json:
 * https://docs.aws.amazon.com/streams/latest/dev/writing-with-agents.html
 */

import type { JsonNode } from '../model/json-with-comments.ts';
import type { LogLevel } from '../runtime/logger.ts';
import type { JavaPattern } from './java-regex.ts';

/** 'strict' reproduces what Kinesis Agent's output shows even where it is plainly a mistake. */
export type Compat = 'fixed' | 'strict';

export interface AgentConfig {
  /** At least one; ids are unique. */
  readonly flows: readonly FlowConfig[];
  readonly compat: Compat;
  readonly checkpoints: CheckpointConfig;
  readonly credentials: CredentialsConfig;
  readonly cloudWatch: CloudWatchConfig;
  readonly log: LogConfig;
  readonly http: HttpConfig;
  /** How long a stop waits for requests under way. */
  readonly shutdownTimeoutMs: number;
  /** Unacknowledged bytes of all flows above which reading rests. */
  readonly memoryBytesMax: number;
  readonly spool: SpoolConfig;
  /** Path of the socket that answers --status; undefined: `status.sock` in the state folder. */
  readonly statusSocket: string | undefined;
  readonly prometheus: { readonly host: string; readonly port: number } | undefined;
}

export interface CheckpointConfig {
  /** Absolute folder of our own state; undefined: the default of the machine or the user. */
  readonly stateDir: string | undefined;
  /** Kinesis Agent's database, to import from; never written. */
  readonly foreignFile: string | undefined;
  /** Entries of files that are gone expire after this. */
  readonly timeToLiveMs: number;
}

export interface CredentialsConfig {
  readonly fixed:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string | undefined }
    | undefined;
  readonly process: string | undefined;
  readonly profile: string | undefined;
  readonly assumeRole: { readonly arn: string; readonly externalId: string | undefined } | undefined;
  readonly stsEndpoint: string | undefined;
}

export interface CloudWatchConfig {
  readonly enabled: boolean;
  readonly endpoint: string | undefined;
  readonly namespace: string;
  /** Adds the dimension Instance. */
  readonly tagInstance: boolean;
  readonly periodMs: number;
}

export interface LogConfig {
  readonly level: LogLevel;
  /** undefined: stderr. */
  readonly file: string | undefined;
  readonly fileBytesMax: number;
  /** Old log files kept beside the one being written. */
  readonly backupsMax: number;
  readonly format: 'text' | 'json';
  readonly statusPeriodMs: number;
  /** All counters in the periodic line. */
  readonly counters: boolean;
  /** A line for each request, at level debug. */
  readonly requests: boolean;
}

export interface HttpConfig {
  /** Requests in flight for the whole process. */
  readonly inFlightMax: number;
  readonly connectMs: number;
  readonly socketTimeoutMs: number;
  /** Connections to one target. */
  readonly connectionsMax: number;
  /** A connection is closed after this; undefined: never. */
  readonly connectionTtlMs: number | undefined;
  readonly tcpKeepAlive: boolean;
  /** Stands before the program's name in the header User-Agent. */
  readonly userAgent: string | undefined;
  /** Is that header. */
  readonly userAgentOverride: string | undefined;
}

export interface SpoolConfig {
  readonly mode: 'off' | 'shutdown' | 'outage';
  readonly bytesMax: number;
}

export interface TargetConfig {
  readonly service: 'kinesis' | 'firehose';
  /** The stream's name. */
  readonly name: string;
  /** Set when the file gave an ARN. */
  readonly arn: string | undefined;
  /** With scheme; undefined: the region's own. */
  readonly endpoint: string | undefined;
  /** undefined: what the endpoint's host or the environment says. */
  readonly region: string | undefined;
  /** How requests to Kinesis are written; undefined: in CBOR to AWS and a daemon on this machine, else in JSON. */
  readonly wire: 'cbor' | 'json' | undefined;
}

/** One pattern of files into one stream. */
export interface FlowConfig {
  /** `kinesis:<stream>:<directory>/<pattern>`, or `fh:` for Firehose: the key of checkpoints. */
  readonly id: string;
  /** As the file says it: directory, which may hold globs, and file glob. Absolute. */
  readonly filePattern: string;
  /** Globs of paths or names that are left alone. */
  readonly exclude: readonly string[];
  readonly target: TargetConfig;
  readonly initialPosition: 'start' | 'end';
  /** Which of the files that are there at first sight are read. */
  readonly initialFiles: 'all' | 'newest';
  readonly batch: BatchConfig;
  readonly retry: { readonly initialBackoffMs: number; readonly backoffMsMax: number };
  readonly files: FileConfig;
  readonly records: RecordConfig;
  /** One request in flight for a partition key, in order. */
  readonly ordered: boolean;
  /** KPL aggregation; undefined: off. */
  readonly kplAggregation: { readonly bytesMax: number; readonly recordsMax: number } | undefined;
  /** Where records go that the service refuses; undefined: in the state folder. */
  readonly deadLetterFile: string | undefined;
  /** All counters of this flow in the periodic line. */
  readonly counters: boolean;
}

export interface BatchConfig {
  readonly ageMsMax: number;
  /** True when the file sets ageMsMax itself: at 1,000 or less an idle flow sends at once. */
  readonly ageIsExplicit: boolean;
  readonly bytesMax: number;
  readonly recordsMax: number;
  readonly inFlightMax: number;
  /** Bytes read and not yet acknowledged above which reading of this flow rests. */
  readonly unackedBytesMax: number;
}

export interface FileConfig {
  /** Between two looks at an open file that grows. */
  readonly pollMs: number;
  /** Between two listings of a directory. */
  readonly scanMs: number;
  /** How long a file that lost its name is watched for late writes. */
  readonly rotateWaitMs: number;
  readonly closeInactiveMs: number;
  /** Files not written to for this long are not begun; 0: off. */
  readonly ignoreOlderMs: number;
  /** An unterminated last line of a live file is sent after this; 0: never. */
  readonly partialLineTimeoutMs: number;
  /** Recognise a copy of a file that is then truncated. */
  readonly copyDetect: boolean;
  /** Look for files that were rotated away while the agent was stopped. */
  readonly rescueRotated: boolean;
  readonly readCompressed: boolean;
  readonly deleteAfterAck: boolean;
}

/** How bytes of a file become records: all that record-reader.ts needs. */
export interface RecordConfig {
  readonly compat: Compat;
  readonly encoding: 'raw' | 'utf8' | 'latin1' | 'utf16le';
  /** Lines dropped whenever reading begins at position 0. */
  readonly skipHeaderLines: number;
  /** Matches a whole trimmed record; that one and all that follow in the file are dropped. */
  readonly footer: JavaPattern | undefined;
  readonly multiLine: MultiLineConfig | undefined;
  readonly converters: readonly ConverterConfig[];
  readonly addFields: Readonly<Record<string, string>>;
  /** A record must match one of them, unless there is none. */
  readonly include: readonly JavaPattern[];
  /** A record that matches one of them is dropped. */
  readonly drop: readonly JavaPattern[];
  readonly skipEmptyLines: boolean;
  readonly onUnmatched: 'drop' | 'raw' | 'deadletter';
  readonly onOversize: 'truncate' | 'split' | 'drop';
  /** Data, plus the partition key on Kinesis. */
  readonly recordBytesMax: number;
  /** What a cut record ends with. */
  readonly truncatedTerminator: Uint8Array;
  /** Whole lines are joined up to this; 0: off. Firehose only. */
  readonly aggregatedBytes: number;
  /** Aggregates wait this long for more lines; 0: none. */
  readonly aggregateLingerMs: number;
  /** undefined: the target takes none (Firehose). */
  readonly partitionKey: PartitionKeyConfig | undefined;
}

export interface MultiLineConfig {
  /** Matches where a record's first line begins. */
  readonly start: JavaPattern;
  /** An open record is sent when the file has not grown for this long; 0: at once, as Kinesis Agent does. */
  readonly flushMs: number;
  readonly linesMax: number;
}

export type PartitionKeyConfig =
  | { readonly kind: 'random' | 'deterministic' | 'file' | 'host' }
  | { readonly kind: 'fixed'; readonly key: string }
  /** A member of a record that is a JSON object; random where it has none. */
  | { readonly kind: 'field'; readonly field: string }
  /** The first group, else the whole match; random where nothing matches. */
  | { readonly kind: 'regex'; readonly pattern: JavaPattern };

export type FieldKind = 'int' | 'float' | 'bool' | 'string';

export type ConverterConfig =
  | { readonly kind: 'singleLine'; readonly trim: boolean; readonly joint: string }
  | {
      readonly kind: 'csv';
      readonly fields: readonly string[];
      readonly delimiter: JavaPattern;
      /** What separates under RFC 4180 quoting; undefined: no quoting, as in Kinesis Agent. */
      readonly quotedDelimiter: string | undefined;
      readonly kinds: Readonly<Record<string, FieldKind>>;
      readonly pretty: boolean;
    }
  | {
      readonly kind: 'log';
      readonly pattern: JavaPattern;
      readonly fields: readonly string[];
      /** Apache's formats: a group that is `-` becomes null. */
      readonly dashIsNull: boolean;
      readonly pretty: boolean;
    }
  | { readonly kind: 'metadata'; readonly metadata: JsonNode; readonly timestamp: boolean; readonly pretty: boolean }
  | {
      readonly kind: 'ec2';
      readonly timeToLiveMs: number;
      readonly fields: readonly string[] | undefined;
      readonly pretty: boolean;
    }
  | { readonly kind: 'brackets' };
