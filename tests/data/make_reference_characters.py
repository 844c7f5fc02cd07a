#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where the tables of the `tokenizers` package and those of Unicode 16 part: its normal forms and marks are of Unicode 9, its punctuation
is of Unicode 8, its numbers are of Unicode 17.

    venv/bin/python tests/data/make_reference_characters.py > core/data/tokenizer/reference_characters.inc

Reads core/data/tokenizer/newer_characters.inc. Run it with a Python whose unicodedata is 14.0 (3.11).
"""
import pathlib, unicodedata
from tokenizers import normalizers, pre_tokenizers

assert unicodedata.unidata_version == "14.0.0"
codes = [code for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000]
category = {code: unicodedata.category(chr(code)) for code in codes}
for line in (pathlib.Path(__file__).resolve().parents[2] / "core/data/tokenizer/newer_characters.inc").read_text().splitlines():
    if line.startswith("{"):
        first, last, name = line.strip("{},").split(", ")
        category.update({code: name[-2:].capitalize() for code in range(int(first, 16), int(last, 16) + 1)})


def isolated(step):
    """The characters that a step cuts off from letters beside them."""
    found = set()
    for begin in range(0, len(codes), 2048):
        block = codes[begin:begin + 2048]
        cuts = {edge for _, edges in step.pre_tokenize_str("".join(f"x{chr(code)}x" for code in block)) for edge in edges}
        found.update(code for i, code in enumerate(block) if 3 * i + 1 in cuts)
    return found


def show(found, name):
    ordered = sorted(found)
    begin = 0
    for i, code in enumerate(ordered):
        if i + 1 == len(ordered) or ordered[i + 1] != code + 1:
            print(f"{{0x{ordered[begin]:X}, 0x{code:X}, Trait::{name}}},")
            begin = i + 1


print("// SPDX-License-" "Identifier: Apache-2.0\n// Made by tests/data/make_reference_characters.py: first, last, what the reference takes it for.")
punctuation = isolated(pre_tokenizers.Punctuation("isolated"))
ours = {code for code in codes if category[code][0] == "P" or (code < 0x7F and chr(code) in "$+<=>^`|~")}
show(punctuation - ours, "Punctuation")
show(ours - punctuation, "NoPunctuation")
show(isolated(pre_tokenizers.Digits(individual_digits=True)) - {code for code in codes if category[code][0] == "N"}, "Numeric")
strip = normalizers.StripAccents()
marks = {code for code in codes if strip.normalize_str("x" + chr(code)) == "x"}
ours = {code for code in codes if category[code][0] == "M"}
show(marks - ours, "Mark")
show(ours - marks, "NoMark")
form = normalizers.NFKD()
show({code for code in codes if form.normalize_str(chr(code)) != unicodedata.normalize("NFKD", chr(code))}, "Whole")
