#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A checkpoint that goes on in PyTorch: rebuilds AdamW by the lines in docs/file-formats.md and holds the next step to ours.

    tests/peer/adamw_goes_on.py build/bin/mantissa-cli        (pip install torch safetensors transformers)

All rows of the data are one, so that every batch is known. Prints the largest difference of a weight after one step more, in
units of that step's largest change, and fails above one thousandth."""

import json
import os
import re
import subprocess
import sys
import tempfile

import safetensors.torch
import torch
from transformers import AutoModelForCausalLM

TEXT = "All rows of this file are the same, so every batch is known before it is drawn."
DOCS = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "file-formats.md")


def documented_lines():
    with open(DOCS, encoding="utf-8") as docs:
        block = re.search(r"```python\n(def rebuild_adamw.*?)```", docs.read(), re.S).group(1)
    names = {"json": json, "torch": torch, "safetensors": safetensors}
    exec(block, names)
    return names["rebuild_adamw"]


def run(cli, folder, kind):
    rows = os.path.join(folder, "rows.jsonl")
    with open(rows, "w", encoding="utf-8") as out:
        out.writelines(json.dumps({"text": TEXT}) + "\n" for _ in range(40))
    config = {"name": "rows", "model": {"kind": kind, "layers": 2, "width": 64, "heads": 4, "context": 128},
              "data": {"source": rows, "format": "text"},
              "training": {"max_steps": 21, "batch_size": 1, "save_interval": 20, "keep_checkpoints": 2, "eval_interval": 0},
              "optimizer": {"learning_rate": 1e-3, "lr_schedule": "constant", "lr_warmup_steps": 0},
              "phases": {"warmup_steps": 0, "max_predict_steps": 0}}
    file = os.path.join(folder, "config.json")
    with open(file, "w", encoding="utf-8") as out:
        json.dump(config, out)
    subprocess.run([cli, "train", file, "--preset", "conservative", "--out", os.path.join(folder, "run")], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return os.path.join(folder, "run")


def exported(cli, checkpoint, to):
    subprocess.run([cli, "export", checkpoint, "--to", "huggingface", "-o", to], check=True, stdout=subprocess.DEVNULL)
    return AutoModelForCausalLM.from_pretrained(to, dtype=torch.float32)


def difference(cli, kind):
    with tempfile.TemporaryDirectory() as folder:
        place = run(cli, folder, kind)
        with open(os.path.join(place, "config.json"), encoding="utf-8") as file:
            config = json.load(file)
        before = os.path.join(place, "checkpoints", "step-00000020")
        model = exported(cli, before, os.path.join(folder, "before"))
        after = exported(cli, os.path.join(place, "checkpoints", "step-00000021"), os.path.join(folder, "after"))
        adamw = documented_lines()(model, before, config)
        was = {name: p.detach().clone() for name, p in model.named_parameters()}
        ids = torch.tensor([list(TEXT.encode())])
        loss = torch.nn.functional.cross_entropy(model(ids[:, :-1]).logits[0], ids[0, 1:])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), config["optimizer"]["max_grad_norm"])
        adamw.step()
        theirs, ours = dict(model.named_parameters()), dict(after.named_parameters())
        moved = max((theirs[name] - was[name]).abs().max().item() for name in was)
        apart = max((theirs[name] - ours[name]).abs().max().item() for name in was)
        print(f"{kind}: loss {loss.item():.6f}, the step moves weights by up to {moved:.3e}, ours and theirs are {apart:.3e} apart")
        return apart / moved


if __name__ == "__main__":
    sys.exit(0 if all(difference(sys.argv[1], kind) < 1e-3 for kind in ("llama", "gpt")) else 1)
