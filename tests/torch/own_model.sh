#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A model leaves as a Hugging Face folder and comes back: the same weights to the bit, the same loss, the same text. Folders that
# are none are refused with a sentence and exit code 2.
#   own_model.sh MANTISSA_CLI
set -euo pipefail
cli=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export XDG_CACHE_HOME="$dir/cache"
cd "$dir"

fail() { echo "FAILED: $*"; exit 1; }
refuses() { # words, command…
    local words=$1 code=0
    shift
    "$@" > out 2>&1 || code=$?
    [ "$code" = 2 ] || { cat out; fail "$* ended with $code"; }
    grep -qF -- "$words" out || { cat out; fail "$* does not say: $words"; }
}

for i in $(seq 1 3000); do echo "line $((i * i % 977)) of a text that repeats"; done > text.txt
for kind in gpt llama; do
    cat > $kind.json <<E2
{"name": "$kind", "model": {"kind": "$kind", "layers": 2, "width": 32, "heads": 4, "context": 24, "tied": true},
 "data": {"source": "text.txt"}, "training": {"max_steps": 8, "batch_size": 4, "eval_interval": 0, "eval_batches": 2}}
E2
    "$cli" train $kind.json --out run-$kind > /dev/null 2>&1 || fail "training $kind"
    "$cli" export run-$kind --to huggingface -o hf-$kind > /dev/null 2>&1 || fail "export of $kind"
    whole=$("$cli" digest run-$kind | awk '{print $1}')
    folder=$("$cli" digest hf-$kind/model.safetensors | awk '{print $1}')
    [ "$whole" = "$folder" ] || fail "the weights of $kind changed on their way out"
    cat > again.json <<E2
{"model": {"folder": "hf-$kind", "context": 24}, "data": {"source": "text.txt"}, "optimizer": {"learning_rate": 0, "weight_decay": 0},
 "training": {"max_steps": 1, "batch_size": 4, "eval_interval": 0, "eval_batches": 2}}
E2
    for preset in conservative aggressive smallest; do
        rm -rf again
        "$cli" train again.json --preset $preset --out again > log 2>&1 || { cat log; fail "training the folder of $kind"; }
        [ "$("$cli" digest again | awk '{print $1}')" = "$whole" ] || fail "the weights of $kind changed on their way in ($preset)"
    done
    "$cli" evaluate run-$kind --data text.txt --context 24 > a
    "$cli" evaluate hf-$kind --data text.txt --context 24 > b
    cmp a b || fail "another loss of $kind"
    "$cli" generate run-$kind --prompt line --temperature 0 --tokens 20 > a
    "$cli" generate hf-$kind --prompt line --temperature 0 --tokens 20 > b
    cmp a b || fail "another text of $kind"
    "$cli" generate hf-$kind --prompt line --seed 4 --tokens 20 > a
    "$cli" generate hf-$kind --prompt line --seed 4 --tokens 20 > b
    cmp a b || fail "one seed, two texts"
done
"$cli" export run-llama --to huggingface --as bf16 -o hf-rounded > out
grep -q "rounding changed" out || fail "what rounding took away is not said"
grep -q '"dtype": "bfloat16"' hf-rounded/config.json || fail "config.json says another format"

# resumed without its folder: the weights come from the checkpoint
mv hf-llama moved
"$cli" resume again --set training.max_steps=2 > log 2>&1 || { cat log; fail "resume without the folder"; }
mv moved hf-llama

refuses "is there already" "$cli" export run-gpt --to huggingface -o hf-gpt
refuses "has no config.json" "$cli" evaluate "$dir/cache/.." --data text.txt
cp -r hf-llama bad
sed -i 's/"llama"/"mamba"/' bad/config.json
refuses "model_type 'mamba'" "$cli" train again.json --set model.folder=bad --out no
cp hf-llama/config.json bad/
sed -i 's/"intermediate_size": [0-9]*/"intermediate_size": 40/' bad/config.json
refuses "are of two models" "$cli" train again.json --set model.folder=bad --out no
cp hf-llama/config.json bad/
truncate -s -100 bad/model.safetensors
refuses "it is cut or damaged" "$cli" train again.json --set model.folder=bad --out no
rm bad/model.safetensors && touch bad/pytorch_model.bin
refuses "can hold code" "$cli" train again.json --set model.folder=bad --out no
refuses "model.width is 64" "$cli" train again.json --set model.width=64 --out no
refuses "positions" "$cli" train again.json --set model.context=4000 --out no
[ ! -e no ] || fail "a refused model left a run folder"
refuses "--stop is empty" "$cli" generate hf-llama --prompt a --stop ""
refuses "has 1 tokens" bash -c "printf a > one.txt; '$cli' evaluate hf-llama --data one.txt"
echo "PASSED"
