/** Load for a while over a number of connections, with the server's CPU time read before and after. */
import { Connection } from './http.mjs';
import { cpuSeconds, loopSeconds, residentMiB } from './servers.mjs';

/**
 * Sends `requests` in turn over `connections` for `warmMs`, then measures for `measureMs`.
 * Every answer must be 200 and pass `accept`. Latencies in ms.
 */
export async function load(server, { requests, recordsEach, connections, warmMs, measureMs, accept = () => true }) {
  const open = Array.from({ length: connections }, () => new Connection(server.port));
  const latencies = [];
  let done = 0;
  let stored = 0;
  let next = 0;
  let phase = 'warm';
  const run = async (connection) => {
    while (phase !== 'end') {
      const begin = performance.now();
      const answer = await connection.send(requests[next++ % requests.length]);
      if (answer.status !== 200 || !accept(answer.body))
        throw new Error(`${server.name}: ${answer.status} ${answer.body.subarray(0, 300)}`);
      stored += recordsEach;
      if (phase !== 'measure') continue;
      done += 1;
      latencies.push(performance.now() - begin);
    }
  };
  const running = Promise.all(open.map(run));
  await Promise.race([running, pause(warmMs)]);
  const cpuBefore = cpuSeconds(server.pid);
  const loopBefore = loopSeconds(server.pid);
  const ownBefore = process.cpuUsage();
  const begin = performance.now();
  phase = 'measure';
  await Promise.race([running, pause(measureMs)]);
  const wallSeconds = (performance.now() - begin) / 1000;
  const cpu = cpuSeconds(server.pid) - cpuBefore;
  const loop = loopSeconds(server.pid) - loopBefore;
  const own = process.cpuUsage(ownBefore);
  phase = 'end';
  await running;
  for (const connection of open) connection.close();
  if (done === 0) throw new Error(`no answer in ${measureMs} ms`);
  latencies.sort((a, b) => a - b);
  return {
    stored,
    perSecond: (done * recordsEach) / wallSeconds,
    perCpuSecond: (done * recordsEach) / cpu,
    loopShare: loop / cpu,
    p50: latencies[Math.floor(latencies.length * 0.5)],
    p99: latencies[Math.floor(latencies.length * 0.99)],
    serverCores: cpu / wallSeconds,
    clientCores: (own.user + own.system) / 1e6 / wallSeconds,
    residentMiB: residentMiB(server.pid),
  };
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
