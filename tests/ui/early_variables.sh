#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# early_variables.sh MANTISSA: where Qt brings libgomp before main(), it has read the waiting policy that the program sets all the same; a
# user's own policy stays, and then nothing is started again.
set -uo pipefail
program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }
unset DISPLAY WAYLAND_DISPLAY QT_QPA_PLATFORM GOMP_SPINCOUNT OMP_WAIT_POLICY MANTISSA_STARTED_AGAIN
export HOME="$folder" MANTISSA_RUNS="$folder/runs"
# what libgomp says of itself each time that it is mapped
counts() { env OMP_DISPLAY_ENV=verbose "$@" 2>&1 >"$folder/out" | sed -n "s/.*GOMP_SPINCOUNT = '\(.*\)'.*/\1/p" | tr '\n' ' '; }

first=$(counts "$program" --version)
if [ -z "$first" ]; then
    echo "libgomp is not mapped before main() here: there is nothing to be late for"
    exit 77
fi
[[ $first == *" 2000 " ]] && [ "$(wc -w <<<"$first")" = 2 ] || fail "libgomp read '$first', not the policy of the program at its second start"
grep -q "^mantissa " "$folder/out" || fail "--version printed: $(cat "$folder/out")"
[ "$(counts GOMP_SPINCOUNT=77 "$program" --version)" = "77 " ] || fail "a user's own count is not kept, or costs a second start"
[ "$(wc -w <<<"$(counts OMP_WAIT_POLICY=passive "$program" --version)")" = 1 ] || fail "a user's own policy costs a second start"
[ "$(wc -w <<<"$(counts MANTISSA_STARTED_AGAIN=1 "$program" --version)")" = 1 ] || fail "a second start is started again"

# arguments, the name that was used, and what was left of the output go on
(cd "$folder" && exec -a "some name" "$program" --screenshot "a page.png" --size 800x600 2>"$folder/words") || fail "with another name: $(cat "$folder/words")"
[ -s "$folder/a page.png" ] || fail "an argument with a space was lost"
"$program" --size 2>/dev/null
[ $? != 0 ] || fail "the code of an error was lost"
ln -s "$program" "$folder/link"
[[ $(counts "$folder/link" --version) == *" 2000 " ]] || fail "through a link"
exit "$failures"
