/**
 * The agent: every flow at work, one checkpoint file for all of them. Delivery is at least once: a checkpoint never goes
 * beyond what was acknowledged, so what was under way when the agent ended is read and sent again.
 */
import { AGENT_CHECKPOINT_MS } from '../model/limits.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Disk } from '../runtime/disk.ts';
import type { LogFiles } from '../runtime/log-files.ts';
import type { Random } from '../runtime/random.ts';
import { systemCode } from '../runtime/sluice-error.ts';
import { Checkpoints, type LoadedCheckpoints } from './checkpoints.ts';
import type { AgentConfig, FlowConfig } from './config.ts';
import type { DeliveryTarget } from './delivery-target.ts';
import type { AgentEvents } from './events.ts';
import { FlowSet } from './flow-set.ts';
import type { FlowStatus } from './flow-status.ts';
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
  /** Log files that may be open at once, of all flows. */
  readonly filesOpenMax: number;
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
  const { mode, bytesMax } = config.spool;
  const bounds = { bytesMax: mode === 'off' ? 0 : bytesMax, unpackedBytesMax: bytesMax };
  const spool = new Spool({ disk, files, folder: `${stateDir}/spool`, ...bounds });
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
  readonly #world: AgentWorld;
  readonly #checkpoints: Checkpoints;
  readonly #flows: FlowSet;
  readonly #end = new AbortController();
  #saved = '';
  #saving: Promise<void> = Promise.resolve();
  #failedCode: string | undefined;
  /** Checkpoints that could not be written. */
  checkpointErrors = 0;
  #stopped: Promise<void> | undefined;

  constructor(config: AgentConfig, world: AgentWorld, { once, checkpoints, loaded, spool }: Opened) {
    this.#world = world;
    this.#checkpoints = checkpoints;
    this.#flows = new FlowSet({ config, world, loaded, spool, once, save: () => this.checkpoint() });
  }

  /** Works until `stop`; with `once` until everything is delivered. */
  async run(): Promise<void> {
    const keeping = this.#keepCheckpoints();
    try {
      await this.#flows.run();
    } finally {
      await this.stop();
      await keeping;
    }
  }

  /** Goes on with these flows; those that are as they were do not notice. Returns the last figures of the others. */
  exchange(flows: readonly FlowConfig[]): Promise<readonly FlowStatus[]> {
    return this.#flows.exchange(flows);
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
    this.#flows.abort();
  }

  /** Sends what waits for its batch to fill. */
  flush(): void {
    this.#flows.flush();
  }

  /** True when nothing that was found is left to read or to deliver. */
  get isDelivered(): boolean {
    return this.#flows.isDelivered;
  }

  status(): readonly FlowStatus[] {
    return this.#flows.status();
  }

  /** Writes what is acknowledged by now. A failure is told, and tried again with the next one. */
  checkpoint(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#save());
    return this.#saving;
  }

  /** Code of what keeps the state folder from being written now, as another agent on it would have to. */
  async stateTrouble(): Promise<string | undefined> {
    const tried = this.#saving.then(() => this.#checkpoints.rewrite());
    this.#saving = tried.catch(() => undefined);
    try {
      await tried;
      return undefined;
    } catch (error) {
      if (systemCode(error) === '') throw error;
      return systemCode(error);
    }
  }

  async #save(): Promise<void> {
    const { revision, checkpoints } = this.#flows;
    if (revision === this.#saved) return;
    try {
      await this.#checkpoints.save(checkpoints);
      this.#saved = revision;
      this.#failedCode = undefined;
    } catch (error) {
      const code = systemCode(error);
      if (code === '') throw error;
      this.checkpointErrors++;
      if (code !== this.#failedCode)
        this.#world.events({ kind: 'checkpointFailed', path: this.#checkpoints.path, code });
      this.#failedCode = code;
    }
  }

  async #stop(): Promise<void> {
    await this.#flows.stop();
    await this.checkpoint();
    this.abort();
    await this.#flows.close();
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
}
