#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Characters that the `tokenizers` package knows and PCRE2 of Debian 12 (Unicode 14) does not, with their general category.

    venv/bin/python tests/data/make_newer_characters.py > core/data/tokenizer/newer_characters.inc

Run it with a Python whose unicodedata is 14.0 (3.11).
"""
import unicodedata
from tokenizers import Regex, pre_tokenizers

assert unicodedata.unidata_version == "14.0.0"
CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So".split()
unassigned = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cn"]
found = {}
for category in CATEGORIES:
    kept = pre_tokenizers.Split(Regex(rf"\P{{{category}}}"), "removed")
    for begin in range(0, len(unassigned), 4096):
        for part, _ in kept.pre_tokenize_str("".join(unassigned[begin:begin + 4096])):
            found.update({ord(character): category for character in part})
print("// SPDX-License-" "Identifier: Apache-2.0\n// Made by tests/data/make_newer_characters.py: first, last, category.")
codes = sorted(found)
begin = 0
for i, code in enumerate(codes):
    if i + 1 == len(codes) or codes[i + 1] != code + 1 or found[codes[i + 1]] != found[code]:
        print(f"{{0x{codes[begin]:X}, 0x{code:X}, UTF8PROC_CATEGORY_{found[code].upper()}}},")
        begin = i + 1
