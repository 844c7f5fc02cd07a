#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# shared_scratch.sh CLI: two runs whose folders have one name keep their states in one memory.scratch; interrupted and resumed, one of
# them given with a slash at its end, each ends in the bits of a run that was left alone. Then a file of another run in the place of a
# run's own, and a file in use, are refused and stay as they are.
set -euo pipefail
cli=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp /usr/share/common-licenses/GPL-3 "$folder/text.txt"
tiers=$(for phase in warmup full predict correct; do printf '"%s": {"weights": "disk", "moments": "disk"}, ' $phase; done)
cat >"$folder/config.json" <<JSON
{"format": 1, "name": "shared", "model": {"kind": "gpt", "layers": 2, "width": 64, "heads": 4, "context": 32},
 "data": {"kind": "text", "source": "text.txt"},
 "training": {"max_steps": 60, "batch_size": 8, "eval_interval": 0, "eval_batches": 2, "save_interval": 0},
 "optimizer": {"max_grad_norm": 0},
 "precision": {"phases": {${tiers%, }}},
 "memory": {"execution": "layerwise", "release_gradients": true, "scratch": "$folder/scratch"}}
JSON
mkdir -p "$folder/scratch" "$folder/x" "$folder/y" "$folder/whole"
digest() { "$cli" digest "$1" | cut -d' ' -f1; }
# train until so many steps are logged, then interrupt
interrupt_after() { # folder, seed, steps
    "$cli" train "$folder/config.json" --out "$1" --set training.seed="$2" >"$folder/log" 2>&1 &
    local pid=$!
    until [ "$(grep -c '"event":"step"' "$1/events.jsonl" 2>/dev/null || true)" -ge "$3" ] 2>/dev/null; do sleep 0.02; done
    kill -INT $pid
    wait $pid && { echo "it ended before the signal"; exit 1; }
    [ -e "$1/states.json" ]
}
for seed in 1 2; do "$cli" train "$folder/config.json" --out "$folder/whole/$seed" --set training.seed=$seed >/dev/null 2>&1; done
[ "$(digest "$folder/whole/1")" != "$(digest "$folder/whole/2")" ]
interrupt_after "$folder/x/A" 1 12
interrupt_after "$folder/y/A" 2 9
[ "$(ls "$folder/scratch"/*.states | wc -l)" = 2 ]

# another run's file in the place of x/A's own
mine=$(ls -t "$folder"/scratch/*.states | tail -1)
other=$(ls -t "$folder"/scratch/*.states | head -1)
cp "$mine" "$folder/kept"
cp "$other" "$mine"
"$cli" resume "$folder/x/A" >"$folder/refused" 2>&1 && { echo "another run's states were taken"; exit 1; }
grep "holds the states of another run" "$folder/refused"
cmp "$other" "$mine"
cp "$folder/kept" "$mine"

# in use
flock "$mine" "$cli" resume "$folder/x/A" >"$folder/refused" 2>&1 && { echo "states in use were taken"; exit 1; }
grep "in use by another process" "$folder/refused"

"$cli" resume "$folder/x/A/" >/dev/null 2>&1
[ -e "$other" ]
"$cli" resume "$folder/y/A" >/dev/null 2>&1
for pair in "x/A 1" "y/A 2"; do
    set -- $pair
    echo "$1: $(digest "$folder/$1"), left alone $(digest "$folder/whole/$2")"
    [ "$(digest "$folder/$1")" = "$(digest "$folder/whole/$2")" ]
done
[ -z "$(ls "$folder/scratch")" ]
