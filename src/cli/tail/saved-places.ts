/** Where to go on after a checkpoint file. */
import { parseCheckpoint, type ShardPlaces } from '../../client/checkpoint.ts';
import { readText } from '../../runtime/files.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit.ts';
import type { OpenStream } from '../target/open-stream.ts';

/** The places of a checkpoint file, by stream. @throws {CliError} when it does not know one of the streams. */
export async function savedPlaces(
  path: string,
  streams: readonly OpenStream[],
): Promise<ReadonlyMap<string, ShardPlaces>> {
  const text = await readText(path);
  if (text === undefined) throw new CliError(`${path} does not exist`, { exit: EXIT.notFound, code: 'ENOENT' });
  const places = parseCheckpoint(text);
  const missing = streams.find(({ name }) => !places.has(name));
  if (missing === undefined) return places;
  throw new CliError(`${path} knows nothing of ${missing.name}`, {
    exit: EXIT.notFound,
    lines: [`It is of ${[...places.keys()].join(', ')}.`],
  });
}
