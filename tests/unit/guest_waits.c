/* SPDX-License-Identifier: Apache-2.0 */
/* Spins, sleeping, interrupts, timers, contexts, budgets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "guest_cases.h"
#include "guest_wire.h"

static int result;

static enum pring_stop run_with_line(int which, uint64_t raise_at)
{
    fake_reset();
    assert_int_equal(pring_machine_open(), 0);
    pring_machine_reset(pring_island_by_name("guest_a"));
    fake.raise_at = raise_at;
    result = -99;
    return fake_run_again("guest_a", which, &result);
}

static void test_spin_on_a_static_flag_takes_time(void **state)
{
    (void)state;
    assert_int_equal(run_with_line(CASE_FLAG_SPIN, 5000), PRING_STOP_NONE);
    assert_int_equal(result, 1);
    assert_true(fake.now >= 5000 && fake.now < 7000);
    assert_true(fake.spins < 40);
}

static void test_spin_on_a_heap_flag_takes_time(void **state)
{
    (void)state;
    assert_int_equal(run_with_line(CASE_HEAP_SPIN, 5000), PRING_STOP_NONE);
    assert_int_equal(result, 1);
    assert_true(fake.now >= 5000 && fake.now < 7000);
}

static void test_spin_for_nothing_is_busy(void **state)
{
    (void)state;
    assert_int_equal(run_with_line(CASE_DEAD_SPIN, UINT64_MAX), PRING_STOP_BUSY);
    assert_int_equal(fake.last.kind, PRING_EV_STALL);
    assert_int_equal(fake.last.made, PRING_STALL_BUSY);
    assert_int_equal(fake.spins, 10000);
}

static void test_computing_takes_no_time(void **state)
{
    (void)state;
    assert_int_equal(run_with_line(CASE_COMPUTE, UINT64_MAX), PRING_STOP_NONE);
    assert_int_equal(fake.now, 0);
}

static void test_loops_burn_the_budget(void **state)
{
    (void)state;
    assert_int_equal(run_with_line(CASE_LOOP, UINT64_MAX), PRING_STOP_BUSY);
    assert_int_equal(run_with_line(CASE_REG_POLL, UINT64_MAX), PRING_STOP_NONE);
    fake_reset();
    pring_machine_reset(pring_island_by_name("guest_a"));
    fake.reg[0x070 / 4] = 1;
    assert_int_equal(fake_run_again("guest_a", CASE_REG_POLL, NULL), PRING_STOP_BUSY);
    assert_true(fake.now <= 10001 * 40);
}

static void test_loop_without_any_access_ends(void **state)
{
    (void)state;
    assert_int_equal(run_with_line(CASE_SILENT_LOOP, UINT64_MAX), PRING_STOP_BUSY);
    assert_int_equal(fake.last.made, PRING_STALL_BUSY);
}

static void test_relaxing(void **state)
{
    (void)state;
    assert_int_equal(run_with_line(CASE_RELAX_FOREVER, UINT64_MAX), PRING_STOP_BUSY);
    assert_int_equal(run_with_line(CASE_RELAX_UNTIL, UINT64_MAX), PRING_STOP_NONE);
    assert_true(fake.now >= 50000000 && fake.now < 51000000);
}

static void test_wait_for_an_interrupt(void **state)
{
    (void)state;
    assert_int_equal(run_with_line(CASE_WAIT_IRQ, 2000), PRING_STOP_NONE);
    assert_int_equal(result, 1);
    assert_int_equal(fake.now, 2080); /* two register accesses of the handler */
    assert_int_equal(fake_count('h'), 2);
}

static void test_wait_for_nothing_is_asleep(void **state)
{
    (void)state;
    assert_int_equal(run_with_line(CASE_WAIT_FOREVER, UINT64_MAX), PRING_STOP_ASLEEP);
    assert_int_equal(fake.last.made, PRING_STALL_ASLEEP);
}

static void test_wait_with_an_end(void **state)
{
    (void)state;
    assert_int_equal(run_with_line(CASE_WAIT_LATE, UINT64_MAX), PRING_STOP_NONE);
    assert_int_equal(result, 0);
    assert_int_equal(fake.now, 1000000);
    assert_int_equal(run_with_line(CASE_SLEEP, UINT64_MAX), PRING_STOP_NONE);
    assert_int_equal(result, 1);
}

static void test_storm(void **state)
{
    (void)state;
    assert_int_equal(run_with_line(CASE_STORM, 100), PRING_STOP_STORM);
    assert_int_equal(fake.last.made, PRING_STALL_STORM);
    assert_int_equal(fake_count('h'), 2000);
}

static void test_masked_interrupts_come_later(void **state)
{
    (void)state;
    assert_int_equal(run_with_line(CASE_MASKED, 100), PRING_STOP_NONE);
    assert_int_equal(result, 1);
}

static void test_timers(void **state)
{
    (void)state;
    assert_int_equal(run_with_line(CASE_TIMER, UINT64_MAX), PRING_STOP_NONE);
    assert_int_equal(result, 10);
    assert_int_equal(pring_machine_platform()->timers, 0);
    assert_int_equal(run_with_line(CASE_TIMER_STOPPED, UINT64_MAX), PRING_STOP_NONE);
    assert_int_equal(result, 0);
}

static void test_two_contexts(void **state)
{
    (void)state;
    assert_int_equal(run_with_line(CASE_TWO_CONTEXTS, UINT64_MAX), PRING_STOP_NONE);
    assert_int_equal(result, 7);
    assert_int_equal(pring_machine_platform()->contexts, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spin_on_a_static_flag_takes_time),
        cmocka_unit_test(test_spin_on_a_heap_flag_takes_time),
        cmocka_unit_test(test_spin_for_nothing_is_busy),
        cmocka_unit_test(test_computing_takes_no_time),
        cmocka_unit_test(test_loops_burn_the_budget),
        cmocka_unit_test(test_loop_without_any_access_ends),
        cmocka_unit_test(test_relaxing),
        cmocka_unit_test(test_wait_for_an_interrupt),
        cmocka_unit_test(test_wait_for_nothing_is_asleep),
        cmocka_unit_test(test_wait_with_an_end),
        cmocka_unit_test(test_storm),
        cmocka_unit_test(test_masked_interrupts_come_later),
        cmocka_unit_test(test_timers),
        cmocka_unit_test(test_two_contexts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
