/**
 * The agent as a program that runs for months: one on a state folder, its figures told from time to time, to whoever asks
 * on its socket and to Prometheus, its configuration exchanged without losing a line.
 */

import { isDeepStrictEqual } from 'node:util';
import { instanceServiceUrl } from '../client/credential-machine.ts';
import { AGENT_FILES_OPEN_MAX, AGENT_FILES_OPEN_SHARE } from '../model/limits.ts';
import type { Clock } from '../runtime/clock.ts';
import { descriptorsMax } from '../runtime/descriptors.ts';
import { type Held, serveLocalText } from '../runtime/local-socket.ts';
import { nodeLogFiles } from '../runtime/log-files.ts';
import type { Logger } from '../runtime/logger.ts';
import { nodeDisk } from '../runtime/node-disk.ts';
import type { Random } from '../runtime/random.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import { type Agent, type AgentWorld, openAgent } from './agent.ts';
import { loggedEvents } from './agent-log.ts';
import { CloudWatchReporter, wantsCloudWatch } from './cloud-watch.ts';
import type { AgentConfig } from './config.ts';
import { openConnections } from './connections.ts';
import { chainCredentials } from './credential-chain.ts';
import type { DeliveryTarget } from './delivery-target.ts';
import type { FlowStatus } from './flow-status.ts';
import { withPast } from './flow-sums.ts';
import { tellProgress } from './heartbeat.ts';
import { InstanceFactsKeeper } from './instance-facts.ts';
import { type MetricsFigures, serveMetrics } from './metrics-server.ts';
import { createRecordReader } from './record-reader.ts';
import { RequestGate } from './request-gate.ts';
import { claimState } from './state-claim.ts';
import { takeOver } from './take-over.ts';
import { flowTarget } from './targets.ts';

export interface ServiceOptions {
  readonly config: AgentConfig;
  /** Absolute. */
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program's. */
  readonly version: string;
  /** For targets that name none. */
  readonly region: string | undefined;
  /** Name of this machine. */
  readonly host: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Read everything to its end, deliver it and end. */
  readonly once: boolean;
  /** Takes the records instead of the flows' streams. */
  readonly target?: (() => DeliveryTarget) | undefined;
}

/** What the socket tells. */
export interface ServiceStatus {
  readonly pid: number;
  readonly uptimeSeconds: number;
  readonly flows: readonly FlowStatus[];
}

/** Claims the state folder and makes the agent ready. @throws {SluiceError} when another agent works on the folder. */
export async function openService(options: ServiceOptions, pid: number): Promise<AgentService> {
  const claim = await claimState(options.stateDir);
  if (claim === undefined) {
    throw new SluiceError('SLUICE_IN_USE', `another agent works on ${options.stateDir}`, {
      hints: ['See what it does:  sluice agent --status', 'Or give this one a folder of its own:  --state-dir'],
    });
  }
  const service = new AgentService(options, pid, claim);
  try {
    await service.open();
    return service;
  } catch (error) {
    await service.close();
    throw error;
  }
}

export class AgentService {
  readonly #options: ServiceOptions;
  readonly #pid: number;
  readonly #held: Held[];
  readonly #startedMs: number;
  readonly #end = new AbortController();
  #config: AgentConfig;
  #next: AgentConfig | undefined;
  #agent: Agent | undefined;
  /** Figures of flows under earlier configurations. */
  readonly #past = new Map<string, FlowStatus>();
  #pastCheckpointErrors = 0;
  #instance: InstanceFactsKeeper | undefined;

  constructor(options: ServiceOptions, pid: number, claim: Held) {
    this.#options = options;
    this.#pid = pid;
    this.#held = [claim];
    this.#config = options.config;
    this.#startedMs = options.clock.monotonic();
  }

