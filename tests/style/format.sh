#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# C and C++ as .clang-format says. -f as third argument repairs. Version 14: others break lines elsewhere.
cd "$1" || exit 1
. tests/style/files.sh
tool=$(command -v clang-format-14) || { echo "clang-format-14 is missing: apt-get install clang-format"; exit 77; }
if [ "${3:-}" = -f ]; then
    files '*.c' '*.h' '*.cpp' | xargs "$tool" -i
    exit
fi
bad=$(files '*.c' '*.h' '*.cpp' | xargs -n 20 "$tool" --dry-run 2>&1 | sed -n 's/^\([^:]*\):[0-9:]* warning: code should.*/\1/p' | sort -u)
[ -z "$bad" ] || { printf 'not formatted (sh tests/style/format.sh . . -f repairs):\n%s\n' "$bad"; exit 1; }
