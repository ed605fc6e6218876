/**
 * Programs in other languages that play one scenario with AWS's own clients against a daemon of ours. They are told
 * where it is as users tell theirs, by the environment alone, and print `ok <step>` after each step that held.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Daemon, startDaemon } from '../../src/index.ts';

/** What every client is led through, in this order. */
export const STEPS = ['create', 'put', 'read', 'reshard', 'errors', 'fan-out'] as const;

/** Much more than a client needs: a slow machine is no failure. */
const RUN_MS = 240_000;

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Played {
  readonly failure: string | undefined;
  readonly stdout: string;
}

/** A folder for one test file, gone after `remove`. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'sluice-interop-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A daemon as people run it: records on disk and synced, TLS beside plain text on one port. */
export function daemonForClients(folder: string): Promise<Daemon> {
  return startDaemon({ port: 0, dataDir: join(folder, 'data'), tls: 'own' });
}

/** The environment AWS's programs read: where the service is, a region, and credentials that need not be real. */
export function clientEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_KINESIS: endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}

/** Runs a program to its end; `failure` carries what it wrote to stderr. */
export function play({ command, args, cwd, env }: Program, endpoint: string): Promise<Played> {
  const options = {
    cwd,
    env: { ...process.env, ...clientEnvironment(endpoint), ...env },
    timeout: RUN_MS,
    maxBuffer: 1 << 26,
  };
  return new Promise((resolve) => {
    execFile(command, [...args], options, (error, stdout, stderr) => {
      resolve({ stdout, failure: error === null ? undefined : `${stderr}\n${stdout}`.trim().slice(-4_000) });
    });
  });
}

/** Plays a program and holds it to its steps. */
export async function expectSteps(program: Program, endpoint: string, steps: readonly string[] = STEPS): Promise<void> {
  const { failure, stdout } = await play(program, endpoint);
  expect(failure).toBeUndefined();
  expect(stdout.split('\n').filter((line) => line !== '')).toEqual(steps.map((step) => `ok ${step}`));
}

/** Builds a scenario. It is ours: what does not compile is a failure and skips nothing. */
export async function build(program: Program): Promise<void> {
  expect((await play(program, '')).failure).toBeUndefined();
}

/** Fetches what a client needs, in bounded time; says on stdout why the tests are skipped when it fails. */
export function ready(client: string, steps: readonly Program[], limitMs: number): boolean {
  for (const { command, args, cwd, env } of steps) {
    const options = { cwd, env: { ...process.env, ...env }, timeout: limitMs, encoding: 'utf8' as const };
    const { status, error, stderr, stdout } = spawnSync(command, [...args], options);
    if (status === 0) continue;
    const why = error?.message ?? (stderr || stdout || '').trim().split('\n').at(-1);
    process.stdout.write(`skipped: ${client}, as "${command} ${args[0] ?? ''}" failed: ${why}\n`);
    return false;
  }
  return true;
}
