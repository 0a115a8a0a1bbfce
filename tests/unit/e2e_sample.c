/* SPDX-License-Identifier: Apache-2.0 */
/* Generated inputs: equal results on every backend. `unit.e2e_sample COUNT SEED` for more than the test's
 * share. */
#include "e2e.h"

#include <pring/mutate.h>

static uint32_t count = 1500, seed = 1;
static const char *const backends[] = E2E_BACKENDS;

/* The n-th sample: a seed's bytes, mutated a few times. */
static size_t sample(const struct seed *seeds, size_t seed_count, uint32_t n, uint8_t *bytes, size_t size)
{
    uint32_t random = (n + 1) * 2654435761U ^ seed * 40503U;
    size_t len = pring_scenario_encode(&seeds[random % seed_count].scenario, bytes, size);
    for (uint32_t i = 0; i < 1 + random % 5; i++)
        len = pring_mutate(bytes, len, 512, random + i * 7919U, NULL);
    return len;
}

static void test_generated_inputs_give_equal_results_on_every_backend(void **state)
{
    size_t seed_count;
    unsigned differences = 0, verdicts[PRING_VERDICT_COUNT] = {0};
    struct seed *seeds = e2e_seeds(&seed_count);
    (void)state;
    for (uint32_t n = 0; n < count; n++) {
        static struct pring_scenario scenario;
        uint8_t bytes[PRING_SCENARIO_BYTES_MAX];
        char name[32];
        pring_scenario_decode(&scenario, bytes, sample(seeds, seed_count, n, bytes, sizeof bytes));
        if (!e2e_is_settled(&scenario))
            continue;
        snprintf(name, sizeof name, "sample %u", n);
        struct pring_result first = e2e_run("vio", backends[0], &scenario);
        verdicts[first.verdict]++;
        for (size_t b = 1; b < sizeof backends / sizeof backends[0]; b++) {
            struct pring_result other = e2e_run("vio", backends[b], &scenario);
            unsigned differs = e2e_differs(name, "vio", backends[b], &first, &other);
            differences += differs;
            if (differs && differences <= 3) {
                static char text[65536];
                pring_scenario_print(&scenario, text, sizeof text);
                fputs(text, stderr);
            }
        }
    }
    print_message("ok %u, refused %u, degraded %u, stuck %u, bug %u, skipped %u\n", verdicts[0], verdicts[1],
                  verdicts[2], verdicts[3], verdicts[4], verdicts[5]);
    assert_true(verdicts[PRING_VERDICT_OK] > count / 20);
    assert_true(verdicts[PRING_VERDICT_REFUSED] > count / 50);
    assert_int_equal(differences, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generated_inputs_give_equal_results_on_every_backend)};
    if (argc > 1)
        count = (uint32_t)strtoul(argv[1], NULL, 0);
    if (argc > 2)
        seed = (uint32_t)strtoul(argv[2], NULL, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
