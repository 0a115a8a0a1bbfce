/* SPDX-License-Identifier: Apache-2.0 */
/* How a run ends: progress, balance, assert, recover, honest, and the verdicts that are no bug. */
#include "oracle_bench.h"

/* ---- progress ---- */

static void test_progress_a_busy_loop_is_always_a_bug(void **state)
{
    (void)state;
    lie(PRING_F_USED_IDX);
    begin(PRING_ENTRY_SUBMIT, NULL);
    stall(PRING_STALL_BUSY);
    expect_bug("progress", "busy");
}

static void test_progress_polling_a_slow_device_is_patience(void **state)
{
    struct pring_segment s = {.addr = 0, .len_bytes = 0};

    (void)state;
    bench_options.latency_ns = 100000000;
    lend(0, &s, 1);
    stall(PRING_STALL_BUSY);
    expect_silence();
    expect_verdict(PRING_STOP_BUSY, PRING_VERDICT_STUCK);
}

static void sleep_with(bool shown, bool withheld)
{
    bench_observer.queue[0].ready = true;
    bench_observer.queue[0].published = shown;
    bench_observer.queue[0].withheld = withheld;
    begin(PRING_ENTRY_SUBMIT, NULL);
    stall(PRING_STALL_ASLEEP);
}

static void test_progress_asleep_beside_completions_is_a_lost_wakeup(void **state)
{
    (void)state;
    sleep_with(true, false);
    expect_bug("progress", "lost-wakeup");
}

static void test_progress_asleep_when_the_interrupt_was_withheld_is_stuck(void **state)
{
    (void)state;
    fire(PRING_FAULT_MUTE, PRING_F_IRQ_LINE, 0, true);
    sleep_with(true, true);
    expect_silence();
    expect_verdict(PRING_STOP_ASLEEP, PRING_VERDICT_STUCK);
}

static void test_progress_bounded_waits_that_are_not_are_a_bug(void **state)
{
    (void)state;
    bench_dut.traits = PRING_TRAIT_BOUNDED_WAITS;
    fire(PRING_FAULT_DROP, PRING_F_DONE, 0, false);
    sleep_with(false, true);
    expect_bug("progress", "unbounded-wait");
}

static void test_progress_a_request_left_open_is_no_call_that_waits(void **state)
{
    (void)state;
    bench_dut.traits = PRING_TRAIT_BOUNDED_WAITS;
    fire(PRING_FAULT_DROP, PRING_F_DONE, 0, false);
    stall(PRING_STALL_ASLEEP);
    expect_silence();
}

static void test_progress_a_storm_is_a_bug_unless_a_fault_holds_the_line(void **state)
{
    (void)state;
    stall(PRING_STALL_STORM);
    expect_bug("progress", "storm");
    bench_reset();
    fire(PRING_FAULT_STATE, PRING_F_DONE, PRING_F_REG_INTERRUPT_STATUS, true);
    stall(PRING_STALL_STORM);
    expect_silence();
}

/* ---- balance ---- */

static void test_balance_memory_kept_after_remove_is_a_bug(void **state)
{
    (void)state;
    bench_platform.dma_allocs = 3; /* there before the driver */
    call(PRING_ENTRY_PROBE, 0);
    bench_platform.dma_allocs = 4;
    call(PRING_ENTRY_REMOVE, 0);
    expect_bug("balance", "dma-allocs");
}

static void test_balance_a_failed_probe_gives_all_back(void **state)
{
    (void)state;
    begin(PRING_ENTRY_PROBE, NULL);
    bench_platform.irqs = 1;
    end(PRING_ENTRY_PROBE, -1);
    expect_bug("balance", "irqs");
}

static void test_balance_a_pool_may_stay_but_not_grow(void **state)
{
    struct pring_platform pool = {.allocs = 1}, none = {0};

    (void)state;
    pring_judge_allow(&pool);
    call(PRING_ENTRY_PROBE, 0);
    bench_platform.allocs = 1;
    call(PRING_ENTRY_REMOVE, 0);
    expect_silence();
    call(PRING_ENTRY_PROBE, 0);
    bench_platform.allocs = 2;
    call(PRING_ENTRY_REMOVE, 0);
    pring_judge_allow(&none);
    expect_bug("balance", "allocs");
}

