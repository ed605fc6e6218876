/** `sluice config path`. */
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';

/** Prints it whether the file is there or not. */
export async function run(_: Call<object>, context: Context): Promise<void> {
  await context.out.write(`${context.config.path}\n`);
}
