/** What two looks at a directory say about what happened in between. */
import { describe, expect, test } from 'vitest';
import { compareSnapshots, couldBeCopy, type FoundFile, type KnownFile } from '../../../src/agent/rotation.ts';

interface FoundOptions {
  readonly bytes?: number;
  readonly modifiedMs?: number;
  readonly birth?: string;
  readonly device?: string;
  readonly content?: Readonly<Record<string, 'all' | 'part' | 'none'>>;
}

const known = (id: string, path: string, inode: string, position = 100): KnownFile => ({
  id,
  path,
  position,
  identity: { device: '1', inode, birth: inode },
});

function found(path: string, inode: string, options: FoundOptions = {}): FoundFile {
  const { bytes = 100, modifiedMs = 0, birth = inode, device = '1', content = {} } = options;
  return { path, identity: { device, inode, birth }, bytes, modifiedMs, content: new Map(Object.entries(content)) };
}

/** kind, the known file or -, the path found or -. */
function told(before: readonly KnownFile[], after: readonly FoundFile[]): readonly string[] {
  return compareSnapshots(before, after).map((change) => {
    const id = 'id' in change ? change.id : '-';
    return `${change.kind} ${id} ${'found' in change ? change.found.path : '-'}`;
  });
}

const a = known('A', '/t/app.log', '10');
const b = known('B', '/t/app.log.1', '9');

describe('between two looks', () => {
  test.each<[string, readonly KnownFile[], readonly FoundFile[], readonly string[]]>([
    ['nothing happened', [a], [found('/t/app.log', '10')], ['kept A /t/app.log']],
    ['it grew', [a], [found('/t/app.log', '10', { bytes: 900 })], ['kept A /t/app.log']],
    ['renamed, nothing in its place', [a], [found('/t/app.log.1', '10')], ['renamed A /t/app.log.1']],
    [
      'renamed and made anew',
      [a],
      [found('/t/app.log', '11', { bytes: 5 }), found('/t/app.log.1', '10')],
      ['renamed A /t/app.log.1', 'created - /t/app.log'],
    ],
    [
      'a chain of renames',
      [a, b],
      [found('/t/app.log', '11'), found('/t/app.log.1', '10'), found('/t/app.log.2', '9')],
      ['renamed A /t/app.log.1', 'renamed B /t/app.log.2', 'created - /t/app.log'],
    ],
    [
      'the oldest compressed and its number used for the new log',
      [a, b],
      [found('/t/app.log', '9', { birth: '77' }), found('/t/app.log.1', '10')],
      ['renamed A /t/app.log.1', 'lost B -', 'created - /t/app.log'],
    ],
    ['deleted', [a], [], ['lost A -']],
    [
      'moved out of sight, a new one in its place',
      [a],
      [found('/t/app.log', '11')],
      ['lost A -', 'created - /t/app.log'],
    ],
    ['truncated', [a], [found('/t/app.log', '10', { bytes: 0 })], ['truncated A /t/app.log']],
    [
      'truncated and filled beyond the old size',
      [a],
      [found('/t/app.log', '10', { bytes: 500, content: { A: 'none' } })],
      ['truncated A /t/app.log'],
    ],
    [
      'copied and truncated',
      [a],
      [found('/t/app.log', '10', { bytes: 0 }), found('/t/app.log.1', '20', { content: { A: 'all' } })],
      ['truncated A /t/app.log', 'copied A /t/app.log.1'],
    ],
    [
      'copied, not yet truncated',
      [a],
      [found('/t/app.log', '10'), found('/t/app.log.1', '20', { bytes: 60, content: { A: 'part' } })],
      ['kept A /t/app.log', 'copied A /t/app.log.1'],
    ],
    [
      'a file of the same beginning whose name is no copy of it',
      [b],
      [found('/t/app.log.1', '9'), found('/t/app.log', '20', { content: { B: 'all' } })],
      ['kept B /t/app.log.1', 'created - /t/app.log'],
    ],
    [
      'gone, and another file holds everything of it',
      [a],
      [found('/t/restored.log', '50', { content: { A: 'all' } })],
      ['lost A -', 'copied A /t/restored.log'],
    ],
    [
      'a second name',
      [a],
      [found('/t/app.log', '10'), found('/t/app.log.hl', '10')],
      ['kept A /t/app.log', 'linked A /t/app.log.hl'],
    ],
    [
      'two names of one new file are one file',
      [],
      [found('/t/x.log', '5'), found('/t/y.log', '5')],
      ['created - /t/x.log'],
    ],
    [
      'mounted again under another number, content proven',
      [a],
      [found('/t/app.log', '10', { device: '2', content: { A: 'all' } })],
      ['kept A /t/app.log'],
    ],
    [
      'the same number on another device, content not the same',
      [a],
      [found('/t/app.log', '10', { device: '2', content: { A: 'none' } })],
      ['lost A -', 'created - /t/app.log'],
    ],
    [
      'several new files: the oldest first, of one time the higher number first',
      [],
      [
        found('/t/app.log', '3', { modifiedMs: 9 }),
        found('/t/app.log.1', '2', { modifiedMs: 5 }),
        found('/t/app.log.2', '1', { modifiedMs: 5 }),
      ],
      ['created - /t/app.log.2', 'created - /t/app.log.1', 'created - /t/app.log'],
    ],
  ])('%s', (_, before, after, expected) => expect(told(before, after)).toEqual(expected));

  test('of two generations under one identity, the one asked first has the file', () => {
    const older = { ...known('old', '/t/app.log', '10'), position: 700 };
    expect(told([a, older], [found('/t/app.log', '10')])).toEqual(['kept A /t/app.log', 'lost old -']);
  });
});

test.each([
  ['/t/app.log', '/t/app.log.1', true],
  ['/t/app.log', '/t/app.log-20261120', true],
  ['/t/app.log', '/t/app-20261120.log', true],
  ['/t/app.log', '/t/old/app.log', true],
  ['/t/app.log.1', '/t/app.log', false],
  ['/t/app.log', '/t/app.log', false],
  ['/t/app.log', '/t/web.log.1', false],
  ['/t/w1.log', '/t/w2.log', false],
  ['/t/job1.log', '/t/job10.log', false],
  ['/t/job1.log', '/t/job1-20261120.log', true],
  ['/t/app.log', '/t/app20261120.log', true],
  ['/t/app.log', '/t/apple.log', false],
])('%s could have the copy %s: %s', (original, copy, expected) => expect(couldBeCopy(original, copy)).toBe(expected));
