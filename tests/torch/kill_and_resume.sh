#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# kill_and_resume.sh CLI N [key=value]…: kills a run with SIGKILL at N random moments, resumes it each time, and compares the final
# weights with those of a run that was never killed. SEED chooses the moments, STEPS (400) the length.
set -euo pipefail
cli=$1
times=$2
length=${STEPS:-400}
settings=()
for word in "${@:3}"; do settings+=(--set "$word"); done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
RANDOM=${SEED:-7}
head -c 200000 /usr/share/common-licenses/GPL-3 >"$folder/text.txt"
for _ in 1 2 3; do cat /usr/share/common-licenses/GPL-2 /usr/share/common-licenses/LGPL-3 >>"$folder/text.txt"; done
cat >"$folder/config.json" <<JSON
{"format": 1, "name": "killed", "model": {"kind": "gpt", "layers": 2, "width": 64, "heads": 4, "context": 32},
 "data": {"kind": "text", "source": "text.txt"},
 "training": {"max_steps": $length, "batch_size": 8, "eval_interval": 50, "eval_batches": 2, "save_interval": 25},
 "phases": {"warmup_steps": 20, "full_steps": 12, "max_predict_steps": 6, "correct_steps": 4},
 "precision": {"phases": {"correct": {"compute": "bf16"}}}}
JSON
"$cli" train "$folder/config.json" "${settings[@]}" --out "$folder/whole" --json >"$folder/whole.json" 2>/dev/null
whole=$("$cli" digest "$folder/whole" | cut -d' ' -f1)
milliseconds=$(python3 -c "import json; print(int(json.load(open('$folder/whole.json'))['seconds'] * 1000))")
"$cli" train "$folder/config.json" "${settings[@]}" --out "$folder/killed" >/dev/null 2>&1 &
pid=$!
for ((i = 1; i <= times; i++)); do
    sleep "$(printf '0.%03d' $((100 + RANDOM % (1 + milliseconds * 2 / (times + 2) % 890))))"
    kill -9 $pid 2>/dev/null || true
    wait $pid 2>/dev/null || true
    "$cli" runs "$folder" >/dev/null # the folder opens at any moment
    "$cli" resume "$folder/killed" >/dev/null 2>&1 &
    pid=$!
done
wait $pid
killed=$("$cli" digest "$folder/killed" | cut -d' ' -f1)
steps=$(python3 -c "import json; print(json.load(open('$folder/killed/summary.json'))['steps'])")
echo "whole  $whole"
echo "killed $killed after $times kills, $steps steps; $(grep -c 'goes forward' "$folder/killed/events.jsonl" || true) times in the midst of an update on disk"
[ "$whole" = "$killed" ] && [ "$steps" = "$length" ]
