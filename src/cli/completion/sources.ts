/**
 * Names for completion: from the cache while it is fresh; from the server when it is on this machine; from the cache,
 * renewed behind the scenes, when it is old. AWS is called only where that cannot ask for a login.
 */
import { join } from 'node:path';
import type { Clock } from '../../runtime/clock.ts';
import { readNow } from '../../runtime/small-files.ts';
import { readStateNow, runtimeFolder } from '../../runtime/state-file.ts';
import { foldersOf } from '../folders.ts';
import { type CachedShard, cachePath, readNames, rememberShards, rememberStreams } from './cache.ts';
import type { SeenField } from './seen-fields.ts';
import { type CompletionConfig, type CompletionTarget, completionTarget, parseConfig, profileNames } from './target.ts';
import type { Candidate, Line, Source } from './words.ts';

export interface SourceOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Node's name of it. */
  readonly platform: string;
  readonly clock: Clock;
  /** Node and the program, to run a command behind the scenes. */
  readonly program: readonly [string, string];
}

const FRESH_MS = 30_000;
/** How long Tab waits for a server on this machine, and for the first names of another. */
const NEAR_MS = 150;
const FIRST_MS = 700;

const REGIONS = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1'],
  ...['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1'],
  ...['ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
  ...[
    'me-south-1',
    'me-central-1',
    'af-south-1',
    'il-central-1',
    'us-gov-east-1',
    'us-gov-west-1',
    'cn-north-1',
    'cn-northwest-1',
  ],
];

/** What completion asks for names. */
export function completionSource(options: SourceOptions): Source {
  const { env, home, platform } = options;
  const config = parseConfig(
    readNow(env['SLUICE_CONFIG'] || join(foldersOf(env, home, platform).config, 'config.json')),
  );
  return async (kind, line, current) => {
    if (kind === 'region') return REGIONS.map((value) => ({ value }));
    if (kind === 'context') return contexts(config);
    if (kind === 'profile') return profiles(options).map((value) => ({ value }));
    const asked = new Asked(options, config, completionTarget({ line, current, env, config }));
    if (kind === 'stream') return [...(await streamCandidates(asked, current)), ...prefixes(config, current)];
    if (kind === 'consumer') return consumerCandidates(asked, line);
    if (kind === 'field') return fieldCandidates(asked, line, current);
    return kind === 'shard' ? shardCandidates(asked, line) : [];
  };
}

function contexts({ contexts: saved }: CompletionConfig): readonly Candidate[] {
  const own = Object.entries(saved).map(([value, { endpoint, profile, region }]) => ({
    value,
    doc: [endpoint ?? 'AWS', profile, region].filter((part) => part !== undefined).join(' '),
  }));
  return [
    { value: 'local', doc: 'the daemon of this machine' },
    { value: 'aws', doc: 'AWS, as its tools are set up' },
    ...own,
  ];
}

/** Contexts before the slash, once something was typed that no other names begin with. */
function prefixes(config: CompletionConfig, current: string): readonly Candidate[] {
  if (current === '' || current.includes('/')) return [];
  return contexts(config).map(({ value, doc }) => ({ value: `${value}/`, doc }));
}

function profiles({ env, home }: SourceOptions): readonly string[] {
  const file = (variable: string, name: string) => readNow(env[variable] || join(home, '.aws', name));
  return profileNames([file('AWS_CONFIG_FILE', 'config'), file('AWS_SHARED_CREDENTIALS_FILE', 'credentials')]);
}

async function streamCandidates(asked: Asked, current: string): Promise<readonly Candidate[]> {
  const prefix = /^[^/:]+\//.exec(current)?.[0] ?? '';
  const names = await asked.streams(current.slice(prefix.length));
  return names.map((name) => ({ value: `${prefix}${name}` }));
}

async function shardCandidates(asked: Asked, line: Line): Promise<readonly Candidate[]> {
  const stream = line.operands[0]?.split('/').at(-1);
  if (stream === undefined) return [];
  const shards = (await asked.shards(stream)).filter(({ open }) => open);
  return shards.map(({ id, start, end }) => ({
    value: String(Number(id.replace('shardId-', ''))),
    doc: `${percent(BigInt(start))} to ${percent(BigInt(end) + 1n)} % of the hash keys`,
  }));
}

/** Those that the line names already are not offered again. */
async function consumerCandidates(asked: Asked, { operands }: Line): Promise<readonly Candidate[]> {
  const [stream, ...named] = operands;
  if (stream === undefined) return [];
  const names = await asked.consumers(stream.split('/').at(-1)!);
  return names.filter((name) => !named.includes(name)).map((value) => ({ value }));
}

/** Fields are separated by commas: what stands before the last one stays. */
async function fieldCandidates(asked: Asked, { operands }: Line, current: string): Promise<readonly Candidate[]> {
  const stream = operands[0]?.split('/').at(-1);
  if (stream === undefined) return [];
  const before = current.slice(0, current.lastIndexOf(',') + 1);
  return (await asked.fields(stream)).map(({ path, kind }) => ({ value: `${before}${path}`, doc: kind }));
}

/** A hash key as a part of the whole space, to a tenth. */
function percent(key: bigint): number {
  return Number((key * 1_000n) >> 128n) / 10;
}

