/** What a daemon says when the streams it is to have cannot be made. */
import { expect, test } from 'vitest';
import { createMissing } from '../../../src/server/create-missing.ts';
import { openMemoryStore } from '../../../src/store/memory-store.ts';
import { openWorld, scope } from '../service/world.ts';

test('the reason that callers of the API are not told is told to who starts the daemon', async () => {
  const { service } = await openWorld({
    store: (clock) => ({
      ...openMemoryStore({ clock }),
      create: () => Promise.reject(new Error('only 5 bytes are free')),
      retain: () => Promise.resolve(),
      close: () => Promise.resolve(),
    }),
  });
  await expect(createMissing(service, scope, [{ name: 's', shards: 1 }])).rejects.toMatchObject({
    message: 'Stream "s" cannot be made: only 5 bytes are free',
  });
  await service.close();
});
