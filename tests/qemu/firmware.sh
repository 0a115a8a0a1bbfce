#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The bare-metal image on QEMU's machine `virt`: entropy and block, both ring layouts, with and without EVENT_IDX and
# indirect tables. The image compares what it is handed up and says so by its exit code; here the disk is compared.
image=$1
out=$2
skip() {
    echo "skipped: $1"
    exit 77
}
[ -e "$image" ] || skip "there is no firmware image: riscv64-unknown-elf-ld is missing (apt-get install binutils-riscv64-unknown-elf)"
command -v qemu-system-riscv64 >/dev/null || skip "qemu-system-riscv64 is missing (apt-get install qemu-system-misc)"
rm -rf "$out"
mkdir -p "$out"
cd "$out" || exit 1

lines() { # of a disk, before (never written) or after
    awk -v after="$1" 'BEGIN {
        for (s = 0; s < 64; s++)
            for (i = 0; i < 32; i++)
                printf "%s%06d.%07d\n", after && (s == 0 || (s >= 5 && s < 13) || s == 63) ? "w" : "s", s, i
    }'
}
lines 0 >before.img
lines 1 >after.img
awk 'BEGIN { for (i = 0; i < 8192; i++) printf "e000000.%07d\n", i }' >source.txt

for packed in off on; do
    for rest in on off; do
        options="packed=$packed,event_idx=$rest,indirect_desc=$rest"
        layout=$([ $packed = on ] && echo packed || echo split)
        cp before.img disk.img
        timeout 60 qemu-system-riscv64 -M virt -m 32M -bios none -kernel "$image" -display none -monitor none -serial stdio \
            -global virtio-mmio.force-legacy=false \
            -object rng-random,id=r,filename=source.txt -device "virtio-rng-device,rng=r,$options" \
            -drive if=none,id=d,file=disk.img,format=raw \
            -device "virtio-blk-device,drive=d,serial=proving-ring-blk,$options" >said.txt 2>&1
        code=$?
        sed "s/^/$options  /" said.txt
        [ $code = 0 ] || { echo "FAILED: exit code $code with $options" && exit 1; }
        [ "$(grep -c "^rng $layout: .* as in the source\|^blk $layout: .* as on the disk" said.txt)" = 2 ] ||
            { echo "FAILED: not both devices were checked with $options" && exit 1; }
        cmp disk.img after.img || { echo "FAILED: the disk is not what was written" && exit 1; }
    done
done

# The checks can fail: a byte of the source and one of the disk are others.
sed 's/0000003/0000004/' source.txt >wrong.txt
timeout 60 qemu-system-riscv64 -M virt -m 32M -bios none -kernel "$image" -display none -monitor none -serial stdio \
    -global virtio-mmio.force-legacy=false -object rng-random,id=r,filename=wrong.txt -device virtio-rng-device,rng=r >said.txt 2>&1
[ $? = 1 ] && grep -q "FAILED: entropy is not the source's" said.txt || { cat said.txt && echo "FAILED: wrong entropy is not seen" && exit 1; }
timeout 60 qemu-system-riscv64 -M virt -m 32M -bios none -kernel "$image" -display none -monitor none -serial stdio >said.txt 2>&1
[ $? = 2 ] || { cat said.txt && echo "FAILED: a machine without a device is all right" && exit 1; }
echo "4 set-ups, 2 devices each, disk and source compared"
