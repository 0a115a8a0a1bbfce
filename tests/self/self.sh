#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The bench's own code under ASan and UBSan: a build of its own, and the tests in it that reach most of that code. A crash
# there is our bug, never a finding. Not guest_ends: a driver's stack overflow is met by whoever touches the guard page first, here
# ASan's own check in a hook. usage: self.sh SOURCE_DIR BUILD_DIR
set -eu
units="e2e_seeds e2e_sample e2e_wait e2e_poison
    scenario_bytes scenario_text scenario_mutate scenario_fault
    model_regs model_ring model_devices model_state
    oracle_judge oracle_ledger oracle_memory oracle_ends
    guest_hooks guest_waits guest_memory
    spec_status spec_features spec_mmio spec_ring"
cmake -S "$1" -B "$2" -DPRING_SELF=ON -DCMAKE_BUILD_TYPE= >"$2.log" 2>&1 || { cat "$2.log"; exit 1; }
targets=
for unit in $units; do targets="$targets unit.$unit"; done
# shellcheck disable=SC2086 # a list
cmake --build "$2" --target $targets >"$2.log" 2>&1 || { tail -n 40 "$2.log"; exit 1; }
exec ctest --test-dir "$2" --output-on-failure -R "^unit\.($(echo $units | tr ' ' '|'))\$"
