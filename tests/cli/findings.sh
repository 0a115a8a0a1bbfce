#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The teaching driver is full of bugs: they are told apart, made small, repeat, and may be accepted.
. "$(dirname "$0")/check.sh"

answers 1 "$pring" fuzz --driver teaching --backend model --runs 3000 --json a.json
cp said a
says said "FINDING 1"
says said "./pring run out/teaching-runs/findings/"
answers 1 "$pring" fuzz --driver teaching --backend model --runs 3000
cmp -s a said || complain "the same campaign, another summary"
exit $bad
