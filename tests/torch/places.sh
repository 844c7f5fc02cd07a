#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# places.sh CLI: one run has one name, title and quality however its folder is said; names that are no UTF-8 are shown and never abort.
set -uo pipefail
cli=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }
cat /usr/share/common-licenses/GPL-3 >"$folder/text.txt"
cat >"$folder/config.json" <<JSON
{"format": 1, "name": "small", "model": {"kind": "gpt", "layers": 1, "width": 32, "heads": 2, "context": 16}, "data": {"source": "text.txt"},
 "training": {"max_steps": 4, "batch_size": 2, "eval_batches": 2, "threads": 1},
 "optimizer": {"lr_warmup_steps": 1}, "phases": {"warmup_steps": 2, "full_steps": 2, "max_predict_steps": 2}}
JSON
mkdir "$folder/runs" "$folder/elsewhere"
"$cli" train "$folder/config.json" --out "$folder/runs/a/" >/dev/null 2>&1 || fail "train into a folder with a slash"
"$cli" train "$folder/config.json" --preset conservative --out "$folder/runs/fp32" >/dev/null 2>&1 || fail "the baseline"
ln -s ../runs/a "$folder/elsewhere/b"
grep -q '"id": "a"' "$folder/runs/a/run.json" || fail "the run's id is $(grep id "$folder/runs/a/run.json")"
cd "$folder/runs/a" || exit 1
plain() { sed -E 's/peak_rss_bytes": *[0-9]*//'; }
for what in "report RUN --to json -o -" "report RUN --to md -o -" "report RUN --to html -o -" "advice RUN" "advice RUN --json" "numbers RUN --json" \
    "compare RUN ../fp32" "compare ../fp32/ RUN --baseline ../../runs/fp32 --json" "export RUN --to csv -o -" "export RUN --to svg --chart quality -o -"; do
    $cli ${what//RUN/$folder/runs/a} 2>&1 | plain | sed -E 's/"seconds":[0-9.e-]*//; s/; [0-9.]+ m?s$//' >"$folder/expected"
    [ "$(wc -c <"$folder/expected")" -gt 40 ] || fail "$what says nothing"
    for said in . ./ ../a ../a/ "$folder/runs/a/" "$folder/elsewhere/b" "$folder/elsewhere/b/" ../../elsewhere/../runs/./a; do
        $cli ${what//RUN/$said} 2>&1 | plain | sed -E 's/"seconds":[0-9.e-]*//; s/; [0-9.]+ m?s$//' >"$folder/got"
        cmp -s "$folder/expected" "$folder/got" || fail "$what, said as $said: $(diff "$folder/expected" "$folder/got" | head -3)"
    done
done
for said in . ../a/ "$folder/elsewhere/b"; do # a checkpoint too
    checkpoint=$said/checkpoints/step-00000004
    [ "$("$cli" digest "$said" | cut -d' ' -f1)" = "$("$cli" digest "$checkpoint/" | cut -d' ' -f1)" ] || fail "digest $said"
    "$cli" numbers "$checkpoint/" | grep -q 'moments of step 4 stand for' || fail "numbers of a checkpoint of $said knows no update"
done
"$cli" resume ./ --set training.max_steps=6 >/dev/null 2>&1 || fail "resume ./"
[ "$(ls "$folder/runs" | wc -l)" = 2 ] || fail "another run was made: $(ls "$folder/runs")"
cd "$folder" || exit 1

# bytes that are no UTF-8, in every name
odd=$folder/$(printf 'b\xe4r\xff')
mkdir "$odd"
cp text.txt "$odd/$(printf 't\xe4xt.txt')"
sed "s|text.txt|$(printf 'b\\\\\\\\xe4r\\\\\\\\xff/t\\\\\\\\xe4xt.txt')|" config.json >"$odd/../odd.json"
said=$("$cli" train odd.json --out "$odd/run" 2>&1) || fail "train with odd names: $said"
said=$("$cli" train config.json --set data.source="$odd" --set name="$(printf 'n\xe4me')" --out "$odd/set" 2>&1) || fail "train with odd settings: $said"
said=$("$cli" train "$odd/nothing.json" --json 2>&1) && fail "a config that is not there"
cp config.json "$odd/config.json"
said=$("$cli" train "$odd/config.json" --set data.source="$odd" --preset "$folder/../$(printf '\xe4')none.json" 2>&1); [ $? = 2 ] || fail "a preset that is not there: $said"
said=$("$cli" train "$odd/config.json" --set data.source="$odd/none" --out "$odd/none" --json 2>&1); [ $? -lt 3 ] || fail "a source that is not there: $said"
said=$("$cli" train config.json --set training.max_steps="$(printf '\xe4')" 2>&1); [ $? = 2 ] || fail "a setting that is no number: $said"
"$cli" resume "$odd/run" --set training.max_steps=6 --json >resumed.json 2>said || fail "resume with odd names: $(cat said)"
for what in "runs ODD" "runs ODD --json" "report ODD/run --to html -o -" "report ODD/run --to md -o -" "report ODD/run -o ODD/report.html" "compare ODD/run ODD/set" \
    "compare ODD/run ODD/set --json" "advice ODD/run" "what-if ODD/run --preset aggressive" "numbers ODD/run" "digest ODD/run" "export ODD/run --to svg -o -" \
    "export ODD/run --to csv -o ODD/numbers.csv" "export ODD/run --to readout -o ODD/readout" "estimate ODD/config.json"; do
    $cli ${what//ODD/$odd} >printed 2>said || fail "$what: $(cat said)"
    iconv -f UTF-8 -t UTF-8 printed said >/dev/null || fail "$what prints what is no UTF-8"
done
python3 -c 'import json, sys; [json.load(open(f, encoding="utf-8")) for f in sys.argv[1:]]' resumed.json "$odd"/run/{run,config,summary,environment}.json || fail "a file of the run is no JSON"
printf '{"memory": {"loss_chunk": 8}}' >"$odd/$(printf '\xe4rm').json"
"$cli" experiment config.json --arms "$odd/$(printf '\xe4rm').json" --seeds 2 --out "$odd/experiment" >/dev/null 2>said || fail "an experiment with odd names: $(cat said)"
said=$("$cli" experiment config.json --arms "$odd/$(printf '\xe4rm').json" --seeds 2 --out "$odd/experiment/" 2>&1) || fail "the same again: $said"
[[ $said == *"4 of 4 runs are there already"* ]] || fail "the experiment began anew: $said"
exit $((failures > 0))
