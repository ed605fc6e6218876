/**
 * `sluice top` in a real terminal: what it shows, keys, sizes, a server that goes and comes back, and that the terminal
 * is as it was afterwards, however it ended. The panes in top-panes/ are captures, `{*}` standing for what changes.
 */
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { difference } from './session.ts';
import { NO_TMUX, TmuxPane } from './top-terminal.ts';

if (NO_TMUX !== undefined) process.stderr.write(`sluice top in a terminal is not tested: ${NO_TMUX}\n`);

let pane: TmuxPane | undefined;
afterEach(() => pane?.close());

const SIZE = { columns: 80, rows: 24 };
const SERVE = 'sluice serve -d --memory --port 0 --create orders:2 -q';

/** A daemon with a stream and some records, and a pane in which nothing runs yet. */
function opened(env: Readonly<Record<string, string>> = {}, size = SIZE): TmuxPane {
  pane = new TmuxPane(size, env);
  pane.shell.run(SERVE);
  pane.shell.run('for i in 1 2 3; do echo "{\\"id\\":$i}"; done | sluice put orders -q -k a');
  return pane;
}

/** top runs and has figures. */
async function running(command = 'sluice top orders', env: Readonly<Record<string, string>> = {}): Promise<TmuxPane> {
  const started = opened(env);
  started.keys(command, 'Enter');
  await started.shows(/● 2s[\s\S]*0000[\s\S]*0001/);
  return started;
}

/** Whether a capture is as it stands in a file; trailing blank lines do not count. */
function likePane(name: string, lines: readonly string[]): string | undefined {
  const trimmed = (all: readonly string[]) => all.join('\n').trimEnd().split('\n');
  const expected = readFileSync(join(import.meta.dirname, `top-panes/${name}.txt`), 'utf8').split('\n');
  return difference(trimmed(expected), trimmed(lines));
}

describe.skipIf(NO_TMUX !== undefined)('panes', () => {
  test('the overview, its help, the split sheet and what comes of it', async () => {
    const { keys, shows } = bound(await running());
    expect(likePane('overview', await shows(/● 2s[\s\S]*"id":3/))).toBeUndefined();
    keys('?');
    expect(likePane('help', await shows(/type to search/))).toBeUndefined();
    keys('Escape');
    keys('S');
    expect(likePane('split', await shows(/Type y to split/))).toBeUndefined();
    keys('y');
    expect(likePane('after-split', await shows(/0003[\s\S]*became 0002 and 0003/))).toBeUndefined();
    keys('x');
    expect(likePane('menu', await shows(/Actions/))).toBeUndefined();
    keys('Escape');
    keys('6');
    expect(likePane('events', await shows(/split 0000→0002,0003/))).toBeUndefined();
    keys('!');
    await shows(/^sluice top orders --view events\nready\$/m);
  });

  test('no streams, then one', async () => {
    pane = new TmuxPane(SIZE);
    pane.shell.run('sluice serve -d --memory --port 0 -q');
    pane.keys('sluice top', 'Enter');
    expect(likePane('no-streams', await pane.shows(/No streams in local/))).toBeUndefined();
    pane.shell.run('sluice stream create clicks -q');
    await pane.shows(/clicks +ACTIVE[\s\S]*0000/);
  });

  test('the server goes and comes back', async () => {
    const shown = await running();
    const port = /127\.0\.0\.1:(\d+)/.exec(shown.shell.run('sluice serve status').join('\n'))![1]!;
    shown.shell.run('sluice serve stop');
    expect(likePane('disconnected', await shown.shows(/DISCONNECTED/))).toBeUndefined();
    shown.shell.run(SERVE.replace('--port 0', `--port ${port}`));
    await shown.shows(/● 2s/);
  });

  test('smaller, too small, and back', async () => {
    const shown = await running();
    shown.resize(60, 15);
    await shown.shows((lines) => lines.length === 15 && /^ sluice top/.test(lines[0]!) && /row {2}⏎/.test(lines[13]!));
    expect(shown.capture().every((line) => line.length <= 60)).toBe(true);
    shown.resize(38, 9);
    await shown.shows(/window too small: 40x10 needed,\nhave 38x9/);
    shown.resize(80, 24);
    await shown.shows(/CONSUMER[\s\S]*peek/);
  });
});

