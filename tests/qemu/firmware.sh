#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The bare-metal image on QEMU's machine `virt`: four devices, both ring layouts, with and without EVENT_IDX and indirect
# tables. The image compares what it is handed up and says so by its exit code; here the disk is compared. Network and
# console are mirrors: each sends to the UDP port of this machine that it listens on.
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

fail() {
    cat said.txt
    echo "FAILED: $1"
    exit 1
}

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

boot() { # OPTION ...: its exit code
    timeout 60 qemu-system-riscv64 -M virt -m 32M -bios none -kernel "$image" -display none -monitor none -serial stdio \
        -global virtio-mmio.force-legacy=false "$@" >said.txt 2>&1
}

port=$((20000 + $$ % 20000))
boot_all() { # OPTIONS: with all devices, on ports that nobody else has
    for try in 1 2 3 4 5; do
        port=$((port + 2))
        cp before.img disk.img
        boot -object rng-random,id=r,filename=source.txt -device "virtio-rng-device,rng=r,$1" \
            -drive if=none,id=d,file=disk.img,format=raw -device "virtio-blk-device,drive=d,serial=proving-ring-blk,$1" \
            -netdev "socket,id=n,udp=127.0.0.1:$port,localaddr=127.0.0.1:$port" \
            -device "virtio-net-device,netdev=n,mac=52:54:00:12:34:56,$1" \
            -chardev "udp,id=c,host=127.0.0.1,port=$((port + 1)),localaddr=127.0.0.1,localport=$((port + 1))" \
            -device "virtio-serial-device,max_ports=1,$1" -device virtconsole,chardev=c
        code=$?
        grep -q 'in use' said.txt || return $code
    done
    return $code
}

for packed in off on; do
    for rest in on off; do
        options="packed=$packed,event_idx=$rest,indirect_desc=$rest"
        layout=$([ $packed = on ] && echo packed || echo split)
        boot_all "$options" || fail "exit code $? with $options"
        sed "s/^/$options  /" said.txt
        [ "$(grep -c "^rng $layout: .* as in the source\|^blk $layout: .* as on the disk\|^\(net\|console\) $layout: .* all came back" \
            said.txt)" = 4 ] || fail "not all devices were checked with $options"
        cmp disk.img after.img || fail "the disk is not what was written"
    done
done

# The checks can fail: a byte of the source is another; a wire whose other end is nobody; no device.
sed 's/0000003/0000004/' source.txt >wrong.txt
boot -object rng-random,id=r,filename=wrong.txt -device virtio-rng-device,rng=r
[ $? = 1 ] && grep -q "FAILED: entropy is not the source's" said.txt || fail "wrong entropy is not seen"
boot -device virtio-serial-device,max_ports=1 -chardev null,id=c -device virtconsole,chardev=c
[ $? = 1 ] && grep -q "FAILED: no interrupt came" said.txt || fail "bytes that do not come back are not missed"
boot
[ $? = 2 ] || fail "a machine without a device is all right"
echo "4 set-ups, 4 devices each; disk and source compared, what was sent came back"
