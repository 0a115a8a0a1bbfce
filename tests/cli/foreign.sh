#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A driver in a folder of its own: pressed by its path; what is wrong with it is said, with 3.
. "$(dirname "$0")/check.sh"

cp -r "$source/tests/drivers/teaching" mine
answers 0 "$pring" run --driver ./mine --backend model --device blk
says said "honest blk"
answers 1 "$pring" fuzz --driver ./mine --backend model --runs 1500
says said "--driver $PWD/mine"

echo 'int broken(' >>mine/disk.c
answers 3 "$pring" run --driver ./mine --backend model
says err "error:"
cp "$source/tests/drivers/teaching/disk.c" mine/disk.c
printf 'void nobody_has_this(void);\nvoid teaching_extra(void);\nvoid teaching_extra(void) { nobody_has_this(); }\n' >>mine/glue.c
answers 3 "$pring" run --driver ./mine --backend model
says err "nobody_has_this"
echo 'pring_add_driver(teaching SOURCES nowhere.c)' >mine/CMakeLists.txt
answers 3 "$pring" run --driver ./mine --backend model
says err "nowhere.c"
answers 0 "$pring" run --device rng --backend model # nothing else is hurt
exit $bad
