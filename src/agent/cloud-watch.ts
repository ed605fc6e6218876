/** Sends the agent's figures to CloudWatch from time to time. What cannot be sent is part of the next message. */
import { askAws } from '../client/aws-question.ts';
import { instanceServiceUrl } from '../client/credential-machine.ts';
import { type CredentialProvider, keptCredentials } from '../client/credentials.ts';
import { awsEndpoint, isLoopback, regionOfHost } from '../client/endpoint.ts';
import { signedHeaders } from '../client/sign.ts';
import { isoTime } from '../runtime/calendar.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import {
  type DestinationFigures,
  figuresByDestination,
  figuresSince,
  metricsForm,
  NO_FIGURES,
} from './cloud-watch-data.ts';
import type { AgentConfig, FlowConfig } from './config.ts';
import { chainCredentials } from './credential-chain.ts';
import type { FlowStatus } from './flow-status.ts';
import { readInstanceFacts } from './instance-facts.ts';

export interface CloudWatchWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Name of this machine. */
  readonly host: string;
}

export interface ReportedFlows {
  readonly configs: readonly FlowConfig[];
  readonly flows: readonly FlowStatus[];
}

/** Where CloudWatch is unless the file says otherwise, as in Kinesis Agent. */
const REGION = 'us-east-1';
/** How long the end of the agent waits for its last message. */
const LAST_MS_MAX = 2_000;

/** Whether figures are to be sent: never of flows to this machine alone, unless an endpoint for them is given. */
export function wantsCloudWatch({ cloudWatch, flows }: AgentConfig): boolean {
  const isLocal = flows.every(({ target }) => target.endpoint !== undefined && isLoopback(target.endpoint));
  return cloudWatch.enabled && (cloudWatch.endpoint !== undefined || !isLocal);
}

export class CloudWatchReporter {
  readonly #config: AgentConfig;
  readonly #world: CloudWatchWorld;
  readonly #endpoint: string;
  readonly #credentials: CredentialProvider;
  readonly #sent = new Map<string, DestinationFigures>();
  #instance: string | undefined;
  #failure: string | undefined;

  constructor(config: AgentConfig, world: CloudWatchWorld) {
    this.#config = config;
    this.#world = world;
    this.#endpoint = config.cloudWatch.endpoint ?? awsEndpoint({ service: 'monitoring', region: REGION });
    this.#credentials = keptCredentials(() => chainCredentials(config.credentials, this.#endpoint, world), world.clock);
  }

  /** Reports each period until the end, and once more then. `flows` may change from time to time. */
  async run(flows: () => ReportedFlows, signal: AbortSignal): Promise<void> {
    const { clock } = this.#world;
    while (!signal.aborted) {
      await clock.sleep(this.#config.cloudWatch.periodMs, signal).catch(() => undefined);
      const reported = this.report(flows());
      await (signal.aborted ? Promise.race([reported, clock.sleep(LAST_MS_MAX)]) : reported);
    }
  }

  /** Sends what came since the last report. A failure is told once, until it is over or another one. */
  async report({ configs, flows }: ReportedFlows): Promise<void> {
    for (const [destination, now] of figuresByDestination(configs, flows)) {
      const before = this.#sent.get(destination) ?? NO_FIGURES;
      // One of its flows is gone, and what that has sent with it.
      if (now.RecordsSent < before.RecordsSent) this.#sent.set(destination, now);
      const figures = now.RecordsSent < before.RecordsSent ? undefined : figuresSince(now, before);
      if (figures === undefined) continue;
      try {
        await this.#send(destination, figures);
        this.#sent.set(destination, now);
        this.#failure = undefined;
      } catch (error) {
        const failure = String(error);
        if (failure !== this.#failure)
          this.#world.logger.log('warn', 'CloudWatch takes no metrics', { error: failure });
        this.#failure = failure;
        return;
      }
    }
  }

  async #send(destination: string, figures: DestinationFigures): Promise<void> {
    const { clock, env } = this.#world;
    const { namespace, tagInstance } = this.#config.cloudWatch;
    if (tagInstance) this.#instance ??= await this.#instanceName();
    const time = isoTime(clock.now());
    const body = new TextEncoder().encode(
      metricsForm({ namespace, time, destination, instance: this.#instance, figures }),
    );
    const url = new URL(this.#endpoint);
    const plain = { host: url.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const region = regionOfHost(url.hostname) ?? REGION;
    const signing = { service: 'monitoring', region, credentials: await this.#credentials(), nowMs: clock.now() };
    const { status, text } = await askAws(url, { headers: signedHeaders(plain, body, signing), body }, env);
    if (status === 200) return;
    const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? `HTTP ${status}`;
    throw new SluiceError('SLUICE_CLOUDWATCH', `PutMetricData: ${code}`);
  }

  /** The instance's own name, where there is an instance. */
  async #instanceName(): Promise<string> {
    const { env, clock, host } = this.#world;
    const endpoint = instanceServiceUrl(env);
    const facts = endpoint === undefined ? undefined : await readInstanceFacts({ endpoint, clock });
    const name = facts?.['instanceId'];
    return typeof name === 'string' ? name : host;
  }
}
