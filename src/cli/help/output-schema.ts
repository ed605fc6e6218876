/** What commands print as JSON, as JSON Schema. Members may come to be; those that are here stay. Data and pure. */

/** `digits` are numbers of up to 128 bits, which stand in strings. */
type Kind = 'string' | 'integer' | 'number' | 'boolean' | 'time' | 'digits' | 'strings' | 'list' | 'object' | 'any';

/** A member whose name ends in `?` may be missing, one whose kind ends in `?` may be null. */
export type Members = { readonly [name: string]: Kind | `${Kind}?` | readonly [Members] };

export interface OutputShape {
  /** `list`: an array with --json, an object a line with -o ndjson. `lines`: an object a line. */
  readonly form: 'document' | 'list' | 'lines';
  readonly members: Members;
  /** With what options it prints them. */
  readonly when?: string | undefined;
}

const SHARD: Members = {
  shard: 'string',
  state: 'string',
  percent: 'number',
  parents: 'strings',
  startingHashKey: 'digits',
  endingHashKey: 'digits',
  firstSeq: 'digits',
  lastSeq: 'digits?',
};
const CONSUMER: Members = { name: 'string', status: 'string', created: 'time', arn: 'string' };
const GROUP: Members = {
  group: 'string',
  stream: 'string',
  state: 'string',
  lagMs: 'integer?',
  records: 'integer?',
  checkpointAgeMs: 'integer',
  owner: 'string?',
  file: 'string',
};
const RECORD: Members = {
  stream: 'string',
  shard: 'string',
  seq: 'digits',
  sub: 'integer',
  key: 'string',
  hash: 'digits',
  time: 'time',
  size: 'integer',
  lagMs: 'integer',
  data: 'any',
  enc: 'string',
  'decodeError?': 'string',
};

const FLOW: Members = {
  'retentionHours?': 'integer',
  'openShards?': 'integer',
  'closedShards?': 'integer',
  bytesInPerSecond: 'number',
  recordsInPerSecond: 'number',
  bytesOutPerSecond: 'number?',
  recordsOutPerSecond: 'number?',
  readsPerSecond: 'number?',
  throttledPerMinute: 'number?',
  lagMs: 'number?',
};
const TOP_SHARD: Members = {
  shard: 'string',
  state: 'string',
  start: 'digits',
  end: 'digits',
  heat: 'string',
  capacity: 'number',
  ...FLOW,
};

