#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# bad_input.sh CLI: wrong experiments, phases, snapshots and what-ifs are refused with exit code 2 and a sentence that names the thing.
set -uo pipefail
cli=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
cat /usr/share/common-licenses/GPL-3 >"$folder/text.txt"
cat /usr/share/common-licenses/GPL-2 >"$folder/other.txt"
cat >"$folder/config.json" <<JSON
{"format": 1, "name": "small", "model": {"kind": "gpt", "layers": 1, "width": 32, "heads": 2, "context": 16}, "data": {"source": "text.txt"},
 "training": {"max_steps": 4, "batch_size": 2, "eval_batches": 1}, "optimizer": {"lr_warmup_steps": 1}, "phases": {"warmup_steps": 2, "full_steps": 2, "max_predict_steps": 2}}
JSON
echo "{\"data\": {\"source\": \"$folder/other.txt\"}}" >"$folder/data.json"
refused() { # words that must be there, then the command
    local words=$1 said code
    shift
    said=$("$cli" "$@" 2>&1 >/dev/null)
    code=$?
    if [[ $code -ne 2 || $said != *"$words"* || $said == *$'\n'* ]]; then
        printf 'FAIL (%d): %s\n  said: %s\n  asked: %s\n' "$code" "$*" "$said" "$words"
        failures=$((failures + 1))
    fi
}
config=$folder/config.json
refused "arm 'data' differs in more than precision and memory: data.source" experiment "$config" --arms "$folder/data.json" --seeds 2 --out "$folder/x"
refused "--seeds is 1; an interval over seeds needs at least 2" experiment "$config" --arms default --seeds 1 --out "$folder/x"
refused "--seeds is 0" experiment "$config" --arms default --seeds 0 --out "$folder/x"
refused "phases.full_steps is 0; expected a whole number of at least 1" train "$config" --set phases.full_steps=0 --out "$folder/x"
refused "phases.warmup_steps is -1" train "$config" --set phases.warmup_steps=-1 --out "$folder/x"
refused "phases.max_predict_steps is -1" train "$config" --set phases.max_predict_steps=-1 --out "$folder/x"
refused "memory.snapshot_interval is 0" train "$config" --set memory.snapshot_interval=0 --out "$folder/x"
refused "memory.snapshots is 1000 B and one copy of weights and moments takes" train "$config" --set memory.snapshots=1000 --out "$folder/y"
refused "phases.jump is true and memory.snapshots is 0" train "$config" --set phases.jump=true --set memory.snapshots=0 --out "$folder/x"
refused "and jumps come after Predict" train "$config" --set phases.jump=true --set phases.max_predict_steps=0 --out "$folder/x"
# larger than any machine: said at once, before anything is allocated
huge="--set model.layers=100 --set model.width=65536 --set model.heads=512"
for command in "train $config $huge --out $folder/huge" "plan $config $huge --as-configured" "trial $config $huge" "experiment $config $huge --arms aggressive --seeds 2 --out $folder/huges"; do
    # shellcheck disable=SC2086
    said=$("$cli" $command 2>&1)
    code=$?
    [[ $code -eq 3 && $said == *"this is larger than the machine: about"*"memory.allow_overcommit=true"* ]] || { echo "FAIL ($code): $command: $said"; failures=$((failures + 1)); }
done
# a start that has no room leaves nothing behind, and what lay there before
[ ! -e "$folder/huge" ] || { echo "FAIL: a start without room left $(ls "$folder/huge")"; failures=$((failures + 1)); }
mkdir "$folder/own" && echo mine >"$folder/own/note"
for out in "--out $folder/own" ""; do
    # shellcheck disable=SC2086
    MANTISSA_RUNS=$folder/runs "$cli" train "$config" --set memory.budget=1000 $out >/dev/null 2>&1
    code=$?
    [[ $code -eq 3 && $(ls -A "$folder/own") == note && -z $(ls -A "$folder/runs" 2>/dev/null) ]] || { echo "FAIL ($code): a start without room left $(ls -A "$folder/own" "$folder/runs")"; failures=$((failures + 1)); }
