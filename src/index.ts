/** The public library: a daemon inside your own program, for tests and tools. */
export { type Daemon, type DaemonStatus, startDaemon } from './server/daemon.ts';
export type { DaemonOptions } from './server/daemon-options.ts';
