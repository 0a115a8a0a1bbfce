#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One fault at each position of a run: the clean driver holds everywhere, on every backend; planted bugs whose files say so
# are found there, and each finding has a file that shows it again.
. "$(dirname "$0")/check.sh"

rows() { grep -cE '^ +[0-9]+ +[0-9.]+  [a-z]+ ' said; }

for seed in blk/one_sector rng/honest; do
    for kind in irq load fail unplug; do
        answers 0 "$pring" run "$source/corpus/seeds/$seed.scn" --sweep $kind --backend all
        grep -E 'bug|stuck|degraded|DIFFERS|does not fire' said && complain "$seed $kind: not ok or refused everywhere"
        says said "$(rows) positions, then the run ends without meeting it."
        [ "$(rows)" -ge 3 ] || complain "$seed $kind: $(rows) positions only"
    done
done
# Every register access from probe to remove is a position, none twice and none left out: the trace knows them too. So are
# loads and stores of the ring. All that the fault table has for such a point is tried there.
first_life() { sed '/-- remove returned/q' trace; }
answers 0 "$pring" run "$source/corpus/seeds/rng/honest.scn" --trace --backend model
mv said trace
first_life | sed -n 's/^ *[0-9.]* *[0-9]*  \(read \)\{0,1\}\([A-Z][A-Za-z]*\) = [0-9].*/\2/p' >accesses
answers 0 "$pring" run "$source/corpus/seeds/rng/honest.scn" --sweep load --backend model
[ "$(grep -c 'load used.idx ' said)" = "$(first_life | grep -c 'load used.idx = 1')" ] || complain "not each load of used.idx"
says said "$(rows) positions, then the run ends without meeting it. $((3 * $(rows))) runs:"
answers 0 "$pring" run "$source/corpus/seeds/rng/honest.scn" --sweep irq --backend model
sed -n 's/^ .* reg\.\([A-Za-z]*\) .*/\1/p' said | diff accesses - || complain "positions (>) are not the register accesses (<)"
kinds=$(grep -c 'PRING_FAULT_ROW([0-9]*, IRQ,' "$source/sim/fault/faults.def")
says said "$(rows) positions, then the run ends without meeting it. $((kinds * $(rows))) runs:"
[ "$(rows)" -ge 50 ] || complain "$(rows) positions for an interrupt"
for place in 'probe    reg.MagicValue ' 'setup    reg.QueueReady ' 'request  store avail.idx ' 'request  load used.idx ' 'request  kick '; do
    says said "$place"
done
sed -n 's/^ *[0-9]* *\([0-9.]*\)  [a-z]* .*/\1/p' said | sort -nc || complain "positions are not in the order of the run"

printf 'pring 1\ndevice rng\nwork entropy bytes=4\nwork entropy bytes=4\n' >two.scn
answers 0 "$pring" run two.scn --sweep load --backend model
says said "request  load used.idx nth 2 " # after its second change

answers 0 "$pring" run "$source/corpus/seeds/rng/honest.scn" --sweep fail --backend model --json
says said '{"sweep": "fail", "file": '
says said '"fault": "fail at call.dma", "met": true, "backend": "model", "verdict": "refused"'

found=0
for patch in "$source"/tests/bugs/*.patch; do
    grep -q '^# finder: sweep' "$patch" || continue
    bug=$(basename "$patch" .patch)
    kind=$(sed -n 's/^# sweep: \([a-z]*\) of .*/\1/p' "$patch")
    seed=$(sed -n 's/^# sweep: [a-z]* of //p' "$patch")
    answers 0 "$pring" run "$source/$seed" --bug "$bug" --backend model
    answers 1 "$pring" run "$source/$seed" --bug "$bug" --backend model --sweep "$kind"
    says said "   bug: $(sed -n 's/^# oracle: //p' "$patch") "
    look=$(sed -n 's/^  look  *\.\/pring //p' said | head -1)
    # shellcheck disable=SC2086
    answers 1 "$pring" $look
    says said "bug      ($(sed -n 's/^# oracle: //p' "$patch"))"
    found=$((found + 1))
done
[ $found -ge 2 ] || complain "$found planted bugs are for a sweep"
answers 2 "$pring" bench bugs --only features_read_twice # not for a fuzzer, so it does not count there
says err "there is no bug 'features_read_twice' for a fuzzer"

printf 'pring 1\ndevice net\n' >net.scn # that driver is for other devices
answers 0 "$pring" run net.scn --driver straight --sweep irq --backend model
grep -q '^skipped: ' said || complain "a sweep of what is skipped does not say so"

answers 2 "$pring" run --sweep everything
says err "--sweep is 'everything'; irq, load, fail or unplug was expected"
answers 2 "$pring" run --sweep irq --trace
says err "--sweep goes with none of"
{ printf 'pring 1\ndevice rng\nwork entropy bytes=4\n'; yes 'fault fail at call.dma nth 9' | head -16; } >full.scn
answers 2 "$pring" run full.scn --sweep irq --backend model
says err "has 16 faults already"
exit $bad
