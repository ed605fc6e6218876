/** What goes to a command and what comes back: batches, answers, events and messages of others' protocols. */
import { describe, expect, test } from 'vitest';
import { parseAnswer, parseLambdaAnswer } from '../../../../src/cli/consume/answer-line.ts';
import { type Batch, firstBatch, inBatches, itemsOf } from '../../../../src/cli/consume/batches.ts';
import { lambdaEvent } from '../../../../src/cli/consume/lambda-event.ts';
import {
  checkpointMessage,
  initializeMessage,
  parseReply,
  recordsMessage,
} from '../../../../src/cli/consume/multilang-message.ts';
import type { Item } from '../../../../src/client/answers.ts';
import { SimClock } from '../../../simulation/sim-clock.ts';

const record = (n: number, subSequence?: number) => ({
  ...{ sequenceNumber: String(n), subSequence, partitionKey: `k${n}`, data: Buffer.from('héllo') },
  arrivalMs: 1_545_084_650_987,
});
const item = (n: number): Item => ({ record: record(n), isLast: true });
const page = (...numbers: readonly number[]): Batch => ({ shardId: 's', items: numbers.map(item), lagMs: 5 });
const numbersOf = ({ items }: Batch) => items.map(({ record: { sequenceNumber } }) => Number(sequenceNumber));

describe('a line of a command', () => {
  test.each([
    ['ok', { word: 'ok' }],
    ['ok 4965', { word: 'ok', sequenceNumber: '4965' }],
    ['ok 4965.2 ', { word: 'ok', sequenceNumber: '4965', sub: 2 }],
    ['checkpoint 4965', { word: 'checkpoint', sequenceNumber: '4965' }],
  ])('%s is an answer', (line, answer) => expect(parseAnswer(line)).toEqual(answer));

  test.each(['', 'okay', 'ok then', 'checkpoint', 'all ok', 'ok 1 2', 'OK'])('"%s" is none', (line) =>
    expect(parseAnswer(line)).toBeUndefined(),
  );

  test('is a Lambda answer when it names what failed, or nothing', () => {
    expect(parseLambdaAnswer('{"batchItemFailures":[{"itemIdentifier":"12"}]}')).toEqual({ failed: ['12'] });
    expect(parseLambdaAnswer('{"batchItemFailures":[]}')).toEqual({ failed: [] });
    expect(parseLambdaAnswer('ok')).toEqual({ failed: [] });
    for (const line of ['{"statusCode":200}', '{broken', 'null', '']) expect(parseLambdaAnswer(line)).toBeUndefined();
  });
});

describe('batches', () => {
  const limits = { records: 3, bytes: 1_000, lingerMs: 250 };
  /** Pages as they are handed in; `next` is called for the one after. */
  function source() {
    const waiting: ((result: IteratorResult<Batch, string>) => void)[] = [];
    const pages = {
      next: () => new Promise<IteratorResult<Batch, string>>((resolve) => waiting.push(resolve)),
    } as AsyncGenerator<Batch, string>;
    return { pages, hand: (result: IteratorResult<Batch, string>) => waiting.shift()!(result) };
  }

  test('are full or have waited, and the last one comes with the end', async () => {
    const clock = new SimClock();
    const { pages, hand } = source();
    const batches = inBatches(pages, limits, clock);
    const first = batches.next();
    hand({ value: page(1, 2, 3, 4), done: false });
    expect(numbersOf((await first).value as Batch)).toEqual([1, 2, 3]);
    let isThere = false;
    const second = batches.next();
    void second.then(() => {
      isThere = true;
    });
    await clock.advance(249);
    expect(isThere).toBe(false);
    await clock.advance(1);
    expect(numbersOf((await second).value as Batch)).toEqual([4]);
    const third = batches.next();
    await clock.settle();
    hand({ value: page(5), done: false });
    await clock.settle();
    hand({ value: 'end', done: true });
    expect(numbersOf((await third).value as Batch)).toEqual([5]);
    expect(await batches.next()).toEqual({ value: 'end', done: true });
  });

  test('a page that fails while a batch is worked on fails at the next look, and is no crash before', async () => {
    const crashes: unknown[] = [];
    const onCrash = (reason: unknown) => void crashes.push(reason);
    process.on('unhandledRejection', onCrash);
    async function* failing(): AsyncGenerator<Batch, string> {
      yield page(1, 2, 3);
      throw new Error('stopped');
    }
    const batches = inBatches(failing(), limits, new SimClock());
    expect(numbersOf((await batches.next()).value as Batch)).toEqual([1, 2, 3]);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', onCrash);
    await expect(batches.next()).rejects.toThrow('stopped');
    expect(crashes).toEqual([]);
  });

  test('hold one record at least, and no more bytes than asked', () => {
    const items = page(1, 2, 3).items;
    expect(firstBatch(items, { ...limits, bytes: 12 })).toHaveLength(2);
    expect(firstBatch(items, { ...limits, bytes: 1 })).toHaveLength(1);
  });

  test('know which record is the last with its number, and pass those that held nothing', () => {
    const decode = ({ sequenceNumber }: { sequenceNumber: string }) =>
      sequenceNumber === '1' ? [record(1, 0), record(1, 1)] : sequenceNumber === '2' ? [] : record(3);
    const items = itemsOf({ records: [record(1), record(2), record(3)] }, decode, undefined);
    expect(items.map(({ record: { sequenceNumber }, isLast, isEmpty }) => [sequenceNumber, isLast, isEmpty])).toEqual([
      ['1', false, undefined],
      ['1', true, undefined],
      ['2', true, true],
      ['3', true, undefined],
    ]);
  });
});

