# Completion of onbo for fish: onbo completion fish > ~/.config/fish/completions/onbo.fish
function __onbo_complete
    set -l current (commandline -ct | string trim -l -c '"\'')
    set -l found (onbo-complete (commandline -opc) "$current" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path "$current"
    end
end
complete -c onbo -f -a '(__onbo_complete)'
