/** Requests of all flows together stay under a bound, in turn, and whoever gives up frees no place he never had. */
import { expect, test } from 'vitest';
import type { DeliveryTarget } from '../../../src/agent/delivery-target.ts';
import { RequestGate } from '../../../src/agent/request-gate.ts';

function slowTarget() {
  const open: (() => void)[] = [];
  const target: DeliveryTarget = {
    put: (records) => new Promise((resolve) => open.push(() => resolve(records.map(() => undefined)))),
    renew: async () => undefined,
    close: async () => undefined,
  };
  return { open, target };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('two at a time, the others in turn', async () => {
  const gate = new RequestGate(2);
  const a = slowTarget();
  const b = slowTarget();
  const ended: number[] = [];
  [a, b, a, b].forEach(({ target }, i) => {
    void gate
      .guarded(target)
      .put([])
      .then(() => ended.push(i));
  });
  await turn();
  expect([a.open.length, b.open.length]).toEqual([1, 1]);
  a.open.shift()!();
  await turn();
  expect([ended, a.open.length, b.open.length]).toEqual([[0], 1, 1]);
  b.open.shift()!();
  await turn();
  expect([ended, b.open.length]).toEqual([[0, 1], 1]);
});

test('a failed request makes room, one that gave up waiting does not', async () => {
  const gate = new RequestGate(1);
  const failing: DeliveryTarget = { ...slowTarget().target, put: () => Promise.reject(new Error('refused')) };
  await expect(gate.guarded(failing).put([])).rejects.toThrow('refused');
  const { open, target } = slowTarget();
  const guarded = gate.guarded(target);
  const first = guarded.put([]);
  const stop = new AbortController();
  const waiting = guarded.put([], stop.signal);
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  const third = guarded.put([]);
  await turn();
  expect(open).toHaveLength(1);
  open.shift()!();
  await first;
  await turn();
  open.shift()!();
  expect(await third).toEqual([]);
});
