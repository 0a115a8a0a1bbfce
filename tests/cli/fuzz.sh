#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A campaign of a number of runs is the same everywhere, and says so to people and machines.
. "$(dirname "$0")/check.sh"

answers 0 "$pring" fuzz --backend model --runs 4000 --json a.json --junit a.xml
cp said a
says said "4000 runs"
says said "No finding."
answers 0 "$pring" fuzz --backend model --runs 4000 --json b.json
cmp -s a said || complain "the same campaign, another summary"
grep -v runs_per_second a.json >a.rest
grep -v runs_per_second b.json >b.rest
cmp -s a.rest b.rest || complain "the same campaign, another JSON"
for key in runs runs_per_second reached driver_ok completed faults fired effective findings; do
    says a.json "\"$key\": "
done
says a.json '"runs": 4000'
says a.xml '<testsuite name="pring fuzz vio"'
command -v python3 >/dev/null && ! python3 -m json.tool <a.json >/dev/null && complain "no JSON"

answers 2 "$pring" fuzz --backend nobody
says err "there is no backend 'nobody'; this build has model"
printf 'some/key | yesterday | reason\n' >known
answers 2 "$pring" fuzz --known known
says err "known:1: 'KEY | YYYY-MM-DD | REASON' was expected"
answers 2 "$pring" fuzz --known nowhere
answers 3 "$pring" fuzz --backend model --runs 10 --json nowhere/a.json

# A folder resumes; what is no input of ours is put aside; one campaign at a time.
answers 0 "$pring" fuzz --backend model --runs 2000 --out here --jobs 2
echo hello >here/corpus/note.txt
answers 0 "$pring" fuzz --backend model --runs 2000 --out here
says err "resuming: 2.0 k runs before"
says err "here/corpus/note.txt is no input of ours: moved to here/aside/note.txt"
[ -e here/aside/note.txt ] || complain "the foreign file is gone"
"$pring" fuzz --backend model --time 600 --out here >first 2>&1 &
first=$!
is_running() { pgrep -P $first -f 'fuzz backend='; } # its lock is older than its workers
await is_running
answers 3 "$pring" fuzz --backend model --runs 10 --out here
says err "another campaign is running there"
kill -INT $first
wait $first || complain "an interrupted clean campaign ends with 0"
exit $bad
