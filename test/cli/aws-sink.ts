/**
 * AWS in a bottle: a proxy that takes CONNECT to any of its hosts, answers TLS with a certificate of its own, writes
 * down what is asked and hands it to a daemon that verifies signatures. And the same, without TLS, for local calls.
 */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { makeSelfSigned } from '../../src/runtime/self-signed.ts';

/** One call as it came. */
export interface Call {
  readonly host: string;
  /** `Kinesis_20131202.PutRecords`, or the path of another service. */
  readonly operation: string;
  /** `AKIDEXAMPLE/20261121/eu-west-1/kinesis/aws4_request`. */
  readonly scope: string;
  readonly token: string | undefined;
  /** What the caller calls itself. */
  readonly agent: string | undefined;
  readonly body: string;
}

/** Answers a call in place of the daemon; undefined hands it on. */
export type Answer = (call: Call) => { readonly status: number; readonly text: string } | undefined;

export class AwsSink {
  readonly calls: Call[] = [];
  /** What CONNECT asked for: `host:port`. */
  readonly tunnels: string[] = [];
  answer: Answer = () => undefined;
  /** PEM. */
  readonly certificate: string;
  readonly #daemon: URL;
  readonly #plain: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(daemon: string, made: { readonly certificate: string; readonly key: string }) {
    this.#daemon = new URL(daemon);
    this.certificate = made.certificate;
    this.#plain = createServer((incoming, outgoing) => void this.#handle(incoming, outgoing));
    const secureContext = createSecureContext({ cert: made.certificate, key: made.key });
    this.#plain.on('connection', (socket: Socket) => this.#sockets.add(socket));
    this.#plain.on('connect', ({ url }: IncomingMessage, socket: Socket) => {
      this.tunnels.push(url!);
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const secure = new TLSSocket(socket, { isServer: true, secureContext });
      secure.on('error', () => socket.destroy());
      this.#plain.emit('connection', secure);
    });
  }

  /** `daemon`: its URL. `names`: the hosts to stand for. */
  static async start(daemon: string, names: readonly string[]): Promise<AwsSink> {
    const nowMs = Date.now();
    const made = await makeSelfSigned({ names, fromMs: nowMs - 3_600_000, untilMs: nowMs + 3_600_000 });
    const sink = new AwsSink(daemon, made);
    await new Promise<void>((resolve) => sink.#plain.listen(0, '127.0.0.1', resolve));
    return sink;
  }

  /** For HTTPS_PROXY, or as an endpoint. */
  get url(): string {
    return `http://127.0.0.1:${(this.#plain.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#plain.close();
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const { headers, url, method } = incoming;
    const call = {
      host: headers.host ?? '',
      operation: String(headers['x-amz-target'] ?? url),
      scope: /Credential=([^,]*)/.exec(headers.authorization ?? '')?.[1] ?? '',
      token: headers['x-amz-security-token'] as string | undefined,
      agent: headers['user-agent'],
      body: body.toString(),
    };
    this.calls.push(call);
    const own = this.answer(call);
    if (own !== undefined) return void outgoing.writeHead(own.status).end(own.text);
    const { hostname, port } = this.#daemon;
    const onward = request({ hostname, port, path: url, method, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode!, reply.headers);
      reply.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    onward.end(body);
  }
}
