/**
 * An agent in a world of its own: simulated logs, disk and time, a service that keeps what it is sent and can be told
 * to fail. It can be killed and started again on the same logs.
 */
import { type Agent, openAgent } from '../../src/agent/agent.ts';
import type { AgentConfig, FlowConfig } from '../../src/agent/config.ts';
import type { DeliveryTarget } from '../../src/agent/delivery-target.ts';
import type { AgentEvent } from '../../src/agent/events.ts';
import { ClientError, UnreachableError } from '../../src/client/client-error.ts';
import type { RecordError } from '../../src/client/producer-batch.ts';
import type { OutgoingRecord } from '../../src/client/put-target.ts';
import { AGENT_FILES_OPEN_SHARE } from '../../src/model/limits.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import { type Random, seededRandom } from '../../src/runtime/random.ts';
import { lineReader } from './line-reader.ts';
import { SimClock } from './sim-clock.ts';
import { SimDisk } from './sim-disk.ts';
import { SimLogs, type SimLogsOptions } from './sim-logs.ts';

const TEXT = new TextDecoder();

/** What a request meets: every record written, some not, or an error. */
export type Answer = readonly (RecordError | undefined)[] | Error;

/** Keeps what it takes; `answer` decides about each request. */
export class FakeService {
  readonly accepted: string[] = [];
  readonly requests: (readonly string[])[] = [];
  renewals = 0;
  /** How long an answer takes, in simulated time. */
  delayMs = 0;
  answer: (records: readonly string[], number: number) => Answer = () => [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  target(): DeliveryTarget {
    return {
      put: (records, signal) => this.#put(records, signal),
      renew: async () => {
        this.renewals++;
      },
      close: async () => undefined,
    };
  }

  async #put(records: readonly OutgoingRecord[], signal?: AbortSignal): Promise<readonly (RecordError | undefined)[]> {
    const texts = records.map((record) => TEXT.decode(record.data));
    this.requests.push(texts);
    const answer = this.answer(texts, this.requests.length);
    if (this.delayMs > 0) await this.#clock.sleep(this.delayMs, signal);
    else await new Promise<void>((resolve) => setImmediate(resolve));
    if (signal?.aborted) throw signal.reason;
    if (answer instanceof Error) throw answer;
    for (const [i, text] of texts.entries()) if (answer[i] === undefined) this.accepted.push(text);
    return texts.map((_, i) => answer[i]);
  }
}

export const throttled: RecordError = { code: 'ProvisionedThroughputExceededException', message: 'Rate exceeded' };
export const refusal = (code: string, status = 400) => new ClientError(code, `${code} in words`, { status });
export const unreachable = () => new UnreachableError('ECONNREFUSED', 'http://s', { sent: false, cause: undefined });

export interface WorldOptions extends Partial<Omit<SimLogsOptions, 'now'>> {
  readonly seed?: number;
  readonly flow?: FlowOverrides;
  readonly flows?: readonly FlowOverrides[];
}

export interface FlowOverrides extends Partial<Omit<FlowConfig, 'files' | 'batch'>> {
  readonly files?: Partial<FlowConfig['files']>;
  readonly batch?: Partial<FlowConfig['batch']>;
}

/** The defaults of a Kinesis flow over /t/app.log*, from the start of the files, with an idle flow sending at once. */
export function flowConfig(overrides: FlowOverrides = {}): FlowConfig {
  const filePattern = overrides.filePattern ?? '/t/app.log*';
  return {
    id: `kinesis:s:${filePattern}`,
    filePattern,
    exclude: [],
    target: { service: 'kinesis', name: 's', arn: undefined, endpoint: undefined, region: undefined, wire: undefined },
    initialPosition: 'start',
    initialFiles: 'all',
    retry: { initialBackoffMs: 100, backoffMsMax: 10_000 },
    records: { encoding: 'raw' } as FlowConfig['records'],
    ordered: false,
    kplAggregation: undefined,
    deadLetterFile: undefined,
    counters: false,
    ...overrides,
    batch: {
      ageMsMax: 1_000,
      ageIsExplicit: true,
      bytesMax: 5_242_880,
      recordsMax: 500,
      inFlightMax: 8,
      unackedBytesMax: 33_554_432,
      ...overrides.batch,
    },
    files: {
      pollMs: 100,
      scanMs: 10_000,
      rotateWaitMs: 30_000,
      closeInactiveMs: 300_000,
      ignoreOlderMs: 0,
      partialLineTimeoutMs: 0,
      copyDetect: true,
      rescueRotated: true,
      readCompressed: false,
      deleteAfterAck: false,
      ...overrides.files,
    },
  };
}

export class AgentSim {
  readonly clock = new SimClock();
  readonly logs: SimLogs;
  readonly service = new FakeService(this.clock);
  readonly events: AgentEvent[] = [];
  readonly random: Random;
  readonly config: AgentConfig;
  disk: SimDisk;
  agent: Agent | undefined;
  #running: Promise<void> | undefined;
  readonly #filesOpenMax: number;

  constructor(options: WorldOptions = {}) {
    const { seed = 1, flow, flows = [flow ?? {}], births = true, reuse = true, openMax = 1_600 } = options;
    this.logs = new SimLogs({ now: () => this.clock.now(), births, reuse, openMax });
    this.#filesOpenMax = openMax * AGENT_FILES_OPEN_SHARE;
    this.disk = new SimDisk({ seed });
    this.random = seededRandom(seed);
    this.config = {
      flows: flows.map(flowConfig),
      shutdownTimeoutMs: 10_000,
      memoryBytesMax: 134_217_728,
      spool: { mode: 'off', bytesMax: 268_435_456 },
      checkpoints: { stateDir: '/state', foreignFile: undefined, timeToLiveMs: 7 * 86_400_000 },
    } as unknown as AgentConfig;
    this.logs.makeDirectory('/t');
  }

  /** Starts an agent and lets it take its first look. */
  async start(once = false): Promise<void> {
    const target = this.service.target();
    this.agent = await openAgent(
      this.config,
      {
        clock: this.clock,
        random: this.random,
        files: this.logs,
        disk: this.disk,
        stateDir: '/state',
        events: (event) => void this.events.push(event),
        filesOpenMax: this.#filesOpenMax,
        makeReader: () => lineReader(),
        makeTarget: () => target,
      },
      { once },
    );
    this.#running = this.agent.run();
    await this.pass(0);
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await this.clock.settle(200);
  }

  /** SIGTERM. */
  async stop(): Promise<void> {
    const stopped = this.agent!.stop();
    await this.pass(11_000);
    await stopped;
    await this.#running;
  }

  /** kill -9: nothing it has in memory survives, nothing it does afterwards reaches the disk. */
  async kill(): Promise<void> {
    this.disk = this.disk.kill();
    this.agent!.abort();
    void this.agent!.stop();
    await this.pass(0);
  }

  /** Runs an agent with --once to its end. */
  async once(): Promise<void> {
    await this.start(true);
    await this.pass(60_000);
    await this.#running;
  }

  /** Events of one kind. */
  told(kind: AgentEvent['kind']): readonly AgentEvent[] {
    return this.events.filter((event) => event.kind === kind);
  }
}
