#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# plain_coverage.sh DIR PREFIX: changes what Verilator made in DIR. It counts lines in std::atomic, which makes a run four
# times as long, and lists them for a report that nobody here asks for. Afterwards a line is a byte that says whether it
# ran, in the section where engines look for counters; and all of it is one file, DIR/all.cpp, whatever Verilator called
# its parts.
set -eu
cd "$1"
prefix=$2
count=$(sed -n 's/.*std::atomic<uint32_t> __Vcoverage\[\([0-9]*\)\];.*/\1/p' "${prefix}__Syms.h")
[ -n "$count" ] || { echo "$1: no line counters as expected; another version of Verilator?" >&2; exit 1; }
sed -i -e 's/std::atomic<uint32_t> __Vcoverage/static pring_line __Vcoverage/' \
    -e "s/^class ${prefix}__Syms final/struct pring_line {\\n    uint8_t v;\\n    void fetch_add(uint32_t, std::memory_order) { v = 1; }\\n};\\n\\n&/" \
    "${prefix}__Syms.h"
sed -i 's/std::atomic<uint32_t>\* countp/void* countp/' "${prefix}___024root.h"
for part in "$prefix"*.cpp; do
    sed -i '/::__vlCoverInsert(std::atomic/,/^}/{s/std::atomic<uint32_t>\* countp/void*/
/;$/d
/VL_COVER_INSERT/d}' "$part"
done
{
    echo "#include \"${prefix}__Syms.h\""
    for part in "$prefix"*.cpp; do
        echo "#include \"$part\""
    done
    echo "__attribute__((section(\"__libfuzzer_extra_counters\"))) pring_line ${prefix}__Syms::__Vcoverage[$count];"
    echo "extern \"C\" { extern const uint32_t pring_rtl_line_count; const uint32_t pring_rtl_line_count = $count; }"
} >all.cpp
