/** Whatever stands in the file: a configuration or reasons, never an exception; and JSON is read as everyone reads it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FLOW_KEYS, NO_EFFECT_TOP } from '../../../src/agent/config-names.ts';
import { compactText } from '../../../src/agent/json-text.ts';
import { readConfig } from '../../../src/agent/read-config.ts';
import { JsonSyntaxError, parseJsonWithComments } from '../../../src/model/json-with-comments.ts';

const read = (text: string) => readConfig({ name: 'agent.json', text }, [], { env: {}, directory: '/', cores: 1 });

function expectVerdict(text: string): void {
  const { config, problems } = read(text);
  expect(config !== undefined || problems.some(({ level }) => level === 'ERROR')).toBe(true);
  expect(problems.every(({ line, message }) => line >= 0 && message !== '')).toBe(true);
}

const word = fc.constantFrom(
  '',
  'x',
  'START_OF_FILE',
  'LOGTOJSON',
  'CSVTOJSON',
  'SYSLOG',
  '0x10',
  '-1',
  '1e9',
  '(a*)*',
  '[',
  '/t/{a',
  'arn:aws:kinesis:::stream/',
);
const value = fc.oneof(word, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.jsonValue({ maxDepth: 2 }));
const extraNames = [
  'exclude',
  'partitionKey',
  'kplAggregation',
  'include',
  'addFields',
  'encoding',
  'prometheus',
  'spool',
  'compat',
  'endpoint',
];
const extras = fc.dictionary(fc.constantFrom(...extraNames), value);
const optionNames = [
  'optionName',
  'logFormat',
  'matchPattern',
  'customFieldNames',
  'delimiter',
  'parseOptions',
  'sluice.types',
];
const options = fc.array(fc.dictionary(fc.constantFrom(...optionNames), value), { maxLength: 2 });
const flow = fc
  .tuple(fc.dictionary(fc.constantFrom(...FLOW_KEYS), value), extras, options)
  .map(([members, sluice, dataProcessingOptions]) => ({
    filePattern: '/a',
    kinesisStream: 's',
    dataProcessingOptions,
    ...members,
    sluice,
  }));
const topNames = [
  ...NO_EFFECT_TOP,
  'checkpointFile',
  'log.level',
  'maxSendingThreads',
  'awsAccessKeyId',
  'cloudwatch.emitMetrics',
  'kinesis.endpoint',
];

test('any values under the known keys', () => {
  const file = fc
    .tuple(fc.dictionary(fc.constantFrom(...topNames), value), fc.array(flow, { maxLength: 3 }), extras)
    .map(([top, flows, sluice]) => ({ ...top, flows, sluice }));
  fc.assert(
    fc.property(file, (content) => expectVerdict(JSON.stringify(content))),
    { numRuns: 300 },
  );
});

test('any text', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), expectVerdict), { numRuns: 500 });
});

test('what JSON.parse reads is read alike', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(compactText(parseJsonWithComments(text)))).toEqual(JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});

test('what it refuses is refused, but for comments', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[],:"\\u01eE.-+ntrualsf \n') }), (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      let isRead = true;
      try {
        parseJsonWithComments(text);
      } catch (error) {
        expect(error).toBeInstanceOf(JsonSyntaxError);
        isRead = false;
      }
      expect(isRead).toBe(isJson);
    }),
    { numRuns: 2_000 },
  );
});
