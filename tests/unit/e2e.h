/* SPDX-License-Identifier: Apache-2.0 */
/* What the end-to-end tests share: seeds, one run, and the comparison of runs. */
#ifndef PRING_TEST_E2E_H
#define PRING_TEST_E2E_H

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pring/run.h>
#include <pring/scenario.h>

struct seed {
    const char *path;
    struct pring_scenario scenario;
    struct pring_expect expect;
};

static inline void e2e_parse(struct pring_scenario *scenario, struct pring_expect *expect, const char *text)
{
    struct pring_parse_error error;
    if (!pring_scenario_parse(scenario, expect, text, strlen(text), &error))
        fail_msg("line %u: %s", error.line, error.message);
}

static inline struct seed *e2e_seeds(size_t *count)
{
    glob_t files;
    assert_int_equal(glob(PRING_SOURCE_DIR "/corpus/seeds/*/*.scn", 0, NULL, &files), 0);
    struct seed *seeds = calloc(files.gl_pathc, sizeof *seeds);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        static char text[65536];
        FILE *file = fopen(files.gl_pathv[i], "r");
        assert_non_null(file);
        text[fread(text, 1, sizeof text - 1, file)] = 0;
        fclose(file);
        seeds[i].path = files.gl_pathv[i] + strlen(PRING_SOURCE_DIR "/corpus/seeds/");
        struct pring_parse_error error;
        if (!pring_scenario_parse(&seeds[i].scenario, &seeds[i].expect, text, strlen(text), &error))
            fail_msg("%s:%u: %s", seeds[i].path, error.line, error.message);
    }
    *count = files.gl_pathc;
    return seeds;
}

static inline struct pring_result e2e_run(const char *driver, const char *backend,
                                          const struct pring_scenario *scenario)
{
    struct pring_run_request request = {
        .island = pring_island_by_name(driver),
        .backend = pring_bench_backend(backend),
        .scenario = scenario,
        .state_hash = true,
    };
    struct pring_result result;
    assert_int_equal(pring_bench_open(), 0);
    assert_non_null(request.island);
    assert_non_null(request.backend);
    pring_bench_run(&request, &result);
    return result;
}

static inline struct pring_result e2e_text(const char *driver, const char *backend, const char *text)
{
    static struct pring_scenario scenario;
    e2e_parse(&scenario, NULL, text);
    return e2e_run(driver, backend, &scenario);
}

static inline bool e2e_is_settled(const struct pring_scenario *scenario)
{
    struct pring_setup setup;
    struct pring_options options;
    pring_scenario_resolve(scenario, &setup, &options);
    return options.schedule == PRING_SCHEDULE_SETTLED;
}

#ifdef PRING_WITH_RTL
#define E2E_RTL "rtl",
#else
#define E2E_RTL
#endif
#ifdef PRING_WITH_SYSTEMC
#define E2E_SYSTEMC , "systemc", "systemc-model"
#else
#define E2E_SYSTEMC
#endif
#define E2E_BACKENDS                                                                                         \
    {                                                                                                        \
        "model", E2E_RTL "model-reverse", "model-polling", "model-batch" E2E_SYSTEMC                         \
    }

/* Says on stderr where two runs of one scenario differ; the number of differences. */
static inline unsigned e2e_differs(const char *what, const char *driver, const char *backend,
                                   const struct pring_result *a, const struct pring_result *b)
{
    if (a->verdict == PRING_VERDICT_SKIPPED || b->verdict == PRING_VERDICT_SKIPPED)
        return 0;
    if (a->verdict == b->verdict && a->result_hash == b->result_hash && !strcmp(a->bug.oracle, b->bug.oracle))
        return 0;
    fprintf(stderr, "%s %s: model %s/%s/%s %016llx, %s %s/%s/%s %016llx\n", what, driver,
            pring_verdict_name(a->verdict), a->bug.oracle, a->bug.rule, (unsigned long long)a->result_hash,
            backend, pring_verdict_name(b->verdict), b->bug.oracle, b->bug.rule,
            (unsigned long long)b->result_hash);
    return 1;
}

#endif
