#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# manual.sh BUILD CLI [WINDOW]: the manual pages and completions of the build are what the program says, and their readers take them.
set -uo pipefail
build=$1
cli=$2
window=${3:-}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }

page=$build/share/man/man1/mantissa-cli.1
[ "$("$cli" help --man | sha256sum)" = "$(sha256sum <"$page")" ] || fail "$page is not what help --man prints"
commands=$("$cli" --help | sed -n '/^Subcommands:/,/^Examples:/s/^  \([a-z-]*\) .*/\1/p')
[ "$(wc -l <<<"$commands")" -gt 25 ] || fail "the help lists $(wc -l <<<"$commands") commands"
for command in $commands; do
    help=$("$cli" "$command" --help) || fail "$command --help"
    [[ $help == *"Example:"*"mantissa-cli $command"*"Exit codes: "* ]] || fail "$command --help has no example or no exit codes"
    grep -q "^\.SS ${command//-/\\\\-}\$" "$page" || fail "$command is not in the manual page"
done
if command -v man >/dev/null && man --warnings -l "$page" >"$folder/page" 2>"$folder/words"; then
    [ ! -s "$folder/words" ] || fail "man: $(head -3 "$folder/words")"
    grep -q -- "--profile" "$folder/page" || fail "the manual page has no --profile"
fi
if [ -n "$window" ]; then
    for flag in $(QT_QPA_PLATFORM=offscreen "$window" --help 2>/dev/null | grep -o -- '--[a-z-]*' | grep -v help-all | sort -u); do
        grep -q -- "${flag//-/\\\\-}" "$build/share/man/man1/mantissa.1" || fail "mantissa.1 has no $flag"
    done
fi

complete_() { # words of a line, the last being written: what is offered
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    _mantissa_cli
    echo "${COMPREPLY[*]:-}"
}
script=$build/share/bash-completion/completions/mantissa-cli
bash -n "$script" || fail "bash does not read its completion"
. "$script"
expect() { # what is offered, then the words
    local offered=$1 got
    shift
    got=$(complete_ "$@")
    [ "$got" = "$offered" ] || fail "$*: '$got' is offered, not '$offered'"
}
expect "train" mantissa-cli tra
expect "--profile" mantissa-cli train my.json --prof
expect "list" mantissa-cli presets li
expect "--json" mantissa-cli presets list --j
expect "html" mantissa-cli report runs/a --to h
expect "balanced" mantissa-cli train my.json --preset bal
expect "" mantissa-cli train ""
zsh=$build/share/zsh/site-functions/_mantissa-cli
! command -v zsh >/dev/null || zsh -n "$zsh" || fail "zsh does not read its completion"
fish=$build/share/fish/vendor_completions.d/mantissa-cli.fish
! command -v fish >/dev/null || fish -n "$fish" || fail "fish does not read its completion"
head -1 "$zsh" | grep -q "^#compdef mantissa-cli" || fail "zsh would not find its completion"
grep -q -- "-n '__fish_seen_subcommand_from train' -l profile" "$fish" || fail "fish has no train --profile"

said() { # exit code, words, then the command line
    local code=$1 words=$2 text got
    shift 2
    text=$("$cli" "$@" 2>&1)
    got=$?
    [[ $got -eq $code && $text == *"$words"* ]] || fail "($got) $*: $text"
}
said 2 "did you mean train?" trin my.json
said 2 "did you mean --preset?" train my.json --presett aggressive
said 2 "did you mean show?" presets shwo balanced
said 2 "there is no command 'xyzzyx'; mantissa-cli --help" xyzzyx
said 2 "Subcommands:"
said 2 "mantissa-cli presets [OPTIONS] SUBCOMMAND" presets
said 2 "config is required" train
said 2 "not in {html,md,json,pdf}" report runs/a -o - --to odt
said 0 "Train what a config file describes" help train
said 0 "One preset as its file" help presets show
said 0 "Subcommands:" help
said 2 "did you mean train?" help trin
said 2 "is no folder" runs "$folder/none"
exit "$failures"
