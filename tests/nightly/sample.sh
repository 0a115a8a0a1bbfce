#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Many generated inputs: all backends agree; and all seeds are the same run when they are made again.
. "$(dirname "$0")/../cli/check.sh"

answers 0 "$pring" run --sample 200000 --seed 7 --backend all
says said "0 differ"
for driver in vio straight; do
    answers 0 "$pring" run "$source/corpus/seeds" --driver $driver --twice --backend all
done
answers 0 "$pring" run "$source/corpus/seeds" --shuffle 50000 --seed 7 --backend all
exit $bad
