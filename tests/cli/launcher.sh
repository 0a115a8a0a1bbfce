#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# ./pring on a machine without tools: who is not root gets the line to type, and 3. Nothing is installed here.
. "$(dirname "$0")/check.sh"

mkdir tools
for tool in sh dirname cat ls mkdir; do
    ln -s "$(command -v $tool)" tools/$tool
done
printf '#!/bin/sh\necho 1000\n' >tools/id
chmod +x tools/id
answers 3 env PATH="$PWD/tools" "$source/pring" fuzz
says err "apt-get install -y --no-install-recommends cmake ninja-build clang g++"
says err "verilator"
answers 3 env PATH="$PWD/tools" "$source/pring" fuzz --backend model
says err "apt-get install"
grep -q verilator err && complain "verilator is asked for where only the model runs"
grep -q 'afl++' err && complain "AFL++ is asked for where nobody wants it"
grep -q 'qemu' err && complain "QEMU is asked for where nobody wants it"
answers 3 env PATH="$PWD/tools" "$source/pring" fuzz --engine afl
says err "afl++"
grep -q 'systemc' err && complain "SystemC is asked for where nobody wants it"
answers 3 env PATH="$PWD/tools" "$source/pring" show some.scn
grep -q 'verilator\|cmocka' err && complain "show asks for more than it needs"
lines=$(wc -l <"$source/pring")
[ "$lines" -lt 80 ] || complain "the launcher has $lines lines"
exit $bad
