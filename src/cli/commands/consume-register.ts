/** `sluice consume register` and `deregister`: readers of enhanced fan-out. */
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import type { consumeRegisterOptions } from '../table/consume.ts';
import { run as changeConsumers } from './stream-consumers.ts';

type RegisterCall = Call<typeof consumeRegisterOptions>;

/** Makes them, and waits until they are ACTIVE. */
export function run({ args: [stream, ...register], options }: RegisterCall, context: Context): Promise<void> {
  return changeConsumers({ args: [stream!], options: { register, deregister: [], wait: options.wait } }, context);
}

/** Removes them, and waits until they are gone. */
export function runDeregister({ args: [stream, ...names], options }: RegisterCall, context: Context): Promise<void> {
  return changeConsumers(
    { args: [stream!], options: { register: [], deregister: names, wait: options.wait } },
    context,
  );
}
