#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# version.sh BUILD VERSION: programs, packages and desktops tell the one number of project(VERSION).
set -uo pipefail
build=$1
version=$2
failures=0
holds() { # what, then its text
    [[ $2 == *"$version"* ]] || { echo "FAIL: $1 says '$2', not $version"; failures=$((failures + 1)); }
}
holds "mantissa-cli --version" "$("$build/bin/mantissa-cli" --version)"
[ ! -x "$build/bin/mantissa" ] || holds "mantissa --version" "$("$build/bin/mantissa" --version)"
holds "the packages" "$(sed -n 's/^set(CPACK_PACKAGE_VERSION "\(.*\)")/\1/p' "$build/CPackConfig.cmake")"
for file in "$build"/desktop/*.metainfo.xml; do
    [ ! -e "$file" ] || holds "the newest release in $file" "$(grep -m1 '<release ' "$file")"
done
exit "$failures"
