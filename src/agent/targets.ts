/**
 * Where a flow's records go: a client for its service, endpoint and region, made again when its credentials or its
 * clock were refused.
 */
import { aggregatingTarget } from '../client/aggregating-target.ts';
import { cborTarget, choosingTarget } from '../client/cbor-target.ts';
import { Client } from '../client/client.ts';
import { ClientError } from '../client/client-error.ts';
import { type Credentials, keptCredentials } from '../client/credentials.ts';
import { awsEndpoint, isAwsHost, isLoopback, regionOfHost } from '../client/endpoint.ts';
import type { Carrier } from '../client/http.ts';
import { firehoseTarget, kinesisTarget, type PutTarget } from '../client/put-target.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import type { FlowConfig, TargetConfig } from './config.ts';
import { failureAction } from './delivery-policy.ts';
import type { DeliveryTarget } from './delivery-target.ts';
import { findDaemon } from './own-daemon.ts';

export interface TargetWorld {
  readonly clock: Clock;
  readonly random: Random;
  /** Asked before the first request to an endpoint, and again whenever they were refused. */
  readonly credentials: (endpoint: string) => Promise<Credentials>;
  /** What carries requests to an endpoint. */
  readonly connect: (endpoint: string) => Promise<Carrier>;
  /** What the environment says, for a target that names no region. */
  readonly region: string | undefined;
  /** How long the service may keep silent. */
  readonly timeoutMs: number;
}

/** The target of a flow; nothing is connected before the first request. */
export function flowTarget(flow: FlowConfig, world: TargetWorld): DeliveryTarget {
  return new ClientTarget(flow, world);
}

const REGION_DEFAULT = 'us-east-1';

/** Endpoint and region of a target: each from the other, where only one is given. */
export function placeOf(target: TargetConfig, region: string | undefined): { endpoint: string; region: string } {
  const named = target.endpoint === undefined ? undefined : regionOfHost(new URL(target.endpoint).hostname);
  const chosen = target.region ?? named ?? region ?? REGION_DEFAULT;
  return { endpoint: target.endpoint ?? awsEndpoint({ service: target.service, region: chosen }), region: chosen };
}

/** How requests to Kinesis are written; 'ask': in CBOR if a daemon of our own answers, and unsigned if it checks no signatures. */
export function wireFor({ wire }: Pick<TargetConfig, 'wire'>, endpoint: string): 'cbor' | 'json' | 'ask' {
  if (wire !== undefined) return wire;
  if (isAwsHost(new URL(endpoint).hostname)) return 'cbor';
  return isLoopback(endpoint) ? 'ask' : 'json';
}

interface Opened {
  readonly carrier: Carrier;
  readonly target: PutTarget;
}

class ClientTarget implements DeliveryTarget {
  readonly #flow: FlowConfig;
  readonly #world: TargetWorld;
  #opened: Promise<Opened> | undefined;
  /** The service's clock minus ours, once a signature was refused for its time. */
  #skewMs = 0;
  credentialsExpireMs: number | undefined;

  constructor(flow: FlowConfig, world: TargetWorld) {
    this.#flow = flow;
    this.#world = world;
  }

  async put(...[records, signal]: Parameters<PutTarget['put']>): ReturnType<PutTarget['put']> {
    this.#opened ??= this.#open();
    const opened = this.#opened;
    try {
      return await (await opened).target.put(records, signal);
    } catch (error) {
      // Credentials that could not be had are asked for again by the next request.
      if (!(await isOpen(opened)) && this.#opened === opened) this.#opened = undefined;
      throw error;
    }
  }

  async renew(cause: unknown): Promise<void> {
    if (cause instanceof ClientError && failureAction(cause) === 'clock' && cause.serverMs !== undefined) {
      this.#skewMs = cause.serverMs - this.#world.clock.now();
    }
    await this.close();
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined || !(await isOpen(opened))) return;
    // Requests under way end by themselves; nobody waits for them here.
    (await opened).carrier.close().catch(() => undefined);
  }

  get #serviceClock(): Clock {
    const { clock } = this.#world;
    return {
      now: () => clock.now() + this.#skewMs,
      monotonic: () => clock.monotonic(),
      sleep: (ms, signal) => clock.sleep(ms, signal),
      soon: (fn) => clock.soon(fn),
    };
  }

  async #open(): Promise<Opened> {
    const { random, timeoutMs, credentials, connect, clock } = this.#world;
    const { target: place, kplAggregation, records } = this.#flow;
    const { service, name } = place;
    const { endpoint, region } = placeOf(place, this.#world.region);
    const provider = keptCredentials(async () => {
      const found = await credentials(endpoint);
      this.credentialsExpireMs = found.expiresMs;
      return found;
    }, clock);
    // Whoever has no keys is told so before there is a connection.
    await provider();
    const carrier = await connect(endpoint);
    const client = new Client({
      service,
      endpoint,
      region,
      credentials: provider,
      clock: this.#serviceClock,
      random,
      timeoutMs,
      attemptsMax: 1,
      carrier,
    });
    const target = service === 'kinesis' ? this.#kinesis(client, carrier) : firehoseTarget(client, name);
    if (kplAggregation === undefined) return { carrier, target };
    const anyKey = records.partitionKey?.kind === 'random';
    return { carrier, target: aggregatingTarget(target, { ...kplAggregation, anyKey }) };
  }

  #kinesis(client: Client, carrier: Carrier): PutTarget {
    const { random, timeoutMs } = this.#world;
    const { target: place } = this.#flow;
    const { endpoint } = client;
    const stream = place.arn === undefined ? { StreamName: place.name } : { StreamARN: place.arn };
    const json = kinesisTarget(client, stream, random);
    const cbor = cborTarget(client, stream, { random });
    const choose = async () => {
      const found = await findDaemon(carrier, timeoutMs);
      if (found === 'away') return undefined;
      if (found === 'other') return json;
      return found.checksSignatures ? cbor : cborTarget(client, stream, { random, isUnsigned: true });
    };
    return { json, cbor, ask: choosingTarget({ choose, meanwhile: json }) }[wireFor(place, endpoint)];
  }
}

function isOpen(opened: Promise<unknown>): Promise<boolean> {
  return opened.then(
    () => true,
    () => false,
  );
}
