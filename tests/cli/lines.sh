#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --feedback rtl: the device tells which of its lines ran, and is the same device.
. "$(dirname "$0")/check.sh"
programs=$(dirname "$pring")

answers 2 "$pring" fuzz --feedback rtl --backend model
says err "it needs --backend rtl"
"$programs/vio.fuzz" list what=about | grep -q '^backend rtl' || exit 77
answers 0 "$pring" fuzz --feedback rtl --runs 2000 --seed 3
lines=$(sed -n 's/^Lines and branches of the RTL that ran: \([0-9]*\) of \([0-9]*\)\.$/\1 \2/p' said)
[ "${lines% *}" -gt 500 ] && [ "${lines% *}" -le "${lines#* }" ] || complain "lines of the RTL: '$lines'"
find "$source/corpus/seeds" -name '*.scn' | sort >list
for program in vio.fuzz vio.lines.fuzz; do
    "$programs/$program" run backend=rtl json=1 list=list 2>err | sed 's/, "state_hash"[^}]*//' >$program.json
done
grep -q '"cycles": [1-9]' vio.fuzz.json || complain "no run took a cycle"
cmp vio.fuzz.json vio.lines.fuzz.json || complain "it is another device"
if command -v afl-fuzz >/dev/null; then
    answers 0 "$pring" fuzz --feedback rtl --engine afl --runs 2000
    says said "Lines and branches of the RTL that ran: "
    says said "AFL++: stability 100.00 %."
fi
exit $bad
