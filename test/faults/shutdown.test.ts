/** Stopping: requests under way are answered within --drain-timeout, a second signal ends at once, systemd is told. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { complaints, putBatch, readEverything } from './acknowledged.ts';
import { startDaemonProcess } from './daemon-process.ts';
import { missing, privateFolder } from './fault-run.ts';

const home = privateFolder();
const listStreams = (daemon: { call(operation: string, input: object): Promise<unknown> }) =>
  daemon.call('ListStreams', {}).then(
    () => 'answered',
    () => 'cut off',
  );

test('SIGTERM answers the request under way, loses nothing acknowledged and ends with 0', async () => {
  const args = ['--data', join(home, 'drained'), '--create', 's:3'];
  const daemon = await startDaemonProcess([...args, '--delay', 'ListStreams=1s'], home);
  const acknowledged = await putBatch(daemon, 'drained');
  const answer = listStreams(daemon);
  await putBatch(daemon, 'meanwhile');
  expect(await daemon.end('SIGTERM')).toBe(0);
  expect(await answer).toBe('answered');
  const next = await startDaemonProcess(args, home);
  expect(complaints(await readEverything(next), acknowledged)).toEqual([]);
  await next.end('SIGTERM');
}, 60_000);

test('what takes longer than --drain-timeout is cut off, and it is no failure', async () => {
  const args = ['--memory', '--create', 's:3', '--delay', 'ListStreams=10m', '--drain-timeout', '100ms'];
  const daemon = await startDaemonProcess(args, home);
  const answer = listStreams(daemon);
  await putBatch(daemon, 'meanwhile');
  expect(await daemon.end('SIGTERM')).toBe(0);
  expect(await answer).toBe('cut off');
}, 60_000);

test('a second signal ends at once', async () => {
  const args = ['--memory', '--create', 's:3', '--delay', 'ListStreams=10m', '--drain-timeout', '10m'];
  const daemon = await startDaemonProcess(args, home);
  const answer = listStreams(daemon);
  await putBatch(daemon, 'meanwhile');
  daemon.signal('SIGTERM');
  // It takes no more connections: the first signal has been heard.
  while (
    await fetch(daemon.url).then(
      () => true,
      () => false,
    )
  );
  expect(await daemon.end('SIGTERM')).toBe(143);
  expect(await answer).toBe('cut off');
}, 60_000);

test('a signal that comes while systemd is being told of the start is not forgotten', async () => {
  const folder = join(home, 'bin');
  const told = join(home, 'told');
  mkdirSync(folder);
  writeFileSync(join(folder, 'systemd-notify'), `#!/bin/sh\nuntil [ -e ${told} ]; do sleep 0.02; done\n`);
  chmodSync(join(folder, 'systemd-notify'), 0o755);
  const env = { PATH: `${folder}:${process.env['PATH']}`, NOTIFY_SOCKET: join(home, 'nobody') };
  const daemon = await startDaemonProcess(['--memory'], home, { env });
  daemon.signal('SIGTERM');
  // Handled by the time the next request is answered.
  await daemon.health();
  writeFileSync(told, '');
  expect(await daemon.ended).toBe(0);
}, 60_000);

const withoutNotify = missing('readiness', { commands: ['systemd-notify', 'python3'] });
test.skipIf(withoutNotify !== undefined)(
  'systemd is told READY=1 once requests are answered',
  async () => {
    const path = join(home, 'notify');
    const program = `import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
sys.stdout.write("bound\\n")
sys.stdout.flush()
while True:
  sys.stdout.write(s.recv(4096).decode())
  sys.stdout.flush()`;
    const listener = spawn('python3', ['-c', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(listener.stdout, 'data');
      const heard = once(listener.stdout, 'data');
      const daemon = await startDaemonProcess(['--memory'], home, { env: { NOTIFY_SOCKET: path } });
      expect(String(await heard)).toContain('READY=1');
      expect((await daemon.health()).state).toBe('ok');
      await daemon.end('SIGTERM');
    } finally {
      listener.kill('SIGKILL');
    }
  },
  60_000,
);
