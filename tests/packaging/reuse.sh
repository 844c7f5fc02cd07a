#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# reuse.sh SOURCES: every file says who holds its rights and under which licence.
command -v reuse >/dev/null || { echo "skipped: reuse is not here (pip install reuse)"; exit 77; }
version=$(reuse --version | sed -n '1s/.* //p')
[ "${version%%.*}" -ge 4 ] || { echo "skipped: reuse $version knows no REUSE.toml; version 4 does (pip install reuse)"; exit 77; }
exec reuse --root "$1" lint --quiet
