/** Tells systemd that a service is ready. Node cannot send its datagram, so systemd's own command does. */
import { execFile } from 'node:child_process';

type Env = Readonly<Record<string, string | undefined>>;

/** Returns when it is told, or at once where no systemd waits for it. A failure is systemd's to notice. */
export function notifyReady(env: Env): Promise<void> {
  if (!env['NOTIFY_SOCKET']) return Promise.resolve();
  return new Promise((resolve) => {
    execFile('systemd-notify', ['--ready'], { env: { ...env } }, () => resolve());
  });
}
