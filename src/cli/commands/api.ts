/** `sluice api`: any call of Kinesis by its API name, signed; prints the answer as JSON. */
import { parsedAnswer } from '../../client/client.ts';
import { BODY_BYTES_MAX } from '../../model/limits.ts';
import { kinesisOperations } from '../../operations/kinesis/index.ts';
import { readPieces } from '../../runtime/files.ts';
import { assignedValue, checkDocument, findOperation, parseAssignment, parseJson } from '../api-input.ts';
import { callText } from '../change.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { jsonText, pickFields } from '../list-output.ts';
import type { apiOptions } from '../table/setup.ts';

/** Calls once; words outrank members of the document. */
export async function run({ args, options }: Call<typeof apiOptions>, context: Context): Promise<void> {
  const operation = findOperation(args[0]!, kinesisOperations);
  const input: Record<string, unknown> = {};
  if (options.input !== undefined) {
    const document = parseJson(new TextDecoder().decode(await bytesOf(options.input, context)), '--input');
    checkDocument(operation.input, document, operation.name);
    Object.assign(input, document);
  }
  for (const word of args.slice(1)) {
    const assignment = parseAssignment(operation, word);
    const { name, member, text } = assignment;
    const isFile = member.kind === 'blob' && text.startsWith('@');
    input[name] = isFile
      ? Buffer.from(await bytesOf(text.slice(1), context)).toString('base64')
      : assignedValue(assignment, context.moment);
  }
  checkDocument(operation.input, input, operation.name);
  if (context.global.dryRun) return void (await context.out.write(`${callText(operation, input)}\n`));
  const client = await context.client();
  const body = Buffer.from(JSON.stringify(input));
  await printAnswer(context, await client.send(operation.name, body, { signal: context.signal }));
}

/** Nothing for an empty answer. @throws {CliError} exit 3 when some records of the call were not written. */
async function printAnswer(context: Context, body: Uint8Array): Promise<void> {
  if (body.length === 0) return;
  const answer: Record<string, unknown> = Object(parsedAnswer(body));
  const entries = pickFields(Object.entries(answer), context.global.fields, ([name]) => name);
  await context.out.write(jsonText(Object.fromEntries(entries), context.out.isTerminal));
  const { FailedRecordCount: failed, Records: records } = answer;
  if (typeof failed === 'number' && failed > 0 && Array.isArray(records)) {
    const lines = ['Which and why: ErrorCode and ErrorMessage in Records of the answer.'];
    throw new CliError(`${failed} of ${records.length} records not written`, { exit: EXIT.partial, lines });
  }
}

/** A file's bytes, or those of stdin for `-`. */
async function bytesOf(path: string, context: Context): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of path === '-' ? context.stdin : readPieces(path)) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > BODY_BYTES_MAX) throw usageError(`${path} is larger than a request may be (${BODY_BYTES_MAX} bytes)`);
  }
  return Buffer.concat(pieces);
}
