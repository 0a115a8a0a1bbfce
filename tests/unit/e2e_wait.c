/* SPDX-License-Identifier: Apache-2.0 */
/* Drivers that wait in other ways than by sleeping: they complete on every backend, with and without latency.
 */
#include "e2e.h"

static const char *const backends[] = E2E_BACKENDS;

static const char *const scenarios[] = {
    "pring 1\ndevice blk -EVENT_IDX\nwork read sector=0 count=1\nwork write sector=3 count=1\nwork read "
    "sector=3 count=1\n",
    "pring 1\ndevice blk -EVENT_IDX\nset latency=0\nset spacing=0\nwork read sector=0 count=1\nwork read "
    "sector=1 count=2\n",
    "pring 1\ndevice blk -EVENT_IDX\nset latency=1000000\nwork read sector=0 count=1\nwork read sector=1 "
    "count=2\n",
    "pring 1\ndevice blk -EVENT_IDX queues=2\nwork read sector=0 count=1\nwork read sector=1 count=2\nwork "
    "read sector=4 count=1\n",
    "pring 1\ndevice blk -EVENT_IDX queues=2\nset latency=0\nwork read sector=0 count=1\nwork read sector=1 "
    "count=2\n",
    "pring 1\ndevice blk -EVENT_IDX queues=2\nset schedule=free\nwork read sector=0 count=1\nwork read "
    "sector=1 count=2\n",
    "pring 1\ndevice blk -EVENT_IDX\nset schedule=free\nset profile=stall\nwork read sector=0 count=1\nwork "
    "read sector=1 count=2\n",
};

static void completes(const char *driver)
{
    for (size_t s = 0; s < sizeof scenarios / sizeof scenarios[0]; s++)
        for (size_t b = 0; b < sizeof backends / sizeof backends[0]; b++) {
            struct pring_result r = e2e_text(driver, backends[b], scenarios[s]);
            if (r.verdict != PRING_VERDICT_OK || r.completed < 2)
                fail_msg("scenario %zu on %s: %s, %u done: %s/%s: %s %s", s, backends[b],
                         pring_verdict_name(r.verdict), r.completed, r.bug.oracle, r.bug.rule, r.bug.why,
                         r.skipped);
        }
}

static void test_a_driver_that_only_polls_memory_completes(void **state)
{
    (void)state;
    completes("mini_poll");
}

static void test_a_driver_that_spins_on_its_handlers_flag_completes(void **state)
{
    (void)state;
    completes("mini_spin");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_driver_that_only_polls_memory_completes),
        cmocka_unit_test(test_a_driver_that_spins_on_its_handlers_flag_completes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
