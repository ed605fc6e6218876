/** Requests over HTTP/1.1 and HTTP/2, answers as text. An event stream is left in its beginning, having begun. */
import http from 'node:http';
import http2 from 'node:http2';

export interface Attack {
  readonly operation: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Sender {
  /** Rejects when no answer comes. */
  send(attack: Attack): Promise<Answer>;
  close(): void;
}

/** How long an event stream is looked at, and how long any other answer may take. */
const EVENTS_MS = 200;
const ANSWER_MS = 20_000;

export function http1Sender(url: string): Sender {
  const agent = new http.Agent({ keepAlive: true });
  const send = ({ path, headers, body }: Attack) =>
    new Promise<Answer>((resolve, reject) => {
      const sent = { ...headers, 'content-length': String(body.length) };
      const options = { method: 'POST', headers: sent, agent, timeout: ANSWER_MS };
      const request = http.request(new URL(path, url), options, (response) => {
        const status = response.statusCode!;
        let text = '';
        const end = () => resolve({ status, text });
        response.setEncoding('latin1').on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', end).on('error', end);
        if (isEndless(response.headers)) setTimeout(() => request.destroy(), EVENTS_MS);
      });
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.on('error', reject);
      request.end(body);
    });
  return { send, close: () => agent.destroy() };
}

export function http2Sender(url: string): Sender {
  let session: http2.ClientHttp2Session | undefined;
  const connected = () => {
    if (session === undefined || session.closed || session.destroyed) {
      session = http2.connect(url);
      session.on('error', () => undefined);
    }
    return session;
  };
  // A malformed authority is refused by node:http2 itself, without an answer.
  const send = ({ path, headers: { host: _host, expect: _expect, ...headers }, body }: Attack) =>
    new Promise<Answer>((resolve, reject) => {
      const stream = connected().request({ ':method': 'POST', ':path': path, ...headers });
      let status = 0;
      let text = '';
      stream.setEncoding('latin1');
      stream.on('response', (received) => {
        status = Number(received[':status']);
        if (isEndless(received)) setTimeout(() => stream.close(http2.constants.NGHTTP2_CANCEL), EVENTS_MS);
      });
      stream.on('data', (chunk: string) => {
        text += chunk;
      });
      stream.setTimeout(ANSWER_MS, () => stream.close(http2.constants.NGHTTP2_CANCEL));
      stream.on('close', () => (status === 0 ? reject(new Error('no answer')) : resolve({ status, text })));
      stream.on('error', () => undefined);
      stream.end(body);
    });
  return { send, close: () => session?.destroy() };
}

function isEndless(headers: http.IncomingHttpHeaders): boolean {
  return String(headers['content-type']).includes('eventstream');
}
