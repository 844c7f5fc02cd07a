#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# control.sh CLI: a run that another process trains is paused, edited, stopped and watched from outside, in a folder of any depth.
set -uo pipefail
cli=$1
folder=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null; rm -rf "$folder"' EXIT
failures=0
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }
cat /usr/share/common-licenses/GPL-3 >"$folder/text.txt"
cat >"$folder/config.json" <<JSON
{"format": 1, "name": "small", "model": {"kind": "gpt", "layers": 1, "width": 32, "heads": 2, "context": 16}, "data": {"source": "text.txt"},
 "training": {"max_steps": 10000000, "batch_size": 2, "eval_interval": 1000000, "eval_batches": 2, "save_interval": 0, "threads": 1},
 "optimizer": {"lr_warmup_steps": 1}, "phases": {"warmup_steps": 2, "full_steps": 2, "max_predict_steps": 2}}
JSON
run="$folder/$(printf 'd%.0s' {1..150})/a deep one $(printf 'e%.0s' {1..100})" # the path of a socket ends at 108 bytes
log=$run/events.jsonl
# until COMMAND…: as often as needed, up to a minute
until_true() { for _ in {1..600}; do "$@" >/dev/null 2>&1 && return 0; sleep 0.1; done; return 1; }
holds() { grep -q "$1" "$log"; }
# whoever runs this may have had signals ignored, as nohup does
begin() { env --default-signal=HUP,INT,TERM "$cli" "$@" >"$folder/trained" 2>&1 & pid=$!; }
ended() { wait "$pid"; code=$?; pid=; [ "$code" = "$1" ] || fail "$2: the trainer ended with $code: $(tail -3 "$folder/trained")"; }

# pause, go on
begin train "$folder/config.json" --out "$run"
until_true test -S "$run/control" || fail "no door: $(cat "$folder/trained")"
until_true holds '"event":"step"' || fail "no step: $(cat "$folder/trained")"
[ "$(stat -c %a "$run/control")" = 600 ] || fail "others may use the door: $(stat -c %a "$run/control")"
said=$("$cli" pause "$run") || fail "pause"
[[ $said == "paused at step "*"mantissa-cli go-on '"* ]] || fail "pause says: $said"
before=$(stat -c %s "$log")
for _ in 1 2 3 4 5; do "$cli" pause "$run" >/dev/null || fail "paused twice"; done
[ "$(stat -c %s "$log")" = "$before" ] || fail "a paused run has added to its log"
"$cli" edit "$run" precision.phases.full.compute=bf16 >"$folder/said" || fail "edit: $(cat "$folder/said")"
grep -q "once it goes on" "$folder/said" || fail "edit of a paused run says: $(cat "$folder/said")"
"$cli" look "$run" >/dev/null || fail "look"
"$cli" save "$run" >/dev/null || fail "save"
[ "$(stat -c %s "$log")" = "$before" ] || fail "a paused run has done something"
"$cli" go-on "$run" >/dev/null || fail "go-on"
until_true holds 'table edited: precision.phases.full.compute=bf16' || fail "the edit did not arrive"
until_true holds '"exact":true' || fail "the look at every element did not arrive"
until_true holds '"checkpoint"' || fail "no checkpoint was saved"
for wrong in precision.phases.full.compute=fp64 precision.phases.middle.compute=bf16 training.batch_size=4 precision.phases.full.compute; do
    said=$("$cli" edit "$run" $wrong 2>&1); [ $? = 2 ] || fail "edit $wrong: $said"
done

# nonsense at the door hurts nothing
python3 - "$run" <<'PY' || fail "the door takes nonsense badly"
import json, os, socket, sys
def door():
    s = socket.socket(socket.AF_UNIX)
    s.connect(f"/proc/self/fd/{os.open(sys.argv[1], os.O_PATH)}/control")
    return s
s = door()
s.sendall(b'{"ask": "dance"}\n\xff\xfe\n{"ask": "state"}\n')
answers = s.makefile()
assert "dance" in json.loads(answers.readline())["error"]
assert "error" in json.loads(answers.readline())
assert json.loads(answers.readline())["state"] == "training"
flood = door()
try:
    while True:
        flood.sendall(b"x" * 65536)
except OSError:
    pass
s.sendall(b'{"ask": "state"}\n')
assert json.loads(answers.readline())["state"] == "training"
PY

# stop: evaluated, saved, resumable
evaluations=$(grep -c '"evaluated"' "$log")
said=$("$cli" stop "$run" 2>/dev/null) || fail "stop"
[[ $said == "stopped at step "*"mantissa-cli resume '"* ]] || fail "stop says: $said"
ended 0 "stop"
[ "$(grep -c '"evaluated"' "$log")" -gt "$evaluations" ] || fail "a stop evaluates"
grep -q '"outcome": "stopped"' "$run/summary.json" || fail "the summary says $(grep outcome "$run/summary.json")"
[ ! -e "$run/control" ] || fail "the door is still there"
said=$("$cli" pause "$run" 2>&1); [ $? = 1 ] && [[ $said == *"(stopped at step "*resume* ]] || fail "pause of a stopped run: $said"

