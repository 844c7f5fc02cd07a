#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds two builds of mantissa-cli against each other: digests, measured peaks, and what a step costs.

  compare_programs.py BEFORE AFTER            digests and peaks over the configurations below
  compare_programs.py BEFORE AFTER --times 7  user and system time of training, side by side, median of 7 ratios

One thread, since with two the libraries' tiles move a peak by a few bytes from run to run. A change that only moves code
gives equal digests (stochastic masters excepted, whose noise may be drawn anew), equal peaks to
the byte (a phase that is entered by a cast excepted) and times within 2 %.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

GPT = {"model": {"kind": "gpt", "layers": 3, "width": 96, "heads": 4, "context": 48}}
LLAMA = {"model": {"kind": "llama", "layers": 3, "width": 96, "heads": 6, "kv_heads": 2, "ffn": 160, "context": 48,
                   "tied": False}}
CONVNET = {"model": {"kind": "convnet", "width": 8}, "training": {"batch_size": 32}}
MLP = {"model": {"kind": "mlp", "width": 64, "layers": 2}, "training": {"batch_size": 32}}
RESUMED = "resumed"  # stopped in the middle, then gone on with
DISK = ["precision.phases.full.weights=disk", "precision.phases.full.remainder=disk",
        "precision.phases.full.moments=disk", "precision.phases.warmup.weights=disk",
        "precision.phases.warmup.remainder=disk", "precision.phases.warmup.moments=disk",
        "precision.phases.correct.weights=disk", "precision.phases.correct.remainder=disk",
        "precision.phases.correct.moments=disk", "precision.phases.predict.weights=disk",
        "precision.phases.predict.remainder=disk", "precision.phases.predict.moments=disk"]
CASES = [(f"{name} {preset}", config, preset, [])
         for name, config in (("gpt", GPT), ("llama", LLAMA))
         for preset in ("conservative", "default", "aggressive", "balanced", "smallest")]
CASES += [
    ("convnet conservative", CONVNET, "conservative", []),
    ("convnet aggressive", CONVNET, "aggressive", []),
    ("mlp default", MLP, "default", []),
    ("gpt fp16", GPT, "default", ["precision.phases.full.compute=fp16", "memory.loss_chunk=64"]),
    ("gpt dropout, accumulation", GPT, "aggressive", ["model.dropout=0.1", "training.gradient_accumulation_steps=3"]),
    ("llama tied, recompute", LLAMA, "default", ["model.tied=true", "precision.phases.full.activations=recompute"]),
    ("gpt rounded", GPT, "aggressive", ["precision.master=rounded"]),
    ("gpt stochastic", GPT, "aggressive", ["precision.master=stochastic"]),
    ("gpt resumed", GPT, "balanced", [RESUMED]),
    ("llama resumed", LLAMA, "default", [RESUMED]),
    ("llama disk", LLAMA, "smallest", DISK),
    ("llama disk, free, resumed", LLAMA, "smallest", DISK + ["optimizer.max_grad_norm=0", RESUMED]),
    ("gpt moments on disk", GPT, "balanced", [f"precision.phases.{p}.moments=disk"
                                              for p in ("warmup", "full", "predict", "correct")]),
]
STEPS = 14


def config_of(base, folder):
    config = {"training": {"max_steps": STEPS, "batch_size": 4, "seed": 7, "eval_interval": 7, "eval_batches": 2,
                           "save_interval": 6, "threads": 1},
              "phases": {"warmup_steps": 3, "full_steps": 4, "max_predict_steps": 2, "correct_steps": 2,
                         "confidence_threshold": 0}}
    for key, value in base.items():
        config[key] = {**config.get(key, {}), **value}
    path = folder / "config.json"
    path.write_text(json.dumps(config))
    return path


def ran(command):
    return subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def train(program, case, folder):
    name, base, preset, settings = case
    run = folder / "run"
    given = [word for setting in settings if setting != RESUMED for word in ("--set", setting)]
    command = [program, "train", config_of(base, folder), "--preset", preset, "--out", run, "--json", *given]
    done = ran(command + (["--set", "training.max_steps=7"] if RESUMED in settings else []))
    if RESUMED in settings and done.returncode == 0:
        done = ran([program, "resume", run, "--set", f"training.max_steps={STEPS}", "--json"])
    if done.returncode:
        return {"failed": done.returncode, "said": done.stderr.strip().splitlines()[-1:]}
    summary = json.loads((run / "summary.json").read_text())
    digest = ran([program, "digest", run]).stdout.split()
    return {"digest": digest[0] if digest else "?", "loss": summary["final_loss"],
            "peaks": {phase: peak["device_bytes"] for phase, peak in summary["peak_by_phase"].items()},
            "host": summary["peak_host_bytes"], "disk": summary["peak_disk_bytes"]}


def compare(before, after):
    differing = 0
    for case in CASES:
        results = []
        for program in (before, after):
            with tempfile.TemporaryDirectory() as folder:
                results.append(train(program, case, pathlib.Path(folder)))
        a, b = results
        same = {key: a.get(key) == b.get(key) for key in ("digest", "peaks", "host", "disk")}
        differing += not all(same.values())
        print(f"{case[0]:28} " + "  ".join(f"{k} {'equal' if v else 'DIFFERS'}" for k, v in same.items())
              + f"  {a.get('digest', a)!s:.12}", flush=True)
        for key, equal in same.items():
            if not equal:
                print(f"    {key}: {a.get(key, a)} -> {b.get(key, b)}", flush=True)
    print(f"{len(CASES)} configurations, {differing} differ")


def started(program, case, steps, core, folder):
    name, base, preset, settings = case
    given = [word for setting in settings for word in ("--set", setting)]
    path = config_of(base, folder)
    command = ["taskset", "-c", str(core), program, "train", path, "--preset", preset, "--out", folder / "run", "--set",
               f"training.max_steps={steps}", "--set", "training.eval_interval=0", "--set",
               "training.save_interval=0", *given]
    return subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def cpu_seconds_of(process):
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, "a run failed"
    return usage.ru_utime + usage.ru_stime


def ratio_side_by_side(before, after, case, steps):
    """Both at once, each on a core of its own, then with the cores swapped: what else the machine does meets both alike."""
    product = 1
    for cores in ((0, 1), (1, 0)):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            processes = [started(program, case, steps, core, pathlib.Path(folder))
                         for program, core, folder in zip((before, after), cores, (one, other))]
            seconds = [cpu_seconds_of(process) for process in processes]
        product *= seconds[1] / seconds[0]
    return product ** 0.5


def times(before, after, pairs):
    cases = [("gpt conservative", {"model": {"kind": "gpt", "layers": 4, "width": 128, "heads": 4, "context": 64}},
              "conservative", []),
             ("gpt balanced", {"model": {"kind": "gpt", "layers": 4, "width": 128, "heads": 4, "context": 64}},
              "balanced", []),
             ("llama smallest", LLAMA, "smallest", [])]
    for case in cases:
        ratios = [ratio_side_by_side(before, after, case, 100) for _ in range(pairs)]
        print(f"{case[0]:20} user+system after/before: median {statistics.median(ratios):.3f} "
              f"[{min(ratios):.3f}, {max(ratios):.3f}], n = {pairs}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=os.path.abspath)
    parser.add_argument("after", type=os.path.abspath)
    parser.add_argument("--times", type=int, default=0, metavar="PAIRS")
    options = parser.parse_args()
    if options.times:
        times(options.before, options.after, options.times)
    else:
        compare(options.before, options.after)


if __name__ == "__main__":
    main()
