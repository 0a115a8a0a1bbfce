/* SPDX-License-Identifier: Apache-2.0 */
/* What helps to find a bug: runs until each planted one is met, with ever more help. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench_bugs.h"
#include "hunt.h"
#include "option.h"

static const struct pring_help helps[] = {
    {"plain bytes", "edges", true}, {"+ structure", "edges", false}, {"+ feedback", "faults", false}};
enum { HELPS = sizeof helps / sizeof helps[0], TRIALS_MAX = 1024 };

static int by_value(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

/* A hunt that finds nothing counts as longer than all others. Returns how many found it. */
static uint64_t median(const struct pring_trial *trials, uint64_t count, int subject,
                       const struct pring_help *help, uint64_t *runs)
{
    uint64_t all[TRIALS_MAX] = {0}, total = 0, found = 0;
    for (uint64_t i = 0; i < count && total < TRIALS_MAX; i++) {
        if (trials[i].subject != subject || trials[i].help != help)
            continue;
        found += trials[i].seconds >= 0;
        all[total++] = trials[i].seconds >= 0 ? trials[i].runs : UINT64_MAX;
    }
    qsort(all, total, sizeof all[0], by_value);
    *runs = total > 0 ? all[total / 2] : UINT64_MAX;
    return found;
}

static void print_text(const struct pring_bench_bugs *bench, const struct pring_subject *subjects, int count,
                       const struct pring_trial *trials, uint64_t trial_count)
{
    char text[32];
    printf("Runs until a planted bug is met: medians of %" PRIu64
           " hunts, and how many met it within %s runs.\n\n%-36s",
           bench->trials, pring_short(bench->runs, text, sizeof text), "");
    for (int k = 0; k < HELPS; k++)
        printf(" %16s", helps[k].name);
    for (int i = 0; i < count; i++) {
        printf("\n%-36s", subjects[i].driver.name);
        for (int k = 0; k < HELPS; k++) {
            uint64_t runs = 0, found = median(trials, trial_count, i, &helps[k], &runs);
            char cell[64];
            snprintf(cell, sizeof cell, "%s (%" PRIu64 ")",
                     runs == UINT64_MAX ? "-" : pring_short(runs, text, sizeof text), found);
            printf(" %16s", cell);
        }
    }
    putchar('\n');
}

static void print_json(const struct pring_bench_bugs *bench, const struct pring_subject *subjects, int count,
                       const struct pring_trial *trials, uint64_t trial_count)
{
    printf("{\"trials\": %" PRIu64 ", \"runs\": %" PRIu64 ", \"bugs\": [", bench->trials, bench->runs);
    for (int i = 0; i < count; i++) {
        printf("%s{\"name\": \"%s\"", i ? ", " : "", subjects[i].driver.name);
        for (int k = 0; k < HELPS; k++) {
            uint64_t runs = 0, found = median(trials, trial_count, i, &helps[k], &runs);
            printf(", \"%s\": {\"found\": %" PRIu64 ", \"median_runs\": ", helps[k].name, found);
            if (runs == UINT64_MAX)
                printf("null}");
            else
                printf("%" PRIu64 "}", runs);
        }
        putchar('}');
    }
    puts("]}");
}

int pring_bench_feedback_run(struct pring_bench_bugs *bench)
{
    static struct pring_subject subjects[PRING_SUBJECTS_MAX];
    int subject_count = 0;
    int code = pring_bench_collect(bench, subjects, &subject_count);
    if (code != PRING_CLEAN)
        return code;
    if (subject_count > 0 && !subjects[subject_count - 1].oracle[0])
        subject_count--; /* the clean driver has nothing to find */
    uint64_t count = 0, most = bench->trials * (uint64_t)subject_count * HELPS;
    struct pring_trial *trials = pring_bench_trials(most);
    if (!trials)
        return PRING_SETUP;
    for (int subject = 0; subject < subject_count; subject++)
        for (int k = 0; k < HELPS; k++)
            for (uint64_t i = 0; i < bench->trials; i++)
                trials[count++] = (struct pring_trial){
                    .subject = subject, .help = &helps[k], .seed = bench->seed + i, .seconds = -1};
    pring_bench_run_trials(bench, subjects, trials, count);
    (bench->wants_json ? print_json : print_text)(bench, subjects, subject_count, trials, count);
    munmap(trials, most * sizeof *trials);
    return PRING_CLEAN;
}
