/** Where the completion script of a shell goes, and the line that makes the shell read it. Pure. */
import { join } from 'node:path';
import type { Shell } from '../table/setup.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Installation {
  /** Where the script is written. */
  readonly script: string;
  /** The file a line is added to; undefined where the shell finds the script by itself. */
  readonly startFile?: string | undefined;
  readonly line?: string | undefined;
}

/** The script's name in the package, which is also what the shells call it. */
export function scriptFile(shell: Shell): string {
  return { bash: 'sluice.bash', zsh: '_sluice', fish: 'sluice.fish', powershell: 'sluice.ps1' }[shell];
}

/** The shell that a user has, by the path of the login shell. */
export function shellOf(path: string | undefined): Shell | undefined {
  const name = path
    ?.split(/[\\/]/)
    .at(-1)
    ?.replace(/\.exe$/, '');
  return name === 'bash' || name === 'zsh' || name === 'fish' ? name : name === 'pwsh' ? 'powershell' : undefined;
}

/** The files for a shell. bash-completion finds its folder by itself; the line serves those who do not have it. */
export function installationOf(shell: Shell, env: Environment, home: string): Installation {
  const data = env['XDG_DATA_HOME'] || join(home, '.local', 'share');
  const config = env['XDG_CONFIG_HOME'] || join(home, '.config');
  switch (shell) {
    case 'fish':
      return { script: join(config, 'fish', 'completions', 'sluice.fish') };
    case 'bash': {
      const script = join(data, 'bash-completion', 'completions', 'sluice');
      return { script, startFile: join(home, '.bashrc'), line: `[ -f ${quoted(script)} ] && . ${quoted(script)}` };
    }
    case 'zsh': {
      const script = join(data, 'zsh', 'site-functions', '_sluice');
      const line = `(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }; [ -f ${quoted(script)} ] && . ${quoted(script)}`;
      return { script, startFile: join(env['ZDOTDIR'] || home, '.zshrc'), line };
    }
    case 'powershell': {
      const folder = join(config, 'powershell');
      const script = join(folder, 'sluice-completion.ps1');
      return {
        script,
        startFile: join(folder, 'Microsoft.PowerShell_profile.ps1'),
        line: `. '${script.replaceAll("'", "''")}'`,
      };
    }
  }
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** The start file with the line at its end; undefined when it has it already. */
export function withLine(text: string, line: string): string | undefined {
  if (text.split('\n').includes(line)) return undefined;
  return `${text === '' || text.endsWith('\n') ? text : `${text}\n`}${line}\n`;
}