static void test_balance_what_an_honest_life_leaves_can_be_measured(void **state)
{
    struct pring_platform left;

    (void)state;
    bench_platform.allocs = 5;
    call(PRING_ENTRY_PROBE, 0);
    bench_platform.allocs = 7;
    call(PRING_ENTRY_REMOVE, 0);
    pring_judge_left(&left);
    assert_int_equal(left.allocs, 2);
    assert_int_equal(left.maps, 0);
}

static void test_balance_memory_is_kept_rightly_while_a_fault_holds_the_reset(void **state)
{
    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    bench_platform.dma_allocs = 1;
    bench_observer.reset_pending = bench_observer.config_lied = true;
    call(PRING_ENTRY_REMOVE, 0);
    expect_silence();
}

static void test_balance_memory_that_had_to_be_kept_is_not_held_against_the_next_life(void **state)
{
    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    bench_platform.dma_allocs = 1;
    bench_observer.reset_pending = bench_observer.config_lied = true;
    call(PRING_ENTRY_REMOVE, 0);
    bench_observer.reset_pending = bench_observer.config_lied = false;
    call(PRING_ENTRY_PROBE, -1);
    expect_silence();
    begin(PRING_ENTRY_PROBE, NULL);
    bench_platform.dma_allocs = 2;
    end(PRING_ENTRY_PROBE, -1);
    expect_bug("balance", "dma-allocs");
}

static void test_balance_a_submit_that_sleeps_over_remove_may_give_back_later(void **state)
{
    struct pring_request r = request_of(PRING_FLUSH, 0, 0);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    bench_platform.allocs = 1;
    call(PRING_ENTRY_REMOVE, 0);
    expect_silence();
    done(&r, -1, 0);
    end(PRING_ENTRY_SUBMIT, 0);
    finish(PRING_STOP_NONE);
    expect_bug("balance", "allocs");
}

/* ---- assert ---- */

static void panic_in(enum pring_entry entry)
{
    struct pring_event event = bench_event(PRING_EV_PANIC);

    event.text = "impossible";
    bench_observer.entry = (uint8_t)entry;
    pring_judge_event(&event);
}

static void test_assert_a_panic_after_a_lie_is_a_bug(void **state)
{
    (void)state;
    bench_observer.driver_ok = true;
    lie(PRING_F_USED_LEN);
    panic_in(PRING_ENTRY_SUBMIT);
    expect_bug("assert", "panic");
}

static void test_assert_a_panic_on_a_wrong_identity_is_a_refusal(void **state)
{
    (void)state;
    lie(PRING_F_REG_MAGIC_VALUE);
    panic_in(PRING_ENTRY_PROBE);
    expect_silence();
    expect_verdict(PRING_STOP_PANIC, PRING_VERDICT_REFUSED);
}

static void test_assert_a_panic_on_an_honest_device_is_one_of_honest(void **state)
{
    (void)state;
    bench_observer.driver_ok = true;
    panic_in(PRING_ENTRY_SUBMIT);
    expect_silence();
    finish(PRING_STOP_PANIC);
    expect_bug("honest", "panic");
}

/* ---- honest ---- */

static void test_honest_a_probe_that_fails_is_a_bug(void **state)
{
    (void)state;
    call(PRING_ENTRY_PROBE, -1);
    finish(PRING_STOP_NONE);
    expect_bug("honest", "refused");
}

static void test_honest_a_request_that_fails_is_a_bug(void **state)
{
    struct pring_request r = request_of(PRING_READ, 0, 512);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    serve(&r, -1, 0);
    call(PRING_ENTRY_REMOVE, 0);
    finish(PRING_STOP_NONE);
    expect_bug("honest", "refused");
}

static void test_honest_a_sleep_is_a_bug(void **state)
{
    (void)state;
    begin(PRING_ENTRY_SUBMIT, NULL);
    stall(PRING_STALL_ASLEEP);
    finish(PRING_STOP_ASLEEP);
    expect_bug("honest", "stuck");
}

static void test_honest_a_quirk_of_timing_excuses_nothing(void **state)
{
    (void)state;
    fire(PRING_FAULT_SWAP, PRING_F_DONE, 0, false);
    fire(PRING_FAULT_IRQ, PRING_F_DONE, 0, false);
    fire(PRING_FAULT_HOLD, PRING_F_DONE, 0, false);
    call(PRING_ENTRY_PROBE, -1);
    finish(PRING_STOP_NONE);
    expect_bug("honest", "refused");
}

