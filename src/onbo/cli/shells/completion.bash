# Completion of onbo for bash: put  source <(onbo completion bash)  into ~/.bashrc
_onbo() {
    local word says
    local -a words=() shown=()
    # The words come quoted, and without what bash keeps: it takes what stands behind `=` or `:` for a word of its own.
    while IFS=$'\t' read -r word says; do
        words+=("$word")
        shown+=("$word${says:+  $says}")
    done < <(onbo-complete --bash "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
    # With what they say only where they are listed, never where one is put in.
    if [[ ${#words[@]} -gt 1 && ${COMP_TYPE:-9} == 63 ]]; then
        COMPREPLY=("${shown[@]}")
    else
        COMPREPLY=("${words[@]}")
    fi
    [[ ${#words[@]} -eq 1 && ${words[0]} == *= ]] && compopt -o nospace 2>/dev/null
    return 0
}
complete -o bashdefault -o default -F _onbo onbo
