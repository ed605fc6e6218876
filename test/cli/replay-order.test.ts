/**
 * A replay from one server into another that throttles, stopped half way and gone on with, while shards split and merge
 * on both sides: every record arrives, and those of a key in the order in which they were put.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Terminal } from './session.ts';

const KEYS = 40;
const RECORDS = 3_000;
const here = new Terminal();
const there = new Terminal();

beforeAll(() => {
  here.run('sluice serve -d --memory --port 0');
  there.run('sluice serve -d --memory --port 0 --limits aws');
  const url = there.run('sluice serve status --fields url -o name')[0];
  const folder = join(here.home, '.config', 'sluice');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ contexts: { there: { endpoint: url } } }));
});
afterAll(() => {
  here.close();
  there.close();
});

/** Numbers from..to, each with the rest by KEYS as its key, in the order of the numbers. */
const put = (from: number, to: number) =>
  here.run(
    `seq ${from} ${to} | awk '{print $1 % ${KEYS} " " $1}' | sluice put orders -q --key-from line-prefix:' ' --ordered`,
  );

test('order per key across splits on both sides, throttling, Ctrl-C and --resume', () => {
  const errors = [
    ...here.run('sluice stream create orders -s 2 -q; sluice stream create there/copy -s 2 -q'),
    ...put(1, RECORDS / 3),
    ...here.run('sluice split orders 1 -q --at middle'),
    ...put(RECORDS / 3 + 1, (RECORDS / 3) * 2),
    ...here.run('sluice merge orders 0 2 -q'),
    ...put((RECORDS / 3) * 2 + 1, RECORDS),
  ];
  expect(errors).toEqual([]);
  const replay = 'sluice replay orders --from horizon --pace 200/s --to there/copy';
  here.run(`{ sh -c 'echo $$ > pid; exec ${replay}'; echo $? > code; } >/dev/null 2>said &`);
  here.run(`until [ "$(sluice cat there/copy -n 1 -q | wc -l)" = 1 ]; do :; done`);
  expect(here.run('sluice split there/copy 0 -q --at middle')).toEqual([]);
  expect(here.run('kill -INT $(cat pid); until [ -s code ]; do sleep 0.05; done; cat code')).toEqual(['130']);
  const said = here.run('cat said').join('\n');
  const id = /[\d,]+ records read\. Go on with: {2}sluice replay --resume (rp_[0-9a-f]{8})$/m.exec(said)?.[1];
  expect(here.run(`sluice replay --resume ${id} --pace max -q`)).toEqual([]);
  const copied = here.run(`sluice tail there/copy --from horizon --no-follow --format '{key} {data}\\n'`);
  const byKey = new Map<string, number[]>();
  for (const line of copied) {
    const [key, number] = line.split(' ');
    byKey.set(key!, [...(byKey.get(key!) ?? []), Number(number)]);
  }
  expect(byKey.size).toBe(KEYS);
  for (const [key, numbers] of byKey) {
    const all = Array.from({ length: RECORDS }, (_, i) => i + 1).filter((number) => number % KEYS === Number(key));
    expect(numbers, `key ${key}`).toEqual(all);
  }
});
