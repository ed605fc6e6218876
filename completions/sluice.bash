# sluice completion for bash, 3.2 and later. No package is needed, and nothing that was typed is evaluated.
_sluice() {
  local program=$1 current line reply bits=0 tab=$'\t' newline=$'\n' breaks='' prefix='' i
  local -a words
  # bash gives the name as it was typed; a shell function or alias in between answers too.
  case $program in '~/'*) program=$HOME/${program#'~/'} ;; esac
  words=()
  for ((i = 1; i <= COMP_CWORD; i++)); do words[i - 1]=${COMP_WORDS[i]}; done
  COMPREPLY=()
  reply=$("$program" __complete "${words[@]}" 2>/dev/null) || return 0
  while IFS= read -r line; do
    case $line in
      :*) bits=${line#:} ;;
      ?*) COMPREPLY[${#COMPREPLY[@]}]=${line%%"$tab"*} ;;
    esac
  done <<<"$reply"

  # readline replaces what stands behind the last word break only: what is before it must not come again.
  line=${COMP_LINE:0:COMP_POINT}
  current=${line##*[[:space:]]}
  case $COMP_WORDBREAKS in *=*) breaks="=" ;; esac
  case $COMP_WORDBREAKS in *:*) breaks="$breaks:" ;; esac
  if [ -n "$breaks" ]; then
    case $current in *["$breaks"]*) prefix=${current%"${current##*["$breaks"]}"} ;; esac
    for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do COMPREPLY[i]=${COMPREPLY[i]#"$prefix"}; done
  fi

  if ((bits & 2)) && type compopt >/dev/null 2>&1; then compopt -o nospace; fi
  if ((bits & 16)); then
    while IFS= read -r line; do COMPREPLY[${#COMPREPLY[@]}]=$line; done < <(compgen -d -- "${current#"$prefix"}")
    if type compopt >/dev/null 2>&1; then compopt -o filenames; fi
  elif (((bits & 4) == 0 && ${#COMPREPLY[@]} == 0)); then
    while IFS= read -r line; do COMPREPLY[${#COMPREPLY[@]}]=$line; done < <(compgen -f -- "${current#"$prefix"}")
    if type compopt >/dev/null 2>&1; then compopt -o filenames; fi
  fi
}
complete -F _sluice sluice
