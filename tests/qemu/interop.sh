#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The interop seeds on QEMU's devices: every one runs, each says what it compared, twice the same, and where the C model
# can be the same device, both show the driver the same.
pring=$1
out=$2
source=$3
rm -rf "$out"
mkdir -p "$out"
cd "$source" || exit 1
fail() {
    echo "$1"
    cat "$out"/*.txt
    exit 1
}

# Where there is none: one line, whatever the number of seeds, and nothing fails.
ls corpus/seeds/interop/*.scn >"$out/list"
PATH=/nowhere "${pring%/*}/vio.fuzz" run backend=qemu "list=$out/list" >"$out/skipped.txt" 2>"$out/missing.txt" ||
    fail "a missing QEMU is a failure"
grep -q 'there is no qemu-system-x86_64, backend qemu is skipped: apt-get install' "$out/missing.txt" &&
    [ "$(wc -l <"$out/missing.txt")" = 1 ] || fail "a missing QEMU is not told in one line"
grep -v '^skipped  (this machine lacks qemu)' "$out/skipped.txt" | grep -v '^[0-9]* scenarios: skipped' &&
    fail "a missing QEMU is not a reason to skip"
rm "$out/skipped.txt" "$out/missing.txt"

command -v qemu-system-x86_64 >/dev/null || {
    echo "skipped: qemu-system-x86_64 is missing (apt-get install qemu-system-x86)"
    exit 77
}
seeds=$(ls corpus/seeds/interop/*.scn | wc -l)
"$pring" run corpus/seeds/interop --backend qemu >"$out/qemu.txt" || fail "not as expected"
[ "$(grep -c '^ok ' "$out/qemu.txt")" = "$seeds" ] || fail "not all of the $seeds seeds ran"
[ "$(grep -c '^    compared ' "$out/qemu.txt")" = "$seeds" ] || fail "not every run says what it compared"
grep -q 'compared  the disk.s image: 64 sectors as they must be, 17 of them written' "$out/qemu.txt" ||
    fail "the disk's image was not compared"
grep -q 'compared  entropy: 136 bytes of 5 requests, found in the source' "$out/qemu.txt" ||
    fail "entropy was not compared"
"$pring" run corpus/seeds/interop --backend qemu | diff "$out/qemu.txt" - >"$out/again.txt" ||
    fail "another run, another report"
"$pring" run corpus/seeds/interop --backend model,qemu >"$out/both.txt" || fail "model and qemu do not agree"
pairs=$(grep -c '^ok .* on model' "$out/both.txt")
[ "$pairs" -ge 7 ] || fail "only $pairs seeds were compared with the model"
echo "$seeds seeds on QEMU's devices, $pairs of them with the same result_hash as on the model"
