/**
 * Messages of the Kinesis Client Library's MultiLangDaemon: one object a line, each way. Pure.
 * Source: https://github.com/awslabs/amazon-kinesis-client, multilang/messages.
 */
import type { Item } from '../../client/answers.ts';
import type { Position } from '../../client/position.ts';
import { base64 } from '../record/payload.ts';

export type Action = 'initialize' | 'processRecords' | 'leaseLost' | 'shardEnded' | 'shutdownRequested';

/** What a program says: a step is done, or a place is to be kept. */
export type Reply =
  | { readonly action: 'status'; readonly responseFor: string }
  | {
      readonly action: 'checkpoint';
      /** null: all that it was given. */
      readonly sequenceNumber: string | null;
      readonly subSequenceNumber: number | null;
    };

export function initializeMessage(shardId: string, from: Position): string {
  const [sequenceNumber, subSequenceNumber] = [initialNumber(from), 0];
  return line({ action: 'initialize', shardId, sequenceNumber, subSequenceNumber });
}

/** As KCL writes a checkpoint. */
function initialNumber(from: Position): string {
  if ('sequenceNumber' in from) return from.sequenceNumber;
  return from.at === 'horizon' ? 'TRIM_HORIZON' : from.at === 'latest' ? 'LATEST' : 'AT_TIMESTAMP';
}

export function recordsMessage(items: readonly Item[], lagMs: number): string {
  const records = items.map(({ record: { data, partitionKey, sequenceNumber, arrivalMs, subSequence = 0 } }) => ({
    action: 'record',
    data: base64(data),
    partitionKey,
    sequenceNumber,
    approximateArrivalTimestamp: arrivalMs,
    subSequenceNumber: subSequence,
  }));
  return line({ action: 'processRecords', records, millisBehindLatest: lagMs });
}

/** Tells of a step that has no facts. */
export function plainMessage(action: 'leaseLost' | 'shardEnded' | 'shutdownRequested'): string {
  return line({ action });
}

/** The answer to a checkpoint; `error` is the name of an exception of KCL. `checkpoint` is for libraries of KCL 1. */
export function checkpointMessage(
  { sequenceNumber, subSequenceNumber }: Extract<Reply, { action: 'checkpoint' }>,
  error: string | null,
): string {
  return line({ action: 'checkpoint', sequenceNumber, subSequenceNumber, checkpoint: sequenceNumber, error });
}

/** undefined for a line that is no message: programs print other things too. */
export function parseReply(text: string): Reply | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  let message: Record<string, unknown>;
  try {
    message = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { action, responseFor, subSequenceNumber } = message;
  if (action === 'status') return { action, responseFor: String(responseFor) };
  if (action !== 'checkpoint') return undefined;
  const sequenceNumber = message['sequenceNumber'] ?? message['checkpoint'] ?? null;
  return {
    action,
    sequenceNumber: sequenceNumber === null ? null : String(sequenceNumber),
    subSequenceNumber: typeof subSequenceNumber === 'number' ? subSequenceNumber : null,
  };
}

function line(message: object): string {
  return `${JSON.stringify(message)}\n`;
}
