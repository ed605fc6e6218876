/** A reader of SubscribeToShard over HTTP/2 that costs little: messages are cut out by their lengths, payloads scanned. */
import { connect } from 'node:http2';
import { AUTHORIZATION } from './http.mjs';

const DATA = '"Data":"';

export class Subscriber {
  #chunks = [];
  #bytes = 0;
  #wanted = 4;

  /** `onData(text, at, atMs)` is called for each record: where in a text its data stand, and when its last byte came. */
  constructor(port, input, onData) {
    this.session = connect(`http://127.0.0.1:${port}`);
    // A server that ends takes its sessions with it; whoever waits for records misses them.
    this.session.on('error', () => undefined);
    this.onData = onData;
    this.stream = this.session.request({
      ':method': 'POST',
      ':path': '/',
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Kinesis_20131202.SubscribeToShard',
      'x-amz-date': '20260101T000000Z',
      authorization: AUTHORIZATION,
    });
    this.began = new Promise((resolve, reject) => {
      this.stream.on('response', (headers) =>
        headers[':status'] === 200 ? resolve() : reject(new Error(`SubscribeToShard: ${headers[':status']}`)),
      );
      this.stream.on('error', reject);
    });
    this.stream.on('data', (chunk) => this.#take(chunk, performance.now()));
    this.stream.end(JSON.stringify(input));
  }

  close() {
    this.session.destroy();
  }

  #take(chunk, atMs) {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#wanted) return;
    let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    while (rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
      const length = rest.readUInt32BE(0);
      this.#scan(rest.latin1Slice(0, length), atMs);
      rest = rest.subarray(length);
    }
    this.#chunks = [rest];
    this.#bytes = rest.length;
    this.#wanted = rest.length < 4 ? 4 : rest.readUInt32BE(0);
  }

  #scan(text, atMs) {
    for (let at = text.indexOf(DATA); at >= 0; at = text.indexOf(DATA, at)) {
      at += DATA.length;
      this.onData(text, at, atMs);
    }
  }
}
