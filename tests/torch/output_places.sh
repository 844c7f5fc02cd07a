#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# output_places.sh CLI: results go where they were sent (stdout, links, pipes, devices), and one that does not get out is told.
set -uo pipefail
cli=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }
cat /usr/share/common-licenses/GPL-3 >"$folder/text.txt"
cat >"$folder/config.json" <<JSON
{"format": 1, "name": "small", "model": {"kind": "gpt", "layers": 1, "width": 32, "heads": 2, "context": 16}, "data": {"source": "text.txt"},
 "training": {"max_steps": 4, "batch_size": 2, "eval_batches": 1, "threads": 1},
 "optimizer": {"lr_warmup_steps": 1}, "phases": {"warmup_steps": 2, "full_steps": 2, "max_predict_steps": 2}}
JSON
run=$folder/run
"$cli" train "$folder/config.json" --out "$run" >"$folder/said" 2>&1 || { cat "$folder/said"; exit 1; }

for what in "report $run" "export $run --to csv" "export $run --to svg"; do
    $cli $what -o "$folder/file.html" >/dev/null || fail "$what into a file"
    kind=$([[ $what == export* ]] || echo "--to html")
    for out in - /dev/stdout /proc/self/fd/1; do
        $cli $what $kind -o "$out" >"$folder/printed" 2>"$folder/said" || fail "$what -o $out: $(cat "$folder/said")"
        # peak_rss_bytes is of the process that writes
        diff <(sed 's/peak_rss_bytes": *[0-9]*//' "$folder/printed") <(sed 's/peak_rss_bytes": *[0-9]*//' "$folder/file.html") >/dev/null ||
            fail "$what -o $out prints something else than it writes"
    done
    [ "$($cli $what -o - | wc -c)" -gt 100 ] || fail "$what -o - through a pipe"
    $cli $what -o >(cat >"$folder/substituted") >/dev/null || fail "$what into a process substitution"
done
printf 'before\n' >"$folder/log"
"$cli" report "$run" --to md -o /dev/stdout >>"$folder/log" || fail "appending to a log"
[ "$(head -1 "$folder/log")" = before ] && [ "$(wc -l <"$folder/log")" -gt 5 ] || fail "what stdout was appended to begins anew"

mkfifo "$folder/pipe"
cat "$folder/pipe" >"$folder/through" &
"$cli" export "$run" --to csv -o "$folder/pipe" >/dev/null || fail "export into a pipe"
wait $!
[ -p "$folder/pipe" ] || fail "a pipe was replaced by a file"
"$cli" export "$run" --to csv -o "$folder/numbers.csv" >/dev/null
cmp -s "$folder/through" "$folder/numbers.csv" || fail "a pipe got something else than a file"
cat "$folder/pipe" >"$folder/through" & # no ending says what is meant: HTML
"$cli" report "$run" -o "$folder/pipe" >/dev/null || fail "report into a pipe"
wait $!
head -1 "$folder/through" | grep -qi '<!doctype html' || fail "a report without a name that says its kind is HTML"

mkdir "$folder/deep"
echo old >"$folder/deep/report.md"
chmod 600 "$folder/deep/report.md"
ln -s deep/report.md "$folder/link.md"
"$cli" report "$run" -o "$folder/link.md" >/dev/null || fail "report through a link"
[ -L "$folder/link.md" ] && grep -q small "$folder/deep/report.md" || fail "a link was replaced by a file"
[ "$(stat -c %a "$folder/deep/report.md")" = 600 ] || fail "the mode of a file changed"

told() { # exit code, words that must be there, then the command with its redirections
    local expected=$1 words=$2 said code
    shift 2
    said=$(bash -c "$*" 2>&1)
    code=$?
    [[ $code -eq $expected && $said == *"$words"* ]] || fail "($code) $*: $said"
}
if [ "$(id -u)" != 0 ]; then # root could replace it
    told 1 "cannot write /dev/full" "'$cli' report '$run' --to md -o /dev/full"
fi
told 1 "cannot write the results" "'$cli' presets list --json >/dev/full"
told 1 "cannot write the results" "'$cli' presets list >/dev/full"
told 1 "cannot write the results" "'$cli' presets list >&-"
told 1 "cannot write" "'$cli' report '$run' --to md -o - >/dev/full"
told 2 "makes a folder of files, which stdout cannot take" "'$cli' export '$run' --to readout -o -"
told 2 "it is a folder" "'$cli' export '$run' --to csv -o '$folder/deep'"
told 2 "is no kind of report" "'$cli' report '$run' -o '$folder/report.txt'"
told 2 "--lead is nan" "'$cli' export '$run' --to readout --lead nan -o '$folder/readout'"
# with all three closed no file of the run gets their numbers, and nobody's words end in the log
(exec "$cli" train "$folder/config.json" --out "$folder/closed" <&- >&- 2>&-)
grep -q '"event":"run_ended"' "$folder/closed/events.jsonl" || fail "a run with stdout closed did not end"
grep -vq '^{"event":' "$folder/closed/events.jsonl" && fail "words of the program are in the log of the run"
told 0 "" "'$cli' train '$folder/config.json' --out '$folder/deaf' 2>/dev/full"
# where the time went
"$cli" train "$folder/config.json" --out "$folder/profiled" --profile "$folder/a trace.json" --json >"$folder/summary.json" 2>/dev/null || fail "train --profile"
python3 - "$folder" <<'PY' || fail "what --profile has written"
import json, sys
folder = sys.argv[1]
summary = json.load(open(f"{folder}/summary.json"))
assert summary["profile"] == f"{folder}/a trace.json", summary["profile"]
kept = json.load(open(f"{folder}/profiled/profile_shares.json"))
for shares in summary["time_shares"], kept["shares"]:
    assert abs(sum(shares.values()) - 1) < 1e-9 and shares["forward"] > 0 and shares["backward"] > 0, shares
assert kept["ticks"] >= 4
events = json.load(open(summary["profile"]))["traceEvents"]
assert {"M", "X"} == {event["ph"] for event in events} and any(event.get("cat") == "update" for event in events)
PY
told 2 "there is no folder $folder/none" "'$cli' train '$folder/config.json' --out '$folder/unbegun' --profile '$folder/none/trace.json'"
[ ! -e "$folder/unbegun" ] || fail "a profile that has no folder was told after the run was begun"
exit $((failures > 0))
