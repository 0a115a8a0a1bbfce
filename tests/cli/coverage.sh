#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lines of a driver that a corpus reaches: block scenarios reach nothing of the entropy half, all seeds most of both.
. "$(dirname "$0")/check.sh"

# The share of a file, as a whole number.
share() {
    sed -n "s,^ *\([0-9]*\)\.[0-9]* %.* $1\$,\1,p" said
}

answers 0 "$pring" coverage --driver teaching "$source/corpus/seeds/blk/honest.scn" "$source/corpus/doctor/honest/blk"
[ "$(share tests/drivers/teaching/disk.c)" -ge 90 ] || complain "disk.c: $(share tests/drivers/teaching/disk.c)"
[ "$(share tests/drivers/teaching/rng.c)" = 0 ] || complain "rng.c was reached by block scenarios"
says out/teaching/coverage/unreached.txt "rng.c"
says out/teaching/coverage/unreached.txt "unreached:"
[ -s out/teaching/coverage/html/index.html ] || complain "no pages"
answers 0 "$pring" coverage --driver teaching --out all
[ "$(share tests/drivers/teaching/rng.c)" -ge 90 ] || complain "rng.c: $(share tests/drivers/teaching/rng.c)"
[ -s all/unreached.txt ] || complain "nothing in --out"
cp said first
answers 0 "$pring" coverage --driver teaching --out all
cmp -s said first || complain "the same corpus, another report"
answers 2 "$pring" coverage --driver teaching nowhere
says err "nowhere"
exit $bad
