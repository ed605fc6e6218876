/** Parts of replay: what it changes in records, how it keeps count of what has arrived, how it is resumed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArrivalOrder } from '../../../../src/cli/arrival-order.ts';
import { CliError } from '../../../../src/cli/cli-error.ts';
import { plainPaint } from '../../../../src/cli/paint.ts';
import { withMember } from '../../../../src/cli/record/json-member.ts';
import { recordChange } from '../../../../src/cli/replay/change.ts';
import { httpUrl } from '../../../../src/cli/replay/destination.ts';
import { resumeCommand } from '../../../../src/cli/replay/plan.ts';
import { parseTemplate, type Template } from '../../../../src/cli/template/template.ts';

describe('a member set in JSON text', () => {
  test.each([
    ['{}', '{"m":1}'],
    ['{"a":2}', '{"a":2,"m":1}'],
    [' {"a" : 2 } ', ' {"a" : 2,"m":1} '],
    ['{"m":7,"a":2}', '{"m":1,"a":2}'],
    ['{"a":{"m":7},"m":[1,{"m":3}]}', '{"a":{"m":7},"m":1}'],
    ['{"b":"m\\":","m" : "x,}"}', '{"b":"m\\":","m" :1}'],
    ['{"m":1e400,"n":12345678901234567890}', '{"m":1,"n":12345678901234567890}'],
    [String.raw`{"\\":[1],"m\\":2}`, String.raw`{"\\":[1],"m\\":2,"m":1}`],
  ])('%s', (text, changed) => expect(withMember(text, 'm', '1')).toBe(changed));

  test.each(['', '[1]', '7', 'null', '"m"', '{"m":', 'x'])('nothing in %s', (text) => {
    expect(withMember(text, 'm', '1')).toBeUndefined();
  });

  test('as by parsing, setting and writing', () => {
    // None that ends in a backslash: V8 of Node 24 then reads other escapes in names as that one (nodejs/node issue 63785).
    const names = fc.constantFrom('m', 'a', 'ü', '"', '__proto__');
    const objects = fc.dictionary(names, fc.jsonValue());
    fc.assert(
      fc.property(objects, names, fc.jsonValue(), fc.constantFrom(undefined, 2), (object, name, value, indent) => {
        const text = JSON.stringify(object, null, indent);
        const expected = JSON.parse(text);
        Object.defineProperty(expected, name, { value, enumerable: true, configurable: true, writable: true });
        expect(JSON.parse(withMember(text, name, JSON.stringify(value))!)).toEqual(
          JSON.parse(JSON.stringify(expected)),
        );
      }),
    );
  });
});

describe('changes', () => {
  const change = (options: { key?: string; mark?: string[]; rewrite?: Template }, data: string) => {
    const counts = { unmarked: 0, keyless: 0 };
    const apply = recordChange({ key: 'keep', mark: [], ...options }, counts, () => 'by chance');
    const record = { sequenceNumber: '1', partitionKey: 'k', data: new TextEncoder().encode(data), arrivalMs: 1 };
    const changed = apply(record, { stream: 's', shardId: 'shardId-000000000003', lagMs: 0, record });
    return { ...counts, key: changed.partitionKey, data: new TextDecoder().decode(changed.data) };
  };

  test('none unless asked for', () => {
    expect(change({}, 'x')).toEqual({ unmarked: 0, keyless: 0, key: 'k', data: 'x' });
  });

  test('marks are JSON where they can be, else strings', () => {
    const mark = ['replayed=true', 'run=2', 'by=a person', 'eq=a=b'];
    expect(change({ mark }, '{"a":1}').data).toBe('{"a":1,"replayed":true,"run":2,"by":"a person","eq":"a=b"}');
  });

  test('what is no JSON object stays as it is and is counted', () => {
    expect(change({ mark: ['a=1'] }, 'line')).toEqual({ unmarked: 1, keyless: 0, key: 'k', data: 'line' });
  });

  test('keys by chance, or from the payload; one that is missing is counted', () => {
    expect(change({ key: 'random' }, 'x').key).toBe('by chance');
    expect(change({ key: 'from:.user.id' }, '{"user":{"id":7}}').key).toBe('7');
    expect(change({ key: 'from:.user.id' }, '{}')).toMatchObject({ key: 'by chance', keyless: 1 });
  });

  test('a template gives the payload, which then is marked', () => {
    const rewrite = parseTemplate('{{"id":{data.id},"shard":"{shard.short}"}}', {
      isTerminal: false,
      paint: plainPaint,
      now: () => 0,
    });
    const { data } = change({ rewrite, mark: ['m=1'] }, '{"id":12345678901234567890,"x":1}');
    expect(data).toBe('{"id":12345678901234567890,"shard":"0003","m":1}');
  });

  test.each([{ mark: ['=1'] }, { mark: ['a'] }, { key: 'lost' }, { key: 'from:nowhere' }])(
    '%j is refused',
    (options) => {
      expect(() => change(options, '{}')).toThrow(CliError);
    },
  );
});

test('a record counts as arrived when all that were sent before it have', () => {
  const keys = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 60 });
  fc.assert(
    fc.property(keys, fc.infiniteStream(fc.nat()), (sent, chance) => {
      const told: string[] = [];
      const order = new ArrivalOrder((shard, number) => told.push(`${shard} ${number}`));
      for (const [i, key] of sent.entries()) order.send(key, `s-${key}`, String(i));
      const left = sent.map((key, i) => ({ key, i }));
      while (left.length > 0) {
        const key = left[(chance.next().value as number) % left.length]!.key;
        left.splice(
          left.findIndex((one) => one.key === key),
          1,
        );
        order.arrive(key);
        const firstLeft = left.length === 0 ? sent.length : Math.min(...left.map((one) => one.i));
        expect(told).toEqual(sent.slice(0, firstLeft).map((one, i) => `s-${one} ${i}`));
      }
    }),
  );
});

test('the command to resume repeats where to read and how to print, nothing else', () => {
  const words = 'replay x/orders --endpoint http://h:1 --from 5m -o raw --fields=data --json --pace 4x'.split(' ');
  expect(resumeCommand('rp_1', words)).toBe(
    'sluice replay --resume rp_1 --endpoint http://h:1 --output raw --json --fields=data',
  );
});

test('a destination with http is one of HTTP', () => {
  expect(httpUrl('orders')).toBeUndefined();
  expect(httpUrl('https://a/b?c')?.href).toBe('https://a/b?c');
  expect(() => httpUrl('http://')).toThrow(CliError);
});
