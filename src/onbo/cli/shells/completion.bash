# Completion of onbo for bash: put  source <(onbo completion bash)  into ~/.bashrc
_onbo() {
    local word says quoted
    local -a words=() shown=()
    while IFS=$'\t' read -r word says; do
        # bash takes what stands behind `=` for a word of its own.
        [[ $word == --*=?* ]] && word=${word#*=}
        if [[ ${COMP_WORDS[COMP_CWORD]} == [\"\']* ]]; then
            [[ $word == *[\"\'\`\$\\]* ]] && continue
            quoted=$word
        else
            printf -v quoted %q "$word"
        fi
        words+=("$quoted")
        shown+=("$quoted${says:+  $says}")
    done < <(onbo-complete --line "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
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
