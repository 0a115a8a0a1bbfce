/* SPDX-License-Identifier: Apache-2.0 */
/* Promise 2: the same scenario gives the same verdict and the same result_hash on every backend. */
#include "e2e.h"

static const char *const backends[] = E2E_BACKENDS;
static const char *const drivers[] = {"vio", "straight", "plain", "orderly"};

static void test_every_settled_seed_gives_equal_results_on_every_backend(void **state)
{
    size_t count;
    unsigned differences = 0, runs = 0;
    struct seed *seeds = e2e_seeds(&count);
    (void)state;
    assert_true(count >= 40);
    for (size_t i = 0; i < count; i++)
        for (size_t d = 0; e2e_is_settled(&seeds[i].scenario) && d < sizeof drivers / sizeof drivers[0];
             d++) {
            struct pring_result first = e2e_run(drivers[d], backends[0], &seeds[i].scenario);
            for (size_t b = 1; b < sizeof backends / sizeof backends[0]; b++) {
                struct pring_result other = e2e_run(drivers[d], backends[b], &seeds[i].scenario);
                differences += e2e_differs(seeds[i].path, drivers[d], backends[b], &first, &other);
                runs += other.verdict != PRING_VERDICT_SKIPPED;
            }
        }
    assert_true(runs > count);
    assert_int_equal(differences, 0);
}

static void test_every_seed_has_a_verdict_that_it_expects(void **state)
{
    size_t count;
    unsigned wrong = 0;
    struct seed *seeds = e2e_seeds(&count);
    (void)state;
    for (size_t i = 0; i < count; i++)
        for (uint32_t e = 0; e < seeds[i].expect.count; e++) {
            if (!pring_island_by_name(seeds[i].expect.line[e].driver))
                continue;
            struct pring_result r = e2e_run(seeds[i].expect.line[e].driver, "model", &seeds[i].scenario);
            if (r.verdict == PRING_VERDICT_SKIPPED || (seeds[i].expect.line[e].verdicts >> r.verdict & 1))
                continue;
            fprintf(stderr, "%s: %s is %s/%s/%s: %s\n", seeds[i].path, seeds[i].expect.line[e].driver,
                    pring_verdict_name(r.verdict), r.bug.oracle, r.bug.rule, r.bug.why);
            wrong++;
        }
    assert_int_equal(wrong, 0);
}

static void test_no_seed_makes_a_clean_driver_fail(void **state)
{
    size_t count;
    unsigned wrong = 0;
    struct seed *seeds = e2e_seeds(&count);
    (void)state;
    for (size_t i = 0; i < count; i++)
        for (size_t d = 0; d < sizeof drivers / sizeof drivers[0]; d++)
            for (size_t b = 0; b < sizeof backends / sizeof backends[0] && b < 2; b++) {
                struct pring_result r = e2e_run(drivers[d], backends[b], &seeds[i].scenario);
                if (r.verdict != PRING_VERDICT_BUG && r.device_findings == 0)
                    continue;
                fprintf(stderr, "%s: %s on %s: %s/%s: %s; device %s: %s\n", seeds[i].path, drivers[d],
                        backends[b], r.bug.oracle, r.bug.rule, r.bug.why, r.device_bug.rule,
                        r.device_bug.why);
                wrong++;
            }
    assert_int_equal(wrong, 0);
}

/* Found by a campaign of a million runs: the timer goes off at the write of QueueReady in remove. */
static void test_a_time_out_while_the_device_is_stopped_leaves_the_rings_alone(void **state)
{
    static const char text[] = "pring 1\ndevice blk size=4\n"
                               "work write sector=0 count=1 &\nwork write sector=0 count=1 &\n"
                               "work read sector=0 count=1 &\nwork write sector=0 count=1 &\n"
                               "work read sector=0 count=1 &\nwork cancel which=2\nwork remove\n"
                               "fault mute at irq.line\nfault irq none at reg.DeviceFeaturesSel\n";
    (void)state;
    for (size_t b = 0; b < sizeof backends / sizeof backends[0] && b < 2; b++)
        assert_int_equal(e2e_text("vio", backends[b], text).verdict, PRING_VERDICT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_settled_seed_gives_equal_results_on_every_backend),
        cmocka_unit_test(test_every_seed_has_a_verdict_that_it_expects),
        cmocka_unit_test(test_no_seed_makes_a_clean_driver_fail),
        cmocka_unit_test(test_a_time_out_while_the_device_is_stopped_leaves_the_rings_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
