/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run is a function of its scenario: state_hash does not depend on what ran before. And the hash has teeth:
 * whichever part of the reset is left out, a later run shows it.
 */
#include "e2e.h"

#include <pring/machine.h>
#include <pring/memory.h>

#include "oracle/judge.h"

/* ---- the parts of the reset, each behind a switch (linked with --wrap) ---- */

enum part { PART_MEMORY = 1, PART_ISLAND, PART_JUDGE, PART_REQUESTS, PART_FAULTS, PART_BACKEND, PARTS };
static enum part skipped;

void __real_pring_memory_reset(void);
void __wrap_pring_memory_reset(void);
void __wrap_pring_memory_reset(void)
{
    if (skipped != PART_MEMORY)
        __real_pring_memory_reset();
}

void __real_guest_island_restore(const struct pring_island *island);
void __wrap_guest_island_restore(const struct pring_island *island);
void __wrap_guest_island_restore(const struct pring_island *island)
{
    if (skipped != PART_ISLAND)
        __real_guest_island_restore(island);
}

void __real_pring_judge_reset(const struct pring_dut *dut, const struct pring_setup *setup,
                              const struct pring_options *options);
void __wrap_pring_judge_reset(const struct pring_dut *dut, const struct pring_setup *setup,
                              const struct pring_options *options);
void __wrap_pring_judge_reset(const struct pring_dut *dut, const struct pring_setup *setup,
                              const struct pring_options *options)
{
    if (skipped != PART_JUDGE)
        __real_pring_judge_reset(dut, setup, options);
}

void __real_pring_requests_reset(void);
void __wrap_pring_requests_reset(void);
void __wrap_pring_requests_reset(void)
{
    if (skipped != PART_REQUESTS)
        __real_pring_requests_reset();
}

void __real_wire_arm(void);
void __wrap_wire_arm(void);
void __wrap_wire_arm(void)
{
    if (skipped != PART_FAULTS)
        __real_wire_arm();
}

static void power_on(void *self, const struct pring_setup *setup, const struct pring_profile *profile)
{
    if (skipped != PART_BACKEND)
        pring_backend_model.power_on(self, setup, profile);
}

/* ---- runs ---- */

static const char measured[] =
    "pring 1\ndevice blk seed=3\nwork read sector=1 count=1 &\nwork write sector=2 count=2\n"
    "fault answer = it + 1 at used.len nth 2\n";
static const char before[] =
    "pring 1\ndevice blk seed=9 size=16 -EVENT_IDX\nwork write sector=5 count=3\nwork read sector=5 "
    "count=1\nwork id\nfault drop at irq.line nth 2\nfault answer = 7 at used.id nth 1\n";

static uint64_t hash_after(const char *first, enum part without)
{
    static struct pring_backend model;
    static struct pring_scenario scenario;
    const struct pring_run_request request = {.island = pring_island_by_name("mini_spin"),
                                              .backend = &model,
                                              .scenario = &scenario,
                                              .state_hash = true};
    struct pring_result result;
    model = pring_backend_model;
    model.power_on = power_on;
    skipped = 0;
    if (first) {
        e2e_parse(&scenario, NULL, first);
        pring_bench_run(&request, &result);
    }
    skipped = without;
    e2e_parse(&scenario, NULL, measured);
    pring_bench_run(&request, &result);
    skipped = 0;
    return result.state_hash;
}

static void test_the_state_does_not_depend_on_the_run_before(void **state)
{
    (void)state;
    uint64_t alone = hash_after(NULL, 0);
    assert_true(hash_after(before, 0) == alone);
    assert_true(hash_after(measured, 0) == alone);
}

static void test_leaving_out_a_part_of_the_reset_shows(void **state)
{
    uint64_t right = hash_after(NULL, 0);
    (void)state;
    for (enum part part = PART_MEMORY; part < PARTS; part++)
        if (hash_after(before, part) == right)
            fail_msg("part %d of the reset can be left out unnoticed", (int)part);
    assert_true(hash_after(before, 0) == right);
}

static void test_seeds_in_any_order_leave_the_same_state(void **state)
{
    size_t count;
    uint32_t random = 1;
    struct seed *seeds = e2e_seeds(&count);
    uint64_t *expected = calloc(count, sizeof *expected);
    static const char *const backends[] = E2E_BACKENDS;
    (void)state;
    for (size_t b = 0; b < 2; b++) {
        for (size_t i = 0; i < count; i++)
            expected[i] = e2e_run("straight", backends[b], &seeds[i].scenario).state_hash;
        for (unsigned run = 0; run < 1000; run++) {
            random = random * 1664525 + 1013904223;
            size_t i = (random >> 8) % count;
            if (e2e_run("straight", backends[b], &seeds[i].scenario).state_hash != expected[i])
                fail_msg("%s on %s: another state at run %u", seeds[i].path, backends[b], run);
        }
    }
    free(expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_state_does_not_depend_on_the_run_before),
        cmocka_unit_test(test_leaving_out_a_part_of_the_reset_shows),
        cmocka_unit_test(test_seeds_in_any_order_leave_the_same_state),
    };
    assert_int_equal(pring_bench_open(), 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
