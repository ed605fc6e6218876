/** A request whose body has come before there was room for it: it waits for the room all the same. */
import http2 from 'node:http2';
import { afterEach, expect, test } from 'vitest';
import { BODY_BYTES_MAX } from '../../../src/model/limits.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { ByteBudget } from '../../../src/server/byte-budget.ts';
import { Holding } from '../../../src/server/holding.ts';
import { Incoming } from '../../../src/server/incoming.ts';
import { connectHttp2, post } from './raw-client.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

const ROOMLESS_BYTES = 10;
/** Of unknown length, and longer than what needs no room by its last piece alone. */
const BODY = new Uint8Array(20);

test.each([
  { isTaken: true, bytes: BODY.length },
  { isTaken: false, bytes: 0 },
])(
  'the last piece of a body over HTTP/2 asks for room: nothing goes on before the answer ($isTaken)',
  async (answer) => {
    const budgets = { bodies: new ByteBudget(BODY_BYTES_MAX), answers: new ByteBudget(1_000), clock: systemClock };
    budgets.bodies.add(1);
    const steps: unknown[] = [];
    const server = http2.createServer();
    open.push(() => server.close());
    server.on('stream', async (stream) => {
      const holding = new Holding(budgets, () => undefined);
      const request = new Incoming({ method: 'POST', path: '/', headers: { ':method': 'POST' }, peer: '' });
      stream.once('data', async () => {
        for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
        steps.push('the budget has answered');
        if (answer.isTaken) budgets.bodies.give(1);
        else budgets.bodies.refuseTheLate(Number.POSITIVE_INFINITY);
      });
      await holding.receive(stream, request, ROOMLESS_BYTES);
      steps.push({ isTaken: !request.isThrottled, bytes: request.body!.length });
      holding.addAnswer(1);
      holding.end();
      stream.respond({}, { endStream: true });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const session = connectHttp2((server.address() as { port: number }).port);
    open.push(() => session.destroy());
    await post(session, { body: BODY });
    expect(steps).toEqual(['the budget has answered', answer]);
    const { bodies, answers } = budgets;
    expect([bodies.holders.size, answers.holders.size, answers.held]).toEqual([0, 0, 0]);
  },
);
