/**
 * Reading a database that SQLite itself made: test/golden/kinesis-agent-checkpoints.db, 512-byte pages, 41 rows in the
 * table of Kinesis Agent, so that there are inner pages and, in the last row, overflow pages.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSqlite, SqliteError, sqliteRows } from '../../../src/agent/sqlite-table.ts';

const file = new Uint8Array(readFileSync(join(import.meta.dirname, '../../golden/kinesis-agent-checkpoints.db')));

test('all rows come with their values', () => {
  const rows = sqliteRows(file, 'file_checkpoints')!;
  expect(rows).toHaveLength(41);
  expect(rows[0]).toEqual([
    'kinesis:web:/var/log/app.log*',
    '/var/log/app.log.0',
    '(dev=fd01,ino=5000000000)',
    1_790_000_000_000,
    -1,
    0,
    '2026-11-20 17:00:00',
  ]);
  expect(rows[39]!.slice(3)).toEqual([1_790_000_000_039, 39, 39_000, '2026-11-20 17:00:39']);
  expect(rows[40]).toEqual([`fh:é:/${'x'.repeat(1_200)}`, '/long', null, 1.5, 0, 1, '2026-11-21 00:00:00']);
});

test('a table that is not there has no rows', () => expect(sqliteRows(file, 'other')).toBeUndefined());

test('another file is told apart', () => {
  expect(isSqlite(file)).toBe(true);
  expect(isSqlite(new TextEncoder().encode('sluice agent checkpoints 1\n'))).toBe(false);
  expect(() => sqliteRows(new Uint8Array(200), 'x')).toThrow(SqliteError);
  expect(() => sqliteRows(file.subarray(0, 700), 'FILE_CHECKPOINTS')).toThrow(SqliteError);
});

test('damage gives wrong rows or an error, never another exception', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 30 }),
      (changes) => {
        const damaged = file.slice();
        for (const [at, byte] of changes) damaged[at] = byte;
        try {
          sqliteRows(damaged, 'FILE_CHECKPOINTS');
        } catch (error) {
          expect(error).toBeInstanceOf(SqliteError);
        }
      },
    ),
    { numRuns: 500 },
  );
});
