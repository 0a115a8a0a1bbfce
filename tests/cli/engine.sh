#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The second engine: the same target, the same findings, the same summary; and both on one corpus.
. "$(dirname "$0")/check.sh"

answers 2 "$pring" fuzz --engine nobody
says err "--engine is 'nobody'; libfuzzer, afl or both was expected"
answers 2 "$pring" fuzz --engine both --jobs 1
says err "--engine both needs --jobs 2 or more"
if ! command -v afl-fuzz >/dev/null; then
    answers 3 "$pring" fuzz --engine afl --backend model --runs 10
    says err "apt-get install afl++"
    [ $bad = 0 ] && exit 77
    exit 1
fi

answers 0 "$pring" fuzz --engine afl --backend model --runs 6000 --json a.json
says said "6000 runs"
says said "AFL++: stability 100.00 %."
says said "No finding."
says a.json '"engine": "afl"'
says a.json '"runs": 6000'
says a.json '"stability": 100.00'
command -v python3 >/dev/null && ! python3 -m json.tool <a.json >/dev/null && complain "no JSON"
answers 1 "$pring" fuzz --engine afl --backend model --bug used_id_unchecked --runs 4000
says said "FINDING 1   bug: memory"
says said "./pring run out/vio-used_id_unchecked-runs/findings/memory-used.id-1.scn --bug used_id_unchecked"

# A map depends on the input alone: in whatever order inputs come, whatever ran before.
mkdir there back
n=1000
for file in out/vio-runs/corpus/*; do
    n=$((n + 1))
    name=$(basename "$file")
    cp "$file" "there/$n-$name"
    cp "$file" "back/$((9000 - n))-$name"
done
[ $n -gt 1020 ] || complain "AFL++ kept $((n - 1000)) inputs only"
maps() { # FOLDER OUT
    ASAN_OPTIONS=abort_on_error=1:symbolize=0 afl-showmap -q -m none -t 30000 -i "$1" -o "$2" -- "$(dirname "$pring")/vio.afl" fuzz \
        backend=model board=board >/dev/null 2>&1
    for map in "$2"/*; do
        mv "$map" "$2/$(basename "$map" | cut -d- -f2)"
    done
}
maps there there.maps
maps back back.maps
[ "$(ls there.maps | wc -l)" = $((n - 1000)) ] || complain "afl-showmap made $(ls there.maps | wc -l) maps"
diff -r there.maps back.maps >/dev/null || complain "maps depend on what ran before"
[ "$(cat there.maps/* | sort -u | wc -l)" -gt 300 ] || complain "the maps are nearly empty"

# What one engine finds the other takes, while both run.
"$pring" fuzz --engine both --backend model --corpus none --time 600 --out two --json two.json >said 2>err &
campaign=$!
is_shared() { [ "$(ls two/corpus | grep -c ^aff1aff1)" -gt 20 ] && [ "$(ls two/corpus | grep -vc ^aff1aff1)" -gt 20 ]; }
await is_shared
sleep 4 # both look into the folder once a second
kill -INT $campaign
wait $campaign || complain "two engines: exit $?"
says said "inputs from AFL++ that showed it something new"
grep -q '"imported": {"libfuzzer": [1-9][0-9]*, "afl": [1-9][0-9]*}' two.json || complain "nothing was imported: $(grep imported two.json)"
exit $bad
