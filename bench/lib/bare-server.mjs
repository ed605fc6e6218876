/** The least that node:http can do: read a request, answer with N bytes for POST /N. `node bare-server.mjs PORT` */
import { createServer } from 'node:http';

const answers = new Map();

function answerOf(length) {
  if (!answers.has(length)) answers.set(length, Buffer.alloc(length, 'x'));
  return answers.get(length);
}

createServer((request, response) => {
  request.on('data', () => {});
  request.on('end', () => {
    const body = answerOf(Number(request.url.slice(1)));
    response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.1', 'Content-Length': body.length });
    response.end(body);
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
