/** An agent on real files with a service in memory, and the real logrotate with a state of its own. */
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Agent, type AgentWorld, openAgent } from '../../src/agent/agent.ts';
import type { AgentConfig } from '../../src/agent/config.ts';
import type { AgentEvent } from '../../src/agent/events.ts';
import type { FlowStatus } from '../../src/agent/flow-status.ts';
import { type Clock, systemClock } from '../../src/runtime/clock.ts';
import { nodeLogFiles } from '../../src/runtime/log-files.ts';
import { nodeDisk } from '../../src/runtime/node-disk.ts';
import { systemRandom } from '../../src/runtime/random.ts';
import { AgentSim, FakeService, type FlowOverrides } from '../simulation/agent-world.ts';
import { lineReader } from '../simulation/line-reader.ts';

const run = promisify(execFile);

/** Why the rotation tests cannot run here; undefined when they can. */
export const noLogrotate: string | undefined =
  spawnSync('logrotate', ['--version']).error === undefined ? undefined : 'logrotate is not installed';

export class AgentLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'sluice-agent-'));
  readonly logs = join(this.folder, 'logs');
  readonly log = join(this.logs, 'app.log');
  readonly service = new FakeService(systemClock);
  readonly events: AgentEvent[] = [];
  /** The service in memory, unless a test sets another one before `start`. */
  makeTarget: AgentWorld['makeTarget'];
  /** Set before `start`. */
  clock: Clock = systemClock;
  readonly #flow: FlowOverrides;
  readonly #spool: AgentConfig['spool'] | undefined;
  #agent: Agent | undefined;
  #running: Promise<void> | undefined;

  /** `pattern` stands for a name in the folder of logs. */
  constructor(pattern: string, flow: FlowOverrides = {}, spool?: AgentConfig['spool']) {
    this.#spool = spool;
    this.makeTarget = () => this.service.target();
    mkdirSync(this.logs);
    const files = { pollMs: 10, scanMs: 200, rotateWaitMs: 500, ...flow.files };
    this.#flow = { ...flow, filePattern: join(this.logs, pattern), files };
  }

  async start(): Promise<void> {
    const made = new AgentSim({ flow: this.#flow }).config;
    // A stop while nothing answers need not take its ten seconds.
    const config = { ...made, shutdownTimeoutMs: 200, spool: this.#spool ?? made.spool };
    const world = {
      clock: this.clock,
      random: systemRandom,
      files: nodeLogFiles,
      disk: nodeDisk,
      stateDir: join(this.folder, 'state'),
      events: (event: AgentEvent) => void this.events.push(event),
      filesOpenMax: 800,
      makeReader: () => lineReader(),
      makeTarget: this.makeTarget,
    };
    this.#agent = await openAgent(config, world, { once: false });
    this.#running = this.#agent.run();
  }

  async stop(): Promise<void> {
    await this.#agent?.stop();
    await this.#running;
  }

  /** Writes the checkpoint now. */
  async checkpointed(): Promise<void> {
    await this.#agent?.checkpoint();
  }

  /** As kill -9: nothing is sent, copied or written down any more. */
  async kill(): Promise<void> {
    const state = join(this.folder, 'state');
    cpSync(state, `${state}.kept`, { recursive: true });
    this.#agent?.abort();
    await this.stop();
    rmSync(state, { recursive: true });
    renameSync(`${state}.kept`, state);
  }

  /** Everything that is gone from memory goes from disk as well. */
  async end(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs logrotate once with these options of a stanza. */
  async rotate(options: readonly string[]): Promise<void> {
    const config = join(this.folder, 'logrotate.conf');
    writeFileSync(config, `${this.log} {\n  su root root\n  ${options.join('\n  ')}\n}\n`, { mode: 0o644 });
    await run('logrotate', ['-f', '-s', join(this.folder, 'logrotate.state'), config]);
  }

  status(): FlowStatus {
    return this.#agent!.status()[0]!;
  }

  /** Returns when it is so, or after 15 s. */
  async until(isSo: () => boolean): Promise<void> {
    for (let tries = 0; tries < 1_500 && !isSo(); tries++) await systemClock.sleep(10);
  }

  /** Returns when the service has at least `count` lines, or after 15 s without them. */
  async delivered(count: number): Promise<void> {
    await this.until(() => this.service.accepted.length >= count);
  }
}
