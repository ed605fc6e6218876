/** Names under which daemons stand in folders that all of them share. */
import { describe, expect, test } from 'vitest';
import { parseDaemonName } from '../../../../src/cli/serve/daemon-name.ts';

describe('names of daemons', () => {
  test.each(['default', 'a', '_b', 'kept-2', 'v1.2_x', 'größe'])('%j is one', (name) => {
    expect(parseDaemonName(name)).toBe(name);
  });

  test.each(['', '.', '..', '../x', 'a/b', 'a\\b', '/tmp/x', '-x', 'a b', 'a:b', 'red\u001b[31m', 'a\nb'])(
    '%j would be another path, or drive a terminal',
    (name) => {
      expect(() => parseDaemonName(name)).toThrow('is no name of a daemon');
    },
  );
});
