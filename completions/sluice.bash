# sluice completion for bash. Made by: sluice completion bash
_sluice() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} place='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$place ${COMP_WORDS[i]}" in
      ' stream'|' put'|' tail'|' replay'|' split'|' merge'|'stream list'|'stream describe'|'stream shards'|'stream create'|'stream delete'|'stream scale'|'stream retention'|'stream mode'|'stream tag'|'stream encrypt'|'stream wait'|'stream limits'|' serve'|'serve status'|'serve stop'|' agent'|' api'|' completion'|' help')
        place=${place:+$place }${COMP_WORDS[i]} ;;
    esac
  done
  case "$place $prev" in
    'put -f'|'put --file') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'put --key-missing') COMPREPLY=($(compgen -W 'random skip fail' -- "$cur")); return ;;
    'put --resume') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'tail --data') COMPREPLY=($(compgen -W 'auto string base64' -- "$cur")); return ;;
    'tail -t'|'tail --timestamps') COMPREPLY=($(compgen -W 'local utc age none' -- "$cur")); return ;;
    'replay --data') COMPREPLY=($(compgen -W 'auto string base64' -- "$cur")); return ;;
    'stream list --sort') COMPREPLY=($(compgen -W 'name shards created' -- "$cur")); return ;;
    'stream describe --shards') COMPREPLY=($(compgen -W 'open closed all' -- "$cur")); return ;;
    'stream shards --state') COMPREPLY=($(compgen -W 'open closed all' -- "$cur")); return ;;
    'serve --data') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'serve --durability') COMPREPLY=($(compgen -W 'always interval os' -- "$cur")); return ;;
    'serve --scope') COMPREPLY=($(compgen -W 'one region' -- "$cur")); return ;;
    'serve --limits') COMPREPLY=($(compgen -W 'off aws' -- "$cur")); return ;;
    'serve --auth') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'serve --encryption-key-file') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'serve --channels-dir') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'serve --tls-cert') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'serve --tls-key') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'agent -c'|'agent --config') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'agent --configuration') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'agent --config-dir') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'agent --import-checkpoints') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'agent --state-dir') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'agent -l'|'agent --log-file') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'agent -L'|'agent --log-level') COMPREPLY=($(compgen -W 'error warn info debug trace' -- "$cur")); return ;;
    'api --input') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    *' -o'|*' --output') COMPREPLY=($(compgen -W 'table wide json ndjson csv tsv raw name env' -- "$cur")); return ;;
    *' --color') COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
  esac
  case "$place" in
    '') words='stream put tail replay split merge serve agent api completion help' ;;
    'stream') words='list describe shards create delete scale retention mode tag encrypt wait limits' ;;
    'put') words='--file --follow --from-end --key --key-from --key-missing --explicit-hash --batch --linger --concurrency --ordered --resume --echo --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'tail') words='--from --until --no-follow --limit --shard --grep --not-grep --key --data --timestamps --delim --exit-empty --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'replay') words='--from --until --to --pace --max-gap --shard --grep --data --delim --exit-empty --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'split') words='--at --no-wait --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'merge') words='--no-wait --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'stream list') words='--long --sort --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'stream describe') words='--shards --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'stream shards') words='--state --tree --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'stream create') words='--shards --on-demand --retention --tag --max-record-size --if-not-exists --no-wait --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'stream delete') words='--force --if-exists --no-wait --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'stream scale') words='--no-wait --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'stream retention') words='--endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'stream mode') words='provisioned on-demand --no-wait --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'stream tag') words='--remove --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'stream encrypt') words='--kms-key --off --no-wait --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'stream wait') words='ACTIVE CREATING UPDATING DELETING deleted --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'stream limits') words='--endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'serve') words='--port --host --data --memory --name --detach --create --durability --transition-time --test-clock --shard-limit --account --scope --limits --on-demand-scaling --fail --delay --auth --encryption-key-file --channels-dir --tls --tls-cert --tls-key --cors --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc status stop' ;;
    'serve status') words='--name --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'serve stop') words='--name --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'agent') words='--config --configuration --config-dir --to --check --print-config --strict --skip-bad-flows --once --from-start --from-end --status --import-checkpoints --reset --state-dir --log-file --log-level --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'api') words='--input --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'completion') words='bash zsh fish ps1 --endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
    'help') words='--endpoint --region --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --timeout --max-attempts --utc' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _sluice sluice
