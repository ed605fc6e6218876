/**
 * Shows that the tests see what they are there to see: each mutation breaks one promise in a copy of the tree, and the
 * part of the suite that should notice has to fail. Run by: npm run test:mutations [name...]
 * With --places it only looks whether every place is still there.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const ROOT = resolve(import.meta.dirname, '..');
const COPIED = ['src', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
/** Generous: other work may have the machine. A mutation that is seen is seen long before. */
const SECONDS_MAX = Number(process.env.SLUICE_MUTATION_SECONDS ?? 300);

const STORE = 'src/store/segmented';
const CUTS = ['simulation', ['test/simulation/cuts.test.ts', '-t', 'what was promised holds']];
const unit = (...files) => ['unit', files.map((file) => `test/unit/${file}.test.ts`)];

/** What is broken, where, how, and the tests that have to fail. */
const MUTATIONS = [
  {
    name: 'sync removed',
    file: `${STORE}/lane.ts`,
    from: '      await file.sync();\n      return true;',
    to: '      return true;',
    caught: CUTS,
  },
  {
    name: 'acknowledged before the sync',
    file: `${STORE}/lane.ts`,
    from: '      await file.sync();\n      return true;',
    to: '      void file.sync().catch(() => undefined);\n      return true;',
    caught: CUTS,
  },
  {
    name: 'sync tried again after EIO',
    file: `${STORE}/lane.ts`,
    from: '      await file.sync();\n      return true;',
    to: '      await file.sync().catch(() => file.sync());\n      return true;',
    caught: unit('store/failure'),
  },
  {
    name: 'sync of the journal tried again after EIO',
    file: 'src/service/disk-journal.ts',
    from: '      await this.#file.sync();\n    } catch (cause) {',
    to: '      await this.#file.sync().catch(() => this.#file.sync());\n    } catch (cause) {',
    caught: unit('service/disk-journal'),
  },
  {
    name: 'journal not synced',
    file: 'src/service/disk-journal.ts',
    from: '      await this.#file.sync();\n    } catch (cause) {',
    to: '    } catch (cause) {',
    caught: CUTS,
  },
  {
    name: 'directory of segments not synced',
    file: `${STORE}/active-segment.ts`,
    from: '  await disk.syncDirectory(lane);\n',
    to: '',
    caught: CUTS,
  },
  {
    name: 'directory of segments not synced at a start',
    file: `${STORE}/recover.ts`,
    from: '  await disk.syncDirectory(layout.lane);\n',
    to: '',
    caught: unit('store/recover'),
  },
  {
    name: 'directory of the journal not synced',
    file: 'src/service/disk-journal.ts',
    from: '  await file.sync();\n  await place.disk.syncDirectory(place.directory);\n  return { file, end: header.length };',
    to: '  await file.sync();\n  return { file, end: header.length };',
    caught: CUTS,
  },
  {
    name: 'checksum without its seed',
    file: `${STORE}/frame.ts`,
    from: '  return (h ^ (h >>> 15)) >>> 0;',
    to: '  return h === 1 ? 1 : 0;',
    caught: unit('store/frame', 'store/golden'),
  },
  {
    name: 'byte count of a write ignored',
    file: `${STORE}/layout.ts`,
    from: '  if (count !== bytes.length) {',
    to: '  if (count < 0) {',
    caught: unit('store/failure'),
  },
  {
    name: 'index trusted without a check',
    file: `${STORE}/index-file.ts`,
    from: '  if (checksumOf(bytes) !== view.getUint32(CRC_AT, true)) return undefined;',
    to: '',
    caught: unit('store/recover'),
  },
  {
    name: 'index of another generation trusted',
    file: `${STORE}/index-file.ts`,
    from: '  if (!expected.every((byte, i) => byte === bytes[i])) return undefined;',
    to: '',
    caught: CUTS,
  },
  {
    name: 'torn tail not cut off',
    file: `${STORE}/tail.ts`,
    from: '      await file.truncate(scan.end);',
    to: '',
    caught: unit('store/recover'),
  },
  {
    name: 'tail not written again after an unclean stop',
    file: `${STORE}/tail.ts`,
    from: '    await rewrite(file, scan.durable, scan.end);',
    to: '',
    caught: unit('store/recover'),
  },
  {
    name: 'damage taken for a torn tail',
    file: `${STORE}/damage.ts`,
    from: '  return later.some((block) => provesDamage(block.header.durable, segment.name, scan.end));',
    to: '  return later.length < 0;',
    caught: unit('store/recover'),
  },
  {
    name: 'offsets dealt again after a lost tail',
    file: `${STORE}/recover.ts`,
    from: '  if (restated) for (const state of shards.values()) state.dealt += LOST_OFFSETS_MAX;',
    to: '',
    caught: CUTS,
  },
  {
    name: 'out of descriptors taken for a broken disk',
    file: `${STORE}/layout.ts`,
    from: "return code === 'EMFILE' || code === 'ENFILE' ?",
    to: "return code === 'ENFILE' ?",
    caught: unit('store/shortage'),
  },
  {
    name: 'a deleted file not looked for',
    file: `${STORE}/space-watch.ts`,
    from: 'return !isThere && path === writer.segment.path;',
    to: 'return !isThere && path !== writer.segment.path;',
    caught: unit('store/shortage'),
  },
  {
    name: 'hash keys that no shard holds',
    file: 'src/model/hash-range.ts',
    from: 'end: at - 1n },',
    to: 'end: at - 2n },',
    caught: CUTS,
  },
  {
    name: 'children numbered below their parents',
    file: 'src/model/reshard.ts',
    from: 'Math.max(nowSeconds, ...parents.map((parent) => parent.creationSeconds + 1));',
    to: 'Math.min(nowSeconds, ...parents.map((parent) => parent.creationSeconds - 1));',
    caught: CUTS,
  },
  {
    name: 'records of a request in reverse',
    file: 'src/model/router.ts',
    from: '  for (let i = 0; i < shardOf.length; i++) {\n    const shard',
    to: '  for (let i = shardOf.length - 1; i >= 0; i--) {\n    const shard',
    caught: CUTS,
  },
  {
    name: 'acknowledged before an earlier commit',
    file: `${STORE}/lane.ts`,
    from: '    await before;\n    this.#inFlight--;',
    to: '    this.#inFlight--;',
    caught: unit('store/shortage'),
  },
];

