/** A question to a service of AWS that gives credentials: STS, IAM Identity Center. One connection, soon closed. */
import Pool from 'undici/lib/dispatcher/pool.js';
import { openDispatcher } from './dispatcher.ts';
import { exchange } from './http.ts';
import { needsDispatcher } from './proxy.ts';

export interface AwsQuestion {
  readonly method?: 'GET' | undefined;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array | undefined;
}

export interface AwsReply {
  readonly status: number;
  readonly text: string;
}

const ANSWER_MS_MAX = 10_000;

/** The answer, whatever its status. @throws {UnreachableError} without one. */
export async function askAws(
  url: URL,
  question: AwsQuestion,
  env: Readonly<Record<string, string | undefined>>,
): Promise<AwsReply> {
  const { origin, pathname, search } = url;
  const dispatcher = needsDispatcher(origin, env)
    ? await openDispatcher(origin, { env, connectMs: ANSWER_MS_MAX })
    : new Pool(origin, { connections: 1, connectTimeout: ANSWER_MS_MAX });
  try {
    const request = { ...question, path: `${pathname}${search}`, timeoutMs: ANSWER_MS_MAX };
    const { status, body } = await exchange(dispatcher, origin, request);
    return { status, text: new TextDecoder().decode(body) };
  } finally {
    await dispatcher.close();
  }
}
