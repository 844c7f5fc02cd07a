#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# removed_states.sh CLI: removes the folder of a run's states on disk while it trains, resumes it from the checkpoint that it then wrote,
# and compares the final weights with those of a run that was left alone.
set -euo pipefail
cli=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp /usr/share/common-licenses/GPL-3 "$folder/text.txt"
tiers=$(for phase in warmup full predict correct; do printf '"%s": {"weights": "disk", "moments": "disk"}, ' $phase; done)
cat >"$folder/config.json" <<JSON
{"format": 1, "name": "removed", "model": {"kind": "gpt", "layers": 2, "width": 64, "heads": 4, "context": 32},
 "data": {"kind": "text", "source": "text.txt"},
 "training": {"max_steps": 200, "batch_size": 8, "eval_interval": 0, "eval_batches": 2},
 "optimizer": {"max_grad_norm": 0},
 "precision": {"phases": {${tiers%, }}},
 "memory": {"execution": "layerwise", "release_gradients": true, "scratch": "$folder/scratch"}}
JSON
mkdir "$folder/scratch"
"$cli" train "$folder/config.json" --out "$folder/whole" >/dev/null 2>&1
"$cli" train "$folder/config.json" --out "$folder/cut" >"$folder/log" 2>&1 &
until grep -qs '"event":"step"' "$folder/cut/events.jsonl"; do sleep 0.05; done
rm -r "$folder/scratch"
wait $! && { echo "the run went on to its end"; cat "$folder/log"; exit 1; }
grep "was removed while the run used it" "$folder/log"
mkdir "$folder/scratch"
"$cli" resume "$folder/cut" >/dev/null 2>&1
whole=$("$cli" digest "$folder/whole" | cut -d' ' -f1)
cut=$("$cli" digest "$folder/cut" | cut -d' ' -f1)
echo "whole $whole, cut $cut"
[ "$whole" = "$cut" ]