done
# shellcheck disable=SC2086
said=$("$cli" plan "$config" $huge --budget 1TiB 2>&1)
[[ $said == *"too large"* && $said != *" x"* ]] || { echo "FAIL: plan measured what does not fit: $said"; failures=$((failures + 1)); }
"$cli" train "$config" --out "$folder/run" >"$folder/said" 2>&1 || { echo "FAIL: the small run"; failures=$((failures + 1)); }
grep -qE " 0 tokens/s|a gain of -" "$folder/said" && { echo "FAIL: a speed that is not known, or a gain below nothing: $(cat "$folder/said")"; failures=$((failures + 1)); }
refused "what-if needs a change" what-if "$folder/run"
refused "what-if cannot change model, data or device" what-if "$folder/run" --set model.width=64
refused "no preset is called 'fast'" what-if "$folder/run" --preset fast
refused "precision.phases.full.weights is host, which needs layerwise" what-if "$folder/run" --set precision.phases.full.weights=host
MANTISSA_MAX_ISA=avx1024 refused "MANTISSA_MAX_ISA is 'avx1024'; expected avx2, avx512 or avx512_bf16" presets list
refused "model.frozen names 'wte'" train "$config" --set 'model.frozen=["wte"]' --out "$folder/x"
refused "'bert' is no kind of model; expected gpt, llama" train "$config" --set model.kind=bert --out "$folder/x"
printf '{"name": "a", "training": {"seed": 1, "max_steps": 2, "seed": 3}}' >"$folder/twice.json"
refused "twice.json gives the key 'training.seed' twice" train "$folder/twice.json" --out "$folder/x"
printf '{"memory": {"fit": "off", "fit": "exact"}}' >"$folder/arm.json"
refused "arm.json gives the key 'memory.fit' twice" experiment "$config" --arms "$folder/arm.json" --out "$folder/x"
printf '{"name": "p", "precision": {"enabled": true, "enabled": false}}' >"$folder/preset.json"
refused "preset.json gives the key 'precision.enabled' twice" train "$config" --preset "$folder/preset.json" --out "$folder/x"
refused "unknown key 'training.max_step'" train "$config" --set training.max_step=null --out "$folder/x"
refused "--set =1 names no key" train "$config" --set =1 --out "$folder/x"
refused "--set training..seed=1 has a key with an empty name" estimate "$config" --set training..seed=1
refused "training.max_steps is 9223372036854775807; expected a whole number" estimate "$config" --set training.max_steps=9223372036854775807
refused "training.max_steps 1000000000000000 times training.batch_size 1048576" estimate "$config" --set training.max_steps=1e15 --set training.batch_size=1048576
refused "'simulated:0' is a simulated card of 0 B" estimate "$config" --set memory.device=simulated:0
refused "'simulated:2TiB' is a simulated card of 2.00 TiB" estimate "$config" --set memory.device=simulated:2TiB
refused "'simulated:1PB' does not say how much" estimate "$config" --set memory.device=simulated:1PB
refused "'simulated:' does not say how much" train "$config" --set memory.device=simulated: --out "$folder/x"
refused "'tpu' is no device" train "$config" --set memory.device=tpu --out "$folder/x"
[ -e /proc/driver/nvidia/version ] || refused "there is no such device here (no NVIDIA driver)" train "$config" --set memory.device=cuda:7 --out "$folder/x"
told() { # words that must be on stderr, then a command that succeeds
    local words=$1 said
    shift
    said=$("$cli" "$@" 2>&1 >/dev/null) && [[ $said == *"$words"* ]] || { echo "FAIL: $* said: $said"; failures=$((failures + 1)); }
}
told "--set training.max_steps=3 counts, and not --set training.max_steps=2" estimate "$config" --set training.max_steps=2 --set training.max_steps=3
told "optimizer.lr_warmup_steps is 100 and the run has 4 steps" train "$config" --set optimizer.lr_warmup_steps=100 --out "$folder/told"
grep -q '"event":"notice".*optimizer.lr_warmup_steps' "$folder/told/events.jsonl" || { echo "FAIL: the log says nothing of the warm-up"; failures=$((failures + 1)); }
told "precision.default is bf16 and has no effect" estimate "$config" --set precision.default=bf16
# one variable limits detection: with AVX2 alone BF16 is emulated, whatever this processor has
limited=$(MANTISSA_MAX_ISA=avx2 "$cli" check --json 2>/dev/null | python3 -c 'import json, sys; print(json.load(sys.stdin)["devices"][0]["formats"]["bf16"]["how"])' 2>&1)
[ "$limited" = emulated ] || { echo "FAIL: MANTISSA_MAX_ISA=avx2 gives BF16 '$limited'"; failures=$((failures + 1)); }
exit $((failures > 0))
