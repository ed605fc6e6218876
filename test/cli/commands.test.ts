/**
 * What is true of every command: stdout holds its product alone, a reader may leave, JSON parses and keeps long numbers in
 * strings, no colour where none is wanted, Ctrl-C ends it, what is misspelt is told, and exit codes are those published.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CliError } from '../../src/cli/cli-error.ts';
import type { CommandSpec } from '../../src/cli/command-spec.ts';
import { NO_CONFIG } from '../../src/cli/config/file.ts';
import { globalOptions } from '../../src/cli/global-options.ts';
import { jsonSchema, outputShapes } from '../../src/cli/help/output-schema.ts';
import { runProgram } from '../../src/cli/program.ts';
import { commands } from '../../src/cli/table.ts';
import { type Row, rows } from './command-rows.ts';
import { schemaFaults } from './json-schema.ts';
import { Terminal } from './session.ts';

const terminal = new Terminal();
const all = commands.flatMap((spec) => {
  const row = rows[spec.path];
  return row === undefined ? [] : [[spec.path, spec, row] as const];
});
/** What begins colours, and whatever else drives a terminal. */
const ESCAPE = String.fromCharCode(27);
const COLORS = new RegExp(`${ESCAPE}\\[[0-9;]*m`);

beforeAll(() => {
  terminal.run('sluice serve -d --port 0 --data data');
  terminal.run('sluice stream create orders -s 2 -q; seq 1 400 | sluice put orders -q');
  writeFileSync(join(terminal.home, 'app.log'), 'one\ntwo\n');
});
afterAll(() => {
  // Rows begin it beside theirs, and not each line that is tried ends it.
  terminal.run('sluice serve stop --name other');
  terminal.close();
});

test('every command has a row', () => {
  expect(Object.keys(rows).sort()).toEqual(commands.map((spec) => spec.path).sort());
});

/** Runs a line; its output, its complaints and its exit code apart. */
function run(line: string, { before = '' }: Pick<Row, 'before'> = {}) {
  const script = `{ ${before || ':'}; } >/dev/null 2>&1; ${line}`;
  const lines = terminal.run(script);
  const code = /^\[exit (.*)\]$/.exec(lines.at(-1) ?? '')?.[1];
  const said = code === undefined ? lines : lines.slice(0, -1);
  return {
    code: Number(code ?? 0),
    out: said.filter((one) => !one.startsWith('! ')).join('\n'),
    err: said.filter((one) => one.startsWith('! ')).join('\n'),
  };
}

/** Streams that rows make anew. */
const clean = (row: Row) =>
  /\bspare\b/.test(row.args + (row.before ?? ''))
    ? terminal.run('sluice stream delete spare --yes --if-exists -q')
    : [];

