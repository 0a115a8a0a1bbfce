/* SPDX-License-Identifier: Apache-2.0 */
/* A `switch` fault lets another context of the driver run at that access. A driver that forgot its lock is
 * found by it; one that keeps interrupts masked while it fills the ring is not even interrupted. */
#include "e2e.h"

static const char *const backends[] = E2E_BACKENDS;

#define TWO_READS                                                                                            \
    "pring 1\ndevice blk\nwork read sector=0 count=1 &\nwork read sector=8 count=1 &\nwork wait\n"

static const char *const places[] = {"store desc.addr in request nth 2", "store avail.ring in request",
                                     "store avail.idx in request", "load used.flags in request",
                                     "reg.QueueNotify in request"};
enum { PLACES = sizeof places / sizeof places[0] };

static struct pring_result run_at(const char *driver, const char *backend, const char *place)
{
    char text[512];
    snprintf(text, sizeof text, TWO_READS "fault switch 0 at %s\n", place);
    return e2e_text(driver, backend, text);
}

static void test_the_seed_finds_the_missing_lock(void **state)
{
    size_t count, found = 0;
    struct seed *seeds = e2e_seeds(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(seeds[i].path, "blk/other_context_while_filling.scn") != 0)
            continue;
        struct pring_result r = e2e_run("straight_unlocked", "model", &seeds[i].scenario);
        assert_int_equal(r.verdict, PRING_VERDICT_BUG);
        assert_string_equal(r.bug.oracle, "ledger");
        found++;
    }
    assert_int_equal(found, 1);
    free(seeds);
}

static void test_another_context_runs_at_the_access(void **state)
{
    (void)state;
    for (size_t b = 0; b < sizeof backends / sizeof backends[0]; b++) {
        struct pring_result plain = e2e_text("straight_unlocked", backends[b], TWO_READS);
        assert_int_equal(plain.verdict, PRING_VERDICT_OK);
        for (size_t p = 0; p < PLACES; p++) {
            struct pring_result r = run_at("straight_unlocked", backends[b], places[p]);
            if (r.fault_fired[0] != 1 || !r.fault_effective[0] || r.result_hash == plain.result_hash)
                fail_msg("%s on %s: fired %u times, %s", places[p], backends[b], r.fault_fired[0],
                         r.fault_effective[0] ? "the same run" : "not effective");
        }
    }
}

static void test_nobody_comes_between_where_interrupts_are_masked(void **state)
{
    (void)state;
    for (size_t p = 0; p < PLACES; p++) {
        struct pring_result r = run_at("straight", "model", places[p]);
        assert_int_equal(r.verdict, PRING_VERDICT_OK);
        assert_int_equal(r.fault_fired[0], 0);
    }
}

static void test_alone_it_does_not_fire(void **state)
{
    (void)state;
    struct pring_result r = e2e_text(
        "straight_unlocked", "model",
        "pring 1\ndevice blk\nwork read sector=0 count=1\nfault switch 0 at store avail.ring for ever\n");
    assert_int_equal(r.verdict, PRING_VERDICT_OK);
    assert_int_equal(r.fault_fired[0], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_seed_finds_the_missing_lock),
        cmocka_unit_test(test_another_context_runs_at_the_access),
        cmocka_unit_test(test_nobody_comes_between_where_interrupts_are_masked),
        cmocka_unit_test(test_alone_it_does_not_fire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
