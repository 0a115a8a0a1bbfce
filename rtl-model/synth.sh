#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Synthesises the device to generic gates: fails on a latch, an undriven net or any other `check` finding, and prints
# sizes. Memories stay memories. Takes the directory for the log as an optional argument.
cd "$(dirname "$0")" || exit 2
log="${1:-/tmp}/vdev_synth.log"
yosys -q -l "$log" -p "
  read_verilog -sv $(tr '\n' ' ' < vdev_files.f)
  hierarchy -check -top vdev_top
  proc; opt; memory -nomap; opt
  select -assert-none t:\$dlatch t:\$adlatch t:\$dlatchsr
  check -assert
  techmap; dfflegalize -cell \$_DFF_P_ 01; abc -fast; opt_clean
  select -assert-none t:\$_DLATCH_*
  tee -o ${log%.log}.stat stat" > /dev/null < /dev/null || { tail -20 "$log"; exit 1; }
awk '/^=== /{m=$2} /Number of cells:/{c=$4; print m, "cells", c}' "${log%.log}.stat"
