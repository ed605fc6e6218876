/**
 * The flows at work, begun and ended one by one: when the configuration is exchanged, those it leaves as they are go
 * on without noticing.
 */
import { setMaxListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { AgentWorld } from './agent.ts';
import type { FileCheckpoint } from './checkpoint-lines.ts';
import type { LoadedCheckpoints } from './checkpoints.ts';
import type { AgentConfig, FlowConfig } from './config.ts';
import { DeadLetters } from './dead-letters.ts';
import { FlowRunner } from './flow-runner.ts';
import { type FlowStatus, flowStatus } from './flow-status.ts';
import type { MemoryBudget } from './holdings.ts';
import type { Spool } from './spool.ts';

export interface FlowSetOptions {
  readonly config: AgentConfig;
  readonly world: AgentWorld;
  readonly loaded: LoadedCheckpoints;
  readonly spool: Spool;
  readonly once: boolean;
  /** Writes the checkpoints of all flows. */
  readonly save: () => Promise<void>;
}

interface AtWork {
  readonly config: FlowConfig;
  readonly runner: FlowRunner;
  /** Ends its requests and waits at once. */
  readonly end: AbortController;
}

export class FlowSet {
  readonly #options: FlowSetOptions;
  readonly #budget: MemoryBudget;
  readonly #flows = new Map<string, AtWork>();
  /** Flows that have run at any time. */
  readonly #ids: Set<string>;
  /** Entries of flows that are not at work now. */
  #others: readonly FileCheckpoint[];
  /** One a file, whichever flows share it. */
  readonly #deadLetters = new Map<string, DeadLetters>();
  readonly #failed: Promise<never>;
  #fail: (error: unknown) => void = () => undefined;
  readonly #running = new Map<AtWork, Promise<void>>();
  /** Flows started so far. */
  #begun = 0;
  #isRunning = false;
  #isStopping = false;
  #exchanging: Promise<unknown> = Promise.resolve();

  constructor(options: FlowSetOptions) {
    this.#options = options;
    const { config, world, loaded } = options;
    this.#budget = { heldBytes: 0, bytesMax: config.memoryBytesMax };
    this.#ids = new Set(loaded.flows);
    this.#failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#failed.catch(() => undefined);
    const ids = new Set(config.flows.map((flow) => flow.id));
    const expiredMs = world.clock.now() - config.checkpoints.timeToLiveMs;
    this.#others = loaded.files.filter((entry) => ids.has(entry.flow) || entry.seenMs >= expiredMs);
    for (const flow of config.flows) this.#begin(flow);
  }

  /** Works until every flow has ended. @throws what ended a flow. */
  async run(): Promise<void> {
    this.#isRunning = true;
    for (const flow of this.#flows.values()) this.#start(flow);
    await Promise.race([this.#ended(), this.#failed]);
  }

  /**
   * Ends the flows that are not among these as they are, and begins the others. A changed flow goes on where its
   * records were acknowledged. Returns the last figures of those that ended.
   */
  exchange(flows: readonly FlowConfig[]): Promise<readonly FlowStatus[]> {
    const exchanged = this.#exchanging.catch(() => undefined).then(() => this.#exchange(flows));
    this.#exchanging = exchanged;
    return exchanged;
  }

  /** What an agent that starts later has to know. */
  get checkpoints(): { readonly flows: readonly string[]; readonly files: readonly FileCheckpoint[] } {
    const files = [...this.#flows.values()].flatMap(({ runner }) => runner.tracker.checkpoints());
    return { flows: [...this.#ids], files: [...this.#others, ...files] };
  }

  /** Changes when the checkpoints may have changed. */
  get revision(): string {
    return [...this.#flows].map(([id, { runner }]) => `${id} ${runner.revision}`).join();
  }

  /** True when nothing that was found is left to read or to deliver. */
  get isDelivered(): boolean {
    return [...this.#flows.values()].every(({ runner }) => runner.isDelivered);
  }

  /** In the order of the configuration. */
  status(): readonly FlowStatus[] {
    return [...this.#flows.values()].map(({ config, runner }) => flowStatus(config, runner, this.#options.world.clock));
  }

  flush(): void {
    for (const { runner } of this.#flows.values()) runner.flush();
  }

  abort(): void {
    for (const { end } of this.#flows.values()) end.abort(new Error('the agent ends'));
  }

  /** Ends reading and waits for what is under way, as long as the configuration allows. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#exchanging.catch(() => undefined);
    await this.#stop([...this.#flows.values()]);
  }

  async close(): Promise<void> {
    for (const { runner } of this.#flows.values()) await runner.close();
    for (const letters of this.#deadLetters.values()) await letters.close();
  }

  async #ended(): Promise<void> {
    for (let begun = -1; begun !== this.#begun; ) {
      begun = this.#begun;
      await Promise.all(this.#running.values());
      // An exchange ends flows before it begins others.
      await this.#exchanging;
    }
  }

  #start(flow: AtWork): void {
    this.#begun++;
    this.#running.set(flow, flow.runner.run().catch(this.#fail));
  }

  async #stop(flows: readonly AtWork[]): Promise<void> {
    await Promise.all(flows.map(({ runner }) => runner.stop(this.#options.config.shutdownTimeoutMs)));
    for (const { runner } of flows) await runner.spool(0);
  }

  async #exchange(wanted: readonly FlowConfig[]): Promise<readonly FlowStatus[]> {
    if (this.#isStopping) return [];
    const { clock } = this.#options.world;
    const byId = new Map(wanted.map((flow) => [flow.id, flow]));
    const ending = [...this.#flows.values()].filter(({ config }) => !isDeepStrictEqual(byId.get(config.id), config));
    await this.#stop(ending);
    await this.#options.save();
    const last = ending.map(({ config, runner }) => flowStatus(config, runner, clock));
    for (const flow of ending) {
      flow.end.abort(new Error('the flow ends'));
      this.#others = [...this.#others, ...flow.runner.tracker.checkpoints()];
      this.#flows.delete(flow.config.id);
      this.#running.delete(flow);
      await flow.runner.close();
    }
    const kept = new Map(this.#flows);
    this.#flows.clear();
    for (const flow of wanted) {
      const before = kept.get(flow.id);
      if (before !== undefined) this.#flows.set(flow.id, before);
      else this.#begin(flow);
    }
    return last;
  }

  #begin(flow: FlowConfig): void {
    const { config, world, loaded, spool, once, save } = this.#options;
    const end = new AbortController();
    // Each request and each wait listens for the end.
    setMaxListeners(0, end.signal);
    const runner = new FlowRunner({
      ...world,
      flow,
      once,
      budget: this.#budget,
      spool,
      spoolEarly: config.spool.mode === 'outage',
      makeReader: (path) => world.makeReader(flow, path),
      target: world.makeTarget(flow),
      deadLetters: this.#deadLettersOf(flow),
      signal: end.signal,
      stored: this.#others.filter((entry) => entry.flow === flow.id),
      // After damage it is not known what was read: once more is better than never.
      hasRun: this.#ids.has(flow.id) || loaded.damagedLines > 0,
      timeToLiveMs: config.checkpoints.timeToLiveMs,
      filesOpenMax: () => Math.max(1, Math.floor(world.filesOpenMax / this.#flows.size)),
      onFound: save,
    });
    this.#others = this.#others.filter((entry) => entry.flow !== flow.id);
    this.#ids.add(flow.id);
    const begun = { config: flow, runner, end };
    this.#flows.set(flow.id, begun);
    if (this.#isRunning) this.#start(begun);
  }

  #deadLettersOf(flow: FlowConfig): DeadLetters {
    const { disk, stateDir } = this.#options.world;
    const path = flow.deadLetterFile ?? `${stateDir}/dead-letters.jsonl`;
    const letters = this.#deadLetters.get(path) ?? new DeadLetters(disk, path);
    this.#deadLetters.set(path, letters);
    return letters;
  }
}
