/** What doctor makes of a machine, and what its report leaves out. */
import { describe, expect, test } from 'vitest';
import { ciFinding, filesFinding, nodeFinding, startFinding } from '../../../../src/cli/doctor/machine.ts';
import { redacted, reportText } from '../../../../src/cli/doctor/report.ts';
import { maskedKey } from '../../../../src/cli/doctor/target.ts';

describe('findings', () => {
  test('certificates in the environment slow Node 20 down, not 24', () => {
    const env = { NODE_EXTRA_CA_CERTS: '/etc/ca.pem' };
    expect(startFinding(env, '20.20.2').state).toBe('warn');
    expect(startFinding(env, '24.1.0').state).toBe('ok');
    expect(startFinding({}, '20.20.2').state).toBe('ok');
  });

  test.each([
    ['a Node without fixes', nodeFinding('20.19.0'), 'warn'],
    ['a Node with', nodeFinding('24.0.0'), 'ok'],
    ['few files', filesFinding(1_024), 'warn'],
    ['an unknown limit', filesFinding(undefined), 'skip'],
    ['CI', ciFinding({ CI: 'true' }), 'warn'],
  ])('%s', (_, finding, state) => {
    expect(finding.state).toBe(state);
    if (state === 'warn') expect(finding.fix).toBeTruthy();
  });

  test('a key is told apart, not told', () => {
    expect(maskedKey('AKIAIOSFODNN7EXAMPLE')).toBe('AKIA…MPLE');
    expect(maskedKey('local')).toBe('local');
  });
});

describe('the report', () => {
  test('has no keys, tokens, accounts, passwords and names', () => {
    const text = redacted(
      'AKIAIOSFODNN7EXAMPLE ASIAIOSFODNN7EXAMPLE secretAccessKey="a b" x-amz-security-token: abc arn:aws:kinesis:us-east-1:123456789012:stream/s arn:aws:sts::123456789012:assumed-role/admin/jean http://u:pw@host/ /home/marie/x marie@host',
      '/home/marie',
    );
    for (const secret of ['EXAMPLE', 'a b', 'abc', '123456789012', 'pw', 'marie', 'admin', 'jean'])
      expect(text).not.toContain(secret);
    expect(text).toContain('stream/s');
    expect(text).toContain('~/x');
  });

  test('names variables, and tells the values of harmless ones', () => {
    const machine = {
      node: '24.0.0',
      platform: 'linux',
      arch: 'x64',
      release: '6',
      cpus: 2,
      memoryBytes: 1,
      filesMax: 1,
    };
    const env = {
      AWS_SECRET_ACCESS_KEY: 's3',
      AWS_PROFILE: 'p1',
      SLUICE_SECRET_ACCESS_KEY: 's4',
      SLUICE_PORT: '1',
      HTTPS_PROXY: 'http://u:p@x',
      OTHER: 'no',
    };
    const text = reportText({ version: '1', machine, findings: [], env, log: 'ready\n', home: '/root' });
    for (const secret of ['s3', 'p1', 's4', 'u:p', 'no\n', 'OTHER']) expect(text).not.toContain(secret);
    expect(text).toContain('SLUICE_PORT=1');
    expect(text).toContain('AWS_PROFILE=(set)');
  });
});
