#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A driver is bound to the guest API in under 100 lines of glue; the teaching driver in under 60, and a TLM device
# in about as many. Lines of code: blanks and comments do not count.
cd "$1" || exit 1
bad=0
count() { # LIMIT FILE...
    limit=$1
    shift
    for file in "$@"; do
        [ -e "$file" ] || { echo "$file is missing"; bad=1; continue; }
        lines=$(sed -e 's,/\*.*\*/,,' -e '/\/\*/,/\*\//d' -e 's,//.*,,' "$file" | grep -c '[^[:space:]]')
        echo "$lines $file"
        [ "$lines" -lt "$limit" ] || { echo "$file: $lines lines, fewer than $limit were promised"; bad=1; }
    done
}
count 100 driver/port/pring/*.c
count 60 tests/drivers/teaching/glue.c
count 65 tests/devices/example.cpp
exit $bad
