#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ids and speed of `mantissa-cli tokenize` against the `tokenizers` package, on mixed text of all scripts.

    venv/bin/python tests/peer/compare_tokenizers.py build/bin/mantissa-cli [--bytes 1000000] [--seed 0] [FOLDER|tokenizer.json …]

Without a tokenizer named, those of tests/data/tokenizers. Prints for each how many ids there are, the first that differs, and
whether the text comes back from its ids (its NFC, as the package has it, where the normalizer is NFC). `--speed BENCHMARK` times both on one thread:
the median of 7 alternating turns on the same text.
"""
import argparse, json, os, pathlib, statistics, subprocess, sys, tempfile, time
os.environ["TOKENIZERS_PARALLELISM"] = "false"
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "data"))
from make_tokenizer_fixtures import mixed_text
from tokenizers import Tokenizer

p = argparse.ArgumentParser()
p.add_argument("cli"); p.add_argument("tokenizers", nargs="*"); p.add_argument("--bytes", type=int, default=1_000_000); p.add_argument("--seed", type=int, default=0)
p.add_argument("--speed", metavar="BENCHMARK", help="build/bin/tokenizer_benchmark (ninja tokenizer_benchmark)"); p.add_argument("--text", help="another text than the mixed one")
a = p.parse_args()
files = [pathlib.Path(t) for t in a.tokenizers] or sorted(f for f in (HERE.parent / "data" / "tokenizers").glob("*.json") if ".ids." not in f.name and f.name != "texts.json")
text = pathlib.Path(a.text).read_bytes().decode()[:a.bytes] if a.text else mixed_text(a.bytes, a.seed)
failures = 0


def speed(path, reference, source):
    """Bytes a second of both, each after one turn to warm up, and the median of 7 alternating turns."""
    program = subprocess.Popen([a.speed, str(path), str(source)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    ours, theirs = [], []
    for _ in range(8):
        program.stdin.write("\n")
        program.stdin.flush()
        ours.append(float(program.stdout.readline().split()[0]))
        begin = time.perf_counter()
        reference.encode(text, add_special_tokens=False)
        theirs.append(time.perf_counter() - begin)
    program.stdin.close()
    size = len(text.encode()) / 1e6
    ours, theirs = statistics.median(ours[1:]), statistics.median(theirs[1:])
    print(f"{path.parent.name if path.name == 'tokenizer.json' else path.stem:<18}{size / ours:>8.1f} MB/s, tokenizers {size / theirs:>6.2f} MB/s: {theirs / ours:.1f} times", flush=True)


with tempfile.TemporaryDirectory() as folder:
    source, ids_file = pathlib.Path(folder) / "text", pathlib.Path(folder) / "ids"
    source.write_bytes(text.encode())
    for file in files:
        path = file / "tokenizer.json" if file.is_dir() else file
        reference = Tokenizer.from_file(str(path))
        if a.speed:
            speed(path, reference, source)
            continue
        theirs = reference.encode(text, add_special_tokens=False).ids
        ours = [int(i) for i in subprocess.run([a.cli, "tokenize", str(path), str(source)], check=True, capture_output=True, text=True).stdout.split()]
        wrong = next((i for i, (x, y) in enumerate(zip(ours, theirs)) if x != y), None if len(ours) == len(theirs) else min(len(ours), len(theirs)))
        ids_file.write_text(" ".join(map(str, ours)))
        back = subprocess.run([a.cli, "tokenize", str(path), str(ids_file), "--decode"], check=True, capture_output=True).stdout.decode()
        form = json.loads(path.read_text())["normalizer"]
        whole = reference.normalizer.normalize_str(text) if form == {"type": "NFC"} else text
        same_back = back == reference.decode(theirs, skip_special_tokens=False)
        name = path.parent.name if file.is_dir() else path.stem
        print(f"{name:<18}{len(theirs):>9} ids {'equal' if wrong is None else 'DIFFER from ' + str(wrong)}; text {'back' if back == whole else 'not back'}"
              f"{', as the reference decodes' if same_back else ', NOT as the reference decodes'}", flush=True)
        if wrong is not None:
            failures += 1
            print("   ours  ", [(i, reference.id_to_token(i)) for i in ours[max(0, wrong - 3):wrong + 6]])
            print("   theirs", [(i, reference.id_to_token(i)) for i in theirs[max(0, wrong - 3):wrong + 6]])
sys.exit(failures > 0)