/** By the command's words. */
export const outputShapes: Readonly<Record<string, OutputShape>> = {
  tail: { form: 'lines', members: RECORD },
  cat: { form: 'lines', members: RECORD, when: '-o ndjson' },
  replay: { form: 'lines', members: RECORD, when: 'to stdout' },
  put: { form: 'lines', members: { shard: 'string', seq: 'digits', key: 'string' }, when: '--echo' },
  'stream list': {
    form: 'list',
    members: {
      name: 'string',
      'region?': 'string',
      'status?': 'string',
      'shards?': 'integer',
      'mode?': 'string',
      'retentionHours?': 'integer',
      'created?': 'time',
      'arn?': 'string',
    },
  },
  'stream describe': {
    form: 'document',
    members: {
      name: 'string',
      arn: 'string',
      status: 'string',
      mode: 'string',
      openShards: 'integer',
      retentionHours: 'integer',
      created: 'time',
      encryption: 'string',
      consumers: 'integer',
      maxRecordKiB: 'integer',
      'shards?': [SHARD],
      'registeredConsumers?': [CONSUMER],
    },
  },
  'stream shards': { form: 'list', members: SHARD },
  'stream consumers': { form: 'list', members: CONSUMER },
  'consume list': { form: 'list', members: { ...GROUP, shards: 'integer' } },
  'consume describe': {
    form: 'document',
    members: { ...GROUP, shards: [{ shard: 'string', lagMs: 'integer?', records: 'integer?', position: 'string' }] },
  },
  'stream tag': { form: 'list', members: { key: 'string', value: 'string' } },
  'stream mode': { form: 'document', members: { mode: 'string' } },
  'stream retention': { form: 'document', members: { retentionHours: 'integer' } },
  'stream limits': {
    form: 'document',
    members: {
      openShards: 'integer',
      shardLimit: 'integer',
      onDemandStreams: 'integer',
      onDemandStreamLimit: 'integer',
      'channels?': 'integer',
      'channelLimit?': 'integer',
    },
  },
  top: {
    form: 'lines',
    members: {
      time: 'time',
      source: 'string',
      endpoint: 'string',
      streams: [
        {
          name: 'string',
          status: 'string',
          mode: 'string',
          ...FLOW,
          shards: [TOP_SHARD],
          consumers: 'list',
          keys: 'list',
        },
      ],
    },
    when: 'a line a sample',
  },
  'serve status': {
    form: 'document',
    members: {
      version: 'string',
      pid: 'integer',
      host: 'string',
      port: 'integer',
      url: 'string',
      durability: 'string',
      health: 'object',
      streams: 'integer',
      storedBytes: 'integer',
      connections: 'integer',
      startedAtMs: 'integer',
      uptimeMs: 'number',
      nowMs: 'integer',
      'dataDir?': 'string',
      'tls?': 'object',
    },
  },
  plan: {
    form: 'document',
    members: {
      stream: 'string?',
      shards: 'integer',
      openShards: 'integer?',
      verdict: 'string?',
      binding: 'string',
      writeMBPerSecond: 'number',
      readMBPerSecond: 'number',
      shardsAsGiven: 'integer',
      shardsAtPeak: 'integer',
      recordsPerSecond: 'number',
      recordBytes: 'number',
      consumers: 'integer',
      fanOut: 'integer',
      peak: 'number',
      headroomPercent: 'number',
      keys: 'integer?',
      hottestKey: 'string?',
      hottestKeyShare: 'number?',
      hottestShardShare: 'number?',
      provisionedPerMonth: 'number?',
      onDemandPerMonth: 'number?',
      currency: 'string',
      pricesAsOf: 'string',
      pricesRegion: 'string',
      apply: 'string?',
    },
  },
  bench: {
    form: 'list',
    members: {
      what: 'string',
      records: 'integer',
      rate: 'number',
      MB: 'number',
      p50: 'number?',
      p90: 'number?',
      p99: 'number?',
      'p99.9': 'number?',
      max: 'number?',
      throttled: 'integer',
      failed: 'integer',
      lost: 'integer?',
    },
  },
  doctor: { form: 'list', members: { check: 'string', state: 'string', found: 'string', fix: 'string' } },
  'context list': {
    form: 'list',
    members: {
      name: 'string',
      current: 'boolean',
      target: 'string',
      region: 'string?',
      profile: 'string?',
      readOnly: 'boolean',
      confirm: 'string?',
      'identity?': 'string?',
    },
  },
  'context show': {
    form: 'document',
    members: {
      context: 'string',
      kind: 'string',
      endpoint: 'string',
      region: 'string',
      readOnly: 'boolean',
      because: 'string',
      'profile?': 'string',
      'confirm?': 'string',
    },
  },
  'config list': { form: 'list', members: { key: 'string', value: 'any', 'origin?': 'string' } },
};

/** The JSON Schema of what a command prints with --json. */
export function jsonSchema(command: string, { form, members, when }: OutputShape): Record<string, unknown> {
  const item = objectSchema(members);
  const title = `sluice ${command}${when === undefined ? '' : ` (${when})`}`;
  const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', title };
  if (form === 'list') return { ...head, description: 'With -o ndjson: an item a line.', type: 'array', items: item };
  return { ...head, ...(form === 'lines' ? { description: 'One such object a line.' } : {}), ...item };
}

function objectSchema(members: Members): Record<string, unknown> {
  const entries = Object.entries(members);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, kind]) => [name.replace('?', ''), memberSchema(kind)])),
    required: entries.flatMap(([name]) => (name.endsWith('?') ? [] : [name])),
  };
}

function memberSchema(kind: Members[string]): Record<string, unknown> {
  if (typeof kind !== 'string') return { type: 'array', items: objectSchema(kind[0]) };
  if (kind.endsWith('?')) {
    const schema = SCHEMAS[kind.slice(0, -1) as Kind];
    return { ...schema, type: [schema['type'], 'null'] };
  }
  return SCHEMAS[kind as Kind];
}

const SCHEMAS: Readonly<Record<Kind, Readonly<Record<string, unknown>>>> = {
  string: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  time: { type: 'string', format: 'date-time' },
  digits: { type: 'string', pattern: '^[0-9]+$' },
  strings: { type: 'array', items: { type: 'string' } },
  list: { type: 'array' },
  object: { type: 'object' },
  any: {},
};
