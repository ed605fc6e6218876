/** Endpoint and region of a target, each from the other; and what is known of the endpoint. */
import { expect, test } from 'vitest';
import type { TargetConfig } from '../../../src/agent/config.ts';
import { placeOf, wireFor } from '../../../src/agent/targets.ts';

test.each([
  [{ region: 'eu-west-1' }, undefined, 'https://kinesis.eu-west-1.amazonaws.com', 'eu-west-1'],
  [{ region: 'cn-north-1' }, undefined, 'https://kinesis.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
  [{ service: 'firehose' as const }, 'us-west-2', 'https://firehose.us-west-2.amazonaws.com', 'us-west-2'],
  [{}, undefined, 'https://kinesis.us-east-1.amazonaws.com', 'us-east-1'],
  [
    { endpoint: 'https://kinesis.ap-south-1.amazonaws.com' },
    'us-west-2',
    'https://kinesis.ap-south-1.amazonaws.com',
    'ap-south-1',
  ],
  [
    { endpoint: 'https://kinesis-fips.us-gov-west-1.amazonaws.com' },
    undefined,
    'https://kinesis-fips.us-gov-west-1.amazonaws.com',
    'us-gov-west-1',
  ],
  [
    { endpoint: 'https://vpce-0a1b.kinesis.eu-north-1.vpce.amazonaws.com' },
    undefined,
    'https://vpce-0a1b.kinesis.eu-north-1.vpce.amazonaws.com',
    'eu-north-1',
  ],
  [{ endpoint: 'http://127.0.0.1:4567' }, 'us-west-2', 'http://127.0.0.1:4567', 'us-west-2'],
])('the place of %j in %s is %s in %s', (given, env, place, region) => {
  const target: TargetConfig = {
    service: 'kinesis',
    name: 's',
    arn: undefined,
    endpoint: undefined,
    region: undefined,
    wire: undefined,
    ...given,
  };
  expect(placeOf(target, env)).toEqual({ endpoint: place, region });
});

test.each([
  ['https://kinesis.eu-west-1.amazonaws.com', undefined, 'cbor'],
  ['https://vpce-0a1b.kinesis.eu-north-1.vpce.amazonaws.com', undefined, 'cbor'],
  ['http://127.0.0.1:4567', undefined, 'ask'],
  ['http://localhost:4566', undefined, 'ask'],
  ['http://kinesis.example:4567', undefined, 'json'],
  ['https://amazonaws.com.example', undefined, 'json'],
  ['https://kinesis.eu-west-1.amazonaws.com', 'json', 'json'],
  ['http://127.0.0.1:4567', 'json', 'json'],
  ['http://kinesis.example:4567', 'cbor', 'cbor'],
] as const)('requests to %s with wire: %s are %s', (endpoint, wire, form) => {
  expect(wireFor({ wire }, endpoint)).toBe(form);
});
