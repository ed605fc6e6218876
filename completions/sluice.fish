# sluice completion for fish. Nothing that was typed is evaluated.
function __sluice_complete
    set -l words (commandline -opc)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -e words[1]
    set -l current (commandline -ct)
    set -l lines (command $program __complete $words "$current" 2>/dev/null)
    test (count $lines) -gt 0; or return
    set -l directive (string sub -s 2 -- $lines[-1])
    set -e lines[-1]
    if test (count $lines) -gt 0
        printf '%s\n' $lines
        return
    end
    set -l prefix (string match -r -- '^--[a-z-]+=' $current)
    set -l path (string replace -- "$prefix" '' $current)
    if test (math "bitand($directive, 16)") -ne 0
        for found in (__fish_complete_directories $path '')
            printf '%s%s\n' $prefix $found
        end
    else if test (math "bitand($directive, 4)") -eq 0
        for found in (__fish_complete_path $path)
            printf '%s%s\n' $prefix $found
        end
    end
end
complete -c sluice -e
complete -c sluice -f -k -a '(__sluice_complete)'
