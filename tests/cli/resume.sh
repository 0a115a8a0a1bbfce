#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A campaign that is killed, or that runs out of room, has lost nothing: the next one goes on.
. "$(dirname "$0")/check.sh"
engine=libfuzzer
command -v afl-fuzz >/dev/null && engine=both

"$pring" fuzz --engine $engine --backend model --bug used_id_unchecked --time 600 --out here >first 2>&1 &
campaign=$!
has_met() { ls here/unfinished/*.scn here/findings/*.scn; }
await has_met
has_inputs() { [ -n "$(ls here/corpus)" ]; } # the finding may come from a seed, before an engine has kept anything
await has_inputs
kill -9 $campaign
wait $campaign
await flock -n here/lock true
is_quiet() { ! pgrep -f "board=$PWD/here|board=here/state" >/dev/null; }
await is_quiet
inputs=$(ls here/corpus | wc -l)
[ "$inputs" -gt 0 ] || complain "no corpus after kill -9"
answers 1 "$pring" fuzz --engine $engine --backend model --bug used_id_unchecked --runs 400 --out here
grep -q '^resuming: [1-9].* runs before' err || complain "it does not resume: $(cat err)"
says said "FINDING 1   bug: memory"
[ "$(ls here/corpus | wc -l)" -ge "$inputs" ] || complain "the corpus has shrunk"
[ -z "$(ls here/unfinished)" ] || complain "left unfinished: $(ls here/unfinished)"

# What only a board knows, because its supervisor was killed first, is not lost either.
answers 1 "$pring" fuzz --backend model --bug used_id_unchecked --runs 400 --out there
[ -z "$(ls there/unfinished)" ] || complain "what is finished is still unfinished: $(ls there/unfinished)"
rm there/findings/*.scn
python3 - there/state/0.board <<'PY' || complain "no finding on the board"
import sys
data = bytearray(open(sys.argv[1], "rb").read())
at = data.find(b"memory/")
assert at > 0
kept = at + 192 + 8 + 8 + 8 # the key, then seen, first_run, first_ns
assert data[kept] == 1
data[kept] = 0
open(sys.argv[1], "wb").write(data)
PY
answers 1 "$pring" fuzz --backend model --bug used_id_unchecked --runs 1 --out there
says said "met by an earlier campaign, which did not end"

# A full disk: the campaign ends and says so, findings stay, and with room it goes on. Needs the right to mount.
mkdir small
full() {
    unshare -m sh -c 'mount -t tmpfs -o size=12m none small && cd small && "$@"; code=$?; cp -r out ../kept; exit $code' sh "$@"
}
if unshare -m mount -t tmpfs -o size=12m none small 2>/dev/null; then
    cat >fill.sh <<'END'
"$1" fuzz --engine $2 --backend model --bug used_id_unchecked --time 600 --out out >../said 2>../err &
until ls out/findings/*.scn >/dev/null 2>&1; do sleep 0.1; done
cat /dev/zero >fill 2>/dev/null
wait $!
END
    full sh ../fill.sh "$pring" $engine </dev/null
    code=$?
    [ $code = 1 ] || [ $code = 3 ] || complain "a full disk: exit $code" # 3: the finding is not confirmed yet
    says said "no room left on the device, so the campaign ended. Nothing found so far is lost"
    ls kept/findings/*.scn >/dev/null || complain "the finding is lost"
    answers 1 "$pring" fuzz --engine $engine --backend model --bug used_id_unchecked --runs 400 --out kept
    says said "FINDING 1   bug: memory"
    grep -q '^resuming: [1-9].* runs before' err || complain "it does not resume after a full disk: $(cat err)"
fi
exit $bad
