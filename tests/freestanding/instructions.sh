#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Instructions of the driver for a request of three buffers: from vio_queue_add to the end of chain_ready, the platform's
# (empty) functions included, counted by callgrind. They do not depend on the size of the ring, and stay below what was
# measured when the ceilings were set (gcc 12 -O2, x86-64; 5 % above).   instructions.sh SOURCE SCRATCH
set -u
source=$1
scratch=$2/instructions
for tool in gcc valgrind; do
    command -v $tool >/dev/null || { echo "no $tool, passed over: apt-get install $tool"; exit 77; }
done
[ "$(uname -m)" = x86_64 ] || { echo "the ceilings are those of x86-64, passed over"; exit 77; }
mkdir -p "$scratch" && cd "$scratch" || exit 1
gcc -std=c11 -O2 -fno-ipa-icf -Wall -Wextra -I"$source/driver/include" "$source/tests/freestanding/count.c" \
    "$source"/driver/src/queue*.c "$source"/driver/src/ledger.c "$source"/driver/src/rings.c \
    "$source"/driver/src/platform.c -o count || exit 1
bad=0
rounds=200

count() { # LAYOUT MEMORY SIZE BATCH: instructions of one request
    valgrind --tool=callgrind --callgrind-out-file=out --toggle-collect=vio_queue_add --toggle-collect=vio_queue_kick \
        --toggle-collect=vio_queue_used_interrupt ./count $1 $2 $3 $4 $rounds 2>&1 |
        awk -v n=$((rounds * $4)) '/Collected :/ { print int($NF / n) }'
}

ceiling() { # LAYOUT MEMORY BATCH LIMIT NAME
    least= most=
    for size in 8 256 1024; do
        [ $((3 * $3)) -le $size ] || continue
        one=$(count $1 $2 $size $3)
        [ -n "$one" ] && [ "$one" -gt 0 ] || { echo "FAILED: $5: nothing was counted"; bad=1; return; }
        [ -n "$least" ] && [ $least -le $one ] || least=$one
        [ -n "$most" ] && [ $most -ge $one ] || most=$one
    done
    echo "$5: $least to $most instructions a request, at most $4"
    [ $most -le $4 ] || { echo "FAILED: $5: more than $4"; bad=1; }
    [ $((most * 100)) -le $((least * 105)) ] || { echo "FAILED: $5: depends on the size of the ring"; bad=1; }
}

ceiling 0 0 1 519 'split, single'
ceiling 0 0 16 342 'split, batches of 16'
ceiling 1 0 1 553 'packed, single'
ceiling 1 0 16 407 'packed, batches of 16'
ceiling 0 1 16 560 'split, batches of 16, each buffer mapped'
ceiling 1 1 16 625 'packed, batches of 16, each buffer mapped'
exit $bad
