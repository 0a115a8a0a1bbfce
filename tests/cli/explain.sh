#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `pring why` names the first step that was not taken, `pring diff` the first event in which two runs differ.
. "$(dirname "$0")/check.sh"
seeds=$source/corpus/seeds

unmet() { # SEED TEXT [MORE]: that is the last line, and MORE stands above it
    answers 0 "$pring" why "$seeds/$1.scn" --backend model
    [ "$(tail -1 said)" = "First unmet: $2." ] || { complain "$1: not '$2', but"; tail -1 said; }
    [ -z "${3:-}" ] || says said "$3"
}
unmet rng/magic_wrong "the device was not identified" "last read reg.MagicValue = 0x74726977 (honest: 0x74726976)"
unmet rng/reset_never_done "Status never got ACKNOWLEDGE and DRIVER" "a quirk in its way: state reg.Status = 1"
unmet rng/features_ok_refused "FEATURES_OK never read back as set" "  yes       0.760 us"
unmet rng/queue_max_zero "no queue was made ready: QueueReady = 1 was not written" "reg.QueueSizeMax = 0x0 (honest: 0x8)"
unmet rng/no_mapping "nothing was made available: avail.idx did not move"
unmet rng/kick_lost "the device was not notified of what is available" "told of 0; QueueNotify was written since"
unmet rng/completion_lost "a completion was not published: used.idx did not move" "completed 1, 0 were published"
unmet blk/status_ioerr "a request was not reported as done"
answers 0 "$pring" why --device rng --backend model
[ "$(tail -1 said)" = "Nothing is missing: 2 of 2 requests were done." ] || complain "an honest run misses something"
if "$pring" list backends | grep -q '^rtl'; then
    # The device is taken away while its memory owes it data.
    printf 'pring 1\ndevice blk\nset schedule=free\nset profile=latency\nwork read sector=0 count=8 &\nwork delay ns=300\nwork unplug\n' >axi.scn
    answers 0 "$pring" why axi.scn --backend rtl
    grep -qE "the device's AXI channel R waits since cycle [0-9]+$" said || complain "no channel waits"
    answers 0 "$pring" diff "$seeds/blk/one_sector.scn" --backend model,rtl
    says said "No difference in "
fi
answers 2 "$pring" why nowhere.scn
says err "nowhere.scn: No such file"

answers 1 "$pring" diff "$seeds/rng/honest.scn" "$seeds/rng/completion_lost.scn" --backend model
says said "B        1.320  QUIRK: drop at done"
grep -qE '^  A +1\.320  -- submit returned 0$' said || complain "the other side is not shown"
says said "The runs part at event "
answers 1 "$pring" diff "$seeds/rng/honest.scn" --backend model --driver vio,straight
answers 1 "$pring" diff "$seeds/rng/honest.scn" --backend model --bug features_read_twice
grep -qE '^  B .* DeviceFeaturesSel = 0' said || complain "the second reading is not where they part"
sed 's/^device rng/&\nset latency=5000/' "$seeds/rng/honest.scn" >later.scn
answers 1 "$pring" diff "$seeds/rng/honest.scn" later.scn --backend model
grep -q 'comes at another time\|not at the same time' said || complain "another latency is no difference in time"
answers 0 "$pring" diff "$seeds/rng/honest.scn" "$seeds/rng/honest.scn" --backend model
answers 2 "$pring" diff "$seeds/rng/honest.scn"
says err "that is one run"
answers 2 "$pring" diff
exit $bad
