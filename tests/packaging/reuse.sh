#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# reuse.sh SOURCES: every file says who holds its rights and under which licence.
if compgen -G "$1/.deps/tools/.complete-*" >/dev/null; then # what packaging/setup --tools has fetched
    export PYTHONPATH=$1/.deps/tools
    exec python3 -m reuse --root "$1" lint --quiet
fi
command -v reuse >/dev/null || { echo "skipped: reuse is not here (packaging/setup --tools fetches it)"; exit 77; }
version=$(reuse --version | sed -n '1s/.* //p')
[ "${version%%.*}" -ge 4 ] || { echo "skipped: reuse $version knows no REUSE.toml; version 4 does (packaging/setup --tools)"; exit 77; }
exec reuse --root "$1" lint --quiet