static void test_honest_lies_shortages_and_legal_values_excuse(void **state)
{
    static const struct {
        uint8_t action, label;
        bool lied;
    } cases[] = {{PRING_FAULT_ANSWER, PRING_F_REG_MAGIC_VALUE, true},
                 {PRING_FAULT_FAIL, PRING_F_CALL_ALLOC, false},
                 {PRING_FAULT_ANSWER, PRING_F_REG_QUEUE_SIZE_MAX, false},
                 {PRING_FAULT_DROP, PRING_F_DONE, false}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bench_reset();
        fire(cases[i].action, cases[i].label, 0, cases[i].lied);
        call(PRING_ENTRY_PROBE, -1);
        expect_verdict(PRING_STOP_NONE, PRING_VERDICT_REFUSED);
    }
}

static void refuse_probe(void)
{
    bench_set_up();
    call(PRING_ENTRY_PROBE, -1);
    expect_verdict(PRING_STOP_NONE, PRING_VERDICT_REFUSED);
    bench_reset();
}

static void test_honest_what_the_set_up_lacks_excuses(void **state)
{
    (void)state;
    bench_setup.features = 0;
    refuse_probe();
    bench_setup.queue_size_max = 2;
    refuse_probe();
    bench_setup.blk.capacity_sectors = 0;
    refuse_probe();
    bench_options.latency_ns = 100000000;
    refuse_probe();
    bench_dut.traits = PRING_TRAIT_LEGACY;
    refuse_probe();
    bench_options.isolation = PRING_ISOLATION_BYTE;
    refuse_probe();
}

static void expect_served(enum pring_op op, uint64_t offset, size_t len_bytes)
{
    struct pring_request r = request_of(op, offset, len_bytes);

    call(PRING_ENTRY_PROBE, 0);
    serve(&r, -1, 0);
    call(PRING_ENTRY_REMOVE, 0);
    expect_verdict(PRING_STOP_NONE, PRING_VERDICT_OK);
    bench_reset();
}

static void test_honest_a_request_that_the_device_would_fail_may_fail(void **state)
{
    (void)state;
    expect_served(PRING_READ, 64 * 512, 512);
    expect_served(PRING_READ, 63 * 512, 1024);
    expect_served(PRING_WRITE, 100, 512);
    expect_served(PRING_DISCARD, 0, 0);
    bench_setup.features |= 1ull << 5;
    bench_set_up();
    expect_served(PRING_WRITE, 0, 512);
    bench_setup.features &= ~(1ull << 9);
    bench_set_up();
    expect_served(PRING_FLUSH, 0, 0);
}

static void test_honest_a_request_that_was_cancelled_or_removed_may_fail(void **state)
{
    struct pring_request r = request_of(PRING_READ, 0, 512);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    end(PRING_ENTRY_SUBMIT, 0);
    begin(PRING_ENTRY_REMOVE, NULL);
    done(&r, -1, 0);
    end(PRING_ENTRY_REMOVE, 0);
    expect_verdict(PRING_STOP_NONE, PRING_VERDICT_OK);
}

static void test_honest_a_request_given_while_a_reset_is_under_way_may_fail(void **state)
{
    struct pring_request r = request_of(PRING_READ, 0, 512), late = request_of(PRING_READ, 0, 512);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_RESET, NULL);
    serve(&r, -1, 0);
    end(PRING_ENTRY_RESET, 0);
    expect_silence();
    serve(&late, -1, 0);
    call(PRING_ENTRY_REMOVE, 0);
    finish(PRING_STOP_NONE);
    expect_bug("honest", "refused");
}

static void write_status(uint64_t value)
{
    struct pring_event event = bench_event(PRING_EV_REG_WRITE);

    event.field = PRING_F_REG_STATUS;
    event.made = value;
    pring_judge_event(&event);
}

static void test_outcome_failed_and_broken_are_refusals(void **state)
{
    struct pring_event broken = bench_event(PRING_EV_BROKEN);

    (void)state;
    lie(PRING_F_USED_IDX);
    pring_judge_event(&broken);
    expect_verdict(PRING_STOP_NONE, PRING_VERDICT_REFUSED);
    bench_reset();
    lie(PRING_F_USED_IDX);
    write_status(0x80);
    expect_verdict(PRING_STOP_NONE, PRING_VERDICT_REFUSED);
}

/* ---- recover ---- */

static void life(int probe, int request)
{
    struct pring_request r = request_of(PRING_READ, 0, 512);

    call(PRING_ENTRY_PROBE, probe);
    if (probe < 0)
        return;
    serve(&r, request, 0);
    call(PRING_ENTRY_REMOVE, 0);
}

