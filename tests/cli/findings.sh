#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The teaching driver is full of bugs: they are told apart, made small, repeat, and may be accepted.
. "$(dirname "$0")/check.sh"

answers 1 "$pring" fuzz --driver teaching --backend model --runs 3000 --json a.json
cp said a
says said "FINDING 1"
says said "./pring run out/teaching-runs/findings/"
answers 1 "$pring" fuzz --driver teaching --backend model --runs 3000
cmp -s a said || complain "the same campaign, another summary"
# Accepted, they are counted and not reported.
sed -n 's/.*"key": "\([^"]*\)".*/\1 | 2026-01-31 | a test/p' a.json >known
[ -s known ] || complain "no keys in JSON"
answers 0 "$pring" fuzz --driver teaching --backend model --runs 3000 --known known
says said "No finding."
says said "known: "
# A finding's own command finds it again, with the same key.
sed -n 's/.*"command": "\.\/pring \([^"]*\)".*/\1/p' a.json | head -3 >commands
while read -r words; do
    # shellcheck disable=SC2086
    answers 1 "$pring" $words
done <commands
exit $bad
