#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `pring why` names the first step that was not taken, `pring diff` the first event in which two runs differ.
. "$(dirname "$0")/check.sh"
seeds=$source/corpus/seeds

ends() { # FILE LINE [MORE]: that is the last line, and MORE stands above it
    answers 0 "$pring" why "$1" --backend model
    [ "$(tail -1 said)" = "$2" ] || { complain "$1: not '$2', but"; tail -1 said; }
    [ -z "${3:-}" ] || says said "$3"
}
unmet() { ends "$seeds/$1.scn" "First unmet: $2." "${3:-}"; }
unmet_in() { # TEXT WORK...: of a scenario with these lines
    text=$1
    shift
    printf '%s\n' 'pring 1' 'device rng' "$@" >here.scn
    ends here.scn "First unmet: $text."
}
unmet rng/magic_wrong "the device was not identified" "last read reg.MagicValue = 0x74726977 (honest: 0x74726976)"
unmet rng/reset_never_done "Status never got ACKNOWLEDGE and DRIVER" "a quirk in its way: state reg.Status = 1"
unmet rng/features_ok_refused "FEATURES_OK never read back as set" "  yes       0.760 us"
unmet rng/queue_max_zero "no queue was made ready: QueueReady = 1 was not written" "reg.QueueSizeMax = 0x0 (honest: 0x8)"
unmet rng/no_mapping "nothing was made available: avail.idx did not move"
unmet rng/kick_lost "the device was not notified of what is available" "told of 0; QueueNotify was written since"
unmet rng/completion_lost "a completion was not published: used.idx did not move" "completed 1, 0 were published"
unmet blk/status_ioerr "a request was not reported as done"
unmet rng/packed_used_of_other_lap "the driver did not look at packed.flags again"
unmet_in "no request was submitted" 'work delay ns=10'
unmet_in "no interrupt came" 'work entropy bytes=4 &' 'work delay ns=9000' 'work remove' 'fault mute at irq.line'
# A later probe that succeeds is no answer, nor is a driver that looks by itself missing an interrupt.
unmet_in "the device was not identified" 'work remove' 'work probe' 'work entropy bytes=4' 'fault answer = it ^ 0x1 at reg.MagicValue'
ends "$seeds/rng/interrupt_muted.scn" "Nothing is missing: 1 of 1 requests were done."
grep -q 'the interrupt line rose' said && complain "an interrupt that did not come is a step"
# Each step is told at the time of what took it.
step_is() { # STEP TRACE: its time is that of the first such line
    at=$(sed -n "s/^ *\\([0-9.]*\\) .*$2.*/\\1/p" trace | head -1)
    says said "$(printf '  yes %11s us %9s  %s' "$at" 0 "$1")"
}
answers 0 "$pring" run "$seeds/rng/kick_lost.scn" --backend model --trace
mv said trace
answers 0 "$pring" why "$seeds/rng/kick_lost.scn" --backend model
step_is "Status got FEATURES_OK" "  Status = 0xb"
step_is "a queue was made ready: QueueReady = 1" "QueueReady = 0*x*1  "
step_is "Status got DRIVER_OK" "  Status = 0xf"
step_is "probe succeeded" "probe returned 0"
step_is "chains were made available: avail.idx" "store avail.idx = 1"
answers 0 "$pring" why --device rng --backend model
[ "$(tail -1 said)" = "Nothing is missing: 2 of 2 requests were done." ] || complain "an honest run misses something"
# Buffers for reception wait for ever, and nobody misses them.
answers 0 "$pring" why --driver plain --backend model
says said "honest net, plain on model: ok"
says said "honest console, plain on model: ok"
[ "$(grep -c '^Nothing is missing: 3 of 3 requests were done' said)" = 2 ] || { complain "an honest packet is missed"; tail -5 said; }
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
# The same by hand: the traces without their times and cycles.
events() { # FILE SEED
    answers 0 "$pring" run "$seeds/$2.scn" --backend model --trace
    sed -e '1,/time us/d' -e '/^[^ ]/,$d' -e 's/^ *[0-9.]*  *[0-9]*  *//' -e 's/^ *//' -e 's/ *$//' said >"$1"
}
events a rng/honest
events b rng/completion_lost
answers 1 "$pring" diff "$seeds/rng/honest.scn" "$seeds/rng/completion_lost.scn" --backend model
first=$(cmp a b | sed 's/.*line //')
says said "The runs part at event $first."
[ "$(grep -c '^  = ' said)" = 4 ] || complain "not four events before that"
says said "  =        1.320  $(sed -n "$((first - 1))p" a)"
answers 0 "$pring" diff "$seeds/rng/honest.scn" "$seeds/rng/honest.scn" --backend model
says said "No difference in $(wc -l <a) events."
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
