/* SPDX-License-Identifier: Apache-2.0 */
/* The mutator: the same from the same seed, always a scenario, within its size, and it goes where hints
 * point. */
#include "scenario_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ROUNDS = 20000, SIZE_MAX_BYTES = 1024 };

static void test_the_same_seed_gives_the_same_bytes(void **state)
{
    uint8_t one[SIZE_MAX_BYTES], two[SIZE_MAX_BYTES];
    size_t one_size = 0, two_size = 0;

    (void)state;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        one_size = pring_mutate(one, one_size, sizeof one, i, NULL);
        two_size = pring_mutate(two, two_size, sizeof two, i, NULL);
        assert_int_equal(one_size, two_size);
        assert_memory_equal(one, two, one_size);
    }
}

static void test_children_are_canonical_short_and_within_their_size(void **state)
{
    static uint8_t bytes[PRING_SCENARIO_BYTES_MAX], canonical[PRING_SCENARIO_BYTES_MAX];
    static struct pring_scenario scenario;
    uint64_t random = 7, total = 0;
    size_t size = 0;

    (void)state;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        size_t room = i % 64 == 0 ? scenario_random(&random) % 100 : sizeof bytes;
        if (i % 100 == 0) /* noise may come in */
            size = scenario_random_bytes(&random, bytes, sizeof bytes);
        size = pring_mutate(bytes, size, room > size ? room : size, i, NULL);
        assert_int_equal(size % PRING_RECORD_BYTES, 0);
        if (size == 0) /* no room even for the device */
            continue;
        pring_scenario_decode(&scenario, bytes, size);
        assert_int_equal(pring_scenario_encode(&scenario, canonical, sizeof canonical), size);
        assert_memory_equal(bytes, canonical, size);
        total += size;
    }
    assert_true(total / ROUNDS < 40 * PRING_RECORD_BYTES);
}

static void test_a_small_room_is_kept(void **state)
{
    uint8_t bytes[SIZE_MAX_BYTES];
    size_t size = 0;

    (void)state;
    for (uint32_t i = 0; i < 200; i++)
        size = pring_mutate(bytes, size, sizeof bytes, i, NULL);
    for (size_t room = 0; room < 64; room++)
        assert_true(pring_mutate(bytes, size, room, 1, NULL) <= room);
}

static void test_hints_choose_the_device(void **state)
{
    struct pring_mutate_hints hints = {.devices = 1u << PRING_DEVICE_RNG};
    static struct pring_scenario scenario;
    uint8_t bytes[SIZE_MAX_BYTES], other[SIZE_MAX_BYTES], child[SIZE_MAX_BYTES];
    size_t size = 0, other_size = 0, child_size;

    (void)state;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        size = pring_mutate(bytes, size, sizeof bytes, i, &hints);
        pring_scenario_decode(&scenario, bytes, size);
        assert_int_equal(scenario.set[0].value, PRING_DEVICE_RNG);
        other_size = pring_mutate(other, other_size, sizeof other, i, NULL);
        child_size = pring_crossover(bytes, size, other, other_size, child, sizeof child, i, &hints);
        pring_scenario_decode(&scenario, child, child_size);
        assert_int_equal(scenario.set[0].value, PRING_DEVICE_RNG);
        assert_null(scenario_law_broken(child, child_size));
    }
}

/* Fresh scenarios: how they are spread. */
static void test_new_scenarios_reach_every_fault_and_schedule(void **state)
{
    static uint32_t rows[256];
    static struct pring_scenario scenario;
    uint32_t free_schedules = 0, by_device[PRING_MUTATE_DEVICES] = {0}, verbs[32] = {0};
    uint8_t bytes[SIZE_MAX_BYTES];

    (void)state;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        size_t size = pring_mutate(bytes, 0, sizeof bytes, i, NULL);
        pring_scenario_decode(&scenario, bytes, size);
        by_device[scenario.set[0].value]++;
        for (uint32_t n = 0; n < scenario.set_count; n++)
            free_schedules += scenario.set[n].key == PRING_SET_SCHEDULE && scenario.set[n].value == 1;
        for (uint32_t n = 0; n < scenario.fault_count; n++)
            rows[pring_fault_row_of(&scenario.fault[n])]++;
        for (uint32_t n = 0; n < scenario.work_count; n++)
            verbs[scenario.work[n].verb]++;
    }
    for (uint32_t i = 0; i < pring_fault_row_count; i++) {
        if (!rows[i])
            fail_msg("%s is never drawn", pring_fault_rows[i].name);
    }
    assert_true(by_device[PRING_DEVICE_BLK] > ROUNDS / 6 && by_device[PRING_DEVICE_RNG] > ROUNDS / 6);
    assert_true(by_device[PRING_DEVICE_NET] > ROUNDS / 6 && by_device[PRING_DEVICE_CONSOLE] > ROUNDS / 6);
    assert_true(free_schedules > ROUNDS / 5 && free_schedules < ROUNDS / 3);
    assert_true(verbs[PRING_WORK_READ] && verbs[PRING_WORK_ENTROPY] && verbs[PRING_WORK_RESET]);
}

static void test_faults_move_to_labels_that_were_seen(void **state)
{
    struct pring_mutate_hints hints = {.devices = 1u << PRING_DEVICE_BLK};
    static struct pring_scenario scenario;
    uint32_t at_seen = 0, faults = 0;
    uint8_t bytes[SIZE_MAX_BYTES];

    (void)state;
    pring_mutate_saw(&hints, PRING_DEVICE_BLK, PRING_F_CONFIG_SEG_MAX);
    pring_mutate_saw(&hints, 77, 1); /* ignored */
    for (uint32_t i = 0; i < ROUNDS; i++) {
        size_t size = pring_mutate(bytes, 0, sizeof bytes, i, &hints);
        pring_scenario_decode(&scenario, bytes, size);
        for (uint32_t n = 0; n < scenario.fault_count; n++) {
            if (scenario.fault[n].action != PRING_FAULT_IRQ)
                continue;
            faults++;
            at_seen += scenario.fault[n].label == PRING_F_CONFIG_SEG_MAX;
        }
    }
    assert_true(faults > 100 && at_seen > faults / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_seed_gives_the_same_bytes),
        cmocka_unit_test(test_children_are_canonical_short_and_within_their_size),
        cmocka_unit_test(test_a_small_room_is_kept),
        cmocka_unit_test(test_hints_choose_the_device),
        cmocka_unit_test(test_new_scenarios_reach_every_fault_and_schedule),
        cmocka_unit_test(test_faults_move_to_labels_that_were_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
