/** `sluice serve logs`: what a daemon in the background has told. */
import { parseZonedTime } from '../../runtime/calendar.ts';
import { readText } from '../../runtime/files.ts';
import { CliError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { followFile } from '../record/follow-file.ts';
import { serverLog } from '../serve/daemon-launch.ts';
import type { serveLogsOptions } from '../table/serve.ts';
import { parseTime } from '../times.ts';

/** Prints the last lines, then with --follow what is added. */
export async function run({ options }: Call<typeof serveLogsOptions>, context: Context): Promise<void> {
  const path = serverLog(context, options.name);
  const text = await readText(path);
  if (text === undefined) {
    const lines = [
      'A server in the background has one:  sluice serve -d',
      'One in the foreground tells all on its stderr.',
    ];
    throw new CliError(`there is no log in ${path}`, { exit: EXIT.notFound, lines });
  }
  const sinceMs = options.since === undefined ? undefined : parseTime(options.since, context.moment);
  const lines = linesSince(text, sinceMs);
  for (const line of lines.slice(sinceMs === undefined ? -options.lines : 0)) await context.out.write(`${line}\n`);
  if (!options.follow) return;
  // What is shown already is passed over once; after a restart of the server the log begins anew.
  let shown = Buffer.byteLength(text);
  for await (const event of followFile(path, { clock: context.clock, fromEnd: false, signal: context.signal })) {
    if (event.kind === 'restart') shown = 0;
    else {
      const fresh = event.bytes.subarray(Math.min(shown, event.bytes.length));
      shown -= event.bytes.length - fresh.length;
      await context.out.write(fresh);
    }
  }
  context.signal.throwIfAborted();
}

/** Lines from a time on; one without a time belongs to the line before it. Pure. */
export function linesSince(text: string, sinceMs: number | undefined): readonly string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (sinceMs === undefined) return lines;
  const first = lines.findIndex((line) => (parseZonedTime(line.split(' ', 1)[0]!) ?? -1) >= sinceMs);
  return first < 0 ? [] : lines.slice(first);
}
