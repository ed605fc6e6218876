/** Clients that speak to a port byte by byte, for what no library would do. */
import http2 from 'node:http2';
import net from 'node:net';

/** Writes the pieces one after the other, each in a packet of its own, and returns all that came back until the server closed. */
export async function sendPieces(port: number, pieces: readonly (string | Uint8Array)[]): Promise<string> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  socket.on('error', () => undefined);
  const answer = everything(socket);
  for (const piece of pieces) {
    await new Promise((resolve) => socket.write(piece, resolve));
    await new Promise(setImmediate);
  }
  return answer;
}

/** All bytes of a connection until its end, as latin1. */
export function everything(socket: net.Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Uint8Array) => {
      text += Buffer.from(chunk).toString('latin1');
    });
    socket.on('close', () => resolve(text));
    socket.on('end', () => socket.end());
  });
}

export interface Http2Answer {
  readonly status: number;
  readonly headers: http2.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Http2Call {
  readonly headers?: http2.OutgoingHttpHeaders;
  readonly body?: Uint8Array;
  /** Sees the answer's headers arrive. */
  readonly onHeaders?: () => void;
}

/** One POST on an HTTP/2 session. */
export function post(session: http2.ClientHttp2Session, call: Http2Call = {}): Promise<Http2Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'POST', ':path': '/', ...call.headers });
    const chunks: Uint8Array[] = [];
    let headers: http2.IncomingHttpHeaders = {};
    stream.on('response', (received) => {
      headers = received;
      call.onHeaders?.();
    });
    stream.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    stream.on('end', () => resolve({ status: Number(headers[':status']), headers, body: Buffer.concat(chunks) }));
    stream.on('error', reject);
    stream.end(call.body);
  });
}

/** A session with prior knowledge, with room for the biggest bodies. */
export function connectHttp2(port: number): http2.ClientHttp2Session {
  return http2.connect(`http://127.0.0.1:${port}`, { maxSessionMemory: 100 });
}
