/** A short question to a service of the machine, with a short patience: instance and container metadata. */
import type { Clock } from '../runtime/clock.ts';

/** Such a service answers within a millisecond or two; nobody answers elsewhere. */
const ANSWER_MS_MAX = 1_000;

export interface Question {
  readonly method?: 'PUT' | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** The answer's text, undefined for anything but success. @throws when there is no answer in time, or one that sends the token elsewhere. */
export async function askHttp(url: string, question: Question, clock: Clock): Promise<string | undefined> {
  const tooLate = new AbortController();
  const answered = new AbortController();
  clock.sleep(ANSWER_MS_MAX, answered.signal).then(
    () => tooLate.abort(new Error('no answer in time')),
    () => undefined,
  );
  try {
    const { method = 'GET', headers } = question;
    const answer = await fetch(url, { method, headers: { ...headers }, redirect: 'error', signal: tooLate.signal });
    const text = await answer.text();
    return answer.ok ? text : undefined;
  } finally {
    answered.abort(new Error('answered'));
  }
}

/** Asks the EC2 instance's own service, with a token as it wants one (IMDSv2); undefined where there is none. */
export async function instanceSession(
  endpoint: string,
  clock: Clock,
): Promise<((path: string) => Promise<string | undefined>) | undefined> {
  const tokenHeaders = { 'x-aws-ec2-metadata-token-ttl-seconds': '300' };
  const token = await askHttp(`${endpoint}/latest/api/token`, { method: 'PUT', headers: tokenHeaders }, clock);
  if (token === undefined) return undefined;
  return (path) => askHttp(`${endpoint}${path}`, { headers: { 'x-aws-ec2-metadata-token': token } }, clock);
}
