#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A campaign long enough that "vacuous" is judged, on the fast backend and on the pins.
. "$(dirname "$0")/../cli/check.sh"

answers 0 "$pring" fuzz --backend model --runs 1000000 --seed 11
says said "No finding."
"$pring" list backends | grep -q '^rtl' || exit $bad
answers 0 "$pring" fuzz --backend rtl --runs 600000 --seed 12
says said "No finding."
exit $bad
