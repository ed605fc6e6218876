/** `sluice config schema`. */
import type { Call } from '../command-spec.ts';
import { configSchema } from '../config/schema.ts';
import type { Context } from '../context.ts';
import { jsonText } from '../list-output.ts';

/** Prints the schema that editors read. */
export async function run(_: Call<object>, context: Context): Promise<void> {
  await context.out.write(jsonText(configSchema(context.program.commands), true));
}
