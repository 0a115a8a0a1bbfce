#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One campaign against the teaching driver finds its bugs side by side: each fix alone removes findings that no other
# removes. That is how many root causes were found. A finding now and then needs two missing checks at once, one to open
# the door and one to fall through it: either fix removes it, and it counts for neither. A fix that moves register accesses, or begins to use
# interrupts, is no use here: it meets other faults of the saved scenarios, and takes away findings that are not its own.
. "$(dirname "$0")/check.sh"

"$pring" fuzz --driver teaching --backend model --runs "${RUNS:-30000}" >report 2>progress
[ $? = 1 ] || complain "no finding"
findings=out/teaching-runs/findings
"$pring" run $findings --driver teaching --backend model --json >all 2>err
total=$(grep -c '"verdict": "bug"' all)
causes=0
: >removed
for patch in "$source"/tests/bugs/teaching-fix/*.patch; do
    name=$(basename "$patch" .patch)
    driver=teaching_fix_$(echo "$name" | tr -c 'A-Za-z0-9\n' _)
    "$pring" run $findings --driver "$driver" --backend model --json >one 2>err
    [ -s one ] || complain "$driver does not run: $(tail -3 err)"
    grep -v '"verdict": "bug"' one | sed 's/.*"file": "\([^"]*\)".*/\1/' | sort >gone
    echo "$(wc -l <gone) of $total findings go with $name"
    cat gone >>removed
    mv gone "gone.$name"
done
sort removed | uniq -d >twice
[ $((20 * $(grep -c . twice))) -le "$total" ] || complain "removed by more than one fix: $(cat twice)"
for gone in gone.*; do
    [ -z "$(comm -23 "$gone" twice)" ] || causes=$((causes + 1))
done
echo "$causes root causes"
[ $causes -ge 8 ] || complain "fewer than eight root causes"
exit $bad
