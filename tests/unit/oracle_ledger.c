/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle_bench.h"

static void test_ledger_a_request_done_once_is_silent(void **state)
{
    struct pring_request r = request_of(PRING_FLUSH, 0, 0);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    serve(&r, 0, 0);
    call(PRING_ENTRY_REMOVE, 0);
    expect_verdict(PRING_STOP_NONE, PRING_VERDICT_OK);
}

static void test_ledger_a_request_done_twice_is_a_bug_and_ends_the_run(void **state)
{
    struct pring_request r = request_of(PRING_FLUSH, 0, 0);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    serve(&r, 0, 0);
    done(&r, 0, 0);
    expect_bug("ledger", "done-twice");
    assert_int_equal(bench_stop, PRING_STOP_ACCUSED);
}

static void test_ledger_a_request_never_given_is_a_bug_and_is_not_followed(void **state)
{
    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    assert_false(pring_judge_is_open((struct pring_request *)8));
    done((struct pring_request *)8, 0, 0);
    expect_bug("ledger", "done-unknown");
}

static void test_ledger_refused_and_done_is_a_bug(void **state)
{
    struct pring_request r = request_of(PRING_FLUSH, 0, 0);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    done(&r, -1, 0);
    end(PRING_ENTRY_SUBMIT, -1);
    expect_bug("ledger", "done-and-refused");
}

static void test_ledger_done_after_a_refusal_is_a_bug(void **state)
{
    struct pring_request r = request_of(PRING_FLUSH, 0, 0);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    end(PRING_ENTRY_SUBMIT, -1);
    done(&r, 0, 0);
    expect_bug("ledger", "done-after-refusal");
}

static void test_ledger_a_synchronous_submit_that_leaves_its_request_open_is_a_bug(void **state)
{
    struct pring_request r = request_of(PRING_FLUSH, 0, 0);

    (void)state;
    bench_dut.traits = PRING_TRAIT_SYNCHRONOUS;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    end(PRING_ENTRY_SUBMIT, 0);
    expect_bug("ledger", "returned-open");
}

static void test_ledger_an_asynchronous_submit_may_leave_its_request_open(void **state)
{
    struct pring_request r = request_of(PRING_FLUSH, 0, 0);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    end(PRING_ENTRY_SUBMIT, 0);
    assert_true(pring_judge_is_open(&r));
    done(&r, 0, 0);
    expect_silence();
}

static void test_ledger_a_request_open_after_remove_is_lost(void **state)
{
    struct pring_request r = request_of(PRING_FLUSH, 0, 0);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    end(PRING_ENTRY_SUBMIT, 0);
    call(PRING_ENTRY_REMOVE, 0);
    expect_bug("ledger", "lost-request");
}

static void test_ledger_a_submit_that_sleeps_over_remove_may_report_when_it_wakes(void **state)
{
    struct pring_request r = request_of(PRING_FLUSH, 0, 0);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    call(PRING_ENTRY_REMOVE, 0);
    expect_silence();
    done(&r, -1, 0);
    end(PRING_ENTRY_SUBMIT, 0);
    expect_verdict(PRING_STOP_NONE, PRING_VERDICT_OK);
}

static void test_ledger_a_submit_that_never_reports_after_remove_is_lost(void **state)
{
    struct pring_request r = request_of(PRING_FLUSH, 0, 0);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    call(PRING_ENTRY_REMOVE, 0);
    end(PRING_ENTRY_SUBMIT, 0);
    finish(PRING_STOP_NONE);
    expect_bug("ledger", "lost-request");
}

static void test_ledger_an_end_that_names_its_request_is_told_from_others(void **state)
{
    struct pring_request a = request_of(PRING_FLUSH, 0, 0), b = request_of(PRING_FLUSH, 0, 0);
    struct pring_event event;

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &a);
    begin(PRING_ENTRY_SUBMIT, &b);
    done(&a, 0, 0);
    event = bench_event(PRING_EV_END);
    event.made = PRING_ENTRY_SUBMIT;
    event.seen = (uint64_t)-1;
    event.request = &b;
    pring_judge_event(&event);
    expect_silence();
    event.request = &a;
    pring_judge_event(&event);
    expect_bug("ledger", "done-and-refused");
}

static const struct pring_info eight_free = {PRING_UNKNOWN, PRING_UNKNOWN, PRING_UNKNOWN, 8};
static const struct pring_info five_free = {PRING_UNKNOWN, PRING_UNKNOWN, PRING_UNKNOWN, 5};

static void test_ledger_descriptors_lost_on_an_honest_device_are_a_bug(void **state)
{
    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    pring_judge_info(&eight_free);
    pring_judge_info(&five_free);
    call(PRING_ENTRY_REMOVE, 0);
    finish(PRING_STOP_NONE);
    expect_bug("ledger", "descriptors-lost");
}

static void test_ledger_descriptors_set_aside_after_a_lie_degrade(void **state)
{
    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    pring_judge_info(&eight_free);
    lie(PRING_F_USED_ID);
    pring_judge_info(&five_free);
    call(PRING_ENTRY_REMOVE, 0);
    expect_verdict(PRING_STOP_NONE, PRING_VERDICT_DEGRADED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(test_ledger_a_request_done_once_is_silent),
        BENCH_TEST(test_ledger_a_request_done_twice_is_a_bug_and_ends_the_run),
        BENCH_TEST(test_ledger_a_request_never_given_is_a_bug_and_is_not_followed),
        BENCH_TEST(test_ledger_refused_and_done_is_a_bug),
        BENCH_TEST(test_ledger_done_after_a_refusal_is_a_bug),
        BENCH_TEST(test_ledger_a_synchronous_submit_that_leaves_its_request_open_is_a_bug),
        BENCH_TEST(test_ledger_an_asynchronous_submit_may_leave_its_request_open),
        BENCH_TEST(test_ledger_a_request_open_after_remove_is_lost),
        BENCH_TEST(test_ledger_a_submit_that_sleeps_over_remove_may_report_when_it_wakes),
        BENCH_TEST(test_ledger_a_submit_that_never_reports_after_remove_is_lost),
        BENCH_TEST(test_ledger_an_end_that_names_its_request_is_told_from_others),
        BENCH_TEST(test_ledger_descriptors_lost_on_an_honest_device_are_a_bug),
        BENCH_TEST(test_ledger_descriptors_set_aside_after_a_lie_degrade),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
