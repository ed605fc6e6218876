/** `sluice serve status`: where the daemon runs; exit 5 when it does not. */
import { CliError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { type Cell, printDocument, wantsPage } from '../list-output.ts';
import { runningDaemon } from '../serve/running-daemon.ts';
import type { serveStatusOptions } from '../table/serve.ts';
import { durationText, sizeText } from '../values.ts';

/** `-o env` prints what AWS programs read, ready for `eval`. */
export async function run({ options }: Call<typeof serveStatusOptions>, context: Context): Promise<void> {
  const running = await runningDaemon(context, options.name);
  if (running === undefined) {
    throw new CliError('no server is running', { exit: EXIT.notFound, lines: ['Start one:  sluice serve -d'] });
  }
  if (context.listFormat === 'env') return printDocument(context, environmentOf(running.state.url, context));
  const { status } = running;
  await printDocument(context, wantsPage(context) ? readable(status) : (status as Record<string, Cell>));
}

function environmentOf(url: string, context: Context): Record<string, string> {
  return {
    SLUICE_ENDPOINT: url,
    AWS_ENDPOINT_URL_KINESIS: url,
    AWS_REGION: context.localRegion,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}

function readable(status: Readonly<Record<string, unknown>>): Record<string, Cell> {
  const { health, dataDir, uptimeMs, storedBytes, url, pid, version, durability, streams } = status;
  const tls = status['tls'] as { readonly url: string; readonly certificatePath?: string } | undefined;
  return {
    url: String(url),
    ...(tls && { tls: tls.url, certificate: tls.certificatePath ?? 'in memory' }),
    pid: Number(pid),
    version: String(version),
    data: dataDir === undefined ? 'in memory' : String(dataDir),
    durability: String(durability),
    health: (health as { readonly state: string }).state,
    streams: Number(streams),
    stored: sizeText(Number(storedBytes)),
    up: durationText(Number(uptimeMs)),
  };
}
