/** What --dry-run prints: the calls that would have been made, one JSON document a line. */
import type { Input, Operation, Output } from '../operations/operation.ts';
import type { OpenStream } from './target/open-stream.ts';

/** Makes a call that changes something, or prints it and answers undefined with --dry-run. */
export async function change<O extends Operation>(
  { context, client }: Pick<OpenStream, 'context' | 'client'>,
  operation: O,
  input: Input<O>,
): Promise<Output<O> | undefined> {
  if (context.global.dryRun) {
    await context.out.write(`${callText(operation, input)}\n`);
    return undefined;
  }
  return client.call(operation, input, { signal: context.signal });
}

/** The call as JSON, blobs in base64. */
export function callText(operation: Operation, input: object): string {
  const encoded = JSON.stringify(input, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  );
  return `{"operation":"${operation.name}","input":${encoded}}`;
}
