#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Our training steps against PyTorch's, on the same model, data and settings: who trains more tokens a second.

    tests/peer/throughput.py gpt-large --install                   makes build/peer-venv from PyPI first (several GB)
    tests/peer/throughput.py gpt-small --rounds 15
    tests/peer/throughput.py smollm2 --model FOLDER --ratios aggressive/amp,aggressive/trainer-amp
    tests/peer/throughput.py gpt-large --passive --json result.json

Shapes: gpt-large (6 layers x 384, 6 heads, context 256, batch 16), gpt-small (4 x 128, 4 heads, context 64, batch 12), convnet (the
example fashion-mnist.json), smollm2 (a Hugging Face folder, 4 x 512 tokens, all weights train). The text is this repository's C++.

Left of a ratio stands one of our presets, right what PyTorch does: fp32 (eager), amp (autocast to BF16), trainer-fp32 and trainer-amp
(transformers.Trainer; smollm2 alone). PyTorch has fused AdamW, clipping where our config clips, gradients set to none, and the same
constant learning rate. Nothing is evaluated, sampled or saved on either side.

All programs of a ratio live at once and take turns in an order that is shuffled for each round, while the others wait for their
turn. A ratio is of the same round: tokens a second of ours over theirs, by the wall and by CPU time (user and system); the median
stands with its quartiles. Above 1 ours is faster. Each has its own default of threads and of waiting; --passive sets
OMP_WAIT_POLICY=passive for all. How much of the machine other programs took during the turns is printed: where that is more than
a few percent, trust no ratio by the wall.

