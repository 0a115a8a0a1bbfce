/* SPDX-License-Identifier: Apache-2.0 */
/* Runs that end badly, and that nothing of them is left in the next one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "guest_cases.h"
#include "guest_wire.h"

int guest_reports_open(void);

static int result;

static enum pring_stop run(int which)
{
    return fake_run("guest_a", which, &result);
}

static void test_panic_and_assert(void **state)
{
    (void)state;
    assert_int_equal(run(CASE_PANIC), PRING_STOP_PANIC);
    assert_string_equal(fake.text, "enough");
    assert_int_equal(fake.last.made, 0);
    assert_int_equal(run(CASE_ASSERT), PRING_STOP_PANIC);
    assert_string_equal(fake.text, "x > 0 (driver.c:12)");
    assert_int_equal(fake.last.made, 1);
}

static void check_report(int which, const char *kind, enum pring_stop stop)
{
    enum pring_stop got = run(which);
    const struct pring_report *report = pring_machine_report();
    assert_non_null(report);
    assert_string_equal(report->kind, kind);
    assert_int_equal(got, stop);
    assert_true(report->is_driver);
    assert_string_equal(fake.text, kind);
    struct pring_report where;
    if (pring_machine_symbolize(report->pc, &where)) { /* llvm-symbolizer or addr2line need not be there */
        assert_non_null(strstr(where.file, "guest_driver.c"));
        assert_true(where.line > 0);
        assert_string_equal(where.function, which == CASE_RECURSE ? "recurse" : "bad");
    }
}

static void test_reports(void **state)
{
    (void)state;
    assert_int_equal(guest_reports_open(), 0); /* cmocka has put its own signal handlers there */
    for (int turn = 0; turn < 3; turn++) {
        check_report(CASE_HEAP_OVERFLOW, "heap-buffer-overflow", PRING_STOP_ACCUSED);
        assert_int_equal(pring_machine_report()->len_bytes, 1);
        assert_false(pring_machine_report()->is_write);
        check_report(CASE_HEAP_WRITE, "heap-buffer-overflow", PRING_STOP_ACCUSED);
        assert_true(pring_machine_report()->is_write);
        check_report(CASE_FREED, "heap-use-after-free", PRING_STOP_ACCUSED);
        check_report(CASE_STACK_OVERFLOW, "stack-buffer-overflow", PRING_STOP_ACCUSED);
        check_report(CASE_GLOBAL_OVERFLOW, "global-buffer-overflow", PRING_STOP_ACCUSED);
        check_report(CASE_MEMSET_OVERFLOW, "heap-buffer-overflow", PRING_STOP_ACCUSED);
        check_report(CASE_INDEX, "index-out-of-bounds", PRING_STOP_ACCUSED);
        check_report(CASE_SHIFT, "shift-out-of-bounds", PRING_STOP_ACCUSED);
        check_report(CASE_NULL, "null-pointer", PRING_STOP_ACCUSED);
        check_report(CASE_WILD, "wild-access", PRING_STOP_ACCUSED);
        check_report(CASE_DIVIDE, "integer-divide-by-zero", PRING_STOP_ACCUSED);
        check_report(CASE_TRAP, "illegal-instruction", PRING_STOP_ACCUSED);
        check_report(CASE_RECURSE, "stack-overflow", PRING_STOP_ACCUSED);
        assert_int_equal(run(CASE_NOTHING), PRING_STOP_NONE);
        assert_null(pring_machine_report());
    }
}

static long resident_pages(void)
{
    long size, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file && fscanf(file, "%ld %ld", &size, &resident) != 2)
        resident = 0;
    if (file)
        fclose(file);
    return resident;
}

static uint64_t hash_of(int which)
{
    run(which);
    return pring_machine_state_hash();
}

static void test_abandoned_runs_leave_nothing(void **state)
{
    (void)state;
    guest_reports_open();
    uint64_t honest = hash_of(CASE_SHARED_STORE);
    uint64_t left = hash_of(CASE_ASLEEP_BESIDE);
    assert_true(honest != left);
    long before = resident_pages();
    for (int i = 0; i < 10000; i++)
        if (run(CASE_ASLEEP_BESIDE) != PRING_STOP_PANIC)
            fail();
    assert_true(resident_pages() - before < 256);
    assert_true(hash_of(CASE_SHARED_STORE) == honest);
    assert_true(hash_of(CASE_ASLEEP_BESIDE) == left);
}

static void test_hash_does_not_depend_on_the_past(void **state)
{
    (void)state;
    static const int cases[] = {CASE_SHARED_SET, CASE_MAP_STACK, CASE_DOUBLE_FREE, CASE_COUNT, CASE_DEEP};
    static const int disturbers[] = {CASE_HEAP_WRITE, CASE_RECURSE, CASE_LOOP,    CASE_WAIT_FOREVER,
                                     CASE_WILD,       CASE_BOUNCE,  CASE_REFUSED, CASE_TIMER};
    guest_reports_open();
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t hash = hash_of(cases[i]);
        for (unsigned k = 0; k < sizeof disturbers / sizeof disturbers[0]; k++) {
            run(disturbers[k]);
            assert_true(hash_of(cases[i]) == hash);
        }
    }
}

static void test_static_data_comes_back(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        run(CASE_COUNT);
        assert_int_equal(result, 1 + 42 + 1000);
    }
    fake_run_again("guest_a", CASE_COUNT, &result); /* without the reset it counts on */
    assert_int_equal(result, 2 + 43 + 1000);
}

static void test_two_islands_of_equal_names(void **state)
{
    (void)state;
    int b;
    for (int i = 0; i < 2; i++) {
        run(CASE_COUNT);
        fake_run("guest_b", CASE_COUNT, &b);
        assert_int_equal(result, 1043);
        assert_int_equal(b, 2043);
    }
    assert_int_equal(fake_run("guest_b", CASE_GLOBAL_OVERFLOW, &b), PRING_STOP_ACCUSED);
    assert_string_equal(pring_machine_report()->kind, "global-buffer-overflow");
    fake_run("guest_b", CASE_SHARED_COPY, &b); /* plain memcpy there: -fno-builtin */
    assert_null(pring_island_by_name("guest_d"));
}

static void test_a_mutant_differs_where_it_was_patched(void **state)
{
    (void)state;
    int c;
    fake_run("guest_c", CASE_COUNT, &c);
    assert_int_equal(c, 1053);
}

static void test_stacks_are_clean(void **state)
{
    (void)state;
    guest_reports_open();
    run(CASE_UNINITIALISED);
    int clean = result;
    run(CASE_DEEP);
    run(CASE_RECURSE);
    run(CASE_UNINITIALISED);
    assert_int_equal(result, clean);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_panic_and_assert),
        cmocka_unit_test(test_reports),
        cmocka_unit_test(test_abandoned_runs_leave_nothing),
        cmocka_unit_test(test_hash_does_not_depend_on_the_past),
        cmocka_unit_test(test_static_data_comes_back),
        cmocka_unit_test(test_two_islands_of_equal_names),
        cmocka_unit_test(test_a_mutant_differs_where_it_was_patched),
        cmocka_unit_test(test_stacks_are_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
