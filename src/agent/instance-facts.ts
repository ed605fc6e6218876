/**
 * What the EC2 instance the agent runs on knows of itself, for ADDEC2METADATA: asked for once, then again from time to
 * time. Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
import { instanceSession } from '../client/http-question.ts';
import { isoTime } from '../runtime/calendar.ts';
import type { Clock } from '../runtime/clock.ts';
import type { InstanceFacts } from './record-reader.ts';

export interface InstanceService {
  /** `http://169.254.169.254` on every instance. */
  readonly endpoint: string;
  readonly clock: Clock;
}

/** The facts in the order in which Kinesis Agent writes them; undefined where nobody knows them. */
export async function readInstanceFacts(service: InstanceService): Promise<InstanceFacts | undefined> {
  try {
    const get = await instanceSession(service.endpoint, service.clock);
    if (get === undefined) return undefined;
    const document = await get('/latest/dynamic/instance-identity/document');
    if (document === undefined) return undefined;
    const tags = await readTags(get);
    return { ...identityFacts(document, service.clock.now()), ...(tags === undefined ? {} : { tags }) };
  } catch {
    // No route, no answer in time, an answer that is none: there is no such service here.
    return undefined;
  }
}

function identityFacts(document: string, nowMs: number): Record<string, string> {
  const identity = JSON.parse(document) as Readonly<Record<string, unknown>>;
  const fields = [
    ['privateIp', 'privateIp'],
    ['availabilityZone', 'availabilityZone'],
    ['instanceId', 'instanceId'],
    ['instanceType', 'instanceType'],
    ['accountId', 'accountId'],
    ['amiId', 'imageId'],
    ['region', 'region'],
  ] as const;
  const facts = fields.map(([name, member]) => [name, String(identity[member] ?? '')]);
  return { ...Object.fromEntries(facts), metadataTimestamp: isoTime(nowMs).replace(/\.\d+Z$/, '+0000') };
}

/** Tags by lower-case name; undefined unless the instance shows them. */
async function readTags(
  get: (path: string) => Promise<string | undefined>,
): Promise<Record<string, string> | undefined> {
  const names = await get('/latest/meta-data/tags/instance');
  if (names === undefined) return undefined;
  const tags: Record<string, string> = {};
  for (const name of names.split('\n').filter((line) => line !== '')) {
    const value = await get(`/latest/meta-data/tags/instance/${encodeURIComponent(name)}`);
    if (value !== undefined) tags[name.toLowerCase()] = value;
  }
  return tags;
}

/** Keeps the facts of an instance and renews them. */
export class InstanceFactsKeeper {
  readonly #service: InstanceService;
  #facts: InstanceFacts | undefined;

  constructor(service: InstanceService) {
    this.#service = service;
  }

  /** As they were known last; undefined when they never were. */
  get facts(): InstanceFacts | undefined {
    return this.#facts;
  }

  /** Asks again; what is not answered stays as it was. */
  async refresh(): Promise<void> {
    this.#facts = (await readInstanceFacts(this.#service)) ?? this.#facts;
  }

  /** Asks every `everyMs` until the signal fires. */
  async keep(everyMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#service.clock.sleep(everyMs, signal).catch(() => undefined);
      if (!signal.aborted) await this.refresh();
    }
  }
}
