#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# experiment_goes_on.sh CLI: an arm that cannot run stops itself alone, and is tried again; where nothing can run, that is said.
set -uo pipefail
cli=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
cat /usr/share/common-licenses/GPL-3 >"$folder/text.txt"
cat >"$folder/config.json" <<JSON
{"format": 1, "name": "small", "model": {"kind": "gpt", "layers": 1, "width": 32, "heads": 2, "context": 16}, "data": {"source": "text.txt"},
 "training": {"max_steps": 4, "batch_size": 2, "eval_batches": 1, "threads": 1}, "phases": {"warmup_steps": 2, "full_steps": 2, "max_predict_steps": 0}}
JSON
echo '{"memory": {"budget": 1000}}' >"$folder/starved.json" # sorts between the others: what comes after it must still run
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }
completed() { grep -l '"outcome": "completed"' "$folder/x"/*/summary.json 2>/dev/null | wc -l; }
experiment() { "$cli" experiment "$folder/config.json" --arms "$folder/starved.json,aggressive" --seeds 2 --out "$folder/x" >"$folder/said" 2>&1; }
experiment
code=$?
[ $code -ne 0 ] || fail "an experiment with an arm that cannot run ended with 0"
[ "$(completed)" -eq 4 ] || fail "$(completed) of the 4 runs that can run have: $(cat "$folder/said")"
python3 - "$folder/x/experiment.json" <<'PY' || failures=$((failures + 1))
import json, sys
arms = {arm["name"]: arm for arm in json.load(open(sys.argv[1]))["arms"]}
for run in arms["starved"]["runs"]:
    assert "memory.budget is 1000 B" in run["message"], run
assert "memory.budget is 1000 B" in arms["starved"]["reason"], arms["starved"]["reason"]
assert all(run["outcome"] == "completed" for name in ("fp32", "aggressive") for run in arms[name]["runs"])
PY
grep -q "memory.budget is 1000 B" "$folder/x/experiment.md" || fail "the report does not say why"
# a run whose folder is damaged is its own trouble too, and repeating the command goes further
run=$(ls -d "$folder/x"/aggressive*2 "$folder/x"/*aggressive* 2>/dev/null | head -1)
rm -rf "$run" && mkdir "$run" && echo '{' >"$run/config.json" && echo '{}' >"$run/run.json"
rm -rf "$(ls -d "$folder/x"/*fp32* | head -1)"
experiment
[ "$(completed)" -eq 3 ] || fail "$(completed) of the 3 runs that can run have: $(cat "$folder/said")"
grep -q "config.json" "$folder/said" || fail "the damaged run is not named"
rm -rf "$run"
experiment
[ "$(completed)" -eq 4 ] || fail "repeating it did not go further: $(cat "$folder/said")"
# its folder is no run: reports are its own where they exist, and what is of one run is refused
for kind in html md json; do
    "$cli" report "$folder/x" -o "$folder/report.$kind" >/dev/null || fail "report.$kind of an experiment"
    grep -q "starved" "$folder/report.$kind" && ! grep -q "interrupted at step 0" "$folder/report.$kind" || fail "report.$kind is not the experiment's"
done
cp "$folder/config.json" "$folder/x/config.json" # as the window leaves it there
"$cli" report "$folder/x" -o "$folder/report.html" >/dev/null && grep -q "starved" "$folder/report.html" || fail "report of an experiment that the window made"
for command in "report $folder/x -o $folder/report.pdf" "report $folder/x $folder/y -o $folder/report.md" "export $folder/x --to csv -o -" "export $folder/x --to svg -o -" \
    "export $folder/x --to trace -o -" "export $folder/x --to tensorboard -o $folder/board" "export $folder/x --to readout -o $folder/out" \
    "export $folder/x --to huggingface -o $folder/out" "advice $folder/x" "what-if $folder/x --preset default" "compare $folder/x" "resume $folder/x" "digest $folder/x" "check $folder/x" "generate $folder/x" "watch $folder/x" \
    "evaluate $folder/x --data $folder/text.txt" "fork $folder/x" "numbers $folder/x"; do
    $cli $command >/dev/null 2>"$folder/said"
    code=$?
    [[ $code -eq 2 && $(cat "$folder/said") == *"holds an experiment"* ]] || fail "($code) $command: $(cat "$folder/said")"
done
[ ! -e "$folder/report.pdf" ] || fail "a PDF of an experiment"
"$cli" runs "$folder" >"$folder/said"
grep -q "^x  *6 of 6 runs ended" "$folder/said" || fail "runs does not list the experiment: $(cat "$folder/said")"
echo '{"archived": true}' >"$folder/x/labels.json"
run=$(basename "$(dirname "$(ls "$folder/x"/*/summary.json | head -1)")")
echo '{"archived": true}' >"$folder/x/$run/labels.json"
"$cli" runs "$folder" | grep -q "^x .*archived" || fail "an archived experiment is not marked"
"$cli" runs "$folder/x" | grep -q "^$run .*archived" || fail "an archived run is not marked"
[ "$("$cli" runs "$folder/x" --json | grep -c '"archived": true')" = 1 ] || fail "runs --json does not mark it"
# where nothing at all can run, the code is the reason's
rm -rf "$folder/x"
"$cli" experiment "$folder/config.json" --arms aggressive --seeds 2 --set memory.budget=1000 --out "$folder/x" >"$folder/said" 2>&1
[ $? -eq 3 ] || fail "nothing could run, and the code does not say so"
exit $((failures > 0))
