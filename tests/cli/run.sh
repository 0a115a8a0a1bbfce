#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `pring run`: one object a line, the exit code says it, order does not matter.
. "$(dirname "$0")/check.sh"

answers 0 "$pring" run
says said "honest blk"
says said "honest rng"
says said "honest net"
says said "honest console"
answers 0 "$pring" run --device rng --json
[ "$(wc -l <said)" = 1 ] || complain "one run, one line"
for key in file backend verdict oracle rule result_hash state_hash; do
    says said "\"$key\": "
done
command -v python3 >/dev/null && ! python3 -m json.tool <said >/dev/null && complain "no JSON"

answers 0 "$pring" run --backend all --json
first=$(sed -n '/"skipped"/!s/.*"result_hash": "\([^"]*\)".*/\1/p' said | sort -u | wc -l)
[ "$first" -le 4 ] || complain "backends differ on the honest workload"

answers 2 "$pring" run --backend nobody
says err "there is no backend 'nobody'; this build has model"
answers 2 "$pring" run nowhere.scn
says err "nowhere.scn: No such file"
printf 'pring 1\ndevice blk\nwork juggle\n' >bad.scn
answers 2 "$pring" run bad.scn
says err "bad.scn:3: "
mkdir empty
answers 2 "$pring" run empty
says err "there are no scenarios"
head -c 300 /dev/urandom >noise
"$pring" run noise --backend model >said 2>err
[ $? -le 1 ] || complain "any bytes are a run"

printf 'pring 1\ndevice rng\nwork entropy bytes=16\nexpect vio: stuck\n' >expect.scn
answers 1 "$pring" run expect.scn --backend model
says err "is not what the scenario expects of vio"

# A driver that insists on packed rings is not measured by devices that have none.
answers 0 "$pring" run "$source/corpus/seeds/rng" --driver circular --backend model
says said "the device lacks RING_PACKED, which circular needs"
answers 0 "$pring" run "$source/corpus/seeds" --shuffle 600 --seed 3 --backend model
says said "is independent of what ran before"
answers 0 "$pring" run --sample 300 --seed 1 --backend all
says said "0 differ"
cp said one
answers 0 "$pring" run --sample 300 --seed 1 --backend all
cmp -s one said || complain "the same seed, another sample"
answers 2 "$pring" run --sample 10 bad.scn
answers 2 "$pring" run --shuffle 10

answers 0 "$pring" run --device blk --trace --backend model
says said "Status"
answers 0 "$pring" list backends
says said "model"
answers 0 "$pring" list oracles
says said "memory"
if "$pring" list backends | grep -q '^rtl'; then
    answers 0 "$pring" run --device rng --wave some.fst
    [ -s some.fst ] || complain "no waveform"
fi
exit $bad
