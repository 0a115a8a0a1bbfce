/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Planted bugs of the reference driver (tests/bugs): each is found by its oracle among generated inputs,
 * within a number of runs, with no coverage to guide them; and the clean driver survives the same inputs.
 */
#include "e2e_mutants.h"

#include <pring/mutate.h>

enum { RUNS_MAX = 60000, RUNS_CLEAN = 20000 }; /* the latter for each device */

/* What the runs have shown, as a campaign would know it: places for faults. */
static struct pring_mutate_hints hints;

static const char *const devices[] = {"rng", "blk", "net", "console"};

/* Those in the folder of this device. */
struct seeds {
    const struct seed *first;
    size_t count;
};

static struct seeds seeds_of(const char *device)
{
    static struct seed *all;
    static size_t all_count;
    struct seeds seeds = {.first = NULL};
    if (!all)
        all = e2e_seeds(&all_count);
    for (size_t i = 0; i < all_count; i++) {
        size_t len = strlen(device);
        if (strncmp(all[i].path, device, len) != 0 || all[i].path[len] != '/')
            continue;
        seeds.first = seeds.first ? seeds.first : &all[i];
        seeds.count++; /* the files are sorted: they follow each other */
    }
    return seeds;
}

static size_t sample(struct seeds seeds, uint32_t n, uint8_t *bytes, size_t size)
{
    uint32_t random = (n + 1) * 2654435761U;
    size_t len = pring_scenario_encode(&seeds.first[random % seeds.count].scenario, bytes, size);
    for (uint32_t i = 0; i < 1 + random % 5; i++)
        len = pring_mutate(bytes, len, 512, random + i * 7919U, &hints);
    return len;
}

/* Runs until found; `most`: not found. */
static uint32_t hunt(const char *island, const char *oracle, struct seeds seeds, uint32_t most)
{
    memset(&hints, 0, sizeof hints);
    for (uint32_t n = 0; n < most; n++) {
        static struct pring_scenario scenario;
        uint8_t bytes[PRING_SCENARIO_BYTES_MAX];
        pring_scenario_decode(&scenario, bytes, sample(seeds, n, bytes, sizeof bytes));
        struct pring_result r = e2e_run(island, "model", &scenario);
        uint64_t *seen = hints.labels[scenario.set[0].value];
        seen[0] |= r.labels_seen[0];
        seen[1] |= r.labels_seen[1];
        if (r.verdict != PRING_VERDICT_BUG || (oracle && strcmp(r.bug.oracle, oracle) != 0))
            continue;
        if (!oracle) {
            static char text[65536];
            pring_scenario_print(&scenario, text, sizeof text);
            fprintf(stderr, "%s: %s/%s: %s\n%s", island, r.bug.oracle, r.bug.rule, r.bug.why, text);
        }
        return n;
    }
    return most;
}

static void test_every_planted_bug_is_found_by_its_oracle(void **state)
{
    glob_t files;
    unsigned missed = 0;
    (void)state;
    assert_int_equal(glob(PRING_SOURCE_DIR "/tests/bugs/*.patch", 0, NULL, &files), 0);
    assert_true(files.gl_pathc >= 10);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct mutant mutant = mutant_read(files.gl_pathv[i]);
        const char *island = mutant_island("", &mutant);
        if (strcmp(mutant.finder, "fuzz") != 0)
            continue;
        if (!pring_island_by_name(island))
            fail_msg("no island %s in this program", island);
        struct seeds seeds = seeds_of(mutant.device);
        if (seeds.count == 0)
            fail_msg("%s: no seeds for device '%s'", mutant.name, mutant.device);
        uint32_t runs = hunt(island, mutant.oracle, seeds, RUNS_MAX);
        print_message("%-24s %-10s %s %u runs\n", mutant.name, mutant.oracle,
                      runs == RUNS_MAX ? "NOT FOUND in" : "after", runs);
        missed += runs == RUNS_MAX;
    }
    assert_int_equal(missed, 0);
}

static void test_the_clean_driver_survives_the_same_inputs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
        assert_int_equal(hunt("vio", NULL, seeds_of(devices[i]), RUNS_CLEAN), RUNS_CLEAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_planted_bug_is_found_by_its_oracle),
        cmocka_unit_test(test_the_clean_driver_survives_the_same_inputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
