/** Acknowledgements come in any order; the position goes over what is finished without a gap. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Acks } from '../../../src/agent/acks.ts';

test('two later records finish first: the position waits for the first', () => {
  const acks = new Acks();
  const [one, two, three] = [0, 10, 20].map((start) => acks.add(start));
  acks.finish(two!);
  acks.finish(three!);
  expect(acks.position(30)).toBe(0);
  acks.finish(one!);
  expect(acks.position(30)).toBe(30);
});

test('the position is the start of the first unfinished record, whatever the order (as a naive list says)', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 200 }), (choices) => {
      const acks = new Acks();
      const open: { readonly start: number; readonly ticket: number }[] = [];
      let end = 0;
      for (const choice of choices) {
        if (choice < 5 || open.length === 0) {
          open.push({ start: end, ticket: acks.add(end) });
          end += 7;
        } else acks.finish(open.splice(choice % open.length, 1)[0]!.ticket);
        expect(acks.position(end)).toBe(Math.min(end, ...open.map((one) => one.start)));
        expect(acks.isEmpty).toBe(open.length === 0);
      }
    }),
  );
});
