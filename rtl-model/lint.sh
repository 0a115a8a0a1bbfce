#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lints the device; no output and exit 0 when clean.
cd "$(dirname "$0")" || exit 2
exec verilator --lint-only -Wall lint_waiver.vlt -f vdev_files.f --top-module vdev_top
