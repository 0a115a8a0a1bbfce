#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The core alone, optimized for size, for riscv64 and a Cortex-M3: bytes of code, and none of static data.
compiler=$1
driver=$2
out=$3
size=$(command -v llvm-size || command -v "llvm-size-${compiler##*clang-}" || ls /usr/bin/llvm-size-* 2>/dev/null | head -1)
[ -n "$size" ] || {
    echo "skipped: llvm-size is missing (apt-get install llvm)"
    exit 77
}

measure() { # NAME FLAGS
    name=$1
    shift
    rm -rf "$out/$name"
    mkdir -p "$out/$name"
    (cd "$out/$name" && "$compiler" "$@" -Os -std=c11 -ffreestanding -nostdlib -Wall -Wextra -Wconversion -Werror \
        -I"$driver/include" -c "$driver"/src/*.c) || exit 1
    "$size" -t "$out/$name"/*.o | awk -v name="$name" '
        /TOTALS/ { code = $1; data = $2 + $3 }
        END {
            printf "core for %s: %d bytes of code and constants, %d of static data\n", name, code, data
            exit data != 0 || code == 0
        }' || { echo "FAILED: the core has static data, or no code" && exit 1; }
}

measure riscv64 --target=riscv64-unknown-elf -march=rv64imac -mabi=lp64 -mcmodel=medany
measure cortex-m3 --target=thumbv7m-none-eabi -mcpu=cortex-m3
