# sluice completion for bash. Made by: sluice completion bash
_sluice() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} place='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$place ${COMP_WORDS[i]}" in
      ' stream'|' context'|' config'|' put'|' tail'|' cat'|' top'|' replay'|' split'|' merge'|'stream list'|'stream describe'|'stream shards'|'stream create'|'stream delete'|'stream scale'|'stream retention'|'stream consumers'|'stream mode'|'stream tag'|'stream encrypt'|'stream wait'|'stream limits'|' serve'|'serve status'|'serve stop'|'serve logs'|'serve reset'|'serve snapshot'|' agent'|' plan'|'context create'|'context list'|'context use'|'context show'|'context edit'|'context remove'|'context import'|'config get'|'config set'|'config unset'|'config list'|'config edit'|'config path'|'config schema'|' api'|' completion'|' help')
        place=${place:+$place }${COMP_WORDS[i]} ;;
    esac
  done
  case "$place $prev" in
    'put -f'|'put --file') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'put --encoding') COMPREPLY=($(compgen -W 'utf8 base64 hex' -- "$cur")); return ;;
    'put --envelope') COMPREPLY=($(compgen -W 'none ndjson' -- "$cur")); return ;;
    'put --key-missing') COMPREPLY=($(compgen -W 'random skip fail' -- "$cur")); return ;;
    'put --compress') COMPREPLY=($(compgen -W 'gzip' -- "$cur")); return ;;
    'put --on-error') COMPREPLY=($(compgen -W 'retry skip fail' -- "$cur")); return ;;
    'put --spill') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'put --resume') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'tail -t'|'tail --timestamps') COMPREPLY=($(compgen -W 'local utc age delta none' -- "$cur")); return ;;
    'tail --color-by') COMPREPLY=($(compgen -W 'shard key level' -- "$cur")); return ;;
    'tail --data') COMPREPLY=($(compgen -W 'auto string json hex base64' -- "$cur")); return ;;
    'tail --save') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'cat -t'|'cat --timestamps') COMPREPLY=($(compgen -W 'local utc age delta none' -- "$cur")); return ;;
    'cat --color-by') COMPREPLY=($(compgen -W 'shard key level' -- "$cur")); return ;;
    'cat --data') COMPREPLY=($(compgen -W 'auto string json hex base64' -- "$cur")); return ;;
    'cat --save') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'top --view') COMPREPLY=($(compgen -W 'overview shard peek consumers keys events streams' -- "$cur")); return ;;
    'top --sort') COMPREPLY=($(compgen -W 'id in rec capacity out thr age' -- "$cur")); return ;;
    'top --theme') COMPREPLY=($(compgen -W 'auto dark light high-contrast deuter' -- "$cur")); return ;;
    'replay --hash') COMPREPLY=($(compgen -W 'rehash keep' -- "$cur")); return ;;
    'replay --data') COMPREPLY=($(compgen -W 'auto string json hex base64' -- "$cur")); return ;;
    'stream list --sort') COMPREPLY=($(compgen -W 'name shards created' -- "$cur")); return ;;
    'stream describe --shards') COMPREPLY=($(compgen -W 'open closed all' -- "$cur")); return ;;
    'stream shards --state') COMPREPLY=($(compgen -W 'open closed all' -- "$cur")); return ;;
    'stream create --hash-ranges') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'stream scale --strategy') COMPREPLY=($(compgen -W 'uniform load' -- "$cur")); return ;;
    'serve --data') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'serve --import') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'serve --export-on-exit') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'serve --durability') COMPREPLY=($(compgen -W 'always interval os' -- "$cur")); return ;;
    'serve --scope') COMPREPLY=($(compgen -W 'one region' -- "$cur")); return ;;
    'serve --limits') COMPREPLY=($(compgen -W 'off aws' -- "$cur")); return ;;
    'serve --auth') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'serve --encryption-key-file') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'serve --channels-dir') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'serve --tls-cert') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'serve --tls-key') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'serve reset --data') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'serve snapshot --data') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'agent -c'|'agent --config') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'agent --configuration') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'agent --config-dir') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'agent --import-checkpoints') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'agent --state-dir') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'agent -l'|'agent --log-file') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'agent -L'|'agent --log-level') COMPREPLY=($(compgen -W 'error warn info debug trace' -- "$cur")); return ;;
    'plan --keys') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'plan --prices') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    'context create --confirm') COMPREPLY=($(compgen -W 'name' -- "$cur")); return ;;
    'context create --color') COMPREPLY=($(compgen -W 'red green yellow cyan' -- "$cur")); return ;;
    'context edit --confirm') COMPREPLY=($(compgen -W 'name' -- "$cur")); return ;;
    'context edit --color') COMPREPLY=($(compgen -W 'red green yellow cyan' -- "$cur")); return ;;
    'api --input') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    *' -o'|*' --output') COMPREPLY=($(compgen -W 'table wide json ndjson csv tsv raw name env' -- "$cur")); return ;;
    *' --color') COMPREPLY=($(compgen -W 'auto always never' -- "$cur")); return ;;
    *' --config') COMPREPLY=($(compgen -f -- "$cur")); return ;;
    *' --log-format') COMPREPLY=($(compgen -W 'text json' -- "$cur")); return ;;
  esac
  case "$place" in
    '') words='stream context config put tail cat top replay split merge serve agent plan api completion help' ;;
    'stream') words='list describe shards create delete scale retention consumers mode tag encrypt wait limits' ;;
    'context') words='create list use show edit remove import' ;;
    'config') words='get set unset list edit path schema' ;;
    'put') words='--file --follow --from-end --framing --encoding --envelope --key --key-from --key-missing --explicit-hash --compress --seq-field --count --repeat --rate --ramp --aggregate --aggregate-size --aggregate-count --rate-limit --batch --linger --concurrency --ordered --on-error --spill --resume --echo --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'tail') words='--from --until --shard --no-follow --limit --order --window --grep --not-grep --filter --key --select --decode --format --timestamps --highlight --color-by --data --pretty --delim --no-header --line-buffered --efo --share --poll --max-bytes --save --idle-timeout --exit-empty --max-errors --strict --stats --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'cat') words='--from --until --shard --no-follow --limit --order --window --grep --not-grep --filter --key --select --decode --format --timestamps --highlight --color-by --data --pretty --delim --no-header --line-buffered --efo --share --poll --max-bytes --save --idle-timeout --exit-empty --max-errors --strict --stats --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'top') words='--interval --view --sort --filter --closed --share --no-peek --read-write --once --ticks --csv --prom --check --theme --ascii --mouse --no-alt-screen --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'replay') words='--from --until --to --pace --max-gap --shard --grep --not-grep --filter --key --hash --rewrite --mark --loop --resume --progress --data --delim --exit-empty --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'split') words='--at --into --observe --no-wait --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'merge') words='--coldest --observe --no-wait --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'stream list') words='--long --sort --all-regions --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'stream describe') words='--consumers --raw --shards --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'stream shards') words='--state --tree --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'stream create') words='--shards --on-demand --retention --tag --max-record-size --hash-ranges --if-not-exists --no-wait --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'stream delete') words='--force --if-exists --no-wait --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'stream scale') words='--strategy --observe --no-wait --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'stream retention') words='--context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'stream consumers') words='--register --deregister --no-wait --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'stream mode') words='provisioned on-demand --no-wait --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'stream tag') words='--remove --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'stream encrypt') words='--kms-key --off --no-wait --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'stream wait') words='ACTIVE CREATING UPDATING DELETING deleted --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'stream limits') words='--context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'serve') words='--port --host --data --memory --name --import --export-on-exit --detach --create --durability --transition-time --test-clock --shard-limit --account --scope --limits --on-demand-scaling --fail --delay --auth --encryption-key-file --channels-dir --tls --tls-cert --tls-key --metrics --cors --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format status stop logs reset snapshot' ;;
    'serve status') words='--name --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'serve stop') words='--name --force --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'serve logs') words='--name --follow --lines --since --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'serve reset') words='--name --data --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'serve snapshot') words='save load --name --data --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'agent') words='--config --configuration --config-dir --to --check --print-config --strict --skip-bad-flows --once --from-start --from-end --status --import-checkpoints --reset --state-dir --log-file --log-level --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'plan') words='--records --size --consumers --fan-out --peak --headroom --retention --observe --keys --prices --print-prices --check --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'context create') words='--role-arn --confirm --color --fips --dual-stack --from --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'context list') words='--check --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'context use') words='--context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'context show') words='--explain --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'context edit') words='--role-arn --confirm --color --fips --dual-stack --read-write --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'context remove') words='--context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'context import') words='--context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'config get') words='--context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'config set') words='--context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'config unset') words='--context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'config list') words='--origin --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'config edit') words='--context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'config path') words='--context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'config schema') words='--context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'api') words='--input --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'completion') words='bash zsh fish ps1 --context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
    'help') words='--context --endpoint --region --profile --output --json --fields --quiet --verbose --color --no-progress --yes --no-input --dry-run --confirm --read-only --timeout --max-attempts --utc --tz --config --log-format' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _sluice sluice
