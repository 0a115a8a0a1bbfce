/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every oracle and every requirement monitor has a canary: a frozen driver with one thing wrong. It must
 * be caught by that oracle with that rule, and the clean driver must pass the same scenario.
 */
#include "e2e_mutants.h"

static void load(const struct mutant *mutant, struct pring_scenario *scenario)
{
    char path[512], text[16384];
    snprintf(path, sizeof path, PRING_SOURCE_DIR "/tests/canary/%s.scn", mutant->name);
    FILE *file = fopen(path, "r");
    if (!file) {
        bool rng = strcmp(mutant->device, "rng") == 0, net = strcmp(mutant->device, "net") == 0;
        if (net || strcmp(mutant->device, "console") == 0) {
            snprintf(text, sizeof text,
                     "pring 1\ndevice %s\nwork send bytes=60\nwork send bytes=61\nwork send "
                     "bytes=62\nwork send bytes=63\n",
                     mutant->device);
            e2e_parse(scenario, NULL, text);
            return;
        }
        e2e_parse(scenario, NULL,
                  rng ? "pring 1\ndevice rng\nwork entropy bytes=16\nwork entropy bytes=5\n"
                      : "pring 1\ndevice blk\nwork read sector=0 count=1\nwork write sector=2 count=1\nwork "
                        "flush\n");
        return;
    }
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    e2e_parse(scenario, NULL, text);
}

static bool accused(const struct pring_result *r, const struct mutant *mutant)
{
    if (r->verdict == PRING_VERDICT_BUG && !strcmp(r->bug.oracle, mutant->oracle) &&
        !strncmp(r->bug.rule, mutant->rule, strlen(mutant->rule)))
        return true;
    for (uint32_t i = 0; i < r->note_count; i++) /* a second accusation of the same run */
        if (!strcmp(r->note[i].oracle, mutant->oracle) &&
            !strncmp(r->note[i].rule, mutant->rule, strlen(mutant->rule)))
            return true;
    return false;
}

static struct pring_result run(const char *island, const struct pring_scenario *scenario)
{
    struct pring_run_request request = {
        .island = pring_island_by_name(island),
        .backend = pring_bench_backend("model"),
        .scenario = scenario,
        .triage = true,
    };
    struct pring_result result;
    if (!request.island)
        fail_msg("no island %s in this program", island);
    assert_int_equal(pring_bench_open(), 0); /* here: cmocka has set its own signal handlers before */
    pring_bench_run(&request, &result);
    return result;
}

static void test_every_canary_is_caught_and_the_clean_driver_passes(void **state)
{
    static struct pring_scenario scenario;
    glob_t files;
    unsigned wrong = 0;
    (void)state;
    assert_int_equal(glob(PRING_SOURCE_DIR "/tests/canary/*.patch", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct mutant mutant = mutant_read(files.gl_pathv[i]);
        load(&mutant, &scenario);
        struct pring_result r = run(mutant_island("canary_", &mutant), &scenario);
        struct pring_result clean = run(mutant.driver, &scenario);
        if (!accused(&r, &mutant)) {
            fprintf(stderr, "%s: expected %s/%s, got %s %s/%s: %s%s\n", mutant.name, mutant.oracle,
                    mutant.rule, pring_verdict_name(r.verdict), r.bug.oracle, r.bug.rule, r.bug.why,
                    r.skipped);
            wrong++;
        }
        if (clean.verdict == PRING_VERDICT_BUG || clean.verdict == PRING_VERDICT_SKIPPED) {
            fprintf(stderr, "%s: the clean driver: %s %s/%s: %s%s\n", mutant.name,
                    pring_verdict_name(clean.verdict), clean.bug.oracle, clean.bug.rule, clean.bug.why,
                    clean.skipped);
            wrong++;
        }
    }
    print_message("%zu canaries\n", files.gl_pathc);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_canary_is_caught_and_the_clean_driver_passes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
