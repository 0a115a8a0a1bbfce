#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Who may include whom: each box of sim/ only what stands above it; the driver nothing but itself; the RTL no C; nobody
# below asks who is above.
cd "$1" || exit 1
. tests/style/files.sh
order='spec fault scenario wire guest device backend oracle report run'
bad=0
complain() {
    echo "$1"
    bad=1
}

place() { # of a box in the order
    n=0
    for box in $order; do
        n=$((n + 1))
        [ "$box" = "$1" ] && echo $n && return
    done
    echo 0
}

# file:"header" for every quoted or angled include of ours.
includes() {
    for file in $(files "$@"); do
        sed -n 's/^ *# *include *["<]\([^">]*\)[">].*/\1/p' "$file" | sed "s,^,$file ,"
    done
}

list=$(mktemp)
includes 'sim/*.c' 'sim/*.h' 'sim/*.cpp' >"$list"
while read -r file header; do
    box=$(echo "$file" | cut -d/ -f2)
    from=$(place "$box")
    to=$(place "${header%%/*}")
    [ "$from" = 0 ] || [ "$to" = 0 ] || [ "$to" -le "$from" ] ||
        complain "$file: $box stands above ${header%%/*} and may not include $header"
    case $header in
    fuzz/* | cli/* | driver/* | vio/*) complain "$file: the bench may not include $header" ;;
    esac
done <"$list"

# The driver: its own headers, freestanding ones of the language; the binding in port/ also the guest API.
includes 'driver/*.c' 'driver/*.h' >"$list"
while read -r file header; do
    case $header in
    stdint.h | stddef.h | stdbool.h | stdarg.h | stdalign.h | limits.h | vio/*) ;;
    pring/guest.h | pring/dut.h) case $file in driver/port/*) ;; *) complain "$file: only driver/port may include $header" ;; esac ;;
    *) [ -e "driver/src/$header" ] || [ -e "$(dirname "$file")/$header" ] ||
        complain "$file: the driver includes nothing outside itself, but $header" ;;
    esac
done <"$list"

includes 'fuzz/*.c' 'fuzz/*.h' >"$list"
while read -r file header; do
    case $header in
    cli/* | sim/* | vio/*) complain "$file: fuzz/ may not include $header" ;;
    esac
done <"$list"

for file in $(files 'rtl-model/*.sv' 'rtl-model/*.svh' 'rtl-model/*.v'); do
    grep -nE 'import *"DPI|\$c\(|`include *".*\.h"' "$file" /dev/null && complain "$file: the RTL knows no C"
done
rm -f "$list"
exit $bad
