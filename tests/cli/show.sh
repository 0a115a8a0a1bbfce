#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Text, bytes and text again are the same; malformed text is refused with file and line.
. "$(dirname "$0")/check.sh"

count=0
for seed in $(find "$source/corpus/seeds" -name '*.scn'); do
    answers 0 "$pring" show "$seed"
    cp said first
    answers 0 "$pring" show "$seed" --bytes bytes
    answers 0 "$pring" show bytes
    cmp -s first said || complain "$seed changes on its way through bytes"
    cp said again.scn
    answers 0 "$pring" show again.scn
    cmp -s first said || complain "$seed is not canonical after one print"
    count=$((count + 1))
done
[ $count -ge 40 ] || complain "only $count seeds"

head -c 4096 /dev/urandom >noise
answers 0 "$pring" show noise
: >nothing
answers 0 "$pring" show nothing

malformed() { # LINE TEXT
    printf '%b' "$2" >bad.scn
    answers 2 "$pring" show bad.scn
    says err "bad.scn:$1: "
}
malformed 1 'pling 1\n'
malformed 2 'pring 1\nfrobnicate\n'
malformed 2 'pring 1\ndevice toaster\n'
malformed 3 'pring 1\n\nwork juggle\n'
malformed 3 'pring 1\ndevice blk\nfault answer = 1 at used.nothing\n'
malformed 3 'pring 1\ndevice blk\nfault answer = 0x1ffffffff at used.id\n'
answers 2 "$pring" show "$2"
exit $bad
