/**
 * The public library: a daemon inside your own program, and the client, producer and consumer that the command line is
 * made of, for any Kinesis-compatible server.
 */
export { Client, type ClientOptions } from './client/client.ts';
export { ClientError, UnreachableError } from './client/client-error.ts';
export { Consumer, type ConsumerOptions } from './client/consumer.ts';
export { findCredentials } from './client/credential-chain.ts';
export { type Credentials, keptCredentials, LOCAL_CREDENTIALS } from './client/credentials.ts';
export { awsEndpoint } from './client/endpoint.ts';
export type { Position } from './client/position.ts';
export { Producer, type ProducerOptions } from './client/producer.ts';
export { kinesisOperations } from './operations/kinesis/index.ts';
export { systemClock } from './runtime/clock.ts';
export { systemRandom } from './runtime/random.ts';
export { type Daemon, startDaemon } from './server/daemon.ts';
export type { DaemonOptions } from './server/daemon-options.ts';
export type { DaemonStatus } from './server/daemon-status.ts';
