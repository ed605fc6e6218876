/** The unit of --install-service, from the one that comes with the program. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { serviceCommands, serviceUnit, unitPath } from '../../../../src/cli/agent/service-unit.ts';

const template = readFileSync(new URL('../../../../packaging/systemd/sluice-agent.service', import.meta.url), 'utf8');
const words = ['/usr/bin/node', '/usr/bin/sluice', 'agent', '/var/log/my app/*.log', '--to', 'web'];
const unitOf = (isSystem: boolean, more: readonly string[] = []) =>
  serviceUnit(template, { words: [...words, ...more], directory: '/srv/100%', isSystem }).split('\n');

describe('of the machine', () => {
  test('runs the words that were typed, checked before, under the user sluice', () => {
    const unit = unitOf(true);
    const start = '/usr/bin/node /usr/bin/sluice agent "/var/log/my app/*.log" --to web';
    expect(unit).toContain(`ExecStart=${start}`);
    expect(unit).toContain(`ExecStartPre=${start} --check`);
    for (const line of ['User=sluice', 'StateDirectory=sluice', 'Type=notify', 'WantedBy=multi-user.target'])
      expect(unit).toContain(line);
    expect(unit).toContain('WorkingDirectory=-/srv/100%%');
  });

  test('checks what stands behind -- as the files that they are', () => {
    const [check] = unitOf(true, ['--', '-app.log']).filter((line) => line.startsWith('ExecStartPre='));
    expect(check).toMatch(/ --to web --check -- -app\.log$/);
  });

  test('is written for root and has its user made first', () => {
    expect(unitPath(true, '/root/.config')).toBe('/etc/systemd/system/sluice-agent.service');
    expect(serviceCommands(true)[0]).toMatch(/^getent passwd sluice .*useradd --system/);
    expect(serviceCommands(true)).toContain('systemctl enable sluice-agent.service');
  });
});

describe('of a user', () => {
  test('asks for nothing that only root may have', () => {
    const unit = unitOf(false).join('\n');
    expect(unit).not.toMatch(/^(User|SupplementaryGroups|StateDirectory|Protect|After|EnvironmentFile)/m);
    expect(unit).toContain('WantedBy=default.target');
    expect(unit).toContain('NoNewPrivileges=yes');
    expect(unitPath(false, '/home/u/.config')).toBe('/home/u/.config/systemd/user/sluice-agent.service');
    expect(serviceCommands(false).every((command) => command.startsWith('systemctl --user '))).toBe(true);
  });
});

test('what means something to systemd is written so that it comes back as it was (systemd.service, command lines)', () => {
  const [start] = unitOf(true, ['a%b', '$HOME', 'say "x"', 'c:\\d']).filter((line) => line.startsWith('ExecStart='));
  expect(start).toMatch(/ a%%b "\$\$HOME" "say \\"x\\"" "c:\\\\d"$/);
});
