#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The driver's core builds without a libc and without a warning, by gcc and clang, for two little machines, a big one and
# one that is big-endian; it needs nothing but memcpy and memset. Prints what it takes: code and constants, data, zeroed.
# So does the example in its README, given the operating system that it speaks of. A compiler that is not there is passed over
# with a line.   build.sh SOURCE SCRATCH
set -u
source=$1
scratch=$2/freestanding
mkdir -p "$scratch"
bad=0

cat >"$scratch/example.c" <<'END'
#include <stddef.h>
#include <stdint.h>
unsigned os_lock(void);
void os_unlock(unsigned key), os_fence(void), os_spin_us(unsigned us), os_wake(void *owner, unsigned status, size_t len_bytes);
void os_irq_enable(unsigned irq, int on), os_irq_connect(unsigned irq, void (*call)(void *arg), void *arg);
void os_each_second(void (*call)(void *arg), void *arg), os_dma_unmap(uint64_t bus, size_t len_bytes);
void *os_pages(size_t len_bytes, uint64_t *bus);
int os_dma_map(void *ptr, size_t len_bytes, uint64_t *bus), disk_open(volatile void *base, unsigned irq);
int disk_read(uint64_t offset, void *data, size_t len_bytes, void *owner);
END
awk '/^```$/ { inside = 0 } inside; /^```c$/ { inside = 1 }' "$source/driver/README.md" >>"$scratch/example.c"
grep -q vio_device_start "$scratch/example.c" || { echo 'FAILED: driver/README.md has no example'; bad=1; }

# What remains undefined; the compiler's own helpers and what one file takes from another aside.
foreign() { # NM LD EMULATION
    "$2" $3 -r -o "$scratch/all.o" "$scratch"/vio_*.o && "$1" -u "$scratch/all.o" |
        awk '{print $NF}' | grep -vE '^(memcpy|memset|__aeabi_(memcpy|memset|memclr)[48]?|__(lshr|ashl)di3|_(rest|save)gpr_[0-9]+_x)$'
}

target() { # NAME NM LD SIZE EMULATION COMPILER...
    name=$1 nm=$2 ld=$3 size=$4 emulation=$5
    shift 5
    command -v "$1" >/dev/null || { echo "$name: no $1, passed over"; return; }
    rm -f "$scratch"/*.o
    for file in "$source"/driver/src/*.c; do
        "$@" -std=c11 -Os -ffreestanding -nostdlib -fno-stack-protector -fno-pic -ffunction-sections -Wall -Wextra \
            -Wconversion -Wshadow -Werror -I"$source/driver/include" -c "$file" -o "$scratch/vio_$(basename "$file" .c).o" || {
            echo "FAILED: $name: $file"
            bad=1
        }
    done
    "$@" -std=c11 -Os -ffreestanding -nostdlib -Wall -Wextra -Wconversion -Werror -I"$source/driver/include" \
        -c "$scratch/example.c" -o "$scratch/example.o" || { echo "FAILED: $name: the example of driver/README.md"; bad=1; }
    command -v "$nm" >/dev/null && command -v "$ld" >/dev/null || { echo "$name: builds; no $nm to look closer"; return; }
    list=$(foreign "$nm" "$ld" "$emulation")
    [ -z "$list" ] || { echo "FAILED: $name needs" $list; bad=1; }
    "$size" "$scratch/all.o" | awk -v name="$name" 'NR == 2 { printf "%-22s %6d bytes of code and constants, %d data, %d zeroed\n", name, $1, $2, $3 }'
}

riscv='riscv64-unknown-elf-'
arm='arm-none-eabi-'
power='powerpc-linux-gnu-'
clang=$(command -v clang-14 || command -v clang || echo clang)
target 'gcc x86-64' nm ld size '' gcc
target 'clang x86-64' nm ld size '' "$clang"
target 'gcc riscv64' ${riscv}nm ${riscv}ld ${riscv}size '' ${riscv}gcc -march=rv64imac -mabi=lp64 -mcmodel=medany
target 'clang riscv64' ${riscv}nm ${riscv}ld ${riscv}size '' "$clang" --target=riscv64-unknown-elf -march=rv64imac -mabi=lp64
target 'gcc Cortex-M3' ${arm}nm ${arm}ld ${arm}size '' ${arm}gcc -mcpu=cortex-m3 -mthumb
target 'clang Cortex-M3' ${arm}nm ${arm}ld ${arm}size '' "$clang" --target=thumbv7m-none-eabi
target 'gcc PowerPC (big)' ${power}nm ${power}ld ${power}size '' ${power}gcc -mcpu=powerpc
target 'clang PowerPC (big)' ${power}nm ${power}ld ${power}size '' "$clang" --target=powerpc-unknown-linux-gnu
exit $bad
