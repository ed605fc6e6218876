/** The servers that a command talks to: each is chosen once, and has one client. */
import type { Client } from '../../client/client.ts';
import type { CredentialSource } from '../../client/credentials.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Random } from '../../runtime/random.ts';
import { readState, runtimeFolder } from '../../runtime/state-file.ts';
import { CliError } from '../cli-error.ts';
import { type Config, configuredTargets } from '../config/file.ts';
import { EXIT } from '../exit.ts';
import type { GlobalValues } from '../global-options.ts';
import { resolveTarget } from './resolve.ts';
import { chooseTarget, LOCAL_PORT, type Target, type TargetQuestion } from './target.ts';

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 5;

export interface OpenTargetsOptions {
  readonly global: GlobalValues;
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: Random;
  /** The program's. */
  readonly version: string;
  readonly note: (line: string) => void;
  /** Called before the first call to a target that changes something there. */
  readonly onChange: (target: Target) => Promise<void>;
}

/** A context in front of a stream's name, and the region of its ARN. */
export interface TargetHint {
  readonly prefix?: string | undefined;
  readonly region?: string | undefined;
}

export class OpenTargets {
  /** How clients made from now on name themselves. */
  userAgent: string;
  readonly #options: OpenTargetsOptions;
  readonly #targets = new Map<string, Promise<Target>>();
  readonly #clients = new Map<string, Promise<Client>>();

  constructor(options: OpenTargetsOptions) {
    this.#options = options;
    this.userAgent = `sluice/${options.version}`;
  }

  /** What is asked to find a target: for `context show --explain`. */
  question(prefix?: string): TargetQuestion {
    const { config, env, global: flags } = this.#options;
    const { project, current } = configuredTargets(config);
    return { flags, env, prefix, project, current };
  }

  /** The target of a stream's name; without a hint that of commands that name none. */
  target({ prefix, region }: TargetHint = {}): Promise<Target> {
    const key = `${prefix ?? ''} ${region ?? ''}`;
    let target = this.#targets.get(key);
    if (target === undefined) {
      target = this.#resolve({ prefix, region });
      this.#targets.set(key, target);
    }
    return target;
  }

  /** Every target asked for so far that could be had. */
  async known(): Promise<readonly Target[]> {
    const all = await Promise.allSettled(this.#targets.values());
    return all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }

  /** The client of a target; the same one whenever endpoint, region and context are. */
  client(target: Target): Promise<Client> {
    const { context, endpoint, region } = target;
    const key = `${context} ${endpoint} ${region}`;
    let client = this.#clients.get(key);
    if (client === undefined) {
      client = this.connect(target, (operation) => this.#check(target, operation));
      this.#clients.set(key, client);
    }
    return client;
  }

  /** A new client; the caller closes it. */
  async connect(
    place: { readonly endpoint: string; readonly region: string; readonly credentials: CredentialSource },
    onCall?: (operation: string) => Promise<void>,
  ): Promise<Client> {
    const { endpoint, region, credentials } = place;
    const { Client } = await import('../../client/client.ts');
    const { env, clock, random, note } = this.#options;
    const { timeout, maxAttempts, verbose } = this.#options.global;
    const onRetry = verbose > 0 ? (name: string, error: unknown) => note(`${name} again: ${error}`) : undefined;
    const onWire = verbose > 2 ? note : undefined;
    const timeoutMs = timeout ?? TIMEOUT_MS;
    const attemptsMax = maxAttempts ?? ATTEMPTS;
    return new Client({
      endpoint,
      region,
      credentials,
      env,
      clock,
      random,
      timeoutMs,
      attemptsMax,
      onRetry,
      onWire,
      onCall,
      userAgent: this.userAgent,
    });
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) await (await client.catch(() => undefined))?.close();
  }

  async #resolve({ prefix, region: arnRegion }: TargetHint): Promise<Target> {
    const { env, clock, config, global } = this.#options;
    const chosen = chooseTarget(this.question(prefix), configuredTargets(config).contexts);
    const { region, readOnly } = global;
    return resolveTarget(
      chosen,
      { env, clock, region, readOnly: readOnly ?? false, localUrl: () => localUrl(env) },
      arnRegion,
    );
  }

  async #check(target: Target, operation: string): Promise<void> {
    if (isReading(operation)) return;
    if (target.readOnly) throw readOnlyError(target, `${operation} was not called`, this.#options.global.readOnly);
    await this.#options.onChange(target);
  }
}

async function localUrl(env: OpenTargetsOptions['env']): Promise<string> {
  return (await readState(runtimeFolder(env), 'default'))?.url ?? `http://127.0.0.1:${LOCAL_PORT}`;
}

/** Whether an operation of the API changes nothing, after its name. */
export function isReading(operation: string): boolean {
  return /^(Describe|Get|List|SubscribeToShard)/.test(operation);
}

/** `what`: what was not done. `byFlag`: not the context but the command line says so. */
export function readOnlyError({ context, endpoint }: Target, what: string, byFlag: boolean): CliError {
  const where = context === 'endpoint' ? endpoint : `context ${context}`;
  return new CliError(`${where} is read-only: ${what}`, {
    exit: EXIT.declined,
    lines: byFlag
      ? ['--read-only or SLUICE_READ_ONLY says so.']
      : [`Allow it for good:  sluice context edit ${context} --read-write`],
  });
}
