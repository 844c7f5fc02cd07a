# SPDX-License-Identifier: Apache-2.0
"""A program that trains some steps when it is told to and else waits, and statistics over its turns."""
import json
import os
import statistics
import subprocess


class PeerFailed(Exception):
    """The message has what the program said last."""


def quartiles(values):
    """Median, lower and upper quartile."""
    if len(values) < 2:
        return [values[0]] * 3
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return [middle, low, high]


def busy_seconds():
    """Of all processors since the machine started, by everyone; what a hypervisor took is busy too."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _idle, _wait, irq, soft_irq, stolen = (int(word) for word in file.readline().split()[1:9])
    return (user + nice + system + irq + soft_irq + stolen) / os.sysconf("SC_CLK_TCK")


class Peer:
    def __init__(self, name, ours, command, environment, log):
        self.name, self.ours, self.log = name, ours, log
        self.peak_tensor_bytes = 0
        with open(log, "w", encoding="utf-8") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment,
                                            text=True, bufsize=1)

    def ask(self, line):
        try:
            self.process.stdin.write(f"{line}\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())
        except (BrokenPipeError, json.JSONDecodeError):
            code = self.process.wait()
            with open(self.log, encoding="utf-8", errors="replace") as errors:
                raise PeerFailed(f"{self.name} ended with code {code}: {errors.read()[-2000:].strip()}") from None

    def turn(self, steps):
        """As the program tells it, with the share of the machine that all others took meanwhile."""
        before = busy_seconds()
        told = self.ask(steps)
        others = busy_seconds() - before - told["cpu_seconds"]
        told["others_share"] = max(0.0, others / told["seconds"] / os.cpu_count())
        self.peak_tensor_bytes = max(self.peak_tensor_bytes, told.get("peak_device_bytes", 0) + told.get("peak_host_bytes", 0))
        return told

    def reset_peak(self):
        """Of resident memory: loading and warming up needed more than training does."""
        with open(f"/proc/{self.process.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    def peak_resident(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))

    def last_words(self):
        if self.ours:
            return {"tensor_bytes": self.peak_tensor_bytes}
        about = self.ask("about")
        return {**about, "tensor_bytes": self.ask("memory")["peak_tensor_bytes"]}

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
