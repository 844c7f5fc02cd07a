#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Step time with the window drawing against headless, in pairs, alternating: window_cost.py BIN_FOLDER CONFIG [PAIRS].

Needs a display (xvfb-run -s "-screen 0 1600x1000x24" python3 tests/benchmarks/window_cost.py build/bin CONFIG).
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time


def step_seconds(folder):
    """Median seconds of a run's steps, without the first two."""
    seconds = []
    with open(os.path.join(folder, "events.jsonl")) as lines:
        for line in lines:
            event = json.loads(line)
            if event["event"] == "step":
                seconds.append(event["seconds"])
    return statistics.median(seconds[2:])


def wait_for_end(runs):
    while True:
        for name in os.listdir(runs) if os.path.isdir(runs) else []:
            if os.path.exists(os.path.join(runs, name, "summary.json")):
                return os.path.join(runs, name)
        time.sleep(0.2)


def main():
    binaries, config = sys.argv[1], sys.argv[2]
    pairs = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    ratios = []
    for pair in range(pairs):
        with tempfile.TemporaryDirectory() as folder:
            headless = os.path.join(folder, "headless")
            subprocess.run([os.path.join(binaries, "mantissa-cli"), "train", config, "--out", headless],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            runs = os.path.join(folder, "runs")
            window = subprocess.Popen([os.path.join(binaries, "mantissa"), "--runs", runs, "--size", "1600x1000", "--train", config],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            attached = wait_for_end(runs)
            window.terminate()
            window.wait()
            ratios.append(step_seconds(attached) / step_seconds(headless))
            print(f"pair {pair + 1}: headless {step_seconds(headless) * 1000:.1f} ms, window {step_seconds(attached) * 1000:.1f} ms, "
                  f"ratio {ratios[-1]:.3f}", flush=True)
    ratios.sort()
    print(f"window / headless: median {statistics.median(ratios):.3f} [{ratios[0]:.3f}, {ratios[-1]:.3f}], n = {len(ratios)}")


main()
