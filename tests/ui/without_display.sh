#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# without_display.sh MANTISSA: where there is no display the window says so and what else there is; help and pictures need none.
set -euo pipefail
unset DISPLAY WAYLAND_DISPLAY QT_QPA_PLATFORM
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME="$folder" MANTISSA_RUNS="$folder/runs"
rc=0
"$1" 2>"$folder/words" || rc=$?
[ $rc = 2 ] && grep -q "there is no display" "$folder/words" && grep -q "mantissa-cli" "$folder/words" || { echo "exit $rc: $(cat "$folder/words")"; exit 1; }
"$1" --help >"$folder/help" 2>/dev/null
grep -q -- "--screenshot" "$folder/help"
"$1" --screenshot "$folder/page.png" --size 800x600 2>/dev/null
[ -s "$folder/page.png" ]
