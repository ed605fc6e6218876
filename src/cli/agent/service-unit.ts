/** The systemd unit that runs an agent with the words of a command line, and what has to be done for it. Pure. */
import { join } from 'node:path';

export const SERVICE = 'sluice-agent.service';

export interface ServiceWords {
  /** Program and arguments, as they were typed. */
  readonly words: readonly string[];
  /** Where relative paths among them begin. */
  readonly directory: string;
  /** root's: a service of the machine under a user of its own; else one of the user's own. */
  readonly isSystem: boolean;
}

/** Where a unit is put. */
export function unitPath(isSystem: boolean, configHome: string): string {
  return isSystem ? `/etc/systemd/system/${SERVICE}` : join(configHome, 'systemd/user', SERVICE);
}

/** What only the manager of the machine can do, or means its users. */
const SYSTEM_ONLY =
  /^(After|Wants|User|SupplementaryGroups|EnvironmentFile|StateDirectory\w*|Protect\w+|PrivateTmp|RestrictSUIDSGID|LockPersonality)=/;

/** `template`: the unit that comes with the program. */
export function serviceUnit(template: string, { words, directory, isSystem }: ServiceWords): string {
  const start = words.map(quoted).join(' ');
  // Behind -- stand files alone.
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  const check = words.toSpliced(end, 0, '--check').map(quoted).join(' ');
  const lines = template.split('\n').flatMap((line) => {
    if (line.startsWith('#') || (!isSystem && SYSTEM_ONLY.test(line))) return [];
    if (line.startsWith('ExecStartPre=')) return [`ExecStartPre=${check}`];
    if (line.startsWith('ExecStart=')) return [`ExecStart=${start}`];
    if (line === '[Service]') return [line, `WorkingDirectory=-${directory.replaceAll('%', '%%')}`];
    return [!isSystem && line.startsWith('WantedBy=') ? 'WantedBy=default.target' : line];
  });
  return `${lines.join('\n').trim()}\n`;
}

/** Shell commands that make a service of the unit, the user it runs as included where there is none yet. */
export function serviceCommands(isSystem: boolean): readonly string[] {
  const manager = isSystem ? 'systemctl' : 'systemctl --user';
  const user = 'useradd --system --home-dir /var/lib/sluice --shell /usr/sbin/nologin sluice';
  const steps = [`${manager} daemon-reload`, `${manager} enable ${SERVICE}`, `${manager} restart ${SERVICE}`];
  const isThere = 'getent passwd sluice >/dev/null';
  return isSystem ? [`${isThere} || ${user}`, `chmod 644 ${unitPath(true, '')}`, ...steps] : steps;
}

/** A word as systemd reads it back: percent signs and dollars stand for something there, outside of quotes blanks too. */
function quoted(word: string): string {
  const plain = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@%+=:,./*?~-]+$/.test(plain) ? plain : `"${plain.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
