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
# where nothing at all can run, the code is the reason's
rm -rf "$folder/x"
"$cli" experiment "$folder/config.json" --arms aggressive --seeds 2 --set memory.budget=1000 --out "$folder/x" >"$folder/said" 2>&1
[ $? -eq 3 ] || fail "nothing could run, and the code does not say so"
exit $((failures > 0))
