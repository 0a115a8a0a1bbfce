#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a CI machine reads: test cases with the command that replays each failure, traces and waves of what failed, runs
# that are not the same when they are made again, and tests by label.
. "$(dirname "$0")/check.sh"
seeds=$source/corpus/seeds

# One fault that vio refuses and one that the scenario does not allow: a failure, and its command fails again.
printf 'pring 1\ndevice rng\nwork entropy bytes=16\nexpect vio: stuck\n' >wrong.scn
answers 1 "$pring" run "$seeds/rng/honest.scn" wrong.scn --backend model --junit run.xml --wave-on-fail waves
says run.xml '<testsuite name="pring run vio" tests="2" failures="1" skipped="0" errors="0">'
says run.xml 'name="wrong.scn"><failure type="ok" message="not what the scenario expects">./pring run wrong.scn --backend model --trace</failure>'
says err "wrong.scn on model: waves/wrong-model.txt"
says waves/wrong-model.txt "QueueNotify = 0"
[ "$(find waves -type f | wc -l)" = 1 ] || complain "only what fails is traced"
# Names that are alike up to a dot, or in two folders: a trace each.
mkdir more && cp wrong.scn wrong.id.scn && cp wrong.scn more/wrong.id.scn
answers 1 "$pring" run wrong.scn wrong.id.scn more/wrong.id.scn --backend model --wave-on-fail waves
[ -s waves/wrong.id-model.txt ] && [ -s waves/wrong.id-model-2.txt ] || complain "failures share a trace: $(ls waves)"
rm -r waves/wrong.id* more
command=$(sed -n 's/.*<failure[^>]*>\.\/pring \([^<]*\)<.*/\1/p' run.xml)
# shellcheck disable=SC2086
answers 1 "$pring" $command
if "$pring" list backends | grep -q '^rtl'; then
    answers 1 "$pring" run wrong.scn --wave-on-fail waves --junit rtl.xml
    says rtl.xml '>./pring run wrong.scn --backend rtl --trace<'
    [ -s waves/wrong-rtl.fst ] || complain "no wave of the failure"
    says err "waves/wrong-rtl.txt, waves/wrong-rtl.fst"
fi
answers 0 "$pring" run "$seeds/rng/honest.scn" --backend model --wave-on-fail none
[ -z "$(ls none)" ] || complain "nothing failed, and something was traced"
answers 1 "$pring" run "$seeds/rng/honest.scn" --bug features_read_twice --backend model --sweep load --junit sweep.xml
says sweep.xml '<failure type="spec"'
says sweep.xml './pring run out/sweep/honest-load-'

# Two runs of one seed: the same, and not the same.
answers 0 "$pring" run "$seeds/rng" --twice --backend model
answers 1 "$pring" run "$seeds/rng/honest.scn" --bug reads_the_clock --twice --backend model --junit twice.xml
says said "UNSTABLE "
says twice.xml '<failure type="unstable" message="two runs of one seed are not the same run">'
says twice.xml "--bug reads_the_clock --backend model --twice"
answers 1 "$pring" run "$seeds/rng/honest.scn" --bug reads_the_clock --twice --backend model --json
says said '"verdict": "unstable", "first": "ok", "second": "ok", "result_hashes": ["'
# Each half by itself: again in the same process, and against what another process noted.
bin=$(dirname "$pring")
echo "$seeds/rng/honest.scn" >list
answers 1 "$bin/reads_the_clock.fuzz" run backend=model list=list twice=1
answers 0 "$bin/vio.fuzz" run backend=model list=list records=before
answers 0 "$bin/vio.fuzz" run backend=model list=list twice=1 before=before
sed 's/\(.*\t\)[0-9a-f]*\(\t[0-9a-f]*\t\)/\11\2/' before >another # result_hash
answers 1 "$bin/vio.fuzz" run backend=model list=list twice=1 before=another
says said "and 0000000000000001, state_hash"
answers 2 "$pring" run --twice --sample 10
says err "they go with neither --sample nor --shuffle"
answers 3 "$pring" run --device rng --backend model --junit nowhere/run.xml
says err "nowhere/run.xml: "

# Labels: quick is part of full, and nightly is not.
build=$(dirname "$(dirname "$pring")")
count() { ctest --test-dir "$build" -N "$@" | sed -n 's/^Total Tests: //p'; }
[ "$(count -L '^quick$')" -gt 20 ] || complain "hardly a quick test"
[ "$(count -L '^quick$')" -lt "$(count -LE '^nightly$')" ] || complain "quick is all there is"
[ "$(count -L '^quick$' -LE '^full$')" = 0 ] || complain "a quick test is not in full"
[ "$(count -L '^nightly$')" -ge 3 ] || complain "no nightly tests"
answers 2 "$pring" test --label everything
says err "--label is 'everything'; quick, full or nightly was expected"
exit $bad
