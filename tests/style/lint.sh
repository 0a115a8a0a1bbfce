#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# cppcheck over everything that was compiled. clang-tidy takes minutes and is only run when asked for:
#   sh tests/style/lint.sh . build/press tidy
cd "$1" || exit 1
database=$2/compile_commands.json
[ -e "$database" ] || { echo "no compile_commands.json"; exit 77; }
if [ "${3:-}" = tidy ]; then
    . tests/style/files.sh
    tool=$(command -v clang-tidy-14 || command -v clang-tidy) || { echo "apt-get install clang-tidy"; exit 77; }
    files 'cli/*.c' 'driver/*.c' 'fuzz/*.c' 'sim/*.c' | xargs -P 2 -n 4 "$tool" -p "$2" --quiet 2>/dev/null
    exit
fi
command -v cppcheck >/dev/null || { echo "cppcheck is missing: apt-get install cppcheck"; exit 77; }
mkdir -p "$2/cppcheck"
cppcheck -q -j 2 --cppcheck-build-dir="$2/cppcheck" --enable=warning,performance,portability --inline-suppr \
    --error-exitcode=1 -D__x86_64__ --suppress=missingInclude --suppress='internalAstError:*.def' --suppress='*:*/verilated/*' --suppress='*:/usr/*' \
    --file-filter='*/cli/*' --file-filter='*/fuzz/*' --file-filter='*/driver/*' --file-filter='*/sim/*.c' \
    --project="$database"
