#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# data_identity.sh CLI: what a run has learned from is told by size and digest; other bytes are refused or not compared, the same bytes
# may move.
set -uo pipefail
cli=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
cat /usr/share/common-licenses/GPL-3 >"$folder/text.txt"
cat >"$folder/config.json" <<JSON
{"format": 1, "name": "small", "model": {"kind": "gpt", "layers": 1, "width": 32, "heads": 2, "context": 16}, "data": {"source": "text.txt"},
 "training": {"max_steps": 4, "batch_size": 2, "eval_batches": 1, "threads": 1}, "phases": {"warmup_steps": 2, "full_steps": 2, "max_predict_steps": 0}}
JSON
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }
expect() { # exit code, words that must be said, then the command
    local code=$1 words=$2 said got
    shift 2
    said=$("$cli" "$@" 2>&1)
    got=$?
    [[ $got -eq $code && $said == *"$words"* ]] || fail "($got instead of $code): $* said: $said"
}
digest=$(sha256sum "$folder/text.txt" | cut -d' ' -f1)
expect 0 "read 1 file" train "$folder/config.json" --preset conservative --out "$folder/a"
grep -q "\"sha256\": \"$digest\"" "$folder/a/run.json" || fail "run.json does not tell the digest"
"$cli" report "$folder/a" -o "$folder/a.md" >/dev/null 2>&1
grep -q "$digest" "$folder/a.md" || fail "the report does not tell the digest"
echo "one line more" >>"$folder/text.txt"
config=$(sha256sum "$folder/a"/{config,run,summary}.json "$folder/a/events.jsonl")
expect 2 "are not those that were learned from so far" resume "$folder/a" --set training.max_steps=8
[ "$config" = "$(sha256sum "$folder/a"/{config,run,summary}.json "$folder/a/events.jsonl")" ] || fail "a refused resume changed the folder"
expect 0 "" train "$folder/config.json" --out "$folder/b"
expect 0 "learned from different data" compare "$folder/a" "$folder/b" --baseline "$folder/a"
mkdir "$folder/moved" && cat /usr/share/common-licenses/GPL-3 >"$folder/moved/words.txt"
expect 0 "completed" resume "$folder/a" --set training.max_steps=8 --set "data.source=$folder/moved/words.txt"
expect 0 "completed" resume "$folder/a" --set training.max_steps=9 --set "data.source=$folder/moved"
expect 2 "resume cannot change data.validation_fraction" resume "$folder/a" --set training.max_steps=12 --set data.validation_fraction=0.2
# a run that does not tell: the path is all there is
python3 - "$folder/b/run.json" <<PY
import json, sys
manifest = json.load(open(sys.argv[1]))
del manifest["data"]
json.dump(manifest, open(sys.argv[1], "w"))
PY
expect 2 "does not say which bytes it learned from" resume "$folder/b" --set training.max_steps=8 --set "data.source=$folder/moved"
# sources that are no files, and what is no text
mkfifo "$folder/pipe"
expect 2 "is no file but a pipe or a device" train "$folder/config.json" --set "data.source=$folder/pipe" --out "$folder/x"
expect 2 "is no file but a pipe or a device" train "$folder/config.json" --set data.source=/dev/zero --out "$folder/y"
cat /usr/share/common-licenses/GPL-2 >"$folder/moved/BIG.TXT"
gzip -c /usr/share/common-licenses/GPL-2 >"$folder/moved/packed.txt"
expect 0 "files that look like gzip: packed.txt" train "$folder/config.json" --set "data.source=$folder/moved" --out "$folder/c"
expect 0 "neither .txt nor .md: BIG.TXT" train "$folder/config.json" --set "data.source=$folder/moved" --out "$folder/d"
exit $((failures > 0))
