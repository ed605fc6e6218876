/** What `e` writes: the table of the view as CSV, records as one JSON object a line. Pure. */
import type { Board } from './figures.ts';
import { csvHead, csvRows } from './sample.ts';
import type { PeekFacts } from './scene.ts';
import { chosenStream } from './select-shards.ts';
import type { ScreenState } from './state.ts';
import { shownRecords } from './views/peek.ts';

const decoder = new TextDecoder();

/** The text, and a file name in which `*` stands for the time. */
export function exportText(
  state: ScreenState,
  board: Board | undefined,
  peek: PeekFacts,
): { readonly name: string; readonly text: string } {
  const stream = chosenStream(board, state);
  if (state.view === 'peek') {
    const lines = shownRecords(peek, state.filters.peek).map((record) =>
      JSON.stringify({
        shard: peek.place,
        seq: record.sequenceNumber,
        key: record.partitionKey,
        timeMs: record.arrivalMs,
        size: record.bytes,
        data: decoder.decode(record.data),
      }),
    );
    return { name: `sluice-peek-${stream?.name ?? 'records'}-*.ndjson`, text: `${lines.join('\n')}\n` };
  }
  const rows = board === undefined ? [] : csvRows(board, stream?.name);
  return { name: `sluice-top-${stream?.name ?? 'streams'}-*.csv`, text: [csvHead(), ...rows, ''].join('\n') };
}
