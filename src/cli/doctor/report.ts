/** The report of `sluice doctor --bundle`: what helps to find a fault, without what is nobody's business. Pure. */
import type { MachineFacts } from '../../runtime/machine.ts';
import type { Finding } from './finding.ts';

export interface Report {
  readonly version: string;
  readonly machine: MachineFacts;
  readonly findings: readonly (Finding & { readonly name: string })[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The end of the log of the daemon in the background. */
  readonly log: string;
  readonly home: string;
}

/** Variables whose values say nothing secret. Of the others only the name is told. */
const PLAIN =
  /^(SLUICE_(?!.*(KEY|TOKEN|SECRET))|TERM$|COLORTERM$|LANG$|LC_|TZ$|CI$|NO_COLOR$|FORCE_COLOR$|CLICOLOR|AWS_REGION$|AWS_DEFAULT_REGION$|NODE_OPTIONS$|XDG_)/;
const TOLD =
  /^(SLUICE_|AWS_|NODE_|XDG_|LC_|HTTPS?_PROXY$|NO_PROXY$|TERM$|COLORTERM$|LANG$|TZ$|CI$|NO_COLOR$|FORCE_COLOR$|CLICOLOR)/i;

/** The report as text. */
export function reportText({ version, machine, findings, env, log, home }: Report): string {
  const variables = Object.entries(env)
    .filter(([name]) => TOLD.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `  ${name}=${PLAIN.test(name) ? value : '(set)'}`);
  const lines = [
    `sluice ${version}`,
    ...Object.entries(machine).map(([name, value]) => `  ${name} ${String(value)}`),
    ...['', 'Checks', ...findings.map(({ name, state, found }) => `  ${state.padEnd(5)} ${name}: ${found}`)],
    ...['', 'Environment', ...variables],
    ...[
      '',
      'Log of the server',
      ...log
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`),
    ],
  ];
  return `${redacted(lines.join('\n'), home)}\n`;
}

/** Without keys, tokens, account numbers, passwords in URLs and the name of the user. */
export function redacted(text: string, home: string): string {
  const user = home.split(/[\\/]/).at(-1)!;
  const plain = text
    .replaceAll(home, '~')
    .replace(/\b(A[KS]IA|AROA|AIDA)[A-Z0-9]{12,}\b/g, '(key)')
    .replace(/(arn:aws[\w-]*:(?:iam|sts):[^:\s]*:)\d*:\S+/g, '$1(identity)')
    .replace(/\b\d{12}\b/g, '(account)')
    .replace(/:\/\/[^/\s:@]+:[^/\s@]+@/g, '://(password)@')
    .replace(
      /([\w-]*(?:secret|token|password|signature|credential)[\w-]*)(["']?\s*[=:]\s*)("[^"]*"|[^\s,;]+)/gi,
      '$1$2(hidden)',
    );
  return user.length < 3 || user === 'root' ? plain : plain.replaceAll(user, '(user)');
}
