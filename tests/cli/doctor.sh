#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The doctor: a driver without care is told what it breaks, where it waits for ever and what it believes; a careful one
# that it does none of that. Each breach comes with a command that shows it.
. "$(dirname "$0")/check.sh"

# Enough lines of FILE contain TEXT.
at_least() {
    count=$(grep -cF -- "$3" "$2")
    [ "$count" -ge "$1" ] || complain "$2: $count lines with '$3', not $1"
}

answers 1 "$pring" check driver teaching
cp said teaching
at_least 6 teaching '  BROKEN      '
grep -q '^Unbounded waits: [1-9]' teaching || complain "teaching waits for nothing?"
grep -q 'disk\.c:[0-9]* disk_intr  *used\.id .*BUG' teaching || complain "the unchecked used.id is not in the list"
grep -q 'virtio_init  *reg\.MagicValue .*refused' teaching || complain "a wrong magic is not seen to be refused"
says teaching 'blk on model    1:bug 2:bug 4:bug 8 16(8)'
# What it says can be seen.
sed -n 's,^ *\./pring \(run corpus/doctor/honest.*\) --trace$,\1,p' teaching >commands
at_least 6 commands 'corpus/doctor/honest'
head -2 commands >two
while read -r words; do
    # shellcheck disable=SC2086
    (cd "$source" && "$pring" $words --backend model) >seen 2>err </dev/null && complain "$words : nothing to be seen"
done <two

answers 0 "$pring" check driver vio --junit vio.xml
cp said vio
grep -q BROKEN vio && complain "vio breaks a requirement"
says vio 'Unbounded waits: none'
[ "$(sed -n '/^  [a-z]* *on [a-z]/s/ on .*//p' vio | awk '{ print length }' | sort -u | wc -l)" = 1 ] ||
    complain "names of devices break the columns: $(grep '^  [a-z]* *on ' vio)"
grep -q '^  blk .* VERSION_1' vio || complain "vio accepts VERSION_1, which is not seen"
grep -q 'queue_split\.c:[0-9]* split_fetch  *used\.id .*refused' vio || complain "vio checks used.id, which is not seen"
says vio 'it keeps every requirement'
says vio 'kept        FEAT-DRV-02'
says vio 'kept        NET-MQ-DRV-04'
says vio 'kept        CON-MP-DRV-03'
says vio.xml '<testsuite name="pring check vio"'
says vio.xml 'failures="0"'
grep -q "not judged" vio && complain "a requirement has no row in fuzz/doctor_reach.def"

answers 0 "$pring" check driver straight --json
head -c 1 said | grep -q '{' || complain "no JSON"
says said '"id": "STATUS-DRV-01", "state": "kept"'
says said '"state": "ends"'
answers 2 "$pring" check
says err "pring check driver NAME|DIR"
answers 2 "$pring" check driver nobody
exit $bad
