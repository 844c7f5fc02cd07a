#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# fetch_libtorch.sh CLI: a small index of packages is served from here, with wheels that hold names and no libraries.
set -uo pipefail
for program in python3 curl; do
    command -v "$program" >/dev/null || { echo "skipped: $program is not here (apt install $program)"; exit 77; }
done
folder=$(mktemp -d)
server=""
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
failures=0
fail() { echo "FAIL: $*"; failures=$((failures + 1)); }
# a tree with the program and a list of its own: the real list names real files
mkdir -p "$folder/tree/bin" "$folder/tree/share/mantissa" "$folder/site/simple/torch" "$folder/site/simple/nvidia-thing" "$folder/site/files"
cp "$1" "$folder/tree/bin/mantissa-cli"
cli=$folder/tree/bin/mantissa-cli
python3 - "$folder" <<'PY'
import hashlib, json, sys, zipfile
folder = sys.argv[1]
def wheel(package, version, files):
    name = f"{folder}/site/files/{package}.whl"
    marker = f"{package.replace('-', '_')}-{version}.dist-info"
    with zipfile.ZipFile(name, "w") as archive:
        for file, text in {**files, f"{marker}/METADATA": package}.items():
            archive.writestr(file, text)
    data = open(name, "rb").read()
    digest = hashlib.sha256(data).hexdigest()
    with open(f"{folder}/site/simple/{package}/index.html", "w") as page:
        json.dump({"files": [{"url": f"../../files/{package}.whl", "hashes": {"sha256": digest}, "size": len(data)}]}, page)
    return f"{package}=={version} --hash=sha256:{digest}\n"
pins = wheel("torch", "2.11.0", {"torch/lib/libtorch_cpu.so": "a name" * 100000, "torch/lib/libc10.so": "a name",
    "torch/version.py": "__version__ = '2.11.0+cpu'\n", "torch/include/large.h": "nobody needs it"})
pins += wheel("nvidia-thing", "1.0", {"nvidia/cu13/lib/libthing.so": "a name"})
open(f"{folder}/tree/share/mantissa/wheels-cpu.txt", "w").write(pins)
open(f"{folder}/tree/share/mantissa/wheels-cuda.txt", "w").write("")
PY
# port 0: one that is free, which the server says
PYTHONUNBUFFERED=1 python3 -m http.server 0 --bind 127.0.0.1 --directory "$folder/site" >"$folder/server" 2>/dev/null &
server=$!
for _ in $(seq 100); do
    port=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$folder/server")
    [ -z "$port" ] || break
    sleep 0.1
done
index=http://127.0.0.1:$port/simple
export XDG_DATA_HOME="$folder/my dätä" no_proxy=127.0.0.1
target=$XDG_DATA_HOME/mantissa/libtorch
fetch() { "$cli" fetch-libtorch --index "$index" "$@" 2>&1 </dev/null; }

said=$(fetch); code=$?
[[ $code = 2 && $said == *"torch"*"2.11.0"*"KiB"*"to download into"*"nothing was downloaded; say --yes"* ]] || fail "without --yes ($code): $said"
[ ! -e "$XDG_DATA_HOME" ] || fail "something was made before anybody agreed"
said=$(fetch --yes); code=$?
[[ $code = 0 && $said == *"LibTorch 2.11.0+cpu in $target/torch"* ]] || fail "with --yes ($code): $said"
[ -e "$target/nvidia/cu13/lib/libthing.so" ] || fail "the other wheel was not unpacked"
[ ! -e "$target/torch/include" ] || fail "headers were unpacked"
[ ! -e "$target.part" ] || fail "the downloads stay"
said=$("$cli" check 2>/dev/null)
[[ $said == *"what was fetched: 2.11.0+cpu in $target/torch"* ]] || fail "check says $said"
# nothing to do is done without the network
said=$("$cli" fetch-libtorch --index http://127.0.0.1:1/simple --yes 2>&1); code=$?
[ "$code" = 0 ] || fail "again ($code): $said"
said=$("$cli" fetch-libtorch --remove) && [ ! -e "$target" ] || fail "--remove: $said"
# one that is here already is taken as it is, and stays
mkdir -p "$folder/venv/torch/lib"
touch "$folder/venv/torch/lib/libtorch_cpu.so" "$folder/venv/torch/lib/libc10.so"
said=$(fetch --use "$folder/venv") && fail "a torch without a version was taken"
echo "__version__ = '2.11.7'" >"$folder/venv/torch/version.py"
said=$(fetch --use "$folder/venv"); code=$?
[[ $code = 0 && $said == *"LibTorch 2.11.7 in $target"* ]] || fail "--use ($code): $said"
said=$(fetch --yes) && fail "a download goes into somebody else's folder"
[[ $said == *"leads to $folder/venv/torch; remove it first"* ]] || fail "a download beside --use: $said"
"$cli" fetch-libtorch --remove >/dev/null
[ -e "$folder/venv/torch/version.py" ] && [ ! -e "$target" ] || fail "--remove after --use"
# a download that was cut begins anew where the server, as this one, cannot go on
mkdir -p "$target.part"
head -c 1000 "$folder/site/files/torch.whl" >"$target.part/torch.whl"
said=$(fetch --yes) || fail "after a cut download"
[ -e "$target/torch/lib/libc10.so" ] || fail "after a cut download: $said"
"$cli" fetch-libtorch --remove >/dev/null
# without unzip python3 does it
mkdir "$folder/few"
ln -s "$(command -v curl)" "$folder/few/curl"
ln -s "$(python3 -c 'import sys; print(sys.executable)')" "$folder/few/python3" # the program itself, where python3 is a script that finds it
said=$(PATH=$folder/few fetch --yes) && [ -e "$target/torch/lib/libc10.so" ] && [ ! -e "$target/torch/include" ] || fail "by python3: $said"
"$cli" fetch-libtorch --remove >/dev/null
rm "$folder/few/python3"
said=$(PATH=$folder/few fetch --yes) && fail "nothing unpacks, and it is done"
[[ $said == *"unzip"* && $said == *"python3"* ]] || fail "nothing unpacks: $said"
said=$(PATH=/nowhere fetch --yes)
[[ $said == *"curl is not here"* ]] || fail "without curl: $said"
# one bit of another file
printf x >>"$folder/site/files/nvidia-thing.whl"
said=$(fetch --yes); code=$?
[[ $code = 1 && $said == *"is pinned, so it was removed"* && ! -e $target ]] || fail "another file ($code): $said"
said=$("$cli" fetch-libtorch --yes --index "http://127.0.0.1:$port/files" 2>&1); code=$?
[[ $code = 1 && $said == *"cannot be read"*"--index"* ]] || fail "no index ($code): $said"
exit "$failures"
