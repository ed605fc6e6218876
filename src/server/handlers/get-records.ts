/** GetRecords: a plain path for CBOR, and a direct one that renders JSON straight from the store's bytes. */
import { Buffer } from 'node:buffer';
import type { ReadPage } from '../../model/delivery.ts';
import { GET_RECORDS_MAX } from '../../model/limits.ts';
import { getRecords } from '../../operations/kinesis/get-records.ts';
import type { Input, Output } from '../../operations/operation.ts';
import { check } from '../../wire/check.ts';
import { PiecewisePage } from '../../wire/get-records-pieces.ts';
import { renderPageEndJson, renderRecordsJson } from '../../wire/get-records-render.ts';
import { coerceJson } from '../../wire/json.ts';
import { childShardAnswer } from '../../wire/shard-answer.ts';
import { type Call, type DirectAnswer, type Handler, route, type Wire } from '../route.ts';
import { recordAnswers } from './record-answers.ts';
import { nameInArn } from './stream-name.ts';

type GetRecordsInput = Input<typeof getRecords>;
/** Of keys and data: a shorter answer is as quickly made in one piece. */
const PIECEWISE_BYTES_MIN = 131_072;
const NO_BYTES = new Uint8Array(0);

type Answer = Output<typeof getRecords>;

const handleGetRecords: Handler<typeof getRecords> = async (input, call) => answer(await read(input, call));

function read(input: GetRecordsInput, { service, scope, reader }: Call): Promise<ReadPage> {
  return service.getRecords(scope, {
    iterator: input.ShardIterator,
    limit: input.Limit ?? GET_RECORDS_MAX,
    streamName: input.StreamARN === undefined ? undefined : nameInArn(input.StreamARN),
    dryRun: input.DryRun,
    reader,
  });
}

function answer(page: ReadPage): Answer {
  return {
    Records: recordAnswers(page),
    NextShardIterator: page.nextIterator,
    MillisBehindLatest: page.lagMs,
    ChildShards: page.children?.map(childShardAnswer),
  };
}

function direct(body: Uint8Array, wire: Wire, call: Call): Promise<DirectAnswer> | undefined {
  const input = wire === 'json' ? checkedInput(body) : undefined;
  // Where account and region in an ARN count, the plain path looks at them.
  if (input === undefined || (input.StreamARN !== undefined && !call.service.sharesNamespace)) return undefined;
  return readRendered(input, call);
}

async function readRendered(input: GetRecordsInput, call: Call): Promise<DirectAnswer> {
  const page = await read(input, call);
  const shared = call.pages.recordsOf(page, renderRecordsJson);
  if (shared !== undefined) return { body: shared, rest: renderPageEndJson(page) };
  const bytes = page.blocks.reduce((sum, { starts, count }) => sum + starts[count]! - starts[0]!, 0);
  if (bytes < PIECEWISE_BYTES_MIN) return { body: renderRecordsJson(page), rest: renderPageEndJson(page) };
  return { body: NO_BYTES, pieces: new PiecewisePage(page) };
}

/** undefined when anything is wrong with the body: the plain path then says what. */
function checkedInput(body: Uint8Array): GetRecordsInput | undefined {
  try {
    const input = coerceJson(
      getRecords.input,
      JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString()),
    );
    check(getRecords.input, input);
    return input as GetRecordsInput;
  } catch {
    return undefined;
  }
}

export const getRecordsRoute = route({ operation: getRecords, handle: handleGetRecords, direct });
