#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What helps to find a bug is told in runs, the same each time; and records find what plain bytes do not.
. "$(dirname "$0")/check.sh"

answers 2 "$pring" fuzz --feedback nobody
says err "--feedback is 'nobody'"
answers 2 "$pring" bench nobody
says err "nothing, bugs or feedback was expected"
answers 0 "$pring" bench feedback --only used_id_unchecked --backend model --trials 2 --runs 6000 --json
cp said a
answers 0 "$pring" bench feedback --only used_id_unchecked --backend model --trials 2 --runs 6000 --json --jobs 2
cmp -s a said || complain "the same hunts, other figures: $(cat a said)"
for help in '+ structure' '+ feedback'; do
    grep -q "\"$help\": {\"found\": [1-9]" a || complain "nothing was found by $help: $(cat a)"
done
says a '"plain bytes": {"found": 0, "median_runs": null}'
exit $bad
