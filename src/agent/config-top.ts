/** The top-level keys of the agent's file. Pure. */

import { resolve } from 'node:path';
import { emptyObject } from '../model/json-with-comments.ts';
import { AGENT_MEMORY_BYTES_MAX, AGENT_SPOOL_BYTES_MAX } from '../model/limits.ts';
import type { LogLevel } from '../runtime/logger.ts';
import type { AgentConfig, CloudWatchConfig, CredentialsConfig, HttpConfig, LogConfig, SpoolConfig } from './config.ts';
import { endpointUrl } from './config-extras.ts';
import type { FlowDefaults } from './config-flow.ts';
import { NO_EFFECT_TOP } from './config-names.ts';
import type { Section } from './config-section.ts';

const DAY_MS = 86_400_000;

export interface TopConfig extends Omit<AgentConfig, 'flows'> {
  readonly defaults: FlowDefaults;
}

export interface TopOptions {
  /** Where relative paths begin. */
  readonly directory: string;
  readonly cores: number;
  /** Absolute; wins over the file's. */
  readonly logFile?: string | undefined;
}

/** Reads everything but the flows. */
export function readTop(top: Section, options: TopOptions): TopConfig {
  const own = top.section('sluice') ?? top.inner(emptyObject, 'sluice');
  own.allow(['expandEnv', 'configDir']);
  const compat = own.choice('compat', ['fixed', 'strict'], 'fixed');
  const region = own.name('region');
  const config: TopConfig = {
    compat,
    defaults: {
      compat,
      directory: options.directory,
      kinesis: { endpoint: endpointUrl(top.name('kinesis.endpoint')), region: top.name('kinesis.region') ?? region },
      firehose: { endpoint: endpointUrl(top.name('firehose.endpoint')), region: own.name('firehoseRegion') ?? region },
    },
    checkpoints: readCheckpoints(top, own),
    credentials: readCredentials(top, own),
    cloudWatch: readCloudWatch(top),
    log: readLog(top, own, options),
    http: readHttp(top, options.cores),
    shutdownTimeoutMs: top.integer('shutdownTimeoutMillis', 10_000, { min: 0 }),
    memoryBytesMax: own.integer('maxMemoryBytes', AGENT_MEMORY_BYTES_MAX, { min: 1_048_576 }),
    spool: readSpool(own),
    statusSocket: own.name('statusSocket'),
    prometheus: readPrometheus(own),
  };
  own.finish();
  for (const key of NO_EFFECT_TOP) {
    if (top.node(key) !== undefined) top.tell('INFO', key, 'accepted, no effect in sluice');
  }
  return config;
}

function readCheckpoints(top: Section, own: Section): AgentConfig['checkpoints'] {
  const file = top.name('checkpointFile');
  return {
    stateDir: own.name('stateDir') ?? (file === undefined ? undefined : `${file}.sluice`),
    foreignFile: file,
    timeToLiveMs: top.integer('checkpointTimeToLiveDays', 7, { min: 0 }) * DAY_MS,
  };
}

function readCredentials(top: Section, own: Section): CredentialsConfig {
  const accessKeyId = top.name('awsAccessKeyId');
  const secretAccessKey = top.name('awsSecretAccessKey');
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    top.tell(
      'WARN',
      accessKeyId === undefined ? 'awsSecretAccessKey' : 'awsAccessKeyId',
      'ignored: its other half is missing',
    );
  }
  for (const key of ['userDefinedCredentialsProvider.classname', 'userDefinedCredentialsProvider.location']) {
    const isClass = key.endsWith('classname');
    if (top.name(key) === undefined) continue;
    const what = isClass ? 'Java class' : 'Java archive';
    top.tell('WARN', key, `${what} cannot be loaded; standard chain used; see sluice.credentialProcess`);
  }
  const roleArn = top.name('assumeRoleARN');
  const externalId = top.name('assumeRoleExternalId');
  const sessionToken = own.name('awsSessionToken');
  const isComplete = accessKeyId !== undefined && secretAccessKey !== undefined;
  return {
    fixed: isComplete ? { accessKeyId, secretAccessKey, sessionToken } : undefined,
    process: own.name('credentialProcess'),
    profile: own.name('profile'),
    assumeRole: roleArn === undefined ? undefined : { arn: roleArn, externalId },
    stsEndpoint: endpointUrl(top.name('sts.endpoint')),
  };
}

