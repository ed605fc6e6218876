/** The periodic lines: how much was read and sent, and how far behind each flow is. Pure. */
import type { Logger, LogLevel } from '../runtime/logger.ts';
import type { FlowStatus } from './flow-status.ts';

/** Ten of Kinesis Agent's buffers behind is a warning, as there. */
const BEHIND_WARN_BYTES = 41_943_040;

/** Tells the figures since the start. `counters`: all of them rather than the usual ones. */
export function tellProgress(
  logger: Logger,
  flows: readonly FlowStatus[],
  { uptimeMs, counters }: { readonly uptimeMs: number; readonly counters: (flow: string) => boolean },
): void {
  const sum = (of: (flow: FlowStatus) => number) => flows.reduce((total, flow) => total + of(flow), 0);
  logger.log('info', 'progress', {
    parsed: sum((flow) => flow.reading.parsedRecords),
    bytes: sum((flow) => flow.reading.parsedBytes),
    sent: sum((flow) => flow.delivery.sentRecords),
    behindBytes: sum((flow) => flow.behindBytes),
    uptimeSeconds: Math.floor(uptimeMs / 1_000),
  });
  for (const flow of flows) {
    const level: LogLevel = flow.behindBytes >= BEHIND_WARN_BYTES ? 'warn' : 'info';
    logger.log(level, 'flow', flowFields(flow, counters(flow.id)));
  }
}

function flowFields(flow: FlowStatus, all: boolean): Readonly<Record<string, unknown>> {
  const { reading, delivery } = flow;
  const usual = {
    flow: flow.id,
    parsed: reading.parsedRecords,
    bytes: reading.parsedBytes,
    converted: reading.convertedRecords,
    skipped: reading.filteredRecords + reading.unmatchedRecords + reading.oversizeRecords,
    sent: delivery.sentRecords,
    behindBytes: flow.behindBytes,
    files: flow.files.length,
  };
  const error = flow.lastError === undefined ? {} : { lastError: flow.lastError };
  const unmatched = reading.unmatchedSample === undefined ? {} : { unmatchedSample: reading.unmatchedSample };
  const { unmatchedSample: _, ...counts } = reading;
  return all ? { ...usual, ...counts, ...delivery, ...error, ...unmatched } : { ...usual, ...error, ...unmatched };
}
