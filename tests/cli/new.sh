#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A new driver in a folder of its own: what is printed is typed as it stands (on the fast device, and for a number of
# runs instead of seconds), and works.
. "$(dirname "$0")/check.sh"

answers 0 "$pring" new driver first-try
cp said printed
for file in CMakeLists.txt first_try.c first_try.h glue.c; do
    [ -s "first-try/$file" ] || complain "there is no first-try/$file"
done
grep -q skeleton first-try/* && complain "it still says skeleton"
sed -n 's,^  [^ ]*/pring ,,p' printed >typed
[ "$(wc -l <typed)" = 3 ] || complain "three commands were expected"
while read -r words; do
    words=$(echo "$words" | sed 's/--time 20/--runs 3000/')
    case $words in check*) ;; *) words="$words --backend model" ;; esac
    # shellcheck disable=SC2086
    answers 0 "$pring" $words
    cp said "last-${words%% *}"
done <typed
says last-run "honest rng"
says last-check "it keeps every requirement"
says last-check "Unbounded waits: none"
says last-fuzz "No finding."

# What fuzzing has found in it once.
answers 0 "$pring" run "$source/tests/cli/skeleton" --driver first-try --backend model
says said "3 scenarios: ok 1 refused 2."

# What no hook sees is found: out of macros too, and functions that are left alone.
cat >first-try/odd.c <<'EOF'
#define PUT(p, v) __asm__ volatile("movl %1, %0" : "=m"(*(p)) : "r"(v))
int odd_count(volatile int *p);
int odd_count(volatile int *p) { return __sync_fetch_and_add(p, 1); }
void odd_put(int *p);
void odd_put(int *p) { PUT(p, 7); }
void odd_barrier(void);
void odd_barrier(void) { __asm__ volatile("" ::: "memory"); }
void odd_quiet(int *p) __attribute__((no_sanitize("coverage")));
void odd_quiet(int *p) { *p = 4; }
EOF
sed -i 's/glue.c/glue.c odd.c/' first-try/CMakeLists.txt
answers 0 "$pring" check driver first-try
says said "atomic "
says said "odd.c:3 in odd_count"
says said "assembly "
says said "odd.c:5 in odd_put"
says said "function odd_quiet"
[ "$(grep -c 'odd' said)" = 3 ] || complain "more than three things were found: $(grep odd said)"

answers 2 "$pring" new driver first-try
says err "is not empty"
answers 2 "$pring" new driver somewhere/vio
says err "there is a driver 'vio' already"
answers 2 "$pring" new
says err "pring new driver DIR"
exit $bad
