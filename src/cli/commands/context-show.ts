/** `sluice context show`: the target, and with --explain every place that may decide. */
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { type Cell, printDocument, printList } from '../list-output.ts';
import type { contextShowOptions } from '../table/context.ts';
import { targetChain } from '../target/target.ts';

/** Asks no server. */
export async function run({ args, options }: Call<typeof contextShowOptions>, context: Context): Promise<void> {
  const prefix = args[0];
  if (options.explain) return explain(context, prefix);
  const target = await context.targets.target({ prefix });
  const { context: name, kind, endpoint, region, profile, readOnly, confirm, color, because } = target;
  const optional = Object.entries({ profile, confirm, color }).filter(([, value]) => value !== undefined);
  const values = { context: name, kind, endpoint, region, readOnly, ...Object.fromEntries(optional), because };
  await printDocument(context, values as Record<string, Cell>);
}

function explain(context: Context, prefix: string | undefined): Promise<void> {
  const chain = targetChain(context.targets.question(prefix));
  const winner = chain.find(({ value }) => value !== undefined);
  return printList(
    context,
    [
      { name: 'place', of: ({ by }) => by, shown: (link) => `${link === winner ? '→' : ' '} ${link.by}` },
      { name: 'gives', of: ({ gives }) => gives },
      { name: 'value', of: ({ value }) => value ?? null, shown: ({ value }) => value ?? '–' },
      { name: 'decides', of: (link) => link === winner, shown: (link) => (link === winner ? 'decides' : '') },
    ],
    chain,
  );
}
