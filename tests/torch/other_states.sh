#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# other_states.sh CLI: kills a run whose states on disk are its checkpoint, puts a file of an earlier time in their place, and expects
# resume to refuse it in a sentence, changing nothing; with the right file it ends in the bits of a run that was left alone.
set -euo pipefail
cli=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp /usr/share/common-licenses/GPL-3 "$folder/text.txt"
tiers=$(for phase in warmup full predict correct; do printf '"%s": {"weights": "disk", "moments": "disk"}, ' $phase; done)
cat >"$folder/config.json" <<JSON
{"format": 1, "name": "other", "model": {"kind": "gpt", "layers": 2, "width": 64, "heads": 4, "context": 32},
 "data": {"kind": "text", "source": "text.txt"},
 "training": {"max_steps": 200, "batch_size": 8, "eval_interval": 0, "eval_batches": 2},
 "optimizer": {"max_grad_norm": 0},
 "precision": {"phases": {${tiers%, }}},
 "memory": {"execution": "layerwise", "release_gradients": true}}
JSON
steps() { grep -c '"event":"step"' "$folder/cut/events.jsonl" 2>/dev/null || true; }
"$cli" train "$folder/config.json" --out "$folder/whole" >/dev/null 2>&1
"$cli" train "$folder/config.json" --out "$folder/cut" >"$folder/log" 2>&1 &
until [ "$(steps)" -ge 5 ] 2>/dev/null; do sleep 0.02; done
cp "$folder/cut/states" "$folder/earlier"
until [ "$(steps)" -ge 20 ] 2>/dev/null; do sleep 0.02; done
kill -9 $!
wait $! 2>/dev/null || true
cp "$folder/cut/states" "$folder/right"
cp "$folder/earlier" "$folder/cut/states"
record=$(sha256sum <"$folder/cut/states.json")
"$cli" resume "$folder/cut" >"$folder/refused" 2>&1 && { echo "a file of another time was taken"; exit 1; }
grep "of two times" "$folder/refused"
[ "$record" = "$(sha256sum <"$folder/cut/states.json")" ]
cmp "$folder/earlier" "$folder/cut/states"
cp "$folder/right" "$folder/cut/states"
"$cli" resume "$folder/cut" >/dev/null 2>&1
whole=$("$cli" digest "$folder/whole" | cut -d' ' -f1)
cut=$("$cli" digest "$folder/cut" | cut -d' ' -f1)
echo "whole $whole, cut $cut"
[ "$whole" = "$cut" ]