static void recover(int probe, int request)
{
    assert_true(pring_judge_may_recover());
    pring_judge_phase_recover();
    life(probe, request);
}

static void test_recover_a_driver_that_refused_and_serves_again_has_refused(void **state)
{
    (void)state;
    lie(PRING_F_USED_IDX);
    life(0, -1);
    recover(0, 0);
    expect_verdict(PRING_STOP_NONE, PRING_VERDICT_REFUSED);
}

static void test_recover_a_driver_that_refuses_for_ever_is_a_bug(void **state)
{
    (void)state;
    lie(PRING_F_USED_IDX);
    life(0, -1);
    recover(-1, 0);
    finish(PRING_STOP_NONE);
    expect_bug("recover", "probe");
}

static void test_recover_a_request_that_fails_after_all_was_well_degrades(void **state)
{
    (void)state;
    lie(PRING_F_USED_IDX);
    life(0, 0);
    recover(0, -1);
    expect_verdict(PRING_STOP_NONE, PRING_VERDICT_DEGRADED);
}

static void test_recover_is_not_asked_for_where_it_cannot_be(void **state)
{
    (void)state;
    life(0, 0);
    bench_observer.unplugged = true;
    assert_false(pring_judge_may_recover());
    bench_observer.unplugged = false;
    bench_observer.reset_pending = bench_observer.config_lied = true;
    assert_false(pring_judge_may_recover());
    bench_observer.reset_pending = bench_observer.config_lied = false;
    bench_dut.traits = PRING_TRAIT_ONCE;
    assert_false(pring_judge_may_recover());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(test_progress_a_busy_loop_is_always_a_bug),
        BENCH_TEST(test_progress_polling_a_slow_device_is_patience),
        BENCH_TEST(test_progress_asleep_beside_completions_is_a_lost_wakeup),
        BENCH_TEST(test_progress_asleep_when_the_interrupt_was_withheld_is_stuck),
        BENCH_TEST(test_progress_bounded_waits_that_are_not_are_a_bug),
        BENCH_TEST(test_progress_a_request_left_open_is_no_call_that_waits),
        BENCH_TEST(test_progress_a_storm_is_a_bug_unless_a_fault_holds_the_line),
        BENCH_TEST(test_balance_memory_kept_after_remove_is_a_bug),
        BENCH_TEST(test_balance_a_failed_probe_gives_all_back),
        BENCH_TEST(test_balance_a_pool_may_stay_but_not_grow),
        BENCH_TEST(test_balance_what_an_honest_life_leaves_can_be_measured),
        BENCH_TEST(test_balance_memory_is_kept_rightly_while_a_fault_holds_the_reset),
        BENCH_TEST(test_balance_memory_that_had_to_be_kept_is_not_held_against_the_next_life),
        BENCH_TEST(test_balance_a_submit_that_sleeps_over_remove_may_give_back_later),
        BENCH_TEST(test_assert_a_panic_after_a_lie_is_a_bug),
        BENCH_TEST(test_assert_a_panic_on_a_wrong_identity_is_a_refusal),
        BENCH_TEST(test_assert_a_panic_on_an_honest_device_is_one_of_honest),
        BENCH_TEST(test_honest_a_probe_that_fails_is_a_bug),
        BENCH_TEST(test_honest_a_request_that_fails_is_a_bug),
        BENCH_TEST(test_honest_a_sleep_is_a_bug),
        BENCH_TEST(test_honest_a_quirk_of_timing_excuses_nothing),
        BENCH_TEST(test_honest_lies_shortages_and_legal_values_excuse),
        BENCH_TEST(test_honest_what_the_set_up_lacks_excuses),
        BENCH_TEST(test_honest_a_request_that_the_device_would_fail_may_fail),
        BENCH_TEST(test_honest_a_request_that_was_cancelled_or_removed_may_fail),
        BENCH_TEST(test_honest_a_request_given_while_a_reset_is_under_way_may_fail),
        BENCH_TEST(test_outcome_failed_and_broken_are_refusals),
        BENCH_TEST(test_recover_a_driver_that_refused_and_serves_again_has_refused),
        BENCH_TEST(test_recover_a_driver_that_refuses_for_ever_is_a_bug),
        BENCH_TEST(test_recover_a_request_that_fails_after_all_was_well_degrades),
        BENCH_TEST(test_recover_is_not_asked_for_where_it_cannot_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
