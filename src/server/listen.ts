/**
 * The port: HTTP/1.1 and HTTP/2 on one number, told apart by the first bytes, and both of them within TLS if there is a
 * certificate. Sockets in, plain requests out.
 */
import net from 'node:net';
import { ANSWER_BYTES_PER_SECOND_MIN, HOLDER_SWEEP_MS } from '../model/limits.ts';
import type { Clock } from '../runtime/clock.ts';
import type { SelfSigned } from '../runtime/self-signed.ts';
import { SluiceError, systemCode } from '../runtime/sluice-error.ts';
import { ByteBudget } from './byte-budget.ts';
import type { Handle } from './exchange.ts';
import { http1Protocol } from './http1.ts';
import { http2Protocol } from './http2.ts';
import { Peek } from './peek.ts';
import { plainHttp1Protocol } from './plain-http1.ts';
import { LISTEN_LIMITS, type ListenLimits } from './protocol.ts';
import { cutSilentSockets } from './silent-sockets.ts';
import { tlsProtocol } from './tls.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly handle: Handle;
  /** The machine's clock: a connection's patience is not the service's time. */
  readonly clock: Clock;
  readonly limits?: Partial<ListenLimits>;
  /** TLS is served too, and other machines are served nothing else. */
  readonly certificate?: SelfSigned | undefined;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Connections open now. */
  connections(): number;
  /** Another certificate, where there is one already. */
  renew(certificate: SelfSigned): void;
  /** Takes no more connections, lets requests under way finish within `drainMs`, then ends what is left. */
  close(options: { readonly drainMs: number }): Promise<void>;
}

/** Resolves once the port takes connections. @throws {SluiceError} SLUICE_PORT... when it cannot. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { clock } = options;
  const limits = { ...LISTEN_LIMITS, ...options.limits };
  const draining = new AbortController();
  const protocol = {
    ...{ handle: options.handle, clock, limits, draining: draining.signal },
    bodies: new ByteBudget(limits.inFlightBytesMax),
    answers: new ByteBudget(limits.inFlightBytesMax, ANSWER_BYTES_PER_SECOND_MIN),
  };
  const http1 = plainHttp1Protocol({ ...protocol, http1: http1Protocol(protocol) });
  const protocols = { http1, http2: http2Protocol(protocol) };
  const peek = new Peek({ clock, waitMs: limits.headersWaitMs, ...protocols });
  const { certificate } = options;
  const onSecure = (socket: net.Socket) => peek.accept(socket);
  const tls = certificate && tlsProtocol({ certificate, handshakeWaitMs: limits.headersWaitMs, onSecure });
  if (tls !== undefined) peek.serveTls(tls);
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    peek.accept(socket);
  });
  server.maxConnections = limits.connectionsMax;
  await bind(server, options).catch((error: unknown) => {
    peek.close();
    throw error;
  });
  void sweepBudgets([protocol.bodies, protocol.answers], clock, draining.signal);
  void cutSilentSockets(sockets, { clock, waitMs: limits.idleMs, signal: draining.signal });
  const { address, port } = server.address() as net.AddressInfo;

  async function close({ drainMs }: { readonly drainMs: number }): Promise<void> {
    const patience = new AbortController();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    peek.close();
    draining.abort();
    protocols.http1.drain();
    protocols.http2.drain();
    const late = clock.sleep(drainMs, patience.signal).then(
      () => {
        for (const socket of sockets) socket.destroy();
      },
      () => undefined,
    );
    await closed;
    patience.abort();
    await late;
    await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  }

  const renew = (next: SelfSigned) => tls?.renew(next);
  return { host: address, port, connections: () => sockets.size, renew, close };
}

/** Ends who holds room without moving, then refuses who waited in vain. Never rejects. */
async function sweepBudgets(budgets: readonly ByteBudget[], clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(HOLDER_SWEEP_MS, signal).catch(() => undefined);
    for (const budget of budgets) {
      budget.endTheSlow(clock.monotonic());
      budget.refuseTheLate(clock.monotonic());
    }
  }
}

function bind(server: net.Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(bindError(error, host, port)));
    server.listen({ host, port }, () => resolve());
  });
}

function bindError(cause: unknown, host: string, port: number): SluiceError {
  const where = `${host}:${port}`;
  switch (systemCode(cause)) {
    case 'EADDRINUSE':
      return new SluiceError('SLUICE_PORT_IN_USE', `${where} is taken by another program`, {
        hints: ['Choose another port with --port, or --port 0 for any free one.'],
        cause,
      });
    case 'EACCES':
      return new SluiceError('SLUICE_PORT_DENIED', `This user may not listen on ${where}`, {
        hints: ['Choose a port above 1023 with --port.'],
        cause,
      });
    default:
      return new SluiceError('SLUICE_PORT_UNUSABLE', `Cannot listen on ${where}`, {
        hints: ['--host must be an address of this machine.'],
        cause,
      });
  }
}
