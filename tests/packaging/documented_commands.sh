#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# documented_commands.sh SOURCES CLI [WINDOW]: every command that the documents and --help show is run, with small files in the
# places of its placeholders, and ends as it must. Those that cannot run here are only parsed, each for the reason beside it.
set -uo pipefail
sources=$1
cli=$2
window=${3:-}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
export XDG_CACHE_HOME=$folder/cache XDG_DATA_HOME=$folder/data XDG_CONFIG_HOME=$folder/config MANTISSA_RUNS=$folder/runs QT_QPA_PLATFORM=offscreen
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }
failures=0

# what stands for my.json, my.txt, runs/a, a model's folder
mkdir runs
for i in $(seq 1 400); do echo "line $((i * i % 977)) of a text that repeats"; done >my.txt
for i in $(seq 1 60); do echo "{\"text\": \"What is $i? A number of $((i % 7)).\"}"; done >rows.jsonl
cat >my.json <<'JSON'
{"name": "small", "model": {"kind": "gpt", "layers": 2, "width": 32, "heads": 4, "context": 24}, "data": {"source": "my.txt"},
 "training": {"max_steps": 12, "batch_size": 2, "eval_interval": 6, "eval_batches": 2, "save_interval": 6},
 "phases": {"warmup_steps": 2, "full_steps": 2, "max_predict_steps": 2, "correct_steps": 1}}
JSON
"$cli" train my.json --preset aggressive --out runs/a >log 2>&1 || { cat log; exit 1; }
"$cli" train my.json --preset conservative --out runs/b >log 2>&1 || { cat log; exit 1; }
"$cli" export runs/b --to huggingface -o folder >log 2>&1 || { cat log; exit 1; }
mkdir with-tokenizer
cp "$sources/tests/data/tokenizers/words.json" with-tokenizer/tokenizer.json
cp -r runs/a "runs/20260101-120000-kjv-gpt"

# a line for each command, as it is typed after the program's name
shown() {
    (cd "$sources" && cat README.md docs/*.md docs/measurements/README.md) |
        grep -oE '(^ +|`|\()(\./run|(build/bin/)?mantissa-cli) [a-z-]+[^`|]*' |
        sed -E 's/^[ `(]*//; s/  +#.*//; s/\)$//; s/^\.\/run //; s/^(build\/bin\/)?mantissa-cli //; s/ *(&&|\|) .*//'
    for command in $("$cli" --help | sed -n '/^Subcommands:/,/^Examples:/s/^  \([a-z-]*\) .*/\1/p') "presets list" "presets show" "presets diff" "benchmark memory" "benchmark throughput" "benchmark shapes"; do
        # shellcheck disable=SC2086
        "$cli" $command --help | sed -n 's/^  mantissa-cli //p' | grep . || echo "no-example-of $command"
    done
}
filled() { # placeholders by files
    sed -E 's#resources/examples/kjv-gpt\.json|\bCONFIG\b#my.json#g; s#runs/A\b|\bRUN\b#runs/a#g; s#runs/B\b#runs/b#g; s#/data/runs#runs#g
        s#path/to/SmolLM2-135M|SmolLM2-135M#folder#g; s#^(compare [^ ]*) FOLDER#\1 runs/b#; s#^data FILE#data rows.jsonl#; s#my\.jsonl#rows.jsonl#g
        s#^tokenize [^ ]*#tokenize with-tokenizer#; s,^(data [^ ]*) --model .*,\1 --model with-tokenizer,; s#\bFILE\b#my.txt#; s#\bFOLDER\b#folder#g; s#~/[^ ]*/#./#g; s#--context 512#--context 24#; s#max_steps=300#max_steps=14#; s#max_steps=4000#max_steps=16#'
}

count=0
while IFS= read -r typed; do
    command=$(filled <<<"$typed")
    words=$command
    expected=0
    case $command in
        stop* | pause* | go-on* | save* | look* | edit*) expected=1 ;;      # the run has ended; control.sh says this to one that trains
        fetch-libtorch*) words="fetch-libtorch --help" ;;                  # the network; fetch_libtorch.sh
        "benchmark memory"*) words="benchmark memory --help" ;;            # up to 7 billion weights
        report*.pdf) [ -n "$window" ] || expected=2 ;;                     # the window's program draws it
        "benchmark shapes"*) words="$command --factors 1,2 --steps 2 --rounds 1 --no-bound" ;;
        "benchmark throughput"*) words="$command --steps 2 --no-bound" ;;
        "experiment" | "train" | "resume" | "help --man"* | "plan --as-configured") continue ;; # named in a sentence, no command
        experiment*) words="${command/--seeds 5/--seeds 2} --out experiment" ;;
        window*)
            [ -n "$window" ] || continue
            [ "$command" = window ] && continue
            timeout 120 bash -c "'$window' ${command#window}" >log 2>&1 </dev/null || fail "'$typed': $(tail -n 2 log)"
            count=$((count + 1))
            continue
            ;;
    esac
    [[ $words == *" "* || $words =~ ^(check|cache|help|runs)$ ]] || continue # a name in a sentence
    [[ $words == resume* ]] && { rm -rf runs/20260101-120000-kjv-gpt; cp -r runs/b runs/20260101-120000-kjv-gpt; }
    [[ $words == "train "* ]] && words="$words --out runs/new-$count"
    timeout 120 bash -c "'$cli' $words" >log 2>&1 </dev/null
    code=$?
    [ "$code" = "$expected" ] || fail "'$typed', run as '$words', ended with $code: $(tail -n 2 log)"
    count=$((count + 1))
done < <(shown | sort -u)
[ "$count" -ge 50 ] || fail "only $count commands were found in the documents and helps"
echo "$count commands run"
exit "$((failures > 0))"
