/**
 * HTTP/2 on sockets handed in, with prior knowledge (RFC 9113 section 3.3): node:http2 speaks it, this turns its streams
 * into plain values and back. A client may say GOAWAY as soon as an answer begins: AWS's JavaScript client always does.
 */
import http2 from 'node:http2';
import { TLSSocket } from 'node:tls';
import { HTTP2_SESSION_MB, HTTP2_WINDOW_BYTES } from '../model/limits.ts';
import { contentLength, type HttpResponse, inOnePiece } from './exchange.ts';
import { Holding } from './holding.ts';
import { Incoming } from './incoming.ts';
import type { Protocol, ProtocolOptions } from './protocol.ts';

/** Sessions under way: a server that never listens itself. */
export function http2Protocol(options: ProtocolOptions): Protocol {
  const { limits } = options;
  const sessions = new Set<http2.ServerHttp2Session>();
  const server = http2.createServer({
    maxSessionMemory: HTTP2_SESSION_MB,
    settings: {
      maxConcurrentStreams: limits.streamsMax,
      initialWindowSize: HTTP2_WINDOW_BYTES,
      maxHeaderListSize: limits.headerBytesMax,
    },
  });
  // Read by node:http2 for each session, as node:http's server does.
  Object.assign(server, { timeout: limits.idleMs });
  server.on('timeout', (session?: http2.ServerHttp2Session) => {
    if (session === undefined || session.closed) session?.destroy();
    else session.close();
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    answer(stream, headers, options).catch(() => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR));
  });
  return {
    accept(socket) {
      // A client that ends its side has gone: HTTP/2 says farewell in frames.
      socket.allowHalfOpen = false;
      // The preface has come, so it is HTTP/2, whether ALPN said so or nothing: node:http2 believes ALPN alone.
      if (socket instanceof TLSSocket) Object.assign(socket, { alpnProtocol: 'h2' });
      server.emit('connection', socket);
    },
    drain() {
      for (const session of sessions) session.close();
    },
  };
}

async function answer(
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  options: ProtocolOptions,
): Promise<void> {
  const { handle, draining, limits } = options;
  const request = new Incoming({
    method: headers[':method'] ?? '',
    path: headers[':path'] ?? '',
    headers,
    peer: stream.session?.socket.remoteAddress ?? '',
  });
  const holding = new Holding(options, () => stream.close(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM));
  stream.once('close', () => {
    request.leave();
    holding.end();
  });
  await holding.receive(stream, request, limits.roomlessBodyBytesMax);
  if (stream.closed) return;
  const response = inOnePiece(await handle(request));
  if (stream.closed) return;
  if (response.push !== undefined) {
    holding.end();
    stream.respond(fieldsOf(response));
    stream.write(response.body);
    await response.push(stream, draining);
    stream.end();
    return;
  }
  holding.addAnswer(contentLength(response));
  send(stream, response, request.body === undefined);
}

function send(stream: http2.ServerHttp2Stream, response: HttpResponse, isBodyRefused: boolean): void {
  stream.respond(fieldsOf(response), { endStream: response.body.length === 0 });
  if (response.rest !== undefined) stream.write(response.body);
  if (response.body.length > 0) stream.end(response.rest ?? response.body);
  // A complete answer before the end of the request: RFC 9113 section 8.1.
  if (isBodyRefused) stream.once('finish', () => stream.close(http2.constants.NGHTTP2_NO_ERROR));
}

function fieldsOf({ status, headers }: HttpResponse): http2.OutgoingHttpHeaders {
  const fields: http2.OutgoingHttpHeaders = { ':status': status };
  for (let i = 0; i < headers.length; i += 2) fields[headers[i]!] = headers[i + 1]!;
  return fields;
}