"tensors" is the peak of live bytes of tensors: of ours as counted at every allocation, Device and Host together (on the CPU both are
of the same memory); of PyTorch's the parameters, gradients and moments that are there before a step, and the most that
torch.profiler(profile_memory=True) sees come beside them in one step of its own after the rounds. Scratch of oneDNN and MKL is in
neither. "resident" is VmHWM of the process, set back after the warm-up: with libraries, the interpreter and what allocators keep."""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import venv

from throughput_turns import Peer, PeerFailed, quartiles

ROOT = pathlib.Path(__file__).resolve().parents[2]
VENV = ROOT / "build" / "peer-venv"
WORKER = pathlib.Path(__file__).resolve().parent / "throughput_worker.py"
ADAMW = {"kind": "adamw", "learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.95, "weight_decay": 0.1, "epsilon": 1e-8, "max_grad_norm": 1.0}
BASIC_RATIOS = "conservative/fp32,aggressive/amp,balanced/amp,smallest/amp"
THEIR_MODES = ("fp32", "amp", "trainer-fp32", "trainer-amp")
WARM_UP = 3  # steps, as benchmark throughput has them


def gpt(layers, width, heads, context, batch):
    return {"model": {"kind": "gpt", "layers": layers, "width": width, "heads": heads, "context": context, "vocab": 256, "dropout": 0},
            "data": {"kind": "text", "source": "text.txt", "validation_fraction": 0.1},
            "training": {"batch_size": batch, "seed": 1}, "optimizer": dict(ADAMW)}


def smollm2(folder):
    return {"model": {"folder": folder, "context": 512},
            "data": {"kind": "text", "source": "text.txt", "validation_fraction": 0.1},
            "training": {"batch_size": 4, "seed": 1}, "optimizer": {**ADAMW, "learning_rate": 2e-5, "beta2": 0.999, "weight_decay": 0.01}}


def convnet():
    with open(ROOT / "resources" / "examples" / "fashion-mnist.json", encoding="utf-8") as file:
        example = json.load(file)
    return {key: example[key] for key in ("model", "data", "optimizer")} | {
        "training": {"batch_size": example["training"]["batch_size"], "seed": 1}}


# config, steps of a turn, ratios
SHAPES = {
    "gpt-large": (lambda options: gpt(6, 384, 6, 256, 16), 1, BASIC_RATIOS),
    "gpt-small": (lambda options: gpt(4, 128, 4, 64, 12), 20, BASIC_RATIOS),
    "convnet": (lambda options: convnet(), 20, BASIC_RATIOS),
    "smollm2": (lambda options: smollm2(options.model), 1,
                BASIC_RATIOS + ",conservative/trainer-fp32,aggressive/trainer-amp,balanced/trainer-amp,smallest/trainer-amp"),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("--model", type=os.path.abspath, metavar="FOLDER", help="for smollm2: a Hugging Face folder")
    parser.add_argument("--rounds", type=int, default=9, help="at least 7 for a result that is told (default %(default)s)")
    parser.add_argument("--turn-steps", type=int, help="steps of a turn")
    parser.add_argument("--ratios", help="PRESET/MODE, separated by commas")
    parser.add_argument("--together", action="store_true", help="one round for all ratios, where memory holds all programs")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="for our side alone, over the preset")
    parser.add_argument("--passive", action="store_true", help="OMP_WAIT_POLICY=passive on both sides")
    parser.add_argument("--threads", type=int, help="on both sides; else each has its default")
    parser.add_argument("--seed", type=int, default=1, help="of the order in each round")
    parser.add_argument("--cli", type=os.path.abspath, default=ROOT / "build" / "bin" / "mantissa-cli")
    parser.add_argument("--python", help=f"with the packages of requirements.txt; else {VENV.relative_to(ROOT)}, else this one")
    parser.add_argument("--install", action="store_true", help=f"make {VENV.relative_to(ROOT)} from PyPI, or complete it")
    parser.add_argument("--json", metavar="FILE", help="all turns and results")
    options = parser.parse_args()
    if options.shape == "smollm2" and not options.model:
        parser.error("smollm2 needs --model FOLDER")
    options.turn_steps = options.turn_steps or SHAPES[options.shape][1]
    options.pairs = [tuple(pair.split("/")) for pair in (options.ratios or SHAPES[options.shape][2]).split(",")]
    for pair in options.pairs:
        if len(pair) != 2 or pair[1] not in THEIR_MODES or (pair[1].startswith("trainer-") and options.shape != "smollm2"):
            parser.error(f"'{'/'.join(pair)}' is no ratio of {options.shape}; expected PRESET/MODE with one of {', '.join(THEIR_MODES)} "
                         "(the last two for smollm2 alone)")
    return options


def python_of(options):
    own = VENV / "bin" / "python"
    if options.install:
        if not own.exists():
            venv.create(VENV, with_pip=True)
        subprocess.run([own, "-m", "pip", "install", "-r", WORKER.parent / "requirements.txt"], check=True, stdout=sys.stderr)
    python = options.python or (own if own.exists() else sys.executable)
    if subprocess.run([python, "-c", "import torch, transformers"], stderr=subprocess.DEVNULL).returncode:
        sys.exit(f"{python} has no torch and transformers; name one with --python, or let --install make one")
    return str(python)


def environment(options):
    """Ours, without what would change how threads wait or how many they are."""
    kept = {name: value for name, value in os.environ.items()
            if name not in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    if options.passive:
        kept["OMP_WAIT_POLICY"] = "passive"
    return kept | {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}


def write_config(options, folder):
    config = SHAPES[options.shape][0](options)
    if config["data"]["kind"] == "text":
        with open(folder / "text.txt", "w", encoding="utf-8") as text:
            for source in sorted((ROOT / "core").rglob("*.cpp")):
                text.write(source.read_text(encoding="utf-8"))
        config["data"]["source"] = str(folder / "text.txt")
    path = folder / "config.json"
    path.write_text(json.dumps({"name": options.shape} | config))
    return path


def started(options, name, python, config, folder):
    ours = name not in THEIR_MODES
    variables = environment(options)
    if ours:
        command = [options.cli, "benchmark", "throughput", config, "--preset", name, "--turns"]
        settings = options.set + ([f"training.threads={options.threads}"] if options.threads else [])
        command += [word for setting in settings for word in ("--set", setting)]
    else:
        command = [python, WORKER, config, name]
        if options.threads:
            variables["OMP_NUM_THREADS"] = str(options.threads)
    return Peer(name, ours, [str(word) for word in command], variables, folder / f"{name}.log")


def measure(options, names, python, config, folder):
    """All turns of these programs: a list of rounds, each a dict of name and turn; and what is known of each at the end."""
    order = random.Random(options.seed)
    peers = [started(options, name, python, config, folder) for name in names]
    try:
        for peer in peers:
            peer.turn(WARM_UP)
            peer.reset_peak()
        rounds = []
        for number in range(options.rounds):
            order.shuffle(peers)
            rounds.append({peer.name: peer.turn(options.turn_steps) for peer in peers})
            told = ", ".join(f"{name} {turn['tokens'] / turn['seconds']:.0f}" for name, turn in sorted(rounds[-1].items()))
            print(f"round {number + 1} of {options.rounds}, tokens/s: {told}", file=sys.stderr, flush=True)
        ends = {peer.name: {"resident_bytes": peer.peak_resident(), **peer.last_words()} for peer in peers}
        return rounds, ends
    finally:
        for peer in peers:
            peer.close()


def speed(turn, clock):
    return turn["tokens"] / turn[clock]


def compared(rounds, ours, theirs):
    return {"ours": ours, "theirs": theirs, "rounds": len(rounds),
            **{clock: quartiles([speed(turns[ours], clock) / speed(turns[theirs], clock) for turns in rounds])
               for clock in ("seconds", "cpu_seconds")}}


def worker_line(name, rounds, end):
    def median(key, per_step=False):
        return quartiles([turns[name][key] / (turns[name]["steps"] if per_step else 1) for turns in rounds])[0]
    tokens = quartiles([speed(turns[name], "seconds") for turns in rounds])[0]
    late = [turns[name]["loss"] for turns in rounds[len(rounds) // 2:]]
    return (f"{name:<14}{tokens:>10.1f}{1e3 * median('seconds', True):>11.1f}{1e3 * median('cpu_seconds', True):>11.1f}"
            f"{median('minor_faults', True):>11.1f}{sum(late) / len(late):>9.4f}{end['tensor_bytes'] / 1e6:>12.1f}"
            f"{end['resident_bytes'] / 1e6:>12.1f}")


def show(rounds, ends, comparisons):
    others = quartiles([turn["others_share"] for turns in rounds for turn in turns.values()])
    print(f"{'':<14}{'tokens/s':>10}{'ms a step':>11}{'CPU ms':>11}{'faults':>11}{'loss':>9}{'tensors MB':>12}{'resident MB':>12}")
    for name in sorted(ends):
        print(worker_line(name, rounds, ends[name]))
    print(f"others took {100 * others[0]:.0f} % of the machine [{100 * others[1]:.0f}, {100 * others[2]:.0f}]")
    for c in comparisons:
        words = ", ".join(f"{clock} {c[key][0]:.3f} [{c[key][1]:.3f}, {c[key][2]:.3f}]"
                          for clock, key in (("wall", "seconds"), ("CPU", "cpu_seconds")))
        print(f"{c['ours']} / {c['theirs']}: {words}, n = {c['rounds']}")
    print(flush=True)


def main():
    options = arguments()
    python = python_of(options)
    groups = [options.pairs] if options.together else [[pair] for pair in options.pairs]
    version = subprocess.run([options.cli, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    print(f"{options.shape}: {version} over PyTorch, {options.turn_steps} steps a turn, "
          f"{options.rounds} rounds, waiting {'passive' if options.passive else 'by default'}", flush=True)
    results = []
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        config = write_config(options, folder)
        for group in groups:
            names = list(dict.fromkeys(name for pair in group for name in pair))
            try:
                rounds, ends = measure(options, names, python, config, folder)
            except PeerFailed as failure:
                sys.exit(str(failure))
            comparisons = [compared(rounds, *pair) for pair in group]
            show(rounds, ends, comparisons)
            results.append({"turns": rounds, "programs": ends, "ratios": comparisons})
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(
            {"shape": options.shape, "version": version, "passive": options.passive, "results": results}, indent=1))


if __name__ == "__main__":
    main()
