/** What an HTTP server gets of a record, by the options of output. */
import { expect, test } from 'vitest';
import type { GlobalValues } from '../../../../src/cli/global-options.ts';
import { httpForm } from '../../../../src/cli/replay/http-form.ts';
import { SimClock } from '../../../simulation/sim-clock.ts';

function sent(global: Partial<GlobalValues>): readonly [string, string] {
  const context = { global: global as GlobalValues, clock: new SimClock() };
  const { writer, contentType } = httpForm(context, { data: 'auto', delim: '\\n' });
  const record = { sequenceNumber: '1', partitionKey: 'k', data: new TextEncoder().encode('{"n":7}'), arrivalMs: 0 };
  const piece = writer({ stream: 's', shardId: 'shardId-000000000003', lagMs: 0, record });
  return [contentType, typeof piece === 'string' ? piece : new TextDecoder().decode(piece)];
}

test('ndjson unless told otherwise, with the members asked for', () => {
  expect(sent({ fields: 'key,data' })).toEqual(['application/x-ndjson', '{"key":"k","data":{"n":7}}\n']);
});

test('payloads alone with -o raw', () => {
  expect(sent({ output: 'raw' })).toEqual(['application/octet-stream', '{"n":7}\n']);
});

test('what --format says, also in the words of kcat', () => {
  expect(sent({ format: '{shard.short} {data.n}\\n' })).toEqual(['text/plain; charset=utf-8', '0003 7\n']);
  expect(sent({ format: '%k\\t%s\\n' })).toEqual(['text/plain; charset=utf-8', 'k\t{"n":7}\n']);
});

test('no form for people, and not two at once', () => {
  expect(() => sent({ output: 'table' })).toThrow('-o table does not fit');
  expect(() => sent({ format: '{key}', output: 'raw' })).toThrow('--format and -o exclude each other');
});
