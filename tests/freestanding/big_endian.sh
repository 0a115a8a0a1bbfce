#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The unit tests of the driver's core, compiled for a 32-bit big-endian machine and run there (emulated): what is shared
# with a device is little-endian all the same.   big_endian.sh SOURCE SCRATCH
set -u
source=$1
scratch=$2/big_endian
for tool in powerpc-linux-gnu-gcc qemu-ppc; do
    command -v $tool >/dev/null || {
        echo "no $tool, passed over: apt-get install gcc-powerpc-linux-gnu libc6-dev-powerpc-cross qemu-user"
        exit 77
    }
done
mkdir -p "$scratch"
flags="-std=c11 -O1 -g -static -Wall -Wextra -I$source/driver/include"
bad=0
for file in "$source"/driver/src/*.c; do
    powerpc-linux-gnu-gcc $flags -ffreestanding -c "$file" -o "$scratch/$(basename "$file" .c).o" || exit 1
done
rm -f "$scratch"/libvio.a
powerpc-linux-gnu-gcc-ar rcs "$scratch/libvio.a" "$scratch"/*.o || exit 1
for test in "$source"/tests/unit/driver_*.c; do
    name=$(basename "$test" .c)
    powerpc-linux-gnu-gcc $flags -I"$source/tests/unit/small" "$test" "$scratch/libvio.a" -o "$scratch/$name" || exit 1
    said=$(qemu-ppc "$scratch/$name" 2>&1) && echo "$name: $said" || {
        printf 'FAILED: %s\n%s\n' "$name" "$said"
        bad=1
    }
done
exit $bad
