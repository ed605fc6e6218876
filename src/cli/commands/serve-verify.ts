/** `sluice serve verify`: reads a stopped daemon's folder from end to end and says what is whole. */
import { nodeDisk } from '../../runtime/node-disk.ts';
import type { PartFinding } from '../../server/verify.ts';
import { CliError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { type Column, printList } from '../list-output.ts';
import { dataFolder, requireStreams, withFolder } from '../serve/data.ts';
import type { serveVerifyOptions } from '../table/serve.ts';
import { sizeText } from '../values.ts';

const COLUMNS: readonly Column<PartFinding>[] = [
  { name: 'part', of: ({ part }) => part },
  { name: 'state', of: ({ state }) => state },
  { name: 'records', of: ({ records }) => records, right: true },
  { name: 'bytes', of: ({ bytes }) => bytes, shown: ({ bytes }) => sizeText(bytes), right: true },
  { name: 'detail', of: ({ detail }) => detail },
];

/** Ends with 11 when something acknowledged is damaged; nothing is changed. */
export async function run({ options }: Call<typeof serveVerifyOptions>, context: Context): Promise<void> {
  const folder = dataFolder(context, options);
  await requireStreams(folder);
  const { verifyDataFolder } = await import('../../server/verify.ts');
  let findings: readonly PartFinding[] = [];
  await withFolder(context, folder, async () => {
    findings = await verifyDataFolder(nodeDisk, folder);
  });
  await printList(context, COLUMNS, findings);
  const damaged = findings.filter(({ state }) => state === 'damaged');
  if (damaged.length === 0) return context.note(`${folder} is whole`);
  const segments = damaged.flatMap(({ part }) => /([0-9a-f]{16})\.seg$/.exec(part)?.[1] ?? []);
  const giveUp = segments.map((segment) => ` --accept-loss ${segment}`).join('');
  throw new CliError(`${damaged.length} ${damaged.length === 1 ? 'part is' : 'parts are'} damaged in ${folder}`, {
    exit: EXIT.checkFailed,
    lines: [
      'Put them back from a copy, if there is one.',
      ...(giveUp === '' ? [] : [`Or go on without what is damaged:  sluice serve${giveUp}`]),
    ],
  });
}
