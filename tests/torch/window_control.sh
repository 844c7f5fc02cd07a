#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# window_control.sh MANTISSA CLI: what the window trains is paused from the command line, and saved when the window is told to end.
set -uo pipefail
window=$1
cli=$2
folder=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null; rm -rf "$folder"' EXIT
export HOME="$folder" XDG_CONFIG_HOME="$folder/config" XDG_CACHE_HOME="$folder/cache" QT_QPA_PLATFORM=offscreen
failures=0
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }
until_true() { for _ in {1..600}; do "$@" >/dev/null 2>&1 && return 0; sleep 0.1; done; return 1; }
cat /usr/share/common-licenses/GPL-3 >"$folder/text.txt"
cat >"$folder/small.json" <<JSON
{"format": 1, "name": "small", "model": {"kind": "gpt", "layers": 1, "width": 32, "heads": 2, "context": 16}, "data": {"source": "text.txt"},
 "training": {"max_steps": 10000000, "batch_size": 2, "eval_interval": 1000000, "eval_batches": 2, "save_interval": 0, "threads": 1},
 "optimizer": {"lr_warmup_steps": 1}, "phases": {"warmup_steps": 2, "full_steps": 2, "max_predict_steps": 2}}
JSON
one_run() { run=$(echo "$1"/*-small); [ -S "$run/control" ]; }
for signal in TERM HUP INT; do
    # bash starts what runs in the background with SIGINT ignored, nohup with SIGHUP
    env --default-signal=HUP,INT,TERM "$window" --runs "$folder/$signal" --train "$folder/small.json" >"$folder/words" 2>&1 &
    pid=$!
    until_true one_run "$folder/$signal" || fail "$signal: the window's training has no door: $(cat "$folder/words")"
    one_run "$folder/$signal"
    said=$("$cli" pause "$run" 2>&1) && [[ $said == "paused at step "* ]] || fail "$signal: pause says: $said"
    kill -"$signal" "$pid"
    wait "$pid"; code=$?; pid=
    [ $code = 0 ] || fail "$signal: the window ended with $code: $(cat "$folder/words")"
    grep -q '"outcome": "interrupted"' "$run/summary.json" || fail "$signal: $(grep outcome "$run/summary.json")"
    [ -e "$run"/checkpoints/step-*/DONE ] || fail "$signal: nothing was saved"
done
exit $((failures > 0))
