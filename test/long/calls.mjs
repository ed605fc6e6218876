/** Requests as any client sends them, over connections that the caller keeps. */
import http from 'node:http';

const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0';

/** The headers of a call, but for those that frame it. */
export function headersOf(operation) {
  return {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `Kinesis_20131202.${operation}`,
    'x-amz-date': '20260101T000000Z',
    authorization: AUTHORIZATION,
  };
}

/** A connection of its own, kept open between calls. */
export function connection() {
  return new http.Agent({ keepAlive: true, maxSockets: 1 });
}

/** Status and parsed body of an answer; rejects when there is none. */
export function call(url, operation, input, agent) {
  const body = typeof input === 'string' ? input : JSON.stringify(input);
  return new Promise((resolve, reject) => {
    const headers = { ...headersOf(operation), 'content-length': Buffer.byteLength(body) };
    const request = http.request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode, body: text === '' ? {} : JSON.parse(text) });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** The body of a call that has to go well. */
export async function must(url, operation, input, agent) {
  const { status, body } = await call(url, operation, input, agent);
  if (status !== 200) throw new Error(`${operation}: ${status} ${JSON.stringify(body)}`);
  return body;
}

export { setTimeout as rest } from 'node:timers/promises';
