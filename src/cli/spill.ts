/** Records that could not be sent, kept in a file so that a later put can send them: one JSON object a line. */
import type { ProducerRecord } from '../client/producer-batch.ts';
import { isoTime } from '../runtime/calendar.ts';
import { readText, saveText } from '../runtime/files.ts';
import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { EXIT } from './exit.ts';

/** Writes them and returns the file's path: one of its own, also when several puts fail in the same second. */
export async function spill(context: Context, stream: string, records: readonly ProducerRecord[]): Promise<string> {
  const stamp = isoTime(context.clock.now()).replace(/[-:]|\..*/g, '');
  const unique = context.random.uuid().slice(0, 8);
  const path = `${context.folders.state}/spill/${encodeURIComponent(stream)}-${stamp}-${unique}.ndjson`;
  const lines = records.map((record) => {
    const data = Buffer.from(record.data).toString('base64');
    return `${JSON.stringify({ key: record.partitionKey, hash: record.explicitHashKey, data, enc: 'base64' })}\n`;
  });
  await saveText(path, lines.join(''));
  return path;
}

/** The records of such a file, in order. */
export async function spilled(path: string): Promise<readonly ProducerRecord[]> {
  const text = await readText(path);
  if (text === undefined) throw new CliError(`${path} does not exist`, { exit: EXIT.notFound, code: 'ENOENT' });
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line, i) => {
    const entry = parsed(line);
    if (entry === undefined) throw new CliError(`${path}:${i + 1} is no saved record`, { exit: EXIT.usage });
    return entry;
  });
}

function parsed(line: string): ProducerRecord | undefined {
  try {
    const { key, hash, data, enc } = JSON.parse(line) as Record<string, unknown>;
    if (typeof key !== 'string' || typeof data !== 'string' || enc !== 'base64') return undefined;
    const explicitHashKey = typeof hash === 'string' ? hash : undefined;
    return { partitionKey: key, explicitHashKey, data: Buffer.from(data, 'base64') };
  } catch {
    return undefined;
  }
}
