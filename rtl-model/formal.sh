#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Proves the properties of vdev_regs (two queues) with yosys-smtbmc and z3: bounded, by induction, and that the covers
# are reached. Takes a directory for the SMT file as an optional argument.
cd "$(dirname "$0")" || exit 2
dir="${1:-$(mktemp -d)}"
limit="${PRING_FORMAL_SECONDS:-300}"
yosys -q -p "read_verilog -formal -sv vdev_regs.sv; hierarchy -check -top vdev_regs -chparam NQ 2
  prep -top vdev_regs; async2sync; dffunmap; write_smt2 -wires $dir/regs.smt2" < /dev/null || exit 1
run() {
  name="$1"
  shift
  timeout "$limit" yosys-smtbmc -s z3 --unroll "$@" "$dir/regs.smt2" < /dev/null > "$dir/$name.log" 2>&1
  code=$?
  echo "$name: $(tail -1 "$dir/$name.log")"
  [ $code -eq 0 ] || { cat "$dir/$name.log"; exit 1; }
}
run bounded -t 14
run induction -i -t 6
run cover -c -t 20
