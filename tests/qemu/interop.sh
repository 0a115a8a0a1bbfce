#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The interop seeds on QEMU's devices, by drivers that know them: every one runs, each says what it compared, twice the
# same, and where the C model can be the same device, both show the driver the same.
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
seeds=$(wc -l <"$out/list")
for driver in vio plain; do
    "$pring" run corpus/seeds/interop --driver $driver --backend qemu >"$out/$driver.txt" || fail "not as expected"
    grep '^skipped' "$out/$driver.txt" | grep -v "($driver lacks" && fail "skipped for QEMU's sake"
    [ "$(grep -c '^    compared ' "$out/$driver.txt")" = "$(grep -c '^ok ' "$out/$driver.txt")" ] ||
        fail "not every run says what it compared"
    # Ports of a console differ between devices: in when they carry bytes, and in their names. So do used descriptors of packed
    # rings: QEMU's never say WRITE.
    "$pring" run $(grep -v '_ports\|_packed' "$out/list") --driver $driver --backend model,qemu >"$out/both-$driver.txt" ||
        fail "model and qemu do not agree"
    grep '^ok .* on model' "$out/both-$driver.txt" >>"$out/pairs"
done
[ "$(grep -c '^ok ' "$out/vio.txt")" = "$seeds" ] || fail "not all of the $seeds seeds ran"
says() { # FILE WORDS
    grep -q "compared  $2" "$out/$1.txt" || fail "not compared: $2"
}
says vio "the disk's image: 64 sectors as they must be, 17 of them written"
says vio "entropy: 136 bytes of 5 requests, found in the source"
for driver in vio plain; do
    says $driver "network: 1497 bytes of 5 requests came to the other end, 1497 bytes from there"
    says $driver "console: 233 bytes of 4 requests came to the other end, 233 bytes from there"
done
"$pring" run corpus/seeds/interop --backend qemu | diff "$out/vio.txt" - >"$out/again.txt" ||
    fail "another run, another report"
for device in rng blk net console; do
    for ring in split packed; do
        grep -A 1 "^ok .*/${device}_$ring.scn on qemu" "$out/vio.txt" | grep -q '^    compared ' ||
            fail "$device was not driven over a $ring ring"
    done
done
pairs=$(wc -l <"$out/pairs")
[ "$pairs" -ge 10 ] || fail "only $pairs runs were compared with the model"
echo "$seeds seeds on QEMU's devices, $pairs runs with the same result_hash as on the model"
