/**
 * The agent: every flow at work, one checkpoint file for all of them. Delivery is at least once: a checkpoint never goes
 * beyond what was acknowledged, so what was under way when the agent ended is read and sent again.
 */
import { setMaxListeners } from 'node:events';
import { AGENT_CHECKPOINT_MS, AGENT_FILES_OPEN_MAX } from '../model/limits.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Disk } from '../runtime/disk.ts';
import type { LogFiles } from '../runtime/log-files.ts';
import type { Random } from '../runtime/random.ts';
import { systemCode } from '../runtime/sluice-error.ts';
import type { FileCheckpoint } from './checkpoint-lines.ts';
import { Checkpoints, type LoadedCheckpoints } from './checkpoints.ts';
import type { AgentConfig, FlowConfig } from './config.ts';
import { DeadLetters } from './dead-letters.ts';
import type { AgentEvents } from './events.ts';
import { FlowRunner } from './flow-runner.ts';
import { type FlowStatus, flowStatus } from './flow-status.ts';
import type { DeliveryTarget } from './publisher.ts';
import type { RecordReader } from './record-reader.ts';
import { Spool } from './spool.ts';

export interface AgentWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly files: LogFiles;
  readonly disk: Disk;
  /** Absolute folder of checkpoints and dead letters; it belongs to this agent alone. */
  readonly stateDir: string;
  readonly events: AgentEvents;
  /** A reader for a file that is begun, by its path. */
  readonly makeReader: (flow: FlowConfig, path: string) => RecordReader;
  readonly makeTarget: (flow: FlowConfig) => DeliveryTarget;
}

export interface AgentOptions {
  /** Read every file to its end and no further. */
  readonly once: boolean;
}

/**
 * Reads the checkpoints and makes the flows ready; nothing is read or sent before `run`.
 * @throws {SluiceError} when checkpoints cannot be read or written, {GlobError} for a pattern that is none.
 */
export async function openAgent(config: AgentConfig, world: AgentWorld, options: AgentOptions): Promise<Agent> {
  const checkpoints = new Checkpoints(world.disk, world.stateDir);
  const loaded = await checkpoints.load();
  const { path } = checkpoints;
  const { disk, files, stateDir } = world;
  const bytesMax = config.spool.mode === 'off' ? 0 : config.spool.bytesMax;
  const spool = new Spool({ disk, files, folder: `${stateDir}/spool`, bytesMax });
  await spool.open(new Set(loaded.files.map((entry) => entry.path)));
  if (loaded.damagedLines > 0) world.events({ kind: 'checkpointDamaged', path, entries: loaded.damagedLines });
  return new Agent(config, world, { ...options, checkpoints, loaded, spool });
}

interface Opened extends AgentOptions {
  readonly checkpoints: Checkpoints;
  readonly loaded: LoadedCheckpoints;
  readonly spool: Spool;
}

export class Agent {
  readonly #config: AgentConfig;
  readonly #world: AgentWorld;
  readonly #checkpoints: Checkpoints;
  readonly #flows: readonly FlowRunner[];
  readonly #flowIds: readonly string[];
  /** Entries of flows that are not configured now. */
  readonly #others: readonly FileCheckpoint[];
  /** One a file, whichever flows share it. */
  readonly #deadLetters = new Map<string, DeadLetters>();
  /** Ends requests and waits at once. */
  readonly #end = new AbortController();
  #saved = '';
  #saving: Promise<void> = Promise.resolve();
  #failedCode: string | undefined;
  #stopped: Promise<void> | undefined;