describe.skipIf(NO_TMUX !== undefined)('the terminal is as it was', () => {
  /** Runs top with something on the screen before, ends it in some way, and looks at what is left. */
  async function endedBy(end: (shown: TmuxPane) => void | Promise<void>, env: Readonly<Record<string, string>> = {}) {
    const shown = opened(env);
    shown.keys('echo before; stty -g > stty.before', 'Enter');
    await shown.shows(/before\nready/);
    shown.keys('sluice top orders; echo "exit $?"; stty -g | cmp - stty.before && echo same', 'Enter');
    await shown.shows(/● 2s[\s\S]*0001/);
    expect(shown.fact('alternate_on')).toBe('1');
    await end(shown);
    const lines = await shown.shows(/exit \d+\n[\s\S]*ready\$/);
    expect(shown.fact('alternate_on')).toBe('0');
    expect(shown.fact('cursor_flag')).toBe('1');
    expect(shown.fact('mouse_any_flag')).toBe('0');
    expect(lines.join('\n')).toMatch(/^.*echo before[\s\S]*before[\s\S]*same/);
    return lines.join('\n');
  }
  const killed = (signal: string) => async (shown: TmuxPane) => {
    const pid = shown.shell.run(`pgrep -P ${shown.fact('pane_pid')}`)[0]!;
    shown.shell.run(`kill -${signal} ${pid}`);
  };

  test('after q', async () => expect(await endedBy((shown) => shown.keys('q'))).toContain('exit 0'));
  test('after Ctrl-C', async () => expect(await endedBy((shown) => shown.keys('C-c'))).toContain('exit 0'));
  test('after SIGTERM', async () => expect(await endedBy(killed('TERM'))).toContain('exit 143'));
  test('after SIGHUP', async () => expect(await endedBy(killed('HUP'))).toContain('exit 143'));
  test('after SIGINT from elsewhere', async () => expect(await endedBy(killed('INT'))).toContain('exit 0'));
  test('after an exception that nobody catches', async () => {
    const bomb = "data:text/javascript,process.on('SIGUSR2',()=>{throw(new(Error)('bomb'))})";
    const text = await endedBy(killed('USR2'), { NODE_OPTIONS: `--import=${bomb}` });
    expect(text).toContain('Error: bomb');
    expect(text).not.toContain('exit 0');
  });
  test('while it is stopped by Ctrl-Z, and it goes on after fg', async () => {
    const shown = opened();
    shown.keys('sluice top orders', 'Enter');
    await shown.shows(/● 2s[\s\S]*0001/);
    shown.keys('C-z');
    await shown.shows(/Stopped[\s\S]*ready\$/);
    expect(shown.fact('alternate_on')).toBe('0');
    shown.keys('fg', 'Enter');
    await shown.shows(/^ sluice top[\s\S]*0001[\s\S]*Space pause/);
    expect(shown.fact('alternate_on')).toBe('1');
    shown.keys('j');
    await shown.shows(/▶ 0001/);
    shown.keys('q');
    await shown.shows(/ready\$/);
  });
});

describe.skipIf(NO_TMUX !== undefined)('terminals and surroundings of all kinds', () => {
  test('keys that stop Ink, mouse reports and pastes do nothing', async () => {
    const shown = await running();
    for (const bytes of [
      '\u001b[1;5P',
      '\u001b[1;5I',
      '\u001b[<35;4;5M',
      '\u001b[200~qqSy\u001b[201~',
      '\u001b]11;rgb:0/0/0\u0007',
    ]) {
      shown.bytes(bytes);
    }
    shown.keys('j');
    await shown.shows(/▶ 0001/);
    expect(shown.capture().join('\n')).not.toMatch(/Type y|200~|rgb/);
  });
  test('CI=1 blanks nothing', async () => {
    await running('sluice top orders', { CI: '1' });
  });
  test('NO_COLOR leaves no colour', async () => {
    const shown = await running('sluice top orders', { NO_COLOR: '1' });
    expect(shown.capture().join('')).toContain('0001');
    const painted = shown.painted();
    for (const color of ['31', '32', '33', '36', '38']) expect(painted).not.toContain(`\u001b[${color}`);
  });
  test('another locale than UTF-8 gets ASCII', async () => {
    const shown = opened({ LANG: 'C', LC_ALL: 'C' });
    shown.keys('sluice top orders', 'Enter');
    const lines = await shown.shows(/\* 2s[\s\S]*0001/);
    expect(Buffer.byteLength(lines.join(''))).toBe(lines.join('').length);
  });
  test('stdin that is no terminal: view only, Ctrl-C ends it', async () => {
    const shown = opened();
    shown.keys('sleep 100 | sluice top orders; echo "ended $?"', 'Enter');
    await shown.shows(/● 2s[\s\S]*0001[\s\S]*view only/);
    shown.keys('C-c');
    await shown.shows(/ready\$/);
    expect(shown.fact('alternate_on')).toBe('0');
  });
  test('stdout that is no terminal: one sample', async () => {
    const shown = opened();
    shown.keys('sluice top orders | cat; echo "ended $?"', 'Enter');
    await shown.shows(/as with --once[\s\S]*0001[\s\S]*ended 0/);
  });
  test('a server that tells no metrics is watched by reading, and changed only when that is allowed', async () => {
    const shown = opened();
    const port = /127\.0\.0\.1:(\d+)/.exec(shown.shell.run('sluice serve status').join('\n'))![1]!;
    const proxy = await withoutAdmin(Number(port));
    try {
      shown.keys(
        `(while sleep 0.1; do echo hello; done | sluice put orders -q) & clear; sluice top orders --endpoint ${proxy.url}`,
        'Enter',
      );
      await shown.shows(/no metrics there: reading 2 of 5/);
      await shown.shows(/in {2}[1-9]\d* B\/s {2}[1-9][\s\S]*peek 000\d.*hello/);
      shown.keys('S');
      await shown.shows(/Splitting is off .*--read-write/);
      shown.keys('q');
      await shown.shows(/ready\$/);
      shown.keys('kill %1', 'Enter');
    } finally {
      proxy.close();
    }
  });
  test('nothing listens: it says so, and goes on when something does', async () => {
    pane = new TmuxPane(SIZE);
    const at = '--endpoint http://127.0.0.1:1';
    pane.keys(`sluice top ${at}`, 'Enter');
    await pane.shows(/DISCONNECTED[\s\S]*sluice serve -d/);
    pane.keys('q');
    await pane.shows(/ready\$/);
  });
});

/** A server in front of another one that has all but its own path. */
async function withoutAdmin(port: number): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((question, answer) => {
    if (question.url!.startsWith('/_sluice/')) return void answer.writeHead(404).end('<html></html>');
    const { method, url: path, headers } = question;
    const call = request({ host: '127.0.0.1', port, method, path, headers }, (reply) => {
      answer.writeHead(reply.statusCode!, reply.headers);
      reply.pipe(answer);
    });
    call.on('error', () => answer.destroy());
    question.pipe(call);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${own}`, close };
}

/** The methods of a pane as functions. */
function bound(shown: TmuxPane) {
  return { keys: shown.keys.bind(shown), shows: shown.shows.bind(shown) };
}
