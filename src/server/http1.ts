/** HTTP/1.1 on sockets handed in: node:http speaks it, this turns its requests into plain values and back. */
import http from 'node:http';
import type { Socket } from 'node:net';
import { BODY_BYTES_MAX, PIPELINED_REQUESTS_MAX, REFUSED_BYTES_MAX } from '../model/limits.ts';
import { declaredBytes } from './body.ts';
import { contentLength, type HttpResponse, inOnePiece, type Push } from './exchange.ts';
import { Holding } from './holding.ts';
import { Incoming } from './incoming.ts';
import type { Protocol, ProtocolOptions } from './protocol.ts';

/** Connections under way: a server that never listens itself. */
export function http1Protocol(options: ProtocolOptions): Protocol {
  const { limits } = options;
  const exchange = new Http1Exchange(options);
  const server = http.createServer({
    headersTimeout: limits.headersWaitMs,
    requestTimeout: limits.requestWaitMs,
    keepAliveTimeout: limits.idleMs,
    connectionsCheckingInterval: Math.ceil(limits.headersWaitMs / 4),
    maxHeaderSize: limits.headerBytesMax,
    noDelay: true,
  });
  server.timeout = limits.idleMs;
  server.on('request', (req, res) => exchange.answer(req, res));
  server.on('checkContinue', (req, res) => {
    if ((declaredBytes(req.headers) ?? 0) <= BODY_BYTES_MAX) res.writeContinue();
    exchange.answer(req, res);
  });
  // The checks of header and request times start with this event, and this server never listens.
  server.emit('listening');
  return {
    accept(socket) {
      server.emit('connection', socket);
      socket.resume();
    },
    drain() {
      exchange.draining = true;
      server.close();
      server.closeIdleConnections();
    },
  };
}

class Http1Exchange {
  readonly #options: ProtocolOptions;
  /** Of each connection the answers that are not over. */
  readonly #underWay = new WeakMap<Socket, Set<http.ServerResponse>>();
  draining = false;

  constructor(options: ProtocolOptions) {
    this.#options = options;
  }

  answer(req: http.IncomingMessage, res: http.ServerResponse): void {
    this.#answer(req, res).catch(() => req.socket.destroy());
  }

  async #answer(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    const { handle, limits } = this.#options;
    const { socket } = req;
    const request = new Incoming({
      method: req.method!,
      path: req.url!,
      headers: req.headers,
      peer: socket.remoteAddress ?? '',
    });
    const holding = new Holding(this.#options, () => socket.destroy());
    res.once('close', () => {
      request.leave();
      holding.end();
      this.#remove(socket, res);
    });
    this.#add(socket, res);
    await holding.receive(req, request, limits.roomlessBodyBytesMax);
    if (holding.isEnded) return;
    const response = inOnePiece(await handle(request));
    if (holding.isEnded) return;
    if (response.push !== undefined) {
      holding.end();
      return this.#push(res, response, response.push);
    }
    holding.addAnswer(contentLength(response));
    if (request.body === undefined) refuse(req, res, response);
    else this.#send(res, response);
  }

  #send(res: http.ServerResponse, response: HttpResponse): void {
    if (this.draining) res.shouldKeepAlive = false;
    res.writeHead(response.status, response.headers as string[]);
    if (response.rest !== undefined) res.write(response.body);
    res.end(response.rest ?? response.body);
  }

  async #push(res: http.ServerResponse, response: HttpResponse, push: Push): Promise<void> {
    if (this.draining) res.shouldKeepAlive = false;
    res.writeHead(response.status, response.headers as string[]);
    res.write(response.body);
    await push(res, this.#options.draining);
    res.end();
  }

  #add(socket: Socket, res: http.ServerResponse): void {
    let answers = this.#underWay.get(socket);
    if (answers === undefined) {
      answers = new Set();
      this.#underWay.set(socket, answers);
      socket.once('close', () => closeAll(answers!));
    }
    answers.add(res);
    if (answers.size >= PIPELINED_REQUESTS_MAX) void this.#pause(socket);
  }

  #remove(socket: Socket, res: http.ServerResponse): void {
    const answers = this.#underWay.get(socket)!;
    if (answers.delete(res) && answers.size === PIPELINED_REQUESTS_MAX - 1) socket.resume();
  }

  /** Stops reading a connection that sends requests faster than it takes answers. Not while node:http parses: it resumes after each request. */
  async #pause(socket: Socket): Promise<void> {
    await undefined;
    if (this.#underWay.get(socket)!.size >= PIPELINED_REQUESTS_MAX) socket.pause();
  }
}

/** node:http closes the answer whose turn it is; those that wait behind it have no connection yet, and are never told. */
function closeAll(answers: Iterable<http.ServerResponse>): void {
  for (const res of answers) {
    res.destroy();
    res.emit('close');
  }
}

/** Answers before the body's end and closes; what still comes is thrown away for a while, lest a reset overtake the answer. */
function refuse(req: http.IncomingMessage, res: http.ServerResponse, response: HttpResponse): void {
  let left = REFUSED_BYTES_MAX;
  res.shouldKeepAlive = false;
  res.writeHead(response.status, response.headers as string[]);
  res.write(response.body);
  req.on('data', (chunk: Uint8Array) => {
    left -= chunk.length;
    if (left < 0) req.socket.destroy();
  });
  req.on('end', () => res.end());
  req.resume();
}
