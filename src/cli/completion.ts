/** The completion scripts of four shells. None of them evaluates what was typed; bash 3.2 is enough. Pure. */
import type { CommandSpec } from './command-spec.ts';
import {
  type CompletionPlace,
  type CompletionValue,
  type CompletionWord,
  completionPlaces,
  completionValues,
} from './completion-words.ts';

export type Shell = 'bash' | 'zsh' | 'fish' | 'ps1';

/** The script of a shell. */
export function completionScript(
  shell: Shell,
  commands: readonly CommandSpec[],
  nouns: Readonly<Record<string, string>>,
): string {
  const places = completionPlaces(commands, nouns);
  const values = completionValues(commands);
  const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript, ps1: powershellScript };
  return scripts[shell](places, values);
}

type Script = (places: readonly CompletionPlace[], values: readonly CompletionValue[]) => string;

/** The steps from one place to the next, as `place word`: ` put`, `stream create`. */
function steps(places: readonly CompletionPlace[]): readonly string[] {
  return places.filter(({ path }) => path !== '').map(({ path }) => (path.includes(' ') ? path : ` ${path}`));
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const wordsOf = (words: readonly CompletionWord[]) => words.map(({ word }) => word).join(' ');

/** Shell patterns for `place word` where an option's value stands. */
function valuePattern(value: CompletionValue): string {
  const heads = value.spellings.map((spelling) =>
    value.path === undefined ? ` ${spelling}` : `${value.path} ${spelling}`,
  );
  return heads.map((head) => (value.path === undefined ? `*${quoted(head)}` : quoted(head))).join('|');
}

const bashScript: Script = (places, values) => `# sluice completion for bash. Made by: sluice completion bash
_sluice() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} place='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$place \${COMP_WORDS[i]}" in
      ${steps(places).map(quoted).join('|')})
        place=\${place:+$place }\${COMP_WORDS[i]} ;;
    esac
  done
  case "$place $prev" in
${values.map((value) => `    ${valuePattern(value)}) COMPREPLY=($(compgen ${value.files ? '-f' : `-W ${quoted(value.choices.join(' '))}`} -- "$cur")); return ;;`).join('\n')}
  esac
  case "$place" in
${places.map(({ path, words }) => `    ${quoted(path)}) words=${quoted(wordsOf(words))} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _sluice sluice
`;

const zshScript: Script = (places, values) => `#compdef sluice
# sluice completion for zsh. Made by: sluice completion zsh
_sluice() {
  local place='' word
  local -a items
  for word in \${words[2,CURRENT-1]}; do
    case "$place $word" in
      ${steps(places).map(quoted).join('|')})
        place=\${place:+$place }$word ;;
    esac
  done
  case "$place \${words[CURRENT-1]}" in
${values.map((value) => `    ${valuePattern(value)}) ${value.files ? '_files' : `compadd -- ${value.choices.join(' ')}`}; return ;;`).join('\n')}
  esac
  case "$place" in
${places.map(({ path, words }) => `    ${quoted(path)}) items=(${words.map(({ word, doc }) => quoted(`${word}:${doc.replaceAll(':', '\\:')}`)).join(' ')}) ;;`).join('\n')}
  esac
  _describe sluice items
  _files
}
if [ "$funcstack[1]" = _sluice ]; then _sluice "$@"; else compdef _sluice sluice; fi
`;

const fishScript: Script = (places, values) => {
  const lines = places.flatMap(({ path, words }) =>
    words.map(({ word, doc }) => {
      const what = word.startsWith('--')
        ? `-l ${word.slice(2)}`
        : word.startsWith('-')
          ? `-s ${word.slice(1)}`
          : `-a ${word}`;
      return `complete -c sluice -n ${quoted(`__sluice_at ${quoted(path)}`)} ${what} -d ${fishQuoted(doc)}`;
    }),
  );
  const choices = values.map((value) => {
    const where = value.path === undefined ? '' : ` -n ${quoted(`__sluice_at ${quoted(value.path)}`)}`;
    const takes = value.files ? '-r -F' : `-x -a ${quoted(value.choices.join(' '))}`;
    return `complete -c sluice${where} -l ${value.spellings.at(-1)!.slice(2)} ${takes}`;
  });
  return `# sluice completion for fish. Made by: sluice completion fish
function __sluice_at
    set -l place ''
    for word in (commandline -opc)[2..-1]
        switch "$place $word"
            case ${steps(places).map(quoted).join(' ')}
                set place (string trim -- "$place $word")
        end
    end
    test "$place" = "$argv[1]"
end
complete -c sluice -f
${[...lines, ...choices].join('\n')}
`;
};

const fishQuoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const powershellQuoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

const powershellScript: Script = (places, values) => {
  const table = places.map(({ path, words }) => {
    const entries = words.map(({ word, doc }) => `@(${powershellQuoted(word)}, ${powershellQuoted(doc)})`);
    return `    ${powershellQuoted(path)} = @(${entries.join(', ')})`;
  });
  const choices = values.flatMap((value) =>
    value.spellings.map((spelling) => {
      const key = value.path === undefined ? ` ${spelling}` : `${value.path} ${spelling}`;
      return `    ${powershellQuoted(key)} = @(${value.choices.map(powershellQuoted).join(', ')})`;
    }),
  );
  return `# sluice completion for PowerShell. Made by: sluice completion ps1
Register-ArgumentCompleter -Native -CommandName sluice -ScriptBlock {
  param($current, $line, $cursor)
  $places = @{
${table.join('\n')}
  }
  $values = @{
${choices.join('\n')}
  }
  $place = ''
  $previous = ''
  foreach ($element in $line.CommandElements | Select-Object -Skip 1) {
    $word = "$element"
    if ($element.Extent.EndOffset -ge $cursor) { break }
    $next = "$place $word".Trim()
    if ($places.ContainsKey($next)) { $place = $next }
    $previous = $word
  }
  $found = $values["$place $previous"]
  if ($null -eq $found) { $found = $values[" $previous"] }
  if ($null -ne $found) {
    $found | Where-Object { $_ -like "$current*" }
    return
  }
  foreach ($entry in $places[$place]) {
    if ($entry[0] -like "$current*") {
      [System.Management.Automation.CompletionResult]::new($entry[0], $entry[0], 'ParameterValue', $entry[1])
    }
  }
}
`;
};