function readCloudWatch(top: Section): CloudWatchConfig {
  return {
    enabled: top.boolean('cloudwatch.emitMetrics', true),
    endpoint: endpointUrl(top.name('cloudwatch.endpoint')),
    namespace: top.name('cloudwatch.namespace') ?? 'AWSKinesisAgent',
    tagInstance: top.boolean('cloudwatch.tagInstance', false),
    periodMs: Math.max(1_000, top.integer('cloudwatch.metricsBufferTimeMillis', 30_000)),
  };
}

const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error'];

function readLog(top: Section, own: Section, { directory, logFile }: TopOptions): LogConfig {
  const written = top.name('log.level');
  const level = LEVELS.find((name) => name === written?.toLowerCase());
  if (written !== undefined && level === undefined) {
    top.error('log.level', `${JSON.stringify(written)} is not one of ${LEVELS.join(', ').toUpperCase()}`);
  }
  const file = top.name('log.file');
  return {
    level: level ?? 'info',
    file: logFile ?? (file === undefined ? undefined : resolve(directory, file)),
    fileBytesMax: top.integer('log.maxFileSize', 10_485_760, { min: 1_024 }),
    backupsMax: top.integer('log.maxBackupIndex', 5, { min: 0 }),
    format: own.choice('logFormat', ['text', 'json'], 'text'),
    statusPeriodMs: top.integer('log.statusReportingPeriodSeconds', 30, { min: 1 }) * 1_000,
    counters: top.boolean('log.emitInternalMetrics', false),
    requests: top.boolean('log.emitMetrics', false),
  };
}

function readHttp(top: Section, cores: number): HttpConfig {
  const perCore = top.integer('maxSendingThreadsPerCore', 12, { min: 1 });
  const inFlightMax = top.integer('maxSendingThreads', Math.max(2, perCore * cores), { min: 1 });
  const ttlMs = top.integer('connectionTTLMillis', -1, { min: -1 });
  return {
    inFlightMax,
    connectMs: timeoutMs(top.integer('connectionTimeoutMillis', 10_000, { min: 0 })),
    socketTimeoutMs: timeoutMs(top.integer('socketTimeoutMillis', 50_000, { min: 0 })),
    connectionsMax: top.integer('maxConnections', Math.max(50, inFlightMax), { min: 1 }),
    connectionTtlMs: ttlMs > 0 ? ttlMs : undefined,
    tcpKeepAlive: top.boolean('useTcpKeepAlive', false),
    userAgent: headerText(top, 'userAgent'),
    userAgentOverride: headerText(top, 'userAgentOverride'),
  };
}

/** To AWS's SDK for Java 0 is no bound; the longest that a timer here takes is 24 days. */
const timeoutMs = (written: number) => (written === 0 ? 2_147_483_647 : written);

/** A text that may stand in a header of HTTP. */
function headerText(top: Section, key: string): string | undefined {
  const text = top.name(key);
  if (text === undefined || /^[ -~]+$/.test(text)) return text;
  top.error(key, 'must be printable ASCII');
  return undefined;
}

function readSpool(own: Section): SpoolConfig {
  const spool = own.section('spool');
  if (spool === undefined) return { mode: 'off', bytesMax: AGENT_SPOOL_BYTES_MAX };
  const mode = spool.choice('mode', ['off', 'shutdown', 'outage'], 'off');
  const bytesMax = spool.integer('maxBytes', AGENT_SPOOL_BYTES_MAX, { min: 1_048_576 });
  spool.finish();
  return { mode, bytesMax };
}

function readPrometheus(own: Section): AgentConfig['prometheus'] {
  const written = own.name('prometheus');
  if (written === undefined || written === 'off') return undefined;
  const [, host, port] = /^(?:(.*):)?(\d+)$/.exec(written) ?? [];
  if (port === undefined || Number(port) > 65_535) {
    own.error('prometheus', `${JSON.stringify(written)} is not host:port`);
    return undefined;
  }
  // IPv6 in brackets, as in a URL.
  return { host: host?.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1', port: Number(port) };
}
