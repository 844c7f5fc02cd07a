#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# under_xvfb.sh PROGRAM: runs a test in a window on an X server of its own. Exit 77, and a word: what that needs is not here.
for tool in xvfb-run xauth xdotool; do
    if ! command -v "$tool" > /dev/null; then
        echo "skipped: $tool is not here (packages xvfb, xauth, xdotool)"
        exit 77
    fi
done
QT_QPA_PLATFORM=xcb exec xvfb-run --auto-servernum --server-args="-screen 0 1600x1000x24" "$1"