# stop --now: saved without an evaluation
begin resume "$run"
until_true "$cli" go-on "$run" || fail "the resumed run has no door"
until_true "$cli" pause "$run" || fail "the resumed run does not pause"
evaluations=$(grep -c '"evaluated"' "$log")
said=$("$cli" stop --now "$run" 2>/dev/null) || fail "stop --now"
[[ $said == "interrupted at step "* ]] || fail "stop --now says: $said"
ended 130 "stop --now"
[ "$(grep -c '"evaluated"' "$log")" = "$evaluations" ] || fail "stop --now evaluates"

# kill -9: says what to do, and the next trainer has a door again
begin resume "$run"
until_true "$cli" pause "$run" || fail "the run resumed again has no door"
kill -9 "$pid"; wait "$pid" 2>/dev/null; pid=
[ -S "$run/control" ] || fail "a killed trainer leaves its socket" # else this tests nothing
for command in stop pause go-on save look; do
    said=$("$cli" $command "$run" 2>&1); code=$?
    [ $code = 1 ] && [[ $said == *"nothing trains"*"(interrupted at step "*"mantissa-cli resume '"* ]] || fail "$command of a killed run: $code $said"
done
begin resume "$run"
until_true "$cli" pause "$run" || fail "no door after a kill"
"$cli" stop --no-wait "$run" 2>/dev/null || fail "stop --no-wait"
ended 0 "a paused run that is stopped"

# a terminal that closes ends it as Ctrl+C does
begin resume "$run"
until_true "$cli" pause "$run" || fail "no door"
kill -HUP "$pid"; kill -HUP "$pid" 2>/dev/null # the shell and the kernel both send it
ended 130 "a terminal that closes"
grep -q '"outcome": "interrupted"' "$run/summary.json" || fail "a closed terminal: $(grep outcome "$run/summary.json")"
begin resume "$run"
until_true "$cli" pause "$run" || fail "no door after a closed terminal"
"$cli" stop "$run" >/dev/null 2>&1 || fail "stop after a closed terminal"
ended 0 "stop after a closed terminal"

# watch: lines in a pipe, a picture on a terminal
"$cli" watch "$run" >"$folder/said" || fail "watch: $(cat "$folder/said")"
grep -q "^stopped after " "$folder/said" && ! grep -q "$(printf '\033')" "$folder/said" || fail "watch in a pipe: $(cat "$folder/said")"
python3 - "$cli" "$run" <<'PY' || fail "watch on a terminal"
import fcntl, os, pty, struct, sys, termios
def watched(**more):
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("4H", 30, 100, 0, 0))
        os.execve(sys.argv[1], [sys.argv[1], "watch", sys.argv[2]], {**os.environ, "TERM": "xterm", **more})
    seen = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError: # the other side is closed
            break
        if not piece:
            break
        seen += piece
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode()
environment = {"NO_COLOR": ""}
code, seen = watched(**environment)
assert code == 0 and "█" in seen and "\033[36m" in seen and "memory on device" in seen and "stopped after" in seen, (code, seen)
assert len(seen.splitlines()) < 30, seen
code, seen = watched(NO_COLOR="1")
assert code == 0 and "█" in seen and "\033[3" not in seen, (code, seen)
code, seen = watched(TERM="dumb")
assert code == 0 and "█" not in seen and "\033" not in seen, (code, seen)
PY
# the end of the view leaves the run alone
begin resume "$run"
until_true "$cli" pause "$run" || fail "no door"
"$cli" watch "$run" >"$folder/watched" 2>&1 &
watcher=$!
until_true grep -q step "$folder/watched" || fail "watch of a paused run shows nothing"
kill $watcher; wait $watcher 2>/dev/null # bash leaves a background job no SIGINT
"$cli" go-on "$run" >/dev/null || fail "the run has gone with its watcher"
"$cli" stop "$run" >/dev/null 2>&1 || fail "stop after watch"
ended 0 "stop after watch"

# an experiment is stopped as a whole, and goes on
begin experiment "$folder/config.json" --arms aggressive --seeds 2 --out "$folder/experiment"
until_true "$cli" pause "$folder/experiment" || fail "no run of the experiment trains: $(cat "$folder/trained")"
"$cli" stop "$folder/experiment" >/dev/null 2>&1 || fail "stop of an experiment"
ended 130 "stop of an experiment"
[ "$("$cli" runs "$folder/experiment" --json | grep -c run_dir)" = 1 ] || fail "the experiment went on: $("$cli" runs "$folder/experiment")"

mkdir "$folder/empty"
said=$("$cli" stop "$folder/empty" 2>&1); [ $? = 2 ] && [[ $said == *"is no run folder"* ]] || fail "stop of no run: $said"
said=$("$cli" watch "$folder/none" 2>&1); [ $? = 2 ] || fail "watch of no run: $said"
exit $((failures > 0))
