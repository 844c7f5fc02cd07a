# SPDX-License-Identifier: Apache-2.0
"""Trains one of our configs in PyTorch, some steps for each line on stdin: the counterpart of `mantissa-cli benchmark throughput --turns`.

    python throughput_worker.py CONFIG.json MODE        started by throughput.py

MODE is fp32 (eager), amp (autocast to BF16), or trainer-fp32 and trainer-amp (transformers.Trainer, for a model's folder). A line
is a number of steps, answered by one line of JSON; "memory" makes one step under the profiler and tells the peak of live tensors."""
import gzip
import json
import os
import platform
import resource
import sys
import tempfile
import time

import torch
from torch.nn import functional as F

PIXEL_MEAN, PIXEL_DEVIATION = 0.2860, 0.3530  # core/torch/data/images.cpp


def costs():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return time.perf_counter(), usage.ru_utime + usage.ru_stime, usage.ru_minflt


def answer(values):
    print(json.dumps(values), flush=True)


class Turns:
    """What stands on stdin, as numbers of steps; `None` at its end. Asks about the program are answered on the way."""

    def __init__(self, tokens_per_step):
        self.tokens_per_step = tokens_per_step

    def next(self):
        """A number of steps, or "memory"."""
        for line in sys.stdin:
            if line.strip() == "about":
                import transformers
                answer({"torch": torch.__version__, "python": platform.python_version(), "threads": torch.get_num_threads(),
                        "transformers": transformers.__version__})
                continue
            self.started = costs()
            return "memory" if line.strip() == "memory" else int(line)
        return None

    def end(self, steps, loss):
        wall, cpu, faults = (after - before for after, before in zip(costs(), self.started))
        answer({"steps": steps, "seconds": wall, "cpu_seconds": cpu, "minor_faults": faults, "loss": float(loss),
                "tokens": steps * self.tokens_per_step})


class MemoryPass:
    """The peak of live bytes of tensors over what is done within it: what lived before, and what the profiler saw come and go."""

    def __init__(self, model, optimizer):
        tensors = [*model.parameters(), *model.buffers(), *(p.grad for p in model.parameters() if p.grad is not None)]
        tensors += [value for state in optimizer.state.values() for value in state.values() if torch.is_tensor(value)]
        storages = {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors}
        self.before = sum(storages.values())
        self.profiler = torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True)

    def __enter__(self):
        self.profiler.__enter__()
        return self

    def __exit__(self, *error):
        self.profiler.__exit__(*error)

    def peak(self):
        """The profiler tells after each block how much of what it saw is live."""
        highest = 0
        waiting = list(self.profiler.profiler.kineto_results.experimental_event_tree())
        while waiting:
            event = waiting.pop()
            waiting.extend(event.children)
            if event.tag.name == "Allocation":
                highest = max(highest, event.extra_fields.total_allocated)
        return self.before + highest


class Texts:
    """Windows of one text, drawn by chance as ours are."""

    def __init__(self, config):
        folder = config["model"].get("folder")
        with open(config["data"]["source"], encoding="utf-8") as file:
            text = file.read()
        if folder:
            from transformers import AutoTokenizer
            self.tokens = torch.tensor(AutoTokenizer.from_pretrained(folder)(text, verbose=False)["input_ids"])
        else:
            self.tokens = torch.frombuffer(bytearray(text.encode()), dtype=torch.uint8)
        self.tokens = self.tokens[:int(len(self.tokens) * (1 - config["data"]["validation_fraction"]))]
        self.context, self.batch = config["model"]["context"], config["training"]["batch_size"]
        self.per_step = self.context * self.batch

    def windows(self, rows):
        starts = torch.randint(len(self.tokens) - self.context - 1, (rows,)).tolist()
        return torch.stack([self.tokens[start:start + self.context + 1] for start in starts]).long()

    def next(self):
        windows = self.windows(self.batch)
        return windows[:, :-1].contiguous(), windows[:, 1:].contiguous()


class Images:
    def __init__(self, config):
        folder = "/usr/share/datasets/fashion-mnist"  # Debian's dataset-fashion-mnist, our sample:fashion-mnist
        def read(name, header):
            with gzip.open(os.path.join(folder, name), "rb") as file:
                return torch.frombuffer(bytearray(file.read()[header:]), dtype=torch.uint8)
        self.images = read("train-images-idx3-ubyte.gz", 16).view(-1, 1, 28, 28)
        self.labels = read("train-labels-idx1-ubyte.gz", 8).long()
        self.batch = self.per_step = config["training"]["batch_size"]
        self.order, self.place = torch.randperm(len(self.labels)), 0

    def next(self):
        if self.place + self.batch > len(self.order):
            self.order, self.place = torch.randperm(len(self.labels)), 0
        chosen = self.order[self.place:self.place + self.batch]
        self.place += self.batch
        return (self.images[chosen].float() / 255 - PIXEL_MEAN) / PIXEL_DEVIATION, self.labels[chosen]


