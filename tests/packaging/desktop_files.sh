#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# desktop_files.sh BUILD ID: what a desktop reads is well-formed and fits together.
set -uo pipefail
folder=$1/desktop
id=$2
failures=0
skipped=""
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }
check() { # package of Debian's, then the command
    local package=$1
    shift
    if command -v "$1" >/dev/null; then
        "$@" || fail "$*"
    else
        skipped+=" $1 (apt install $package)"
    fi
}
check desktop-file-utils desktop-file-validate "$folder/$id.desktop"
check appstream appstreamcli validate --no-net --no-color "$folder/$id.metainfo.xml"
check libxml2-utils xmllint --noout "$folder/$id.metainfo.xml" "$folder/$id.xml"
# each type that the entry opens is one that is described, and the other way round
sorted() { tr ';' '\n' | grep . | sort; }
opened=$(sed -n 's/^MimeType=//p' "$folder/$id.desktop" | sorted)
described=$(sed -n 's/.*<mime-type type="\([^"]*\)".*/\1/p' "$folder/$id.xml" | sorted)
provided=$(sed -n 's/.*<mediatype>\(.*\)<.*/\1/p' "$folder/$id.metainfo.xml" | sorted)
[ -n "$opened" ] && [ "$opened" = "$described" ] && [ "$opened" = "$provided" ] || fail "types differ: $opened / $described / $provided"
# icons are pictures of their size
for size in 16 32 48 64 128 256; do
    for name in "$id" application-x-mantissa; do
        # width and height stand at byte 16 of a PNG
        found=$(od -An -tu1 -j16 -N8 "$folder/$size/$name.png" 2>/dev/null | awk '{ print $3 * 256 + $4 "x" $7 * 256 + $8 }')
        [ "$found" = "${size}x$size" ] || fail "$size/$name.png is '$found'"
    done
done
[ "$failures" = 0 ] || exit 1
[ -z "$skipped" ] || { echo "skipped, for want of$skipped"; exit 77; }
echo "ok"
