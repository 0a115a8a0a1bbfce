/* SPDX-License-Identifier: Apache-2.0 */
/* The judge itself: the list, what the first accusation decides, reset, and what it costs. */
#include "oracle_bench.h"

static void test_judge_every_oracle_has_a_name_and_help(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < pring_oracle_count; i++) {
        assert_non_null(pring_oracles[i]->name);
        assert_non_null(pring_oracles[i]->help);
        assert_true(strlen(pring_oracles[i]->name) < sizeof(((struct pring_accusation *)0)->oracle));
        assert_true(pring_oracles[i]->state_bytes <= 64 * 1024);
    }
}

static void test_judge_the_first_accusation_decides_and_others_are_notes(void **state)
{
    struct pring_request r = request_of(PRING_FLUSH, 0, 0);
    struct pring_result result;

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    serve(&r, 0, 0);
    done(&r, 0, 0);
    done(&r, 0, 0); /* the same again is no news */
    bench_platform.allocs = 1;
    call(PRING_ENTRY_REMOVE, 0);
    result = finish(PRING_STOP_ACCUSED);
    assert_int_equal(result.verdict, PRING_VERDICT_BUG);
    assert_string_equal(result.bug.rule, "done-twice");
    assert_int_equal(result.bug.pc, BENCH_PC);
    assert_int_equal(result.note_count, 1);
    assert_string_equal(result.note[0].oracle, "balance");
}

static uint64_t life_hash(bool wild)
{
    struct pring_request r = request_of(PRING_FLUSH, 0, 0);

    call(PRING_ENTRY_PROBE, 0);
    serve(&r, 0, 0);
    if (wild) {
        lie(PRING_F_USED_ID);
        done(&r, 0, 0);
        stall(PRING_STALL_BUSY);
    }
    call(PRING_ENTRY_REMOVE, 0);
    finish(PRING_STOP_NONE);
    return pring_judge_state_hash();
}

static void test_judge_a_run_leaves_nothing_for_the_next(void **state)
{
    uint64_t first = life_hash(false);

    (void)state;
    bench_reset();
    assert_int_not_equal(life_hash(true), first);
    bench_reset();
    assert_int_equal(life_hash(false), first);
}

static void test_judge_an_honest_life_is_ok_and_counted(void **state)
{
    struct pring_result result;
    struct pring_event write = bench_event(PRING_EV_REG_WRITE), read = bench_event(PRING_EV_REG_READ);

    (void)state;
    write.field = PRING_F_REG_STATUS;
    write.made = write.seen = 15;
    pring_judge_event(&write);
    pring_judge_event(&read);
    life_hash(false);
    result = finish(PRING_STOP_NONE);
    assert_int_equal(result.verdict, PRING_VERDICT_OK);
    assert_int_equal(result.completed, 1);
    assert_int_equal(result.reg_accesses, 2);
    assert_true(result.driver_ok);
    assert_int_equal(result.note_count, 0);
}

static void test_judge_a_silent_backend_is_a_finding_against_it(void **state)
{
    struct pring_result result = finish(PRING_STOP_BACKEND);

    (void)state;
    assert_int_equal(result.verdict, PRING_VERDICT_OK);
    assert_int_equal(result.device_findings, 1);
    assert_string_equal(result.device_bug.rule, "no-answer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(test_judge_every_oracle_has_a_name_and_help),
        BENCH_TEST(test_judge_the_first_accusation_decides_and_others_are_notes),
        BENCH_TEST(test_judge_a_run_leaves_nothing_for_the_next),
        BENCH_TEST(test_judge_an_honest_life_is_ok_and_counted),
        BENCH_TEST(test_judge_a_silent_backend_is_a_finding_against_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
