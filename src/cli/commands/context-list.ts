/** `sluice context list`. */
import { describeLimits } from '../../operations/kinesis/account.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { explain } from '../explain/explain.ts';
import { type Column, printList } from '../list-output.ts';
import type { contextListOptions } from '../table/context.ts';
import { allContexts } from '../target/context-settings.ts';
import { type ContextSettings, type Target, targetChain } from '../target/target.ts';

interface Row {
  readonly name: string;
  readonly settings: ContextSettings;
  readonly identity: string | null;
}

/** Lists every context; with --check asks each of them who one is there. */
export async function run({ options }: Call<typeof contextListOptions>, context: Context): Promise<void> {
  const winner = targetChain(context.targets.question()).find(({ value }) => value !== undefined)!;
  const current = winner.gives === 'context' ? winner.value : undefined;
  const rows = await Promise.all(
    Object.entries(allContexts(context)).map(async ([name, settings]): Promise<Row> => {
      return { name, settings, identity: options.check ? await identityAt(name, context) : null };
    }),
  );
  const columns: readonly Column<Row>[] = [
    { name: 'name', of: ({ name }) => name, shown: ({ name }) => (name === current ? `* ${name}` : `  ${name}`) },
    { name: 'current', of: ({ name }) => name === current, wide: true },
    { name: 'target', of: ({ name, settings }) => settings.endpoint ?? (name === 'local' ? 'local' : 'aws') },
    { name: 'region', of: ({ settings }) => settings.region ?? null },
    { name: 'profile', of: ({ settings }) => settings.profile ?? null },
    {
      name: 'readOnly',
      of: ({ settings }) => settings.readOnly ?? false,
      shown: ({ settings }) => (settings.readOnly ? 'yes' : ''),
    },
    { name: 'confirm', of: ({ settings }) => settings.confirm ?? null },
    ...(options.check ? [{ name: 'identity', of: ({ identity }: Row) => identity }] : []),
  ];
  await printList(context, columns, rows);
}

/** Who one is at AWS, or that a server answers; else why not. */
async function identityAt(name: string, context: Context): Promise<string> {
  try {
    const target = await context.targets.target({ prefix: name });
    if (target.kind === 'aws') return await callerAt(target, context);
    const client = await context.targets.client(target);
    await client.call(describeLimits, {}, { signal: context.signal, attemptsMax: 1 });
    return 'answers';
  } catch (error) {
    context.signal.throwIfAborted();
    const known = await explain(error, { words: [], context });
    return known === undefined ? String(error) : `✗ ${known.message}`;
  }
}

async function callerAt({ credentials, region }: Target, { clock, env }: Context): Promise<string> {
  const { callerIdentity } = await import('../../client/assume-role.ts');
  const signer = typeof credentials === 'function' ? await credentials() : credentials;
  const endpoint = env['AWS_ENDPOINT_URL_STS'] || undefined;
  return (await callerIdentity(signer, { endpoint, region, clock, env })).arn;
}
