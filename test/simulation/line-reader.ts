/** The plainest record reader: a line is a record, its end included. What the tracking of files is tested with. */
import { noCounts } from '../../src/agent/reader-counters.ts';
import type { AgentRecord, RecordReader } from '../../src/agent/record-reader.ts';

export function lineReader(): RecordReader {
  let rest = new Uint8Array(0);
  let next = 0;
  const counters = noCounts();
  const record = (data: Uint8Array, start: number): AgentRecord => ({
    data,
    partitionKey: 'key',
    start,
    end: start + data.length,
  });
  return {
    push(bytes, position) {
      const all = new Uint8Array(rest.length + bytes.length);
      all.set(rest);
      all.set(bytes, rest.length);
      const base = position - rest.length;
      next = position + bytes.length;
      const records: AgentRecord[] = [];
      let from = 0;
      for (let end = all.indexOf(10); end >= 0; end = all.indexOf(10, from)) {
        records.push(record(all.slice(from, end + 1), base + from));
        from = end + 1;
      }
      rest = all.slice(from);
      return records;
    },
    flush: () => [],
    finish() {
      const last = rest;
      rest = new Uint8Array(0);
      return last.length === 0 ? [] : [record(last, next - last.length)];
    },
    holdMs: undefined,
    get settledPosition() {
      return next - rest.length;
    },
    get nextPosition() {
      return next;
    },
    stopped: false,
    counters,
  };
}
