#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ctrl-C ends with the summary. Killed with no chance to say a word, a campaign loses nothing that it had found.
. "$(dirname "$0")/check.sh"

inputs() { find "$1/corpus" -type f 2>/dev/null | wc -l; }
has_inputs() { [ "$(inputs here)" -gt 20 ]; }
worker_of() { pgrep -P "$1" -f 'fuzz backend='; }
is_hunting() { [ -e here/state/0.board ] && worker_of $campaign; }
is_replaced() { next=$(worker_of $campaign) && [ "$next" != "$worker" ]; }
is_gone() { ! kill -0 "$1" 2>/dev/null; }

"$pring" fuzz --backend model --time 600 --out here >report 2>progress &
campaign=$!
await has_inputs
kill -INT $campaign
wait $campaign
code=$?
[ $code -le 1 ] || complain "exit $code after Ctrl-C"
says report "runs"
tail -1 report | grep -q 'finding' || complain "the last line is the answer"

"$pring" fuzz --backend model --time 600 --out here >report 2>progress &
campaign=$!
await is_hunting
worker=$(worker_of $campaign)
kill -9 "$worker"
await is_replaced
before=$(inputs here)
kill -9 $campaign
wait $campaign 2>/dev/null
await is_gone "$next"
"$pring" fuzz --backend model --runs 500 --out here >report 2>progress
[ $? -le 1 ] || complain "no campaign after kill -9"
says progress "resuming"
[ "$(inputs here)" -ge "$before" ] || complain "inputs were lost"
exit $bad