/** A server on this machine. */
interface NearServer {
  readonly url: string;
  /** Of a daemon of ours. */
  readonly startedAtMs?: number;
}

class Asked {
  readonly #options: SourceOptions;
  readonly #config: CompletionConfig;
  readonly #target: CompletionTarget;
  readonly #path: string;

  constructor(options: SourceOptions, config: CompletionConfig, target: CompletionTarget) {
    this.#options = options;
    this.#config = config;
    this.#target = target;
    this.#path = cachePath(foldersOf(options.env, options.home, options.platform).cache, target.key);
  }

  /**
   * Names may be half a minute old, if one of them is what was begun and the daemon has not been started since: a server
   * on this machine answers at once, but the question is dearer than all the rest of Tab.
   */
  async streams(begun: string): Promise<readonly string[]> {
    const { clock } = this.#options;
    const near = this.#nearServer();
    const { streamsAtMs, streams } = readNames(this.#path);
    const isFresh = clock.now() - streamsAtMs < FRESH_MS && streamsAtMs > (near?.startedAtMs ?? 0);
    if (isFresh && streams.some((name) => name.startsWith(begun))) return streams;
    const found = await this.#near(near, async ({ askStreams }, question) => {
      const names = await askStreams(question);
      if (names !== undefined) rememberStreams(this.#path, names, clock.now());
      return names;
    });
    return found ?? this.#cached(streamsAtMs, () => readNames(this.#path).streams, ['stream', 'list', '-o', 'name']);
  }

  async shards(stream: string): Promise<readonly CachedShard[]> {
    const { clock } = this.#options;
    const found = await this.#near(this.#nearServer(), async ({ askShards }, question) => {
      const shards = await askShards(question, stream);
      if (shards !== undefined) rememberShards(this.#path, stream, { shards, nowMs: clock.now() });
      return shards;
    });
    const entry = () => readNames(this.#path).shards[stream];
    const known = () => entry()?.shards ?? [];
    return found ?? this.#cached(entry()?.atMs ?? 0, known, ['stream', 'shards', stream, '-o', 'name']);
  }

  async consumers(stream: string): Promise<readonly string[]> {
    const found = await this.#near(this.#nearServer(), ({ askConsumers }, question) => askConsumers(question, stream));
    const known = () => readNames(this.#path).consumers?.[stream] ?? [];
    if (found !== undefined) return found;
    // Commands remember them, but not since when.
    return this.#cached(0, known, ['stream', 'consumers', stream, '-o', 'name']);
  }

  async fields(stream: string): Promise<readonly SeenField[]> {
    const found = await this.#near(this.#nearServer(), async ({ askRecords }, question) => {
      const { fieldsIn } = await import('./seen-fields.ts');
      return fieldsIn(await askRecords(question, stream));
    });
    return found ?? readNames(this.#path).fields?.[stream] ?? [];
  }

  async #near<T>(
    near: NearServer | undefined,
    ask: (
      by: typeof import('./ask.ts'),
      question: { url: string; clock: Clock; waitMs: number },
    ) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    if (near === undefined) return undefined;
    const { clock } = this.#options;
    return ask(await import('./ask.ts'), { url: near.url, clock, waitMs: NEAR_MS });
  }

  #nearServer(): NearServer | undefined {
    const { key, endpoint } = this.#target;
    if (endpoint !== undefined)
      return /^http:\/\/(localhost|127\.[\d.]+|\[::1\])(:|$)/.test(endpoint) ? { url: endpoint } : undefined;
    if (key !== 'local') return undefined;
    try {
      return readStateNow(runtimeFolder(this.#options.env), 'default');
    } catch {
      return undefined;
    }
  }

  /** What is known, renewed by a command that goes on behind the scenes; waited for only where nothing is known. */
  async #cached<T>(atMs: number, known: () => readonly T[], command: readonly string[]): Promise<readonly T[]> {
    const { clock } = this.#options;
    const names = known();
    if (clock.now() - atMs < FRESH_MS || !this.#mayCall()) return names;
    const renewed = this.#run(command);
    if (names.length > 0) return names;
    await Promise.race([renewed, clock.sleep(FIRST_MS)]);
    return known();
  }

  /** A login that opens a browser, or asks for a number, must never come from Tab. */
  #mayCall(): boolean {
    const { env } = this.#options;
    const { key, endpoint, isAws } = this.#target;
    if (!isAws) return endpoint !== undefined;
    const isStatic =
      key === 'aws' && Boolean(env['AWS_ACCESS_KEY_ID'] && env['AWS_SECRET_ACCESS_KEY']) && !env['AWS_PROFILE'];
    return this.#config.network || isStatic;
  }

  async #run(command: readonly string[]): Promise<void> {
    const { spawn } = await import('node:child_process');
    const [node, script] = this.#options.program;
    const words = [script, ...command, ...this.#target.options, '--quiet', '--no-input', '--max-attempts', '1'];
    return new Promise((resolve) => {
      const child = spawn(node, words, { detached: true, stdio: 'ignore', env: { ...this.#options.env } });
      child.on('error', () => resolve());
      child.on('exit', () => resolve());
      child.unref();
    });
  }
}