test('a Lambda event has the members that functions read', () => {
  const arn = 'arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream';
  const event = JSON.parse(lambdaEvent('shardId-000000000006', [item(7)], { arn, region: 'us-east-2' }));
  // The example of the Lambda developer guide, with-kinesis.html.
  expect(event.Records[0]).toMatchObject({
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: 'k7',
      sequenceNumber: '7',
      data: 'aMOpbGxv',
      approximateArrivalTimestamp: 1545084650.987,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: 'shardId-000000000006:7',
    eventName: 'aws:kinesis:record',
    awsRegion: 'us-east-2',
    eventSourceARN: arn,
  });
});

describe('messages of the MultiLangDaemon', () => {
  test('begin a shard where its checkpoint is', () => {
    const begin = (from: Parameters<typeof initializeMessage>[1]) => JSON.parse(initializeMessage('shardId-1', from));
    const message = { action: 'initialize', shardId: 'shardId-1', subSequenceNumber: 0 };
    expect(begin({ at: 'horizon' })).toEqual({ ...message, sequenceNumber: 'TRIM_HORIZON' });
    expect(begin({ at: 'afterNumber', sequenceNumber: '49' })).toEqual({ ...message, sequenceNumber: '49' });
    expect(begin({ at: 'time', ms: 1 }).sequenceNumber).toBe('AT_TIMESTAMP');
  });

  test('carry records as KCL does', () => {
    const items = [{ record: record(7, 2), isLast: true }];
    expect(JSON.parse(recordsMessage(items, 9))).toEqual({
      action: 'processRecords',
      millisBehindLatest: 9,
      records: [
        {
          action: 'record',
          data: 'aMOpbGxv',
          partitionKey: 'k7',
          sequenceNumber: '7',
          subSequenceNumber: 2,
          approximateArrivalTimestamp: 1_545_084_650_987,
        },
      ],
    });
  });

  test('of a program are read, those of KCL 1 too; other lines are its own', () => {
    const all = { action: 'checkpoint', sequenceNumber: null, subSequenceNumber: null } as const;
    expect(parseReply('{"action": "checkpoint", "sequenceNumber": null, "subSequenceNumber": null}')).toEqual(all);
    expect(parseReply('{"action":"checkpoint","checkpoint":"49"}')).toEqual({ ...all, sequenceNumber: '49' });
    const status = { action: 'status', responseFor: 'initialize' };
    expect(parseReply(JSON.stringify(status))).toEqual(status);
    for (const line of ['', 'hello', '{"level":"info"}', '{']) expect(parseReply(line)).toBeUndefined();
    expect(JSON.parse(checkpointMessage(all, 'InvalidStateException'))).toMatchObject({
      ...all,
      error: 'InvalidStateException',
    });
  });
});
