/** Output templates, ours and kcat's. */
import { describe, expect, test } from 'vitest';
import { CliError } from '../../../../src/cli/cli-error.ts';
import { plainPaint } from '../../../../src/cli/paint.ts';
import { parseTemplate } from '../../../../src/cli/template/template.ts';
import { ARRIVAL_MS, SEQUENCE_NUMBER, sighting } from '../sighting.ts';

const paint = { ...plainPaint, red: (text: string) => `<red>${text}</red>` };
const options = { isTerminal: false, paint, now: () => ARRIVAL_MS + 6_100 };
const order = sighting('{"user":{"id":12345678901234567890,"name":"Ann"},"note":null}');
const shown = (template: string, about = order, isTerminal = false) => {
  const content = parseTemplate(template, { ...options, isTerminal })(about);
  return typeof content === 'string' ? content : Buffer.from(content).toString('latin1');
};

describe('with braces', () => {
  test.each([
    [String.raw`{time} {shard.short} {key|pad:8}|\n`, '2026-11-20T12:04:31.207Z 0003 u-8812  |\n'],
    ['{stream}/{shard}/{seq}/{sub}', `orders/shardId-000000000003/${SEQUENCE_NUMBER}/0`],
    ['{data.user.id} {.user.name}', '12345678901234567890 Ann'],
    [
      '{data.user} {.user|json} {.user.name|json}',
      '{"id":12345678901234567890,"name":"Ann"} {"id":12345678901234567890,"name":"Ann"} "Ann"',
    ],
    ['[{.note}] [{.nothing|default:-}]', '[] [-]'],
    ['{size} {size|bytes} {time|ago}', '61 61 B 6.1 s'],
    ['{key|upper} {key|lower} {key|trunc:4} {key|pad:-8}', 'U-8812 u-8812 u-8…   u-8812'],
    ['{key|hex} {key|base64}', '752d38383132 dS04ODEy'],
    ['{key|color:red}', '<red>u-8812</red>'],
    [String.raw`{{x}} \t\x41\\n %s`, '{x} \tA\\n %s'],
  ])('%s', (template, text) => expect(shown(template)).toBe(text));

  test('the hash of the partition key is the one that routes it', () => {
    // MD5 of "u-8812", as md5sum prints it.
    expect(BigInt(shown('{hash}')).toString(16).padStart(32, '0')).toBe('f6d607cc52592a3baf55deef6e223c94');
  });

  test.each([
    ['{key', 0],
    ['{keyy}', 1],
    ['{key|shout}', 5],
    ['{key|pad}', 5],
    ['{key|color:pink}', 5],
    ['{key|color:red|upper}', 5],
    ['%x', 0],
    ['a %h', 2],
  ])('%s is refused', (template, at) => {
    expect(() => shown(template)).toThrow(CliError);
    try {
      shown(template);
    } catch (error) {
      expect((error as CliError).lines[1]).toBe(`${' '.repeat(at)}^`);
    }
  });
});

// The tokens that kcat -h lists, with %v %V %d as rpk has them: topic and partition are stream and shard.
describe('as kcat writes them', () => {
  const record = sighting('añb');
  test.each([
    [
      String.raw`%t [%p] at offset %o: key %k (%K) data %S %V\n`,
      `orders [3] at offset ${SEQUENCE_NUMBER}: key u-8812 (6) data 4 4\n`,
    ],
    ['%T %d %%', `${ARRIVAL_MS} ${ARRIVAL_MS} %`],
    [String.raw`%s\x00`, 'a\xc3\xb1b\0'],
  ])('%s', (template, text) => expect(shown(template, record)).toBe(text));
});

test('bytes go out untouched, but never drive a terminal', () => {
  const record = sighting(Buffer.from([0x1b, 0x5d, 0xff, 0x07]), { partitionKey: '\u001b[2J\u009b' });
  expect(shown('{data}', record)).toBe('\x1b]\xff\x07');
  expect(shown('%s', record)).toBe('\x1b]\xff\x07');
  for (const template of ['{data} {key}', '{key|pad:3}', '{key|color:red}', '{key|json}', '%k %s']) {
    const text = String(parseTemplate(template, { ...options, isTerminal: true })(record));
    const controls = [...text].filter((char) => char < ' ' || (char >= '\u007f' && char < '\u00a0'));
    expect(controls).toEqual([]);
  }
});
