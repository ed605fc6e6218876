/** What producers wrap records in comes out; what cannot be decoded comes as it is, and says why. */
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../../../src/cli/cli-error.ts';
import { parseDecoding } from '../../../../src/cli/record/decode.ts';
import { hasZstd } from '../../../../src/cli/record/decode-compression.ts';
import type { ConsumedRecord } from '../../../../src/client/shard-reader.ts';
import { DECODED_BYTES_MAX } from '../../../../src/model/limits.ts';
import { aggregate } from '../../../../src/wire/kpl.ts';
import { sighting } from '../sighting.ts';

const WHOLE = { StartingHashKey: '0', EndingHashKey: String(2n ** 128n - 1n) };

function decoded(words: string, data: string | Uint8Array, range = WHOLE): readonly ConsumedRecord[] {
  const decode = parseDecoding(words);
  const { record } = sighting(data);
  return [decode?.(record, range) ?? record].flat();
}
const shown = (records: readonly ConsumedRecord[]) =>
  records.map(
    ({ data, decodeError }) => Buffer.from(data).toString() + (decodeError === undefined ? '' : ` (${decodeError})`),
  );

// zstd 1.5 wrote these: printf 'hello hello hello' | zstd -c | xxd -p
const ZSTD = Buffer.from('28b52ffd04586500003068656c6c6f200100314a11a2ed1e0c', 'hex');
const text = 'hello hello hello';

describe('by their first bytes', () => {
  test.each([
    ['gzip', gzipSync(text)],
    ['zlib', deflateSync(text)],
  ])('%s', (_, data) => expect(shown(decoded('auto', data))).toEqual([text]));

  test('plain text is the same record', () => {
    const { record } = sighting('x^2 is no zlib though it begins like it');
    expect(parseDecoding('auto')!(record, WHOLE)).toBe(record);
  });

  test('gzip that is cut off comes as it is', () => {
    const cut = gzipSync(text).subarray(0, -4);
    const [record] = decoded('auto', cut);
    expect(record!.decodeError).toBe('no gzip');
    expect(Buffer.from(record!.data)).toEqual(cut);
  });

  test('base64 is not guessed', () => expect(shown(decoded('auto', 'aGVsbG8='))).toEqual(['aGVsbG8=']));
});

test('a bomb is not inflated', () => {
  const bomb = gzipSync(Buffer.alloc(DECODED_BYTES_MAX + 1));
  const [record] = decoded('auto', bomb);
  expect(record!.decodeError).toBe(`gzip of more than ${DECODED_BYTES_MAX} bytes`);
  expect(record!.data.length).toBe(bomb.length);
});

describe('aggregates', () => {
  const records = [
    { partitionKey: 'a', data: Buffer.from('1') },
    { partitionKey: 'b', data: gzipSync('2') },
    { partitionKey: 'a', explicitHashKey: '7', data: Buffer.from('3') },
  ];

  test('come apart, numbered, each with its own key; compression inside too', () => {
    const inside = decoded('auto', aggregate(records));
    expect(shown(inside)).toEqual(['1', '2', '3']);
    expect(inside.map((one) => one.subSequence)).toEqual([0, 1, 2]);
    expect(inside.map((one) => one.partitionKey)).toEqual(['a', 'b', 'a']);
    expect(inside[2]!.explicitHashKey).toBe('7');
    expect(new Set(inside.map((one) => one.sequenceNumber)).size).toBe(1);
  });

  test('records whose hash key is not of the shard are left out, and numbers stay', () => {
    // MD5 of "a" is 0cc1..., of "b" 92eb...
    const upper = { StartingHashKey: String(2n ** 127n), EndingHashKey: WHOLE.EndingHashKey };
    expect(decoded('auto', aggregate(records), upper).map((one) => one.subSequence)).toEqual([1]);
    const lower = { StartingHashKey: '0', EndingHashKey: String(2n ** 127n - 1n) };
    expect(decoded('auto', aggregate(records), lower).map((one) => one.subSequence)).toEqual([0, 2]);
  });

  test('what only begins like one is an ordinary record', () => {
    const broken = Buffer.from(aggregate(records));
    broken[broken.length - 1]! ^= 1;
    expect(decoded('auto', broken)).toHaveLength(1);
    expect(decoded('kpl', broken)[0]!.decodeError).toBe('no aggregate of the Kinesis Producer Library');
  });
});

describe('asked for', () => {
  test('in the order asked for', () => {
    expect(shown(decoded('base64,gzip', gzipSync(text).toString('base64')))).toEqual([text]);
    expect(shown(decoded('base64', 'no base64!'))).toEqual(['no base64! (no base64)']);
    expect(shown(decoded('base64,gzip', 'nothing'))).toEqual(['nothing (no base64)']);
    expect(shown(decoded('none', gzipSync(text)))).not.toEqual([text]);
  });

  test('batches of CloudWatch Logs, one record an event', () => {
    // As the CloudWatch Logs user guide shows them.
    const batch = {
      owner: '111111111111',
      logGroup: 'CloudTrail/logs',
      logStream: '111111111111_CloudTrail/logs_us-east-1',
      subscriptionFilters: ['Destination'],
      messageType: 'DATA_MESSAGE',
      logEvents: [
        { id: '31953106606966983378809025079804211143289615424298221568', timestamp: 1432826855000, message: 'one' },
        { id: '31953106606966983378809025079804211143289615424298221569', timestamp: 1432826855000, message: 'two' },
      ],
    };
    const events = decoded('cwlogs', gzipSync(JSON.stringify(batch)));
    expect(shown(events).map((one) => JSON.parse(one))).toEqual(
      batch.logEvents.map((event) => ({
        owner: batch.owner,
        logGroup: batch.logGroup,
        logStream: batch.logStream,
        ...event,
      })),
    );
    expect(events.map((one) => one.subSequence)).toEqual([0, 1]);
    const test = { ...batch, messageType: 'CONTROL_MESSAGE' };
    expect(decoded('cwlogs', gzipSync(JSON.stringify(test)))).toEqual([]);
    expect(shown(decoded('cwlogs', '{}'))).toEqual(['{} (no batch of CloudWatch Logs)']);
  });

  test('zstd where this Node has it', () => {
    if (hasZstd()) expect(shown(decoded('zstd', ZSTD))).toEqual([text]);
    else expect(() => parseDecoding('zstd')).toThrow(CliError);
    const [record] = decoded('auto', ZSTD);
    if (!hasZstd()) expect(record!.decodeError).toBe('zstd, which this Node cannot decode');
  });

  test.each(['gzib', 'gzip,none', ''])('"%s" is refused', (words) =>
    expect(() => parseDecoding(words)).toThrow(CliError),
  );
});
