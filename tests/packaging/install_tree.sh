#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# install_tree.sh BUILD CMAKE: an installation works wherever it is moved, names no folder of the build, and goes without a trace.
set -uo pipefail
build=$1
cmake=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }
first=$folder/first
there="$folder/a place für it" # a space, and a letter that is no ASCII
# as a component the list of files has another name, so that it takes no user's one away
"$cmake" --install "$build" --prefix "$first" --component program >/dev/null || fail "cmake --install"
manifest=$build/install_manifest_program.txt
mv "$first" "$there"
for file in "$there"/bin/* "$there"/lib/mantissa/*.so; do
    [ -e "$file" ] || continue
    path=$(readelf -d "$file" | sed -n 's/.*(R\(UN\)\?PATH).*\[\(.*\)\]/\2/p')
    [ -z "$path" ] || [ "$path" = '$ORIGIN/../lib/mantissa' ] || fail "$file looks for libraries in $path"
done
cli="$there/bin/mantissa-cli"
"$cli" --version >/dev/null || fail "--version"
[ ! -x "$there/bin/mantissa" ] || "$there/bin/mantissa" --version >/dev/null || fail "the window's --version"
for file in share/man/man1/mantissa-cli.1 share/bash-completion/completions/mantissa-cli share/zsh/site-functions/_mantissa-cli \
    share/fish/vendor_completions.d/mantissa-cli.fish share/mantissa/examples/kjv-gpt.json share/mantissa/wheels-cpu.txt share/doc/mantissa/README.md \
    share/doc/mantissa/docs/guide.md share/doc/mantissa/LICENSES/Apache-2.0.txt share/doc/mantissa/copyright; do
    [ -s "$there/$file" ] || fail "$file is missing"
done
if [ -e "$there/lib/mantissa/libmantissa_torch.so" ]; then
    libtorch=$(cat "$build/bin/libtorch-folder.txt")
    cat /usr/share/common-licenses/GPL-3 >"$folder/text.txt"
    cat >"$folder/config.json" <<JSON
{"format": 1, "name": "small", "model": {"kind": "gpt", "layers": 1, "width": 32, "heads": 2, "context": 16}, "data": {"source": "text.txt"},
 "training": {"max_steps": 4, "batch_size": 2, "eval_batches": 1}, "optimizer": {"lr_warmup_steps": 1}, "phases": {"warmup_steps": 2, "full_steps": 2, "max_predict_steps": 2}}
JSON
    MANTISSA_LIBTORCH=$libtorch "$cli" train "$folder/config.json" --out "$folder/run" >/dev/null 2>&1 || fail "training with MANTISSA_LIBTORCH"
    MANTISSA_LIBTORCH=$libtorch "$cli" train "$folder/config.json" --set memory.device=simulated:1GiB --out "$folder/card" >/dev/null 2>&1 ||
        fail "training on the simulated card, whose library lies beside the engine"
    said=$(MANTISSA_LIBTORCH=$folder/none "$cli" train "$folder/config.json" --out "$folder/none-run" 2>&1)
    [[ $said == *"MANTISSA_LIBTORCH: $folder/none is not there"* ]] || fail "a named folder that is not there: $said"
    said=$(env -u MANTISSA_LIBTORCH XDG_DATA_HOME="$folder/data" PATH=/nowhere "$cli" train "$folder/config.json" --out "$folder/no-libtorch" 2>&1)
    [[ $said == *"fetch-libtorch"* && $said == *"no folder was given when the program was built"* ]] || fail "without LibTorch: $said"
    mkdir -p "$folder/data/mantissa" && ln -s "$libtorch" "$folder/data/mantissa/libtorch"
    env -u MANTISSA_LIBTORCH XDG_DATA_HOME="$folder/data" PATH=/nowhere "$cli" train "$folder/config.json" --out "$folder/fetched" >/dev/null 2>&1 ||
        fail "training with what was fetched"
fi
mv "$there" "$first"
touch "$first/share/mantissa/mine"
"$cmake" "-DMANIFEST=$manifest" -P "$(dirname "$0")/../../packaging/cmake/uninstall.cmake" >/dev/null || fail "uninstall"
left=$(cd "$first" && find . -type f -o -type l)
[ "$left" = ./share/mantissa/mine ] || fail "left: $left"
left=$(cd "$first" && find . -type d -path '*mantissa*')
[ "$left" = ./share/mantissa ] || fail "folders left: $left"
exit "$failures"
