/** The contract on the memory engine, plain and with gaps between offsets. */
import { openMemoryStore } from '../../src/store/memory-store.ts';
import { SimClock } from '../simulation/sim-clock.ts';
import { describeStore } from './store.ts';

function memoryWorld(gap?: (n: number) => number) {
  return async () => {
    const clock = new SimClock();
    return {
      store: openMemoryStore(gap === undefined ? { clock } : { clock, gap }),
      durability: 'memory' as const,
      setTime: (ms: number) => clock.set(ms),
      dispose: async () => undefined,
    };
  };
}

describeStore('memory', memoryWorld());
describeStore(
  'memory with gaps',
  memoryWorld((n) => (n * 7) % 5),
);
