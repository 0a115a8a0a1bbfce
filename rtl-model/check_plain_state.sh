#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fails when the Verilated headers in $1 hold state that a memcpy of the root object would miss or break.
if grep -nE 'std::string |VlQueue|VlAssocArray|VlClassRef|Vl[A-Za-z]*Scheduler' "$1"/V*___024root.h "$1"/V*__Syms.h |
    grep -v 'const std::string\|char\*'; then
  echo "pring: the design holds state that cannot be restored by copying" >&2
  exit 1
fi
if ls "$1"/Vvdev_top_vdev_*.h > /dev/null 2>&1; then
  echo "pring: a module was not flattened into the root object" >&2
  exit 1
fi
