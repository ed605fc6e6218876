/** Rules of --fail and --delay: how they are read and what they do. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fault } from '../../../src/model/fault.ts';
import {
  type FaultRule,
  injectedDelayMs,
  injectedFault,
  NO_INJECTION,
  parseDelayRule,
  parseFaultRule,
} from '../../../src/model/fault-injection.ts';

const OPERATIONS = ['PutRecords', 'GetRecords', 'ListShards'];
const rule = (text: string) => parseFaultRule(text, OPERATIONS);

test('a rate is a part of 1 or a percentage', () => {
  expect(rule('PutRecords=2%')).toEqual({ operation: 'PutRecords', rate: 0.02 });
  expect(rule('ListShards=0.5')).toEqual({ operation: 'ListShards', rate: 0.5 });
  expect(rule('*=1:InternalFailure')).toEqual({ operation: '*', rate: 1, code: 'InternalFailure' });
  expect(rule('GetRecords=100%:ServiceUnavailable')).toMatchObject({ rate: 1, code: 'ServiceUnavailable' });
});

test.each([
  ['PutRecords', 'form', 'PutRecords'],
  ['=1', 'form', '=1'],
  ['putRecords=1', 'operation', 'putRecords'],
  ['PutRecords=', 'rate', ''],
  ['PutRecords=1.1', 'rate', '1.1'],
  ['PutRecords=101%', 'rate', '101%'],
  ['PutRecords=-1', 'rate', '-1'],
  ['PutRecords=1e3', 'rate', '1e3'],
  ['PutRecords=1:Nonsense', 'code', 'Nonsense'],
  ['PutRecords=1:', 'code', ''],
])('%s is no rule because of its %s', (text, field, given) => {
  expect(rule(text)).toEqual({ field, given });
});

test('delays', () => {
  const delay = (text: string) => parseDelayRule(text, OPERATIONS);
  expect(delay('GetRecords=200ms')).toEqual({ operation: 'GetRecords', delayMs: 200 });
  expect(delay('*=1.5s')).toEqual({ operation: '*', delayMs: 1_500 });
  expect(delay('*=10m')).toEqual({ operation: '*', delayMs: 600_000 });
  expect(delay('*=11m')).toEqual({ field: 'delay', given: '11m' });
  expect(delay('*=200')).toEqual({ field: 'delay', given: '200' });
  expect(delay('Nope=1s')).toEqual({ field: 'operation', given: 'Nope' });
  expect(delay('1s')).toEqual({ field: 'form', given: '1s' });
});

test('the name wins over the star, the later over the earlier', () => {
  const faults = ['*=1', 'PutRecords=0', 'ListShards=1:InternalFailure', 'ListShards=1:ThrottlingException'].map(rule);
  const injection = { faults: faults as FaultRule[], delays: [{ operation: '*', delayMs: 5 }] };
  expect(injectedFault(injection, 'PutRecords', 0)).toBeUndefined();
  // Without a code an operation is throttled as AWS throttles it.
  expect(injectedFault(injection, 'GetRecords', 0.9)?.code).toBe('ProvisionedThroughputExceededException');
  expect(injectedFault(injection, 'CreateStream', 0.9)?.code).toBe('LimitExceededException');
  expect(injectedFault(injection, 'ListShards', 0)?.code).toBe('ThrottlingException');
  expect(injectedDelayMs(injection, 'ListShards')).toBe(5);
  expect(injectedDelayMs(NO_INJECTION, 'ListShards')).toBe(0);
});

test('a call fails when its chance is below the rate', () => {
  const injection = { faults: [rule('PutRecords=2%') as FaultRule], delays: [] };
  expect(injectedFault(injection, 'PutRecords', 0.019)).toBeInstanceOf(Fault);
  expect(injectedFault(injection, 'PutRecords', 0.02)).toBeUndefined();
  expect(injectedFault(NO_INJECTION, 'PutRecords', 0)).toBeUndefined();
});

test('any text is a rule or a problem', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const parsed of [parseFaultRule(text, OPERATIONS), parseDelayRule(text, OPERATIONS)]) {
        expect('field' in parsed || parsed.operation !== '').toBe(true);
      }
    }),
  );
});
