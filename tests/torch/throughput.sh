#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# throughput.sh CLI: real steps are timed, alone and in turns; the losses of turns are those of training; what is no turn is refused.
set -uo pipefail
cli=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat /usr/share/common-licenses/GPL-3 >"$folder/text.txt"
cat >"$folder/config.json" <<JSON
{"name": "small", "model": {"kind": "gpt", "layers": 1, "width": 32, "heads": 2, "context": 16}, "data": {"source": "text.txt"},
 "training": {"batch_size": 2}}
JSON
fail() { printf 'FAIL: %s\n' "$1"; exit 1; }
number() { sed -n "s/.*\"$1\": *\([-0-9.e]*\).*/\1/p" <<<"$2" | head -n 1; }
export TMPDIR=$folder

whole=$("$cli" benchmark throughput "$folder/config.json" --preset conservative --steps 5 --warmup 2 --json) || fail "a measurement ends in $?"
[ "$(number tokens_per_step "$whole")" = 32 ] || fail "two sequences of 16 are not 32 tokens: $whole"
[ "$(number skipped "$whole")" = 0 ] || fail "steps were skipped"
grep -q '"product_seconds"\|"products": {' <<<"$whole" || fail "nothing is told of products: $whole"
"$cli" benchmark throughput "$folder/config.json" --steps 2 --no-bound | grep -q 'tokens/s \[' || fail "no line of tokens a second"

turns=$(printf '2\n5\n' | "$cli" benchmark throughput "$folder/config.json" --preset conservative --turns) || fail "turns end in $?"
[ "$(wc -l <<<"$turns")" = 2 ] || fail "two turns gave: $turns"
second=$(sed -n 2p <<<"$turns")
[ "$(number steps "$second") $(number tokens "$second")" = "5 160" ] || fail "the second turn is: $second"
[ "$(number loss "$second")" = "$(number loss "$whole")" ] || fail "the same steps have another loss in turns: $second, alone $(number loss "$whole")"
for key in seconds cpu_seconds minor_faults peak_device_bytes; do
    [ -n "$(number $key "$second")" ] || fail "a turn does not tell $key: $second"
done

refused() { # words, stdin, then options
    local words=$1 said code
    said=$("$cli" benchmark throughput "$folder/config.json" "${@:3}" 2>&1 >/dev/null <<<"$2")
    code=$?
    [[ $code = 2 && $said == *"$words"* ]] || fail "($code) $said; expected: $words"
}
refused "'three' on stdin is no turn" three --turns
refused "'0' on stdin is no turn" 0 --turns
refused "takes no real seconds" "" --set memory.device=simulated:1GiB
[ -z "$(find "$folder" -name '*.states*')" ] || fail "states were left behind"
echo passed
