# Completion of onbo for fish: onbo completion fish > ~/.config/fish/completions/onbo.fish
function __onbo_complete
    set -l typed (commandline -ct)
    # The word as fish will read it; while quotes are open, it is nothing yet.
    set -l current (string unescape -- "$typed"; or string unescape -- "$typed'"; or string unescape -- "$typed\"")
    # fish takes %self for the number of its process, and does not quote it.
    set -l found (onbo-complete (commandline -opc) "$current" 2>/dev/null | string match -v -r '^%self\t')
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path "$current"
    end
end
complete -c onbo -f -a '(__onbo_complete)'
