/** `sluice config list`. */
import type { Call } from '../command-spec.ts';
import { allSettings, type Setting } from '../config/values.ts';
import type { Context } from '../context.ts';
import { type Cell, type Column, printList } from '../list-output.ts';
import type { configListOptions } from '../table/config.ts';

/** Every value that counts, with --origin where it is from. */
export async function run({ options }: Call<typeof configListOptions>, context: Context): Promise<void> {
  const columns: readonly Column<Setting>[] = [
    { name: 'key', of: ({ key }) => key },
    { name: 'value', of: ({ value }) => value as Cell },
    ...(options.origin ? [{ name: 'origin', of: ({ origin }: Setting) => origin }] : []),
  ];
  await printList(context, columns, allSettings(context.config, context.env));
}