/** The file with the one place changed. */
function mutated(file, { name, from, to }) {
  const text = readFileSync(file, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`"${name}": its place is not there, or there twice, in ${file}`);
  return text.replace(from, () => to);
}

function run(directory, [project, args]) {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const command = [vitest, 'run', '--bail', '1', '--reporter', 'dot', '--project', project, ...args];
  const env = { ...process.env, SLUICE_SIM_CUTS: process.env.SLUICE_SIM_CUTS ?? '1500' };
  const child = spawn(process.execPath, command, { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const limit = setTimeout(() => child.kill('SIGKILL'), SECONDS_MAX * 1000);
  return new Promise((done) => {
    child.on('close', (code) => {
      clearTimeout(limit);
      done({ code, output });
    });
  });
}

/** The line that says what failed. Only a failed assertion or check counts, not a tree that does not load. */
function reasonIn(output) {
  const lines = stripVTControlCharacters(output).split('\n');
  const failed = lines.find((line) => /^\s*FAIL\s/.test(line))?.replace(/^\s*FAIL\s+/, '');
  const error = lines.find((line) => /^(AssertionError|\w*Error): /.test(line));
  if (failed === undefined || error === undefined || /SyntaxError|Failed to load|TransformError/.test(error))
    return undefined;
  return `${failed.trim()}\n            ${error.slice(0, 140)}`;
}

/** A copy of what the tests need, for as long as `work` takes. */
async function inCopyOf(source, work) {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-mutation-'));
  try {
    for (const name of COPIED) cpSync(join(source, name), join(directory, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Tests that fail without a mutation too would catch anything. */
async function checkTests(source, mutations) {
  for (const tests of new Map(mutations.map(({ caught }) => [String(caught), caught])).values()) {
    const { code, output } = await run(source, tests);
    if (code !== 0) throw new Error(`${tests} fail without any mutation:\n${output.slice(-2000)}`);
  }
}

function attempt(source, mutation) {
  return inCopyOf(source, async (directory) => {
    const file = join(directory, mutation.file);
    writeFileSync(file, mutated(file, mutation));
    const began = performance.now();
    const { code, output } = await run(directory, mutation.caught);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const reason = code === 1 ? reasonIn(output) : undefined;
    process.stdout.write(`${reason ? 'caught' : 'MISSED'} ${seconds.padStart(6)} s  ${mutation.name}\n`);
    process.stdout.write(`            ${reason ?? output.slice(-2000)}\n`);
    return reason !== undefined;
  });
}

async function attemptAll(chosen) {
  const missed = await inCopyOf(ROOT, async (source) => {
    await checkTests(source, chosen);
    let count = 0;
    for (const mutation of chosen) if (!(await attempt(source, mutation))) count += 1;
    return count;
  });
  process.stdout.write(`${chosen.length - missed} of ${chosen.length} mutations caught\n`);
  process.exitCode = missed === 0 ? 0 : 1;
}

for (const mutation of MUTATIONS) mutated(join(ROOT, mutation.file), mutation);
const wanted = process.argv.slice(2);
if (!wanted.includes('--places')) {
  await attemptAll(MUTATIONS.filter(({ name }) => wanted.length === 0 || wanted.includes(name)));
}
