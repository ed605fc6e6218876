/** Host names of AWS, compared with what the endpoint rules of AWS's own SDK answer; proxies as curl chooses them. */
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import {
  awsEndpoint,
  isAwsHost,
  isLoopback,
  isRegionName,
  REGIONS,
  regionOfHost,
} from '../../../src/client/endpoint.ts';
import { proxyFor } from '../../../src/client/proxy.ts';

const SPECIAL = [
  'us-iso-east-1',
  'us-isob-east-1',
  'eu-isoe-west-1',
  'us-isof-south-1',
  'eusc-de-east-1',
  'us-east-99',
];
const { endpointProvider } = new KinesisClient({ region: 'us-east-1' }).config;
const oracle = (Region: string, UseFIPS: boolean, UseDualStack: boolean) =>
  endpointProvider({ Region, UseFIPS, UseDualStack }).url.origin;

describe('the host of Kinesis is the one that the SDK calls', () => {
  test.each([...REGIONS, ...SPECIAL])('in %s', (region) => {
    for (const fips of [false, true]) {
      for (const dualStack of [false, true]) {
        expect(awsEndpoint({ service: 'kinesis', region, fips, dualStack })).toBe(oracle(region, fips, dualStack));
      }
    }
  });
});

test('a host says its region', () => {
  for (const region of [...REGIONS, ...SPECIAL]) {
    for (const fips of [false, true]) {
      const { hostname } = new URL(awsEndpoint({ service: 'firehose', region, fips }));
      expect([isAwsHost(hostname), regionOfHost(hostname), isRegionName(region)]).toEqual([true, region, true]);
    }
  }
  expect(regionOfHost('vpce-0a-1b.kinesis.eu-central-1.vpce.amazonaws.com')).toBe('eu-central-1');
  expect(regionOfHost('123456789012.data-kinesis.us-west-2.amazonaws.com')).toBe('us-west-2');
  for (const host of ['kinesis.us-east-1.example.com', 'us-east-1', 'amazonaws.com.evil.org', 'evilamazonaws.com']) {
    expect(regionOfHost(host)).toBeUndefined();
  }
});

test('this machine is known by all its names', () => {
  for (const url of [
    'http://127.0.0.1:1',
    'https://127.1.2.3',
    'http://localhost',
    'http://[::1]:4',
    'http://x.localhost',
  ]) {
    expect(isLoopback(url)).toBe(true);
  }
  for (const url of [
    'http://kinesis:4567',
    'http://10.0.0.1',
    'https://localhost.example.com',
    'http://127.example.com',
  ])
    expect(isLoopback(url)).toBe(false);
});

describe('the proxy', () => {
  const aws = 'https://kinesis.eu-west-1.amazonaws.com';
  test.each([
    [aws, { HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
    [aws, { https_proxy: 'http://l:1', HTTPS_PROXY: 'http://p:1' }, 'http://l:1'],
    [aws, { HTTP_PROXY: 'http://p:1' }, undefined],
    ['http://kinesis:4567', { HTTP_PROXY: 'p:1' }, 'http://p:1'],
    [aws, { ALL_PROXY: 'http://a:1' }, 'http://a:1'],
    [aws, { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'example.com, amazonaws.com' }, undefined],
    [aws, { HTTPS_PROXY: 'http://p:1', NO_PROXY: '.amazonaws.com' }, undefined],
    [aws, { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*.amazonaws.com' }, undefined],
    [aws, { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, undefined],
    [aws, { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'aws.com' }, 'http://p:1'],
    ['http://kinesis:4567', { HTTP_PROXY: 'http://p:1', NO_PROXY: 'kinesis:4567' }, undefined],
    ['http://kinesis:4567', { HTTP_PROXY: 'http://p:1', NO_PROXY: 'kinesis:80' }, 'http://p:1'],
    ['http://127.0.0.1:4567', { HTTP_PROXY: 'http://p:1', ALL_PROXY: 'http://p:1' }, undefined],
    ['http://[::1]:4567', { HTTP_PROXY: 'http://p:1' }, undefined],
  ])('to %s with %o is %s', (endpoint, env, proxy) => expect(proxyFor(endpoint, env)).toBe(proxy));
});
