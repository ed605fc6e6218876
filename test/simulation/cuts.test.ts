/**
 * Cuts at every kind of place, each followed by a start that has to hold all that was promised. SLUICE_SIM_CUTS says
 * how many, SLUICE_SIM_SEED where to begin, SLUICE_SIM_STEPS how long the sequences are that are tried one and all. Tells how often each branch of recovery was taken: none may be missed.
 */
import { expect, test } from 'vitest';
import { emptyCatalog } from '../../src/model/catalog.ts';
import { type Logger, silentLogger } from '../../src/runtime/logger.ts';
import type { Cut } from './service-model.ts';
import { ServiceWorld, STEPS, type Step } from './service-world.ts';

const CUTS = Number(process.env['SLUICE_SIM_CUTS'] ?? 2_000);
const SEED = Number(process.env['SLUICE_SIM_SEED'] ?? 1);
/** Length of the sequences that are tried one and all. */
const STEPS_MAX = Number(process.env['SLUICE_SIM_STEPS'] ?? 2);
const LIVES = 3;
const CUT_RATE = 0.7;
/** Enough to take the rarest branch. */
const CUTS_FOR_ALL_BRANCHES = 20_000;

const BRANCHES = [
  'a change that was never confirmed is cut off the journal',
  'the journal: new',
  'the journal: from a snapshot',
  'the journal: a log that was begun and not used',
  'the journal: a log without its header',
  'a commit that was never confirmed is cut off',
  'the store: clean',
  'the store: written again what was not known to be on disk',
  'the store: acknowledged before it was synced',
  'the store: offsets go on higher',
  'the store: ended by a seal, and no next segment',
  'the store: ended segments without an index',
  'the store: indexes without a segment',
  'the store: unfinished files',
  'the store: segments that were written again',
] as const;
type Branch = (typeof BRANCHES)[number];

/** What the program says of itself when it opens, by the words and fields it says it with. */
const SAID: Readonly<Record<string, Branch>> = {
  'cut a change that was never confirmed off the journal': 'a change that was never confirmed is cut off the journal',
  'cut off an unfinished commit': 'a commit that was never confirmed is cut off',
  'opened the journal isNew': 'the journal: new',
  'opened the journal from': 'the journal: from a snapshot',
  'opened the journal unused': 'the journal: a log that was begun and not used',
  'opened the journal headless': 'the journal: a log without its header',
  'opened the store clean': 'the store: clean',
  'opened the store unsure': 'the store: written again what was not known to be on disk',
  'opened the store relaxed': 'the store: acknowledged before it was synced',
  'opened the store restated': 'the store: offsets go on higher',
  'opened the store sealed': 'the store: ended by a seal, and no next segment',
  'opened the store unindexed': 'the store: ended segments without an index',
  'opened the store orphans': 'the store: indexes without a segment',
  'opened the store unfinished': 'the store: unfinished files',
  'opened the store rewritten': 'the store: segments that were written again',
};

function counting(counts: Map<Branch, number>): Logger {
  const count = (said: string) => {
    const branch = SAID[said];
    if (branch !== undefined) counts.set(branch, (counts.get(branch) ?? 0) + 1);
  };
  return {
    log(_, message, fields = {}) {
      count(message);
      for (const [name, value] of Object.entries(fields)) if (value) count(`${message} ${name}`);
    },
  };
}

/** Runs worlds from a seed on until there were so many cuts. */
async function cutMany(seed: number, wanted: number, logger: Logger): Promise<{ cuts: number; worlds: number }> {
  let cuts = 0;
  let worlds = 0;
  for (; cuts < wanted; worlds++) {
    const world = new ServiceWorld({ seed: seed + worlds, logger, cutRate: CUT_RATE, onCut: () => void cuts++ });
    await world.run(LIVES).catch((error: unknown) => {
      const again = `SLUICE_SIM_SEED=${seed + worlds} SLUICE_SIM_CUTS=1 npm run test:sim`;
      throw new Error(`${(error as Error).message}\n  again with: ${again}`, { cause: error });
    });
  }
  return { cuts, worlds };
}

test('what was promised holds after every cut', { timeout: 86_400_000 }, async () => {
  const counts = new Map(BRANCHES.map((branch) => [branch, 0]));
  const { cuts, worlds } = await cutMany(SEED, CUTS, counting(counts));
  const report = BRANCHES.map((branch) => `${String(counts.get(branch)).padStart(9)}  ${branch}`);
  console.log([`${cuts} cuts in ${worlds} worlds, from seed ${SEED}`, ...report].join('\n'));
  if (CUTS >= CUTS_FOR_ALL_BRANCHES) expect(BRANCHES.filter((branch) => counts.get(branch) === 0)).toEqual([]);
});

/** Every sequence of steps up to a length. */
function sequencesUpTo(length: number): (readonly Step[])[] {
  if (length === 0) return [[]];
  const shorter = sequencesUpTo(length - 1);
  const longest = shorter.filter((sequence) => sequence.length === length - 1);
  return [...shorter, ...longest.flatMap((sequence) => STEPS.map((step) => [...sequence, step]))];
}

test('what was promised holds after a cut at every change of every short sequence', {
  timeout: 86_400_000,
}, async () => {
  let cuts = 0;
  const sequences = sequencesUpTo(STEPS_MAX);
  for (const [i, script] of sequences.entries()) {
    const options = { logger: silentLogger, cutRate: 1, onCut: () => void cuts++, durability: 'always' as const };
    await new ServiceWorld({ ...options, seed: SEED + i, script }).run(1).catch((error: unknown) => {
      throw new Error(`${script.join(', ')}: ${(error as Error).message}`, { cause: error });
    });
  }
  console.log(`${cuts} cuts in ${sequences.length} sequences of up to ${STEPS_MAX} steps`);
});

test('the same seed twice gives the same trace', async () => {
  const trace = async () => {
    const lines: string[] = [];
    const logger: Logger = { log: (level, message, fields) => lines.push(JSON.stringify([level, message, fields])) };
    const onCut = ({ nowMs, asked, knownCount, told }: Cut) => lines.push(`${nowMs} ${asked} ${knownCount} ${told}`);
    await new ServiceWorld({ seed: 4_711, logger, cutRate: 0.2, onCut: (cut) => void onCut(cut) }).run(LIVES);
    return lines;
  };
  const one = await trace();
  expect(one.length).toBeGreaterThan(50);
  expect(await trace()).toEqual(one);
});

/** Words of the error, and what makes them true. */
const FALSE: readonly (readonly [string, (cut: Cut) => Cut])[] = [
  ['is lost', (cut) => ({ ...cut, known: cut.known.map((one) => ({ ...one, number: one.number + 1n })) })],
  ['nobody wrote', (cut) => ({ ...cut, asked: 0 })],
  ['the catalog is none', (cut) => ({ ...cut, catalogs: [emptyCatalog] })],
  ['had gone and is there again', (cut) => ({ ...cut, nowMs: cut.nowMs + 1e9 })],
  [
    'goes on at',
    (cut) => ({ ...cut, known: cut.known.map((one) => ({ ...one, arrivalMs: 0, number: one.number * 2n })) }),
  ],
];

test.each(FALSE)('a broken promise is seen: %s', async (message, falsify) => {
  const options = { seed: 3, logger: silentLogger, cutRate: 0.2, onCut: () => undefined };
  await expect(new ServiceWorld({ ...options, durability: 'always', falsify }).run(2)).rejects.toThrow(message);
});
