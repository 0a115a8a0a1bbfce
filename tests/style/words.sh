#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every source says its licence; nothing is left to do in a comment, and nothing names one person's machine.
cd "$1" || exit 1
. tests/style/files.sh
bad=0
for file in $(files '*.c' '*.h' '*.cpp' '*.sv' '*.svh' '*.def' '*.sh' '*.cmake' 'CMakeLists.txt' '*/CMakeLists.txt' pring .ci/run); do
    head -3 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || { echo "$file: no SPDX line"; bad=1; }
done
words='TO''DO|FIX''ME|(^|[^X])XX''X([^X]|$)|(^|[ "(=:])/(wo''rk|ro''ot|ho''me)/'
files '*.c' '*.h' '*.cpp' '*.sv' '*.def' '*.sh' '*.cmake' '*.txt' '*.md' '*.scn' '*.patch' '*.json' pring .ci/run |
    xargs grep -nE "$words" && bad=1
exit $bad
