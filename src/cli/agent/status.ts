/** `sluice agent --status`: from the running agent, or from what it wrote down last. */
import type { ServiceStatus } from '../../agent/agent-service.ts';
import type { FileStatus, FlowStatus } from '../../agent/flow-status.ts';
import { readLocalText } from '../../runtime/local-socket.ts';
import type { Context } from '../context.ts';
import { type Column, printList, wantsPage } from '../list-output.ts';
import { durationText, grouped, sizeText } from '../values.ts';

/** One row a file; on stderr a line a flow. `socket`: where the agent is asked, if not in its state folder. */
export async function printStatus(context: Context, stateDir: string, socket: string | undefined): Promise<void> {
  const { statusSocketOf } = await import('../../agent/agent-service.ts');
  const text = await readLocalText(socket ?? statusSocketOf(stateDir));
  const status = text === undefined ? undefined : parsed(text);
  if (status === undefined) {
    const { storedStatus } = await import('../../agent/stored-status.ts');
    const why = text === undefined ? `no agent runs on ${stateDir}` : `the agent on ${stateDir} gave no answer`;
    context.note(`${why}: this is what it wrote down last`);
    return printRows(context, await storedStatus(stateDir), true);
  }
  const { flows } = status;
  const rows = flows.flatMap((flow) => flow.files.map((file) => ({ ...file, flow: flow.id })));
  await printRows(context, rows, false);
  // Programs hear only of trouble.
  const told = wantsPage(context) ? flows : flows.filter(({ lastError }) => lastError !== undefined);
  for (const flow of told) context.note(flowLine(flow, context.clock.now()));
}

/** How a flow does, in one line: what is as it should be is left out. */
export function flowLine(flow: FlowStatus, nowMs: number): string {
  const { id, delivery, behindBytes, oldestUnsentMs, backoffMs, lastSuccessMs, lastError } = flow;
  const { sentPerSecond, credentialsExpireMs } = flow;
  const success = lastSuccessMs === undefined ? 'none yet' : `${durationText(Math.max(0, nowMs - lastSuccessMs))} ago`;
  const parts = [
    `${grouped(delivery.sentRecords)} records sent`,
    ...(sentPerSecond > 0 ? [`${grouped(Math.ceil(sentPerSecond))}/s`] : []),
    `${sizeText(behindBytes)} behind`,
    ...(oldestUnsentMs > 0 ? [`the oldest has waited ${durationText(oldestUnsentMs)}`] : []),
    ...(delivery.throttledRecords > 0 ? [`${grouped(delivery.throttledRecords)} throttled`] : []),
    ...(delivery.deadLetters > 0 ? [`${grouped(delivery.deadLetters)} set aside`] : []),
    ...(backoffMs > 0 ? [`next request in ${durationText(backoffMs)}`] : []),
    ...(behindBytes > 0 || lastError !== undefined ? [`last success ${success}`] : []),
    ...(credentialsExpireMs === undefined
      ? []
      : [`credentials for ${durationText(Math.max(0, credentialsExpireMs - nowMs))}`]),
    ...(lastError === undefined ? [] : [`last error: ${lastError}`]),
  ];
  return `${id}: ${parts.join(', ')}`;
}

/** An agent that ends, or has no descriptor left, hangs up before it has told all. */
function parsed(text: string): ServiceStatus | undefined {
  try {
    return JSON.parse(text) as ServiceStatus;
  } catch {
    return undefined;
  }
}

type Row = FileStatus & { readonly flow: string };

async function printRows(context: Context, rows: readonly Row[], isStale: boolean): Promise<void> {
  const columns: readonly Column<Row>[] = [
    { name: 'path', of: (row) => row.path },
    { name: 'state', of: (row) => (isStale ? 'stale' : row.state) },
    { name: 'size', of: (row) => row.sizeBytes, right: true },
    { name: 'delivered', of: (row) => row.ackedBytes, right: true },
    { name: 'behind', of: (row) => row.behindBytes, right: true },
    { name: 'lag', of: (row) => (row.lagMs === undefined ? null : Math.round(row.lagMs / 100) / 10), right: true },
    { name: 'complete', of: (row) => row.isDelivered },
    { name: 'flow', of: (row) => row.flow },
    { name: 'read', of: (row) => row.readBytes, right: true, wide: true },
    { name: 'inode', of: (row) => row.inode, wide: true },
    { name: 'generation', of: (row) => row.generation, right: true, wide: true },
    { name: 'error', of: (row) => row.error ?? null, wide: true },
  ];
  await printList(context, columns, rows);
}
