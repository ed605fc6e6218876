/**
 * TLS on sockets handed in: shakes hands, then gives the socket back, decrypted, to be asked for its protocol. Clients may
 * choose it by ALPN or not: AWS's older Java client speaks HTTP/2 right after the handshake without a word about it.
 */
import type { Socket } from 'node:net';
import tls from 'node:tls';
import type { SelfSigned } from '../runtime/self-signed.ts';
import type { Protocol } from './protocol.ts';

/** The first byte of a handshake (RFC 8446 section 5.1); no text begins with it. */
export const TLS_HANDSHAKE = 0x16;

export interface TlsOptions {
  readonly certificate: SelfSigned;
  readonly handshakeWaitMs: number;
  /** Takes the decrypted socket. */
  readonly onSecure: (socket: Socket) => void;
}

export interface TlsProtocol extends Protocol {
  /** From the next connection on. */
  renew(certificate: SelfSigned): void;
}

/** A server that never listens itself. */
export function tlsProtocol({ certificate, handshakeWaitMs, onSecure }: TlsOptions): TlsProtocol {
  const server = tls.createServer({
    ...contextOf(certificate),
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: handshakeWaitMs,
    minVersion: 'TLSv1.2',
  });
  server.on('secureConnection', (socket) => {
    socket.on('error', () => undefined);
    onSecure(socket);
  });
  server.on('tlsClientError', (_, socket) => socket.destroy());
  return {
    accept(socket) {
      // A client that ends its side in the middle of a handshake has gone.
      socket.allowHalfOpen = false;
      server.emit('connection', socket);
    },
    drain: () => undefined,
    renew: (next) => server.setSecureContext(contextOf(next)),
  };
}

function contextOf({ certificate, key }: SelfSigned): tls.SecureContextOptions {
  return { cert: certificate, key };
}
