#compdef onbo
# Completion of onbo for zsh: put  source <(onbo completion zsh)  into ~/.zshrc
_onbo() {
    local word says
    local -a names shown open open_shown
    while IFS=$'\t' read -r word says; do
        if [[ $word == *= ]]; then
            open+=("$word") open_shown+=("$word${says:+  $says}")
        else
            names+=("$word") shown+=("$word${says:+  $says}")
        fi
    done < <(onbo-complete "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
    if (( ! $#names && ! $#open )); then
        _files
        return
    fi
    # A slip of the Shift key is no reason to find nothing.
    compadd -l -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' -d shown -a names
    compadd -l -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' -S '' -d open_shown -a open
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _onbo onbo
