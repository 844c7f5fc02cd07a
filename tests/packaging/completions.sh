#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# completions.sh BUILD CLI: zsh and fish load their completion from where it is installed and complete with it. bash: manual.sh.
set -uo pipefail
share=$1/share
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME=$folder XDG_CONFIG_HOME=$folder/config XDG_DATA_HOME=$folder/data XDG_CACHE_HOME=$folder/cache
export PATH=${2%/*}:$PATH TERM=dumb LC_ALL=C.UTF-8 FUNCTIONS=$share/zsh/site-functions
cd "$folder" || exit 1
touch my.json
failures=0
skipped=""
# zsh completes only in a terminal: it is given the line and a tab, and then shows what the line has become
zsh_() {
    zsh -f -c '
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell "PS1=; unset zle_bracketed_paste; fpath=(\$FUNCTIONS \$fpath); autoload -Uz compinit; compinit -u -d \$HOME/dump"
        zpty -w shell "show() { print -r - \"<\$BUFFER>\"; exit }; zle -N show; bindkey \"^X\" show; print rea\"\"dy"
        zpty -r -m shell text "*ready*"
        zpty -w -n shell "$1"$'"'\\t\\x18'"'
        while zpty -r shell part; do print -rn -- "$part"; done' - "$1" | sed -n 's/.*<\(.*\)>.*/\1/p'
}
fish_() { fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$share/fish/vendor_completions.d/mantissa-cli.fish" "$1"; }
expect() { # shell, the line, what comes of it: a line of zsh's, or words that fish offers
    command -v "$1" >/dev/null || return
    local got
    got=$("$1_" "$2" 2>&1)
    grep -qxE -- "$3" <<<"$got" || { echo "FAIL: $1, '$2': $(head -c 400 <<<"$got")"; failures=$((failures + 1)); }
}
for shell in zsh fish; do command -v $shell >/dev/null || skipped+=" $shell (apt install $shell)"; done
expect zsh 'mantissa-cli trai' 'mantissa-cli train '
expect zsh 'mantissa-cli train m' 'mantissa-cli train my.json '
expect zsh 'mantissa-cli train my.json --prof' 'mantissa-cli train my.json --profile '
expect zsh 'mantissa-cli train my.json --preset bal' 'mantissa-cli train my.json --preset balanced '
expect zsh 'mantissa-cli presets sh' 'mantissa-cli presets show '
expect zsh 'mantissa-cli presets list --js' 'mantissa-cli presets list --json '
expect fish 'mantissa-cli trai' 'train\b.*'
expect fish 'mantissa-cli train m' 'my.json'
expect fish 'mantissa-cli train my.json --prof' '--profile\b.*'
expect fish 'mantissa-cli train my.json --preset bal' 'balanced\b.*'
expect fish 'mantissa-cli presets sh' 'show\b.*'
expect fish 'mantissa-cli presets list --js' '--json\b.*'
[ "$failures" = 0 ] || exit 1
[ -z "$skipped" ] || { echo "skipped, for want of$skipped"; exit 77; }
