#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# fast_products.sh CLI: no product of a training step falls to oneDNN's reference code, which is a hundred times slower, in any format.
set -uo pipefail
cli=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat /usr/share/common-licenses/GPL-3 >"$folder/text.txt"
cat >"$folder/config.json" <<JSON
{"format": 1, "name": "small", "model": {"kind": "gpt", "layers": 1, "width": 64, "heads": 2, "context": 16}, "data": {"source": "text.txt"},
 "training": {"max_steps": 3, "batch_size": 2, "eval_batches": 1}, "phases": {"warmup_steps": 1, "full_steps": 1, "max_predict_steps": 1, "correct_steps": 1}}
JSON
failures=0
for format in fp32 bf16 fp16; do
    ONEDNN_VERBOSE=1 "$cli" train "$folder/config.json" --set precision.auto=false --set precision.default=$format --out "$folder/$format" >"$folder/said" 2>/dev/null ||
        { echo "training in $format ends in $?"; failures=$((failures + 1)); }
    grep -q 'onednn_verbose.*exec' "$folder/said" || echo "$format: no product by oneDNN here"
    slow=$(grep -E 'exec,cpu,(inner_product|matmul),ref' "$folder/said" | head -n 1)
    [ -z "$slow" ] || { echo "$format: $slow"; failures=$((failures + 1)); }
done
exit "$failures"