  /** Loads the checkpoints and opens the socket and the metrics' port. */
  async open(): Promise<void> {
    const { stateDir, logger } = this.#options;
    await takeOver(this.#config, this.#options);
    await this.#askInstance();
    this.#agent = await openAgent(this.#config, this.#world(), { once: this.#options.once });
    const path = this.#config.statusSocket ?? statusSocketOf(stateDir);
    const socket = await serveLocalText(path, () => `${JSON.stringify(this.status())}\n`).catch((error: unknown) => {
      logger.log('warn', 'no socket for --status', { path, error: String(error) });
      return undefined;
    });
    if (socket !== undefined) this.#held.push(socket);
    const { prometheus } = this.#config;
    if (prometheus === undefined) return;
    const metrics = await serveMetrics(prometheus, () => this.#figures, this.#options.clock).catch((error: unknown) => {
      logger.log('error', 'no metrics for Prometheus; delivery goes on', { error: String(error) });
      return undefined;
    });
    if (metrics !== undefined) this.#held.push(metrics);
  }

  /** Works until `stop`, with `once` until everything is delivered; true when nothing is left. */
  async run(): Promise<boolean> {
    const telling = this.#tellFromTimeToTime();
    const ended = new AbortController();
    const reporting = this.#report(ended.signal);
    try {
      for (;;) {
        await this.#agent!.run();
        if (this.#next === undefined || this.#end.signal.aborted) return this.#agent!.isDelivered;
        for (const flow of this.#flows()) this.#past.set(flow.id, flow);
        this.#pastCheckpointErrors += this.#agent!.checkpointErrors;
        const next = this.#next;
        this.#config = next;
        await this.#askInstance();
        this.#agent = await openAgent(this.#config, this.#world(), { once: this.#options.once });
        // Another one may have come meanwhile.
        if (this.#next === next) this.#next = undefined;
        else void this.#agent.stop();
        this.#options.logger.log('info', 'working with the new configuration', { flows: this.#config.flows.length });
      }
    } finally {
      this.#end.abort(new Error('the agent has ended'));
      await telling;
      this.#tell();
      ended.abort(new Error('the agent has ended'));
      await reporting;
      await this.close();
    }
  }

  /** Reads no more, sends what was read, remembers how far it came. */
  async stop(): Promise<void> {
    this.#end.abort(new Error('the agent ends'));
    await this.#agent?.stop();
  }

  /** Goes on with another configuration: what it leaves as it is goes on undisturbed. Calls wait for one another. */
  async reload(config: AgentConfig): Promise<void> {
    const { logger } = this.#options;
    const same = sameParts(this.#next ?? this.#config, config);
    if (same.flows && same.rest) {
      logger.log('info', 'the configuration is what it was');
      return;
    }
    const fixed = FIXED.filter((part) => !isDeepStrictEqual(this.#config[part], config[part]));
    if (fixed.length > 0) logger.log('warn', 'some changes take effect at the next start', { parts: fixed.join(', ') });
    if (!same.rest || this.#next !== undefined) {
      const trouble = await this.#agent?.stateTrouble();
      if (trouble !== undefined) {
        logger.log('error', 'the state folder cannot be written; working with the old configuration', {
          code: trouble,
        });
        return;
      }
      this.#next = config;
      void this.#agent?.stop();
      return;
    }
    this.#config = config;
    await this.#askInstance();
    for (const ended of (await this.#agent?.exchange(config.flows)) ?? []) {
      this.#past.set(ended.id, withPast(ended, this.#past.get(ended.id)));
    }
    logger.log('info', 'working with the new configuration', { flows: config.flows.length });
  }

  flush(): void {
    this.#agent?.flush();
  }

  status(): ServiceStatus {
    return { pid: this.#pid, uptimeSeconds: Math.floor(this.#uptimeMs / 1_000), flows: this.#flows() };
  }

  async close(): Promise<void> {
    for (const held of this.#held.splice(0).reverse()) await held.close();
  }

  get #uptimeMs(): number {
    return this.#options.clock.monotonic() - this.#startedMs;
  }

  get #figures(): MetricsFigures {
    return {
      flows: this.#flows(),
      checkpointErrors: this.#pastCheckpointErrors + (this.#agent?.checkpointErrors ?? 0),
    };
  }

  #flows(): readonly FlowStatus[] {
    return (this.#agent?.status() ?? []).map((flow) => withPast(flow, this.#past.get(flow.id)));
  }

  #world(): AgentWorld {
    const { clock, random, stateDir, logger, env, host, region, target, version } = this.#options;
    const { credentials, http } = this.#config;
    const keys = (endpoint: string) => chainCredentials(credentials, endpoint, { env, clock });
    const connect = (endpoint: string) => openConnections(endpoint, http, { env, version, clock });
    const targets = { clock, random, credentials: keys, connect, region, timeoutMs: http.socketTimeoutMs };
    const gate = new RequestGate(http.inFlightMax);
    return {
      clock,
      random,
      stateDir,
      files: nodeLogFiles,
      disk: nodeDisk,
      events: loggedEvents(logger, clock, this.#config.log.requests),
      filesOpenMax: Math.min(AGENT_FILES_OPEN_MAX, Math.floor(descriptorsMax() * AGENT_FILES_OPEN_SHARE)),
      makeReader: (flow, path) =>
        createRecordReader(flow, { clock, random, host, path, instance: () => this.#instance?.facts }),
      makeTarget: (flow) => target?.() ?? gate.guarded(flowTarget(flow, targets)),
    };
  }

  /** Records that want facts of the instance get those known when they are read; without any they stay as they are. */
  async #askInstance(): Promise<void> {
    const { env, clock, logger } = this.#options;
    const lives = this.#config.flows.flatMap(({ records }) =>
      records.converters.flatMap((converter) => (converter.kind === 'ec2' ? [converter.timeToLiveMs] : [])),
    );
    const endpoint = instanceServiceUrl(env);
    if (lives.length === 0 || endpoint === undefined || this.#instance !== undefined) return;
    this.#instance = new InstanceFactsKeeper({ endpoint, clock });
    await this.#instance.refresh();
    if (this.#instance.facts === undefined) {
      logger.log('warn', 'ADDEC2METADATA: no EC2 instance answers; records stay as they are', { endpoint });
    }
    void this.#instance.keep(Math.max(60_000, Math.min(...lives)), this.#end.signal);
  }

  /** Until `signal`, when all flows have ended. */
  async #report(signal: AbortSignal): Promise<void> {
    const { target, logger } = this.#options;
    if (target !== undefined || !this.#config.cloudWatch.enabled) return;
    if (!wantsCloudWatch(this.#config)) {
      logger.log('info', 'no metrics go to CloudWatch: all streams are on this machine');
      return;
    }
    const reporter = new CloudWatchReporter(this.#config, this.#options);
    await reporter.run(() => ({ configs: this.#config.flows, flows: this.#flows() }), signal);
  }

  async #tellFromTimeToTime(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#end;
    while (!signal.aborted) {
      await clock.sleep(this.#config.log.statusPeriodMs, signal).catch(() => undefined);
      if (!signal.aborted) this.#tell();
    }
  }

  #tell(): void {
    const { log, flows } = this.#config;
    const detailed = new Set(flows.filter((flow) => log.counters || flow.counters).map((flow) => flow.id));
    tellProgress(this.#options.logger, this.#flows(), {
      uptimeMs: this.#uptimeMs,
      counters: (flow) => detailed.has(flow),
    });
  }
}

/** Whether the flows, and everything else, are alike. */
function sameParts(before: AgentConfig, after: AgentConfig): { readonly flows: boolean; readonly rest: boolean } {
  const [{ flows, ...rest }, { flows: flowsAfter, ...restAfter }] = [before, after];
  return { flows: isDeepStrictEqual(flows, flowsAfter), rest: isDeepStrictEqual(rest, restAfter) };
}

/** Parts that are set up once, at the start. */
const FIXED = ['checkpoints', 'cloudWatch', 'log', 'prometheus', 'statusSocket'] as const;

/** Where the agent of a state folder answers. */
export function statusSocketOf(stateDir: string): string {
  return `${stateDir}/status.sock`;
}