def model_of(config):
    from throughput_models import Convnet, Gpt
    model = config["model"]
    if model.get("folder"):
        from transformers import AutoModelForCausalLM
        loaded = AutoModelForCausalLM.from_pretrained(model["folder"], dtype=torch.float32)
        loaded.config.use_cache = False
        return loaded
    if model["kind"] == "convnet":
        return Convnet(model["width"])
    return Gpt(model["layers"], model["width"], model["heads"], model["context"], model["vocab"])


def optimizer_of(model, settings):
    """Matrices decay, as ours do."""
    groups = [{"params": [p for p in model.parameters() if p.dim() >= 2], "weight_decay": settings["weight_decay"]},
              {"params": [p for p in model.parameters() if p.dim() < 2], "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=settings["learning_rate"], betas=(settings["beta1"], settings["beta2"]),
                             eps=settings["epsilon"], fused=True)


def loss_of(model, inputs, targets):
    logits = model(inputs)
    logits = getattr(logits, "logits", logits)
    return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1))


def train_eagerly(config, amp):
    model = model_of(config).train()
    data = (Images if config["data"]["kind"] == "images" else Texts)(config)
    settings = config["optimizer"]
    optimizer = optimizer_of(model, settings)
    turns = Turns(data.per_step)

    def step():
        inputs, targets = data.next()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=amp):
            loss = loss_of(model, inputs, targets)
        loss.backward()
        if settings["max_grad_norm"] > 0:
            torch.nn.utils.clip_grad_norm_(model.parameters(), settings["max_grad_norm"])
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return loss.item()

    while (steps := turns.next()) is not None:
        if steps == "memory":
            with MemoryPass(model, optimizer) as memory:
                step()
            answer({"peak_tensor_bytes": memory.peak()})
            continue
        for _ in range(steps):
            loss = step()
        turns.end(steps, loss)


class EndOfTurns(Exception):
    pass


def train_by_trainer(config, amp):
    """The Trainer's own loop; it is held between two steps until the next turn."""
    from transformers import Trainer, TrainerCallback, TrainingArguments, default_data_collator
    data = Texts(config)
    settings = config["optimizer"]
    turns = Turns(data.per_step)

    class Windows(torch.utils.data.Dataset):
        def __len__(self):
            return 1 << 20

        def __getitem__(self, index):
            window = data.windows(1)[0][:-1]
            return {"input_ids": window, "labels": window}

    class TurnsOfSteps(TrainerCallback):
        def __init__(self):
            self.asked = self.left = 0
            self.memory = None

        def on_step_begin(self, args, state, control, model=None, optimizer=None, **others):
            if self.left:
                return
            if self.memory:
                self.memory.__exit__(None, None, None)
                answer({"peak_tensor_bytes": self.memory.peak()})
                self.memory = None
            elif self.asked:
                turns.end(self.asked, trainer.loss)
            self.asked = turns.next()
            if self.asked is None:
                raise EndOfTurns
            if self.asked == "memory":
                self.memory = MemoryPass(model, optimizer)
                self.memory.__enter__()
                self.asked = 1
            self.left = self.asked

        def on_step_end(self, args, state, control, **others):
            self.left -= 1

    class LossKept(Trainer):
        def training_step(self, *given, **named):
            self.loss = super().training_step(*given, **named)
            return self.loss

    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder, per_device_train_batch_size=data.batch, max_steps=1 << 18, learning_rate=settings["learning_rate"],
            lr_scheduler_type="constant", weight_decay=settings["weight_decay"], adam_beta1=settings["beta1"],
            adam_beta2=settings["beta2"], adam_epsilon=settings["epsilon"], max_grad_norm=settings["max_grad_norm"],
            optim="adamw_torch_fused", bf16=amp, use_cpu=True, logging_strategy="no", save_strategy="no", eval_strategy="no",
            report_to=[], disable_tqdm=True, remove_unused_columns=False)
        trainer = LossKept(model=model_of(config), args=arguments, train_dataset=Windows(), data_collator=default_data_collator,
                           callbacks=[TurnsOfSteps()])
        try:
            trainer.train()
        except EndOfTurns:
            pass


def main():
    place, mode = sys.argv[1:]
    with open(place, encoding="utf-8") as file:
        config = json.load(file)
    torch.manual_seed(config["training"]["seed"])
    if mode.startswith("trainer-"):
        train_by_trainer(config, mode == "trainer-amp")
    else:
        train_eagerly(config, mode == "amp")


if __name__ == "__main__":
    main()
