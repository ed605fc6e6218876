/** The public library: a daemon inside your own program, for tests and tools. */
export { type Daemon, startDaemon } from './server/daemon.ts';
export type { DaemonOptions } from './server/daemon-options.ts';
export type { DaemonStatus } from './server/daemon-status.ts';