describe.each(all)('%s', (path, spec, row) => {
  const line = `sluice ${path} ${row.args}`;

  test('prints its product, and nothing else, without colours; so under CI=1, with stdin closed', () => {
    clean(row);
    const { code, out, err } = run(`EDITOR=true CI=1 ${line} </dev/null`, row);
    expect([code, err], err).toEqual([row.exit ?? 0, err]);
    expect(err).not.toMatch(/fault of sluice|ExperimentalWarning|DeprecationWarning/);
    if (row.prints === 'nothing') expect(out).toBe('');
    else expect(out).not.toBe('');
    expect(out + err).not.toContain(ESCAPE);
  });

  if (row.prints !== 'nothing') {
    test('ends well when its reader leaves', () => {
      const { out, err } = run(`${line} 2>err | head -1 >/dev/null; echo "\${PIPESTATUS[0]}"; cat err >&2`, row);
      expect([out, err], err).toEqual([String(row.exit ?? 0), err]);
      expect(err).not.toMatch(/EPIPE|fault of sluice/);
    });

    test('has no colours on a terminal with NO_COLOR', () => {
      const { out } = run(`NO_COLOR=1 script -qec "${line.replaceAll('"', '\\"')}" /dev/null`, row);
      expect(out).not.toMatch(COLORS);
    });
  }

  if (row.prints === 'json' || row.prints === 'lines') {
    test('prints JSON of its schema, numbers of 128 bits as strings', () => {
      const { out } = run(`${line} --json`, row);
      const values = row.prints === 'json' ? [JSON.parse(out)] : out.split('\n').map((one) => JSON.parse(one));
      expect(out.replace(/"(?:[^"\\]|\\.)*"/g, '""')).not.toMatch(/\d{16}/);
      const shape = outputShapes[path];
      if (shape === undefined) return;
      for (const value of values) expect(schemaFaults(jsonSchema(path, shape), value)).toEqual([]);
    });
  }

  test.each(misspellings(spec))('tells of %s', async (word, meant) => {
    const error = await parseError([...path.split(' '), word]);
    expect(error.exit).toBe(2);
    expect(error.lines.join('\n')).toContain(meant);
  });

  const { lasts } = row;
  if (lasts !== undefined) {
    test('ends at Ctrl-C, and at once at a second one', () => {
      const begin = `rm -f out err; sluice ${path} ${lasts.args} >out 2>err & until ${lasts.begun}; do sleep 0.05; done`;
      const once = run(`${begin}; kill -INT $!; wait $!; echo $?`, row);
      expect(once.out).toBe(String(lasts.exit));
      const twice = run(`${begin}; kill -INT $!; kill -INT $!; wait $!; echo $?`, row);
      expect(['130', String(lasts.exit)]).toContain(twice.out);
    });
  }

  if (row.needsNoServer !== true) {
    test('says that nothing listens', () => {
      const { code, out, err } = run(`${line} --endpoint http://127.0.0.1:1`, row);
      expect([code, out, err]).toEqual([8, '', expect.stringContaining('nothing listens on http://127.0.0.1:1')]);
    });
  }

  if (/^(orders|spare)\b/.test(row.args) && path !== 'stream create') {
    test('says that there is no such stream', () => {
      const { code, out, err } = run(`sluice ${path} ${row.args.replace(/^\S+/, 'nowhere')}`, row);
      expect([code, out, err]).toEqual([5, '', expect.stringContaining('"nowhere" does not exist')]);
    });
  }
});

/** An option of every command and one of its own, a letter short, with what is meant. */
function misspellings(spec: CommandSpec): readonly (readonly [string, string])[] {
  const own = Object.values(spec.options).find(({ flags, advanced }) => advanced !== true && /--[a-z-]{6}/.test(flags));
  return [globalOptions.endpoint, ...(own === undefined ? [] : [own])].map(({ flags }) => {
    const meant = /--[a-z-]+/.exec(flags)![0];
    return [`${meant.slice(0, 4)}${meant.slice(5)}`, meant];
  });
}

async function parseError(words: readonly string[]): Promise<CliError> {
  const nothing = () => undefined;
  const program = {
    version: '0',
    columns: () => 80,
    print: nothing,
    config: async () => NO_CONFIG,
    run: async () => undefined,
  };
  const parsing = runProgram({ ...program, words });
  const error: unknown = await parsing.then(nothing, (thrown) => thrown);
  expect(error).toBeInstanceOf(CliError);
  return error as CliError;
}

describe('exit codes', () => {
  const small = 'sluice stream create small -q 2>/dev/null';
  test.each([
    [0, 'done', 'sluice stream list'],
    [1, 'failed', 'sluice split orders 0 --at balance --observe 1ms'],
    [2, 'usage', 'sluice stream scale orders zero'],
    [2, 'a question that nobody can answer', 'sluice stream delete orders </dev/null'],
    [3, 'partial', `head -c 1100000 /dev/zero | tr '\\0' x | sluice put orders`],
    [5, 'no such stream', 'sluice stream describe nowhere'],
    [5, 'no such shard', 'sluice split orders 77'],
    [6, 'conflict', 'sluice stream create orders'],
    [8, 'unreachable', 'sluice stream list --endpoint http://127.0.0.1:1'],
    [9, 'declined', `${small}; printf 'n\\n' | script -qec 'sluice stream delete small' /dev/null`],
    [10, 'empty', 'sluice tail orders --from horizon --no-follow --grep no-such-text --exit-empty'],
    [11, 'check', `sluice top orders --once --check 'capacity<0'`],
    [78, 'configuration', `echo '{"flows":7}' > bad.json; sluice agent -c bad.json`],
    [130, 'interrupted', `timeout -s INT 3 sluice tail orders & wait $!; (exit 130)`],
  ])('%i: %s', (code, _, line) => expect(run(line).code).toBe(code));
});
