/** What a put asks before it begins: a gigabyte or more, to AWS, at full speed. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Context } from '../../../../src/cli/context.ts';
import { confirmLoad, type PutLoad } from '../../../../src/cli/put/plan.ts';
import type { PutCall } from '../../../../src/cli/put/sender.ts';
import type { OpenStream } from '../../../../src/cli/target/open-stream.ts';
import { seededRandom } from '../../../../src/runtime/random.ts';
import { SimClock } from '../../../simulation/sim-clock.ts';

let folder: string;
let big: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'put-plan-'));
  big = join(folder, 'big');
  // A hole: it takes no room.
  writeFileSync(big, '');
  truncateSync(big, 1_000_000_001);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function questions(options: Partial<PutCall>, files: readonly string[], kind: 'aws' | 'local' = 'aws') {
  const asked: string[] = [];
  const confirm = async (question: string) => void asked.push(question);
  const context = { confirm, clock: new SimClock(), random: seededRandom(1) } as unknown as Context;
  const stream = { context, target: { kind }, name: 'orders' } as unknown as OpenStream;
  const load = { options: { repeat: 1, follow: false, ...options }, files, recordBytesMax: 1_048_576 };
  await confirmLoad(stream, load as unknown as PutLoad);
  return asked;
}

const QUESTION = ['Send 1.0 GB to orders on AWS as fast as it goes?'];

test('over 1 GB to AWS is asked about', async () => {
  expect(await questions({}, [big])).toEqual(QUESTION);
});

test('1 GB and less is not', async () => {
  const small = join(folder, 'small');
  writeFileSync(small, '');
  truncateSync(small, 1_000_000_000);
  expect(await questions({}, [small])).toEqual([]);
  expect(await questions({ repeat: 2 }, [small])).toHaveLength(1);
});

test('another server, or a rate, is not', async () => {
  expect(await questions({}, [big], 'local')).toEqual([]);
  expect(await questions({ rate: { unit: 'records', perSecond: 10 } }, [big])).toEqual([]);
});

test('a number of records bounds what a file can be', async () => {
  expect(await questions({ count: 900 }, [big])).toEqual([]);
  expect(await questions({ count: 1_000_000 }, [big])).toEqual(QUESTION);
});

test('made records count by what one of them takes', async () => {
  const template = 'x '.repeat(500);
  expect(await questions({ template, count: 1_000_000 }, [])).toEqual([]);
  expect(await questions({ template, count: 1_000_001 }, [])).toHaveLength(1);
});

test('what has no end in sight is not', async () => {
  expect(await questions({}, [])).toEqual([]);
  expect(await questions({}, ['-'])).toEqual([]);
  expect(await questions({ follow: true }, [big])).toEqual([]);
});
