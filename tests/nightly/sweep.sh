#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# All seeds, one more fault at each position: a clean driver has no bug anywhere, on every backend.
. "$(dirname "$0")/../cli/check.sh"

for driver in vio straight; do
    for kind in irq load fail unplug; do
        answers 0 "$pring" run "$source/corpus/seeds" --driver $driver --sweep $kind --backend all
        [ "$(grep -c '^sweep ' said)" -ge 200 ] || complain "$driver $kind: not all seeds"
    done
done
exit $bad
