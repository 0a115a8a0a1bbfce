/* SPDX-License-Identifier: Apache-2.0 */
/* Devices that fail on the bus: each failure has its name, ends in time, and leaves the platform as it was.
 */
#include "e2e.h"

#include <pring/systemc.h>

static const char good[] = "pring 1\ndevice rng size=8\nwork entropy bytes=16 &\nwork entropy bytes=7\n";

static void fails_with(const char *backend, const char *rule, bool ends_the_run)
{
    struct pring_result before = e2e_text("vio", "systemc", good), first = {.cycles = 0};
    assert_int_equal(before.verdict, PRING_VERDICT_OK);
    for (int turn = 0; turn < 30; turn++) {
        struct pring_result r = e2e_text("vio", backend, good);
        if (r.device_findings == 0 || strcmp(r.device_bug.rule, rule) != 0)
            fail_msg("%s: %u findings, '%s' where %s was expected", backend, r.device_findings,
                     r.device_bug.rule, rule);
        assert_int_equal(r.completed, 0);
        if (ends_the_run)
            assert_true(r.cycles <= 10000);
        first = turn ? first : r;
        assert_true(r.cycles == first.cycles && r.result_hash == first.result_hash);
        struct pring_result after = e2e_text("vio", "systemc", good);
        assert_true(after.state_hash == before.state_hash && after.cycles == before.cycles);
    }
}

static void test_a_device_that_waits_for_what_never_comes(void **state)
{
    (void)state;
    fails_with("systemc-silent", "bus-no-answer", true);
}
static void test_a_device_that_lets_time_pass_for_ever(void **state)
{
    (void)state;
    fails_with("systemc-endless", "bus-no-answer", true);
}
static void test_an_answer_that_takes_too_long(void **state)
{
    (void)state;
    fails_with("systemc-late", "bus-no-answer", true);
}
static void test_a_device_that_throws(void **state)
{
    (void)state;
    fails_with("systemc-thrower", "bus-error", true);
}
static void test_a_dma_access_of_no_bytes(void **state)
{
    (void)state;
    fails_with("systemc-burster", "bus-burst", false);
}
static void test_no_such_device(void **state)
{
    (void)state;
    assert_null(pring_bench_backend("systemc-nobody"));
    assert_null(pring_bench_backend("systemc-"));
    assert_non_null(pring_bench_backend("systemc-model"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_device_that_waits_for_what_never_comes),
        cmocka_unit_test(test_a_device_that_lets_time_pass_for_ever),
        cmocka_unit_test(test_an_answer_that_takes_too_long),
        cmocka_unit_test(test_a_device_that_throws),
        cmocka_unit_test(test_a_dma_access_of_no_bytes),
        cmocka_unit_test(test_no_such_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
