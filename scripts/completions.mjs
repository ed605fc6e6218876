/** Writes the completion scripts that ship in completions/, as the built program prints them. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const files = { bash: 'sluice.bash', zsh: '_sluice', fish: 'sluice.fish', ps1: 'sluice.ps1' };
for (const [shell, file] of Object.entries(files)) {
  const script = execFileSync(process.execPath, [join(root, 'bin/sluice.js'), 'completion', shell]);
  writeFileSync(join(root, 'completions', file), script);
}
