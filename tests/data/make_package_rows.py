#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Instruction rows about Debian packages, from what apt knows of them: something real to fine-tune on.

    tests/data/make_package_rows.py ROWS > packages.jsonl

Every n-th package that has a description, so that the rows are the same wherever apt's lists are."""

import json
import subprocess
import sys


def packages():
    listed = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, check=True).stdout
    for stanza in listed.split("\n\n"):
        fields = {}
        for line in stanza.split("\n"):
            name, colon, value = line.partition(": ")
            if colon and not line.startswith(" "):
                fields[name] = value
        if "Description" in fields:
            yield fields


def row(fields):
    name = fields["Package"]
    section = fields.get("Section", "misc").rpartition("/")[2]
    return {"messages": [{"role": "user", "content": f"What is the Debian package {name}?"},
                         {"role": "assistant", "content": f"{fields['Description']}. Its section is {section}."}]}


def main():
    wanted = int(sys.argv[1])
    known = list(packages())
    if len(known) < wanted:
        sys.exit(f"apt knows {len(known)} packages and {wanted} rows were asked for; run `apt-get update` first")
    every = len(known) // wanted
    for fields in known[: wanted * every : every]:
        print(json.dumps(row(fields), ensure_ascii=False))


if __name__ == "__main__":
    main()
