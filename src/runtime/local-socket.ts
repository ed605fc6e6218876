/** Sockets on this machine: text for whoever asks, and a claim that only one process can hold. */
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { systemCode } from './sluice-error.ts';

export interface Held {
  close(): Promise<void>;
}

/** A longer path is cut off without a word where sockets are bound: sun_path of unix(7), less its end. */
const PATH_BYTES_MAX = process.platform === 'linux' ? 107 : 103;

/** Gives `text()` to everyone who connects to the path. What stood there before is replaced. */
export async function serveLocalText(path: string, text: () => string): Promise<Held> {
  if (isTooLong(path)) throw new Error(`a socket's path has at most ${PATH_BYTES_MAX} bytes`);
  await rm(path, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(text());
  });
  await listening(server, path);
  server.unref();
  return { close: () => closed(server) };
}

/** A process that is held up says nothing for so long. */
const PATIENCE_MS = 10_000;

/** What the process behind the path says, as far as it comes; undefined when there is none. */
export function readLocalText(path: string, patienceMs = PATIENCE_MS): Promise<string | undefined> {
  if (isTooLong(path)) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => {
      text += piece;
    });
    socket.on('end', () => resolve(text));
    socket.setTimeout(patienceMs, () => {
      socket.destroy();
      resolve(text);
    });
    socket.on('error', (error) => {
      const code = systemCode(error);
      if (code === 'ENOENT' || code === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
  });
}

/**
 * Holds a name of at most 106 bytes until the process ends, however it ends; undefined when another process holds it. On Linux: elsewhere
 * there are no such names, and everyone gets it.
 */
export async function claimName(name: string): Promise<Held | undefined> {
  if (process.platform !== 'linux') return { close: async () => undefined };
  const server = createServer((socket) => socket.destroy());
  try {
    await listening(server, `\0${name}`);
  } catch (error) {
    if (systemCode(error) === 'EADDRINUSE') return undefined;
    throw error;
  }
  server.unref();
  return { close: () => closed(server) };
}

function isTooLong(path: string): boolean {
  return Buffer.byteLength(path) > PATH_BYTES_MAX;
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
