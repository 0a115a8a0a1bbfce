#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What README.md tells people to type exists: commands, their options, and files of the tree. And so do the tests that
# driver/README.md names for what the driver promises.
cd "$1" || exit 1
program=$2/bin/pring
[ -x "$program" ] || { echo "$program is not built"; exit 77; }
bad=0
list=$(mktemp)
grep -o '\./pring [^`#|]*' README.md | sed 's/  *$//' >"$list"
while read -r _ command rest; do
    case $command in
    --help | --yes) continue ;;
    esac
    help=$("$program" "$command" --help 2>&1) || { echo "README.md: there is no command '$command'"; bad=1; continue; }
    for word in $rest; do
        case $word in
        --help) ;;
        --*) echo "$help" | grep -q -- "${word%%=*} \|${word%%=*}\$" || { echo "README.md: '$command' has no $word"; bad=1; } ;;
        esac
    done
done <"$list"
for path in $(grep -oE '`(cli|cmake|corpus|driver|fuzz|rtl-model|sim|tests)/[A-Za-z0-9_./-]*`' README.md | tr -d '`' | sort -u); do
    [ -e "$path" ] || { echo "README.md: there is no $path"; bad=1; }
done
table=$(sed -n '/^## What is tested where/,/^## What it costs/ { /^|/ p }' driver/README.md)
for word in $(echo "$table" | grep -oE '[a-z0-9]+(_[a-z0-9]+)+' | sort -u); do
    case $word in
    driver_*) ls tests/unit/"$word".[ch] >/dev/null 2>&1 || { echo "driver/README.md: there is no test program $word"; bad=1; } ;;
    vio_* | *_packet | *_platform) ;;
    *_*_*) cat tests/unit/driver_*.c tests/unit/e2e_features.c | grep -q "$word" || { echo "driver/README.md: there is no test $word"; bad=1; } ;;
    esac
done
rm -f "$list"
exit $bad
