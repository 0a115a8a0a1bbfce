#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ctrl-C ends with the summary. Killed with no chance to say a word, a campaign loses nothing that it had found.
. "$(dirname "$0")/check.sh"

inputs() { find "$1/corpus" -type f | wc -l; }

"$pring" fuzz --backend model --time 600 --out here >report 2>progress &
campaign=$!
until [ "$(inputs here 2>/dev/null || echo 0)" -gt 20 ]; do sleep 0.1; done
kill -INT $campaign
wait $campaign
code=$?
[ $code -le 1 ] || complain "exit $code after Ctrl-C"
says report "runs"
tail -1 report | grep -q 'finding' || complain "the last line is the answer"

"$pring" fuzz --backend model --time 600 --out here >report 2>progress &
campaign=$!
until [ -e here/work/0.board ] && worker=$(pgrep -P $campaign -f 'fuzz backend='); do sleep 0.1; done
kill -9 $worker
until next=$(pgrep -P $campaign -f 'fuzz backend=') && [ "$next" != "$worker" ]; do sleep 0.1; done
before=$(inputs here)
kill -9 $campaign
wait $campaign 2>/dev/null
while kill -0 "$next" 2>/dev/null; do sleep 0.1; done
"$pring" fuzz --backend model --runs 500 --out here >report 2>progress
[ $? -le 1 ] || complain "no campaign after kill -9"
says progress "resuming"
[ "$(inputs here)" -ge "$before" ] || complain "inputs were lost"
exit $bad
