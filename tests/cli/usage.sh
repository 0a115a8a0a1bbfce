#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Wrong usage is named, with what would be right, and ends with 2.
. "$(dirname "$0")/check.sh"

answers 0 "$pring" --help
for command in fuzz run show list bench test; do
    says said "pring $command"
    answers 0 "$pring" $command --help
    says said "pring $command"
    answers 0 "$pring" --help
done
answers 2 "$pring"
answers 2 "$pring" frobnicate
says err "there is no command 'frobnicate'; it knows fuzz run show list bench test"
answers 2 "$pring" fuzz --frobnicate
says err "there is no option --frobnicate; it knows --driver"
answers 2 "$pring" fuzz --seed
says err "--seed needs a value"
answers 2 "$pring" fuzz --jobs many
says err "--jobs is 'many'; a number from 1 to"
answers 2 "$pring" fuzz --time 0
answers 2 "$pring" fuzz --time -1
answers 2 "$pring" fuzz --strict=yes
says err "--strict takes no value"
answers 2 "$pring" fuzz stray
says err "takes no operands"
answers 2 "$pring" fuzz --driver nobody
says err "there is no driver 'nobody'; there are"
says err "teaching"
answers 2 "$pring" fuzz --driver ./nowhere
says err "there is no driver folder './nowhere'"
answers 2 "$pring" fuzz --device toaster
says err "there is no device 'toaster'; there are rng blk net console"
answers 2 "$pring" run --bug nothing
says err "there is no bug 'nothing'; there are"
answers 2 "$pring" fuzz --corpus some
says err "seeds or none was expected"
answers 2 "$pring" list
says err "drivers devices backends faults oracles requirements bugs"
answers 2 "$pring" list everything
answers 2 "$pring" bench bogs
answers 2 "$pring" show
answers 2 "$pring" show nowhere.scn
says err "nowhere.scn: No such file"
mkdir driver
answers 3 "$pring" run --driver ./driver
says err "has no line pring_add_driver"

for what in drivers devices faults requirements bugs; do
    answers 0 "$pring" list $what
    [ -s said ] || complain "list $what says nothing"
done
exit $bad
