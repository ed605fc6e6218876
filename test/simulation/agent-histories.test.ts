/**
 * Random histories of a log directory - writing, renaming, copying and truncating, deleting, late writers, kills and
 * stops of the agent, a service that fails - against what must hold of any of them: every line arrives, nothing arrives
 * that was never a line, and only a kill or a failing service makes a line arrive twice.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordError } from '../../src/client/producer-batch.ts';
import { AgentSim, throttled, unreachable } from './agent-world.ts';

const LOG = '/t/app.log';
const KEPT = 4;
const RUNS = Number(process.env['SLUICE_AGENT_RUNS'] ?? 40);

type Step =
  | { readonly do: 'write'; readonly lines: number; readonly width: number; readonly torn: boolean }
  | {
      readonly do: 'rotate' | 'copyTruncate' | 'late' | 'refill' | 'deleteLog' | 'kill' | 'restart' | 'down' | 'backup';
    }
  | { readonly do: 'side'; readonly name: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'service'; readonly is: 'up' | 'away' | 'picky' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      lines: fc.integer({ min: 1, max: 12 }),
      width: fc.constantFrom(0, 0, 100, 700),
      torn: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('rotate' as const, 'copyTruncate' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'late' as const,
        'refill' as const,
        'deleteLog' as const,
        'kill' as const,
        'restart' as const,
        'down' as const,
        'backup' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('side' as const), name: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 60, 150, 1_000, 12_000, 45_000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('service' as const),
      is: fc.constantFrom('up' as const, 'away' as const, 'picky' as const),
    }),
  },
);

class History {
  readonly sim: AgentSim;
  readonly written = new Set<string>();
  /** Lines that may come again: in a file that began anew while they were in it, or under way at a kill. */
  repeats = false;
  #number = 0;
  #torn = new Map<string, string>();
  #late: ((text: string) => void) | undefined;
  #lateLog: ((text: string) => void) | undefined;
  #isUp = true;
  #isAway = false;
  readonly #exact: boolean;
  /** The agent is away and has never seen the file that has the live name now. */
  #unseen = false;
  /** When the file with the live name was made, or began anew. */
  #madeMs = 0;
  #rotatedMs = 0;

  constructor(seed: number, exact: boolean) {
    this.#exact = exact;
    const flow = { filePattern: exact ? LOG : '/t/app.log*', batch: { recordsMax: 7, inFlightMax: 3 } };
    this.sim = new AgentSim({ seed, flow });
  }

  async run(steps: readonly Step[]): Promise<void> {
    await this.sim.start();
    for (const one of steps) await this.#do(one);
    if (!this.#isUp) await this.sim.start();
    this.sim.service.answer = () => [];
    for (const path of this.#torn.keys()) this.#finishLine(path);
    await this.sim.pass(200_000);
    await this.sim.stop();
  }

  async #do(one: Step): Promise<void> {
    const { logs, service } = this.sim;
    switch (one.do) {
      case 'write':
        return this.#write(LOG, one.lines, one);
      case 'side':
        if (this.#exact) return;
        return this.#write(`/t/app.log.side${one.name}`, 2, { width: 0, torn: false });
      case 'pass':
        return await this.sim.pass(one.ms);
      case 'late':
        // Outside the pattern a file is watched for half a minute after its rotation.
        if (this.#late === undefined || (this.#exact && !this.#isLate())) return;
        return this.#late(this.#line(0));
      case 'service':
        this.#isAway = one.is === 'away';
        service.answer = one.is === 'up' ? () => [] : one.is === 'away' ? unreachable : (lines) => this.#picky(lines);
        return;
      case 'rotate':
        return await this.#rotate(() => {
          this.#late = this.#lateLog;
          logs.rename(LOG, '/t/app.log.1');
          this.#lateLog = undefined;
        });
      case 'copyTruncate':
        return await this.#rotate(() => {
          logs.copy(LOG, '/t/app.log.1');
          logs.truncate(LOG, 0);
        });
      case 'backup':
        // Of a file that has been looked at, or it is just another new file.
        if (!logs.has(LOG) || !this.#isUp || logs.contents(LOG).length < 2_000) return;
        this.#finishLine(LOG);
        await this.#readAll();
        logs.copy(LOG, '/t/app.log.backup');
        return await this.sim.pass(45_000);
      case 'refill':
        if (!logs.has(LOG) || !this.#isUp) return;
        this.#finishLine(LOG);
        await this.#readAll();
        logs.truncate(LOG, 0);
        this.#madeMs = this.sim.clock.monotonic();
        return this.#write(LOG, 20, { width: 40, torn: false });
      case 'deleteLog':
        if (!logs.has(LOG) || !this.#isUp) return;
        this.#finishLine(LOG);
        await this.sim.pass(150);
        logs.delete(LOG);
        this.#lateLog = undefined;
        // What is deleted lives as long as the agent that has it open.
        return await this.#readAll();
      case 'kill':
      case 'down':
        if (!this.#isUp) return;
        this.repeats = true;
        this.#unseen = this.sim.clock.monotonic() - Math.max(this.#madeMs, this.#rotatedMs) < 150;
        await this.sim.kill();
        this.#isUp = false;
        if (one.do === 'kill') await this.#startAgain();
        return;
      case 'restart':
        if (this.#isUp) {
          await this.sim.stop();
          // What was not delivered at the stop is sent again, and so may be what was under way.
          if (this.#isAway) this.repeats = true;
          this.#isUp = false;
        }
        return await this.#startAgain();
    }
  }

  async #startAgain(): Promise<void> {
    this.#isUp = true;
    this.#unseen = false;
    await this.sim.start();
  }

  #isLate(): boolean {
    return this.#isUp && this.sim.clock.monotonic() - this.#rotatedMs < 20_000;
  }

  #picky(lines: readonly string[]): readonly (RecordError | undefined)[] {
    return lines.map(() => (this.sim.random.fraction() < 0.3 ? throttled : undefined));
  }

  async #readAll(): Promise<void> {
    const { answer } = this.sim.service;
    this.sim.service.answer = () => [];
    await this.sim.pass(60_000);
    this.sim.service.answer = answer;
  }

  /** Nothing can know a file that came and went between two looks, nor one deleted while the agent was away. */
  async #rotate(act: () => void): Promise<void> {
    const { logs } = this.sim;
    if (!logs.has(LOG)) return;
    // A writer does not leave a line unfinished at a copy: its second half would be cut off from the first.
    this.#finishLine(LOG);
    const names = Array.from({ length: KEPT }, (_, i) => `/t/app.log.${i + 1}`);
    if (logs.has(names.at(-1)!) && !this.#isUp) return;
    if (this.#exact && this.#unseen) return;
    if (logs.has(names.at(-1)!)) await this.#readAll();
    await this.sim.pass(150);
    this.#rotatedMs = this.sim.clock.monotonic();
    for (let i = KEPT - 1; i > 0; i--) {
      if (!logs.has(names[i - 1]!)) continue;
      logs.rename(names[i - 1]!, names[i]!);
      // The agent may be walking the directory just now.
      await this.sim.clock.settle(Math.floor(this.sim.random.fraction() * 5));
    }
    act();
    this.#unseen = !this.#isUp;
  }

  #write(path: string, count: number, how: { readonly width: number; readonly torn: boolean }): void {
    this.#finishLine(path);
    if (path === LOG && !this.sim.logs.has(LOG)) {
      this.#madeMs = this.sim.clock.monotonic();
      if (!this.#isUp) this.#unseen = true;
    }
    for (let i = 0; i < count; i++) this.sim.logs.append(path, this.#line(how.width));
    if (path === LOG) this.#lateLog ??= this.sim.logs.writer(LOG);
    if (!how.torn) return;
    const line = this.#line(how.width);
    const cut = Math.floor(this.sim.random.fraction() * (line.length - 1)) + 1;
    this.sim.logs.append(path, line.slice(0, cut));
    this.#torn.set(path, line.slice(cut));
  }

  #finishLine(path: string): void {
    const rest = this.#torn.get(path);
    this.#torn.delete(path);
    if (rest !== undefined && this.sim.logs.has(path)) this.sim.logs.append(path, rest);
  }

  #line(width: number): string {
    const line = `${this.#number++} ${'.'.repeat(width)}\n`;
    this.written.add(line);
    return line;
  }
}

test.each([
  ['all names match', false],
  ['only the live name matches', true],
])(
  'any history, %s: every line, nothing but lines, twice only after a kill',
  async (_, exact) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(1_000_000), async (steps, seed) => {
        const history = new History(seed, exact);
        await history.run(steps);
        const { accepted } = history.sim.service;
        const missing = [...history.written].filter((line) => !accepted.includes(line));
        const foreign = accepted.filter((line) => !history.written.has(line));
        expect({ missing, foreign }).toEqual({ missing: [], foreign: [] });
        if (!history.repeats) expect(accepted.length).toBe(history.written.size);
      }),
      { numRuns: RUNS },
    );
  },
  600_000,
);