  constructor(config: AgentConfig, world: AgentWorld, { once, checkpoints, loaded, spool }: Opened) {
    this.#config = config;
    this.#world = world;
    this.#checkpoints = checkpoints;
    const ids = new Set(config.flows.map((flow) => flow.id));
    const expiredMs = world.clock.now() - config.checkpoints.timeToLiveMs;
    this.#others = loaded.files.filter((entry) => !ids.has(entry.flow) && entry.seenMs >= expiredMs);
    this.#flowIds = [...new Set([...loaded.flows, ...ids])];
    // Each request and each wait listens for the end.
    setMaxListeners(0, this.#end.signal);
    const budget = { heldBytes: 0, bytesMax: config.memoryBytesMax };
    this.#flows = config.flows.map((flow) => {
      const makeReader = (path: string) => world.makeReader(flow, path);
      return new FlowRunner({
        ...world,
        flow,
        once,
        budget,
        spool,
        spoolEarly: config.spool.mode === 'outage',
        makeReader,
        target: world.makeTarget(flow),
        deadLetters: this.#deadLettersOf(flow),
        signal: this.#end.signal,
        stored: loaded.files.filter((entry) => entry.flow === flow.id),
        // After damage it is not known what was read: once more is better than never.
        hasRun: loaded.flows.includes(flow.id) || loaded.damagedLines > 0,
        timeToLiveMs: config.checkpoints.timeToLiveMs,
        filesOpenMax: Math.max(1, Math.floor(AGENT_FILES_OPEN_MAX / config.flows.length)),
        onFound: () => this.checkpoint(),
      });
    });
  }

  /** Works until `stop`; with `once` until everything is delivered. */
  async run(): Promise<void> {
    const keeping = this.#keepCheckpoints();
    try {
      await Promise.all(this.#flows.map((flow) => flow.run()));
    } finally {
      await this.stop();
      await keeping;
    }
  }

  /**
   * Reads no more, waits for what is under way as long as the configuration allows, writes the last checkpoint. What
   * was not delivered is read again by the next run.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Ends at once, as after a second signal: only what is acknowledged by now counts. */
  abort(): void {
    this.#end.abort(new Error('the agent ends'));
  }

  /** Sends what waits for its batch to fill. */
  flush(): void {
    for (const flow of this.#flows) flow.flush();
  }

  /** True when nothing that was found is left to read or to deliver. */
  get isDrained(): boolean {
    return this.#flows.every((flow) => flow.isDrained);
  }

  status(): readonly FlowStatus[] {
    return this.#config.flows.map((config, i) => flowStatus(config, this.#flows[i]!, this.#world.clock));
  }

  /** Writes what is acknowledged by now. A failure is told, and tried again with the next one. */
  checkpoint(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#save());
    return this.#saving;
  }

  async #save(): Promise<void> {
    const revision = this.#flows.map((flow) => flow.revision).join();
    if (revision === this.#saved) return;
    const files = [...this.#others, ...this.#flows.flatMap((flow) => flow.tracker.checkpoints())];
    try {
      await this.#checkpoints.save({ flows: this.#flowIds, files });
      this.#saved = revision;
      this.#failedCode = undefined;
    } catch (error) {
      const code = systemCode(error);
      if (code === '') throw error;
      if (code !== this.#failedCode)
        this.#world.events({ kind: 'checkpointFailed', path: this.#checkpoints.path, code });
      this.#failedCode = code;
    }
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#flows.map((flow) => flow.stop(this.#config.shutdownTimeoutMs)));
    for (const flow of this.#flows) await flow.spool(0);
    await this.checkpoint();
    this.abort();
    for (const flow of this.#flows) await flow.close();
    for (const letters of this.#deadLetters.values()) await letters.close();
  }

  /** One checkpoint at a time, each second, until the end. */
  async #keepCheckpoints(): Promise<void> {
    const { clock } = this.#world;
    const { signal } = this.#end;
    while (!signal.aborted) {
      await clock.sleep(AGENT_CHECKPOINT_MS, signal).catch(() => undefined);
      if (!signal.aborted && this.#stopped === undefined) await this.checkpoint();
    }
  }

  #deadLettersOf(flow: FlowConfig): DeadLetters {
    const path = flow.deadLetterFile ?? `${this.#world.stateDir}/dead-letters.jsonl`;
    const letters = this.#deadLetters.get(path) ?? new DeadLetters(this.#world.disk, path);
    this.#deadLetters.set(path, letters);
    return letters;
  }
}
