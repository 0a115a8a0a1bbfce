/* SPDX-License-Identifier: Apache-2.0 */
/* `pring run`: scenarios from files, each alone or in shuffled order. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/args.h"
#include "fuzz/modes.h"
#include "fuzz/outcome.h"
#include "fuzz/record.h"
#include "fuzz/sweep.h"
#include "fuzz/target.h"

struct replay {
    char *path;
    struct pring_scenario scenario;
    struct pring_expect expect;
    uint64_t state_hash[PRING_BACKENDS_MAX]; /* of the first run */
    bool has_hash;
};

struct counts {
    uint32_t verdicts[PRING_VERDICT_COUNT], bad, differ, unstable;
};

/* list=FILE: one path a line, for more files than a command line holds. */
static uint32_t load_list(struct replay **out, bool *is_good)
{
    uint32_t count = 0;
    char line[4096];
    struct replay *replays = NULL;
    FILE *list = fopen(pring_arg("list", "/dev/null"), "re");
    while (list && fgets(line, sizeof line, list)) {
        line[strcspn(line, "\n")] = '\0';
        struct replay *more = realloc(replays, (count + 1) * sizeof *more);
        if (!more)
            break;
        replays = more;
        memset(&replays[count], 0, sizeof replays[count]);
        replays[count].path = strdup(line);
        *is_good &= pring_scenario_load(line, &replays[count].scenario, &replays[count].expect);
        count++;
    }
    if (list)
        fclose(list);
    *out = replays;
    return count;
}

const char *pring_honest_name(uint16_t device_type)
{
    static const char *const names[] = {"honest net", "honest blk", "honest console", "honest rng"};
    bool is_known = device_type >= PRING_DEVICE_NET && device_type <= PRING_DEVICE_RNG;
    return is_known ? names[device_type - PRING_DEVICE_NET] : NULL;
}

/* Without a file: the honest workload, once for each device that the driver drives. */
static uint32_t load_honest(struct replay **out)
{
    uint32_t count = 0;
    uint64_t only = pring_arg_number("device", 0);
    struct replay *replays = calloc(8, sizeof *replays);
    const uint16_t *types = pring_arg_island()->dut->device_types;
    for (uint32_t i = 0; replays && types && types[i] && count < 8; i++) {
        if (only != 0 && types[i] != only)
            continue;
        const char *name = pring_honest_name(types[i]);
        if (!name)
            continue;
        replays[count].path = strdup(name);
        pring_scenario_honest(&replays[count].scenario, types[i]);
        count++;
    }
    *out = replays;
    return count;
}

static void run_one(struct pring_outcome *outcome, const struct replay *replay, bool is_brief,
                    struct counts *counts)
{
    bool is_json = pring_arg_number("json", 0);
    const char *wave = pring_arg("wave", NULL);
    pring_outcome_run(outcome, &replay->scenario, pring_arg_number("trace", 0) ? stdout : NULL, wave);
    pring_record_again(outcome, &replay->scenario);
    pring_record_outcome(replay->path, outcome, &replay->expect);
    if (is_json)
        pring_outcome_json(outcome, replay->path);
    else
        pring_outcome_text(outcome, &replay->scenario, replay->path, is_brief);
    fflush(stdout);
    counts->bad += !pring_outcome_is_good(outcome, &replay->expect);
    counts->differ += !outcome->is_same;
    for (uint32_t i = 0; outcome->backend[i]; i++) {
        counts->verdicts[outcome->result[i].verdict] += !outcome->second[i].is_unstable;
        counts->unstable += outcome->second[i].is_unstable;
    }
}

static void print_counts(const struct counts *counts, uint32_t files)
{
    printf("%u scenario%s:", files, files == 1 ? "" : "s");
    for (int verdict = 0; verdict < PRING_VERDICT_COUNT; verdict++)
        if (counts->verdicts[verdict] > 0)
            printf(" %s %u", pring_verdict_name((enum pring_verdict)verdict), counts->verdicts[verdict]);
    if (counts->unstable > 0)
        printf(" unstable %u", counts->unstable);
    if (counts->differ > 0)
        printf("; backends differ in %u", counts->differ);
    puts(counts->bad ? "." : ". As expected.");
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* Each run's state_hash, whatever ran before it: nothing may be left over. */
static int shuffle(struct replay *replays, uint32_t count, uint64_t runs, struct pring_outcome *outcome)
{
    uint64_t seed = pring_arg_number("seed", 1), random = seed, differ = 0;
    const char *before = "nothing";
    for (uint64_t run = 0; run < runs; run++) {
        struct replay *replay = &replays[run < count ? run : next_random(&random) % count];
        pring_outcome_run(outcome, &replay->scenario, NULL, NULL);
        for (uint32_t i = 0; outcome->backend[i]; i++) {
            if (replay->has_hash && replay->state_hash[i] != outcome->result[i].state_hash && differ++ < 20)
                printf("state_hash of %s on %s differs after %s\n", replay->path, outcome->backend[i]->name,
                       before);
            if (!replay->has_hash)
                replay->state_hash[i] = outcome->result[i].state_hash;
        }
        replay->has_hash = true;
        before = replay->path;
    }
    printf("%" PRIu64 " runs of %u scenarios in shuffled order, seed %" PRIu64 ": ", runs, count, seed);
    if (differ > 0)
        printf("%" PRIu64 " states differ: something is left over between runs.\n", differ);
    else
        puts("every state_hash is independent of what ran before.");
    return differ ? 1 : 0;
}

static void free_replays(struct replay *replays, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        free(replays[i].path);
    free(replays);
}

static int sweep_all(const char *kind, const struct replay *replays, uint32_t count,
                     struct pring_outcome *outcome)
{
    int code = 0;
    for (uint32_t i = 0; i < count; i++)
        if (replays[i].scenario.fault_count == PRING_FAULTS_MAX) {
            fprintf(stderr, "pring: %s has %d faults already: there is no room for one more\n",
                    replays[i].path, PRING_FAULTS_MAX);
            return 2;
        }
    for (uint32_t i = 0; i < count; i++)
        code |= !pring_sweep(kind, replays[i].path, &replays[i].scenario, outcome);
    return code;
}

static int play(struct replay *replays, uint32_t count, struct pring_outcome *outcome)
{
    struct counts counts = {.bad = 0};
    uint64_t runs = pring_arg_number("shuffle", 0);
    const char *sweep = pring_arg("sweep", NULL);
    if (runs > 0)
        return count ? shuffle(replays, count, runs, outcome) : 0;
    if (sweep)
        return sweep_all(sweep, replays, count, outcome);
    for (uint32_t i = 0; i < count; i++)
        run_one(outcome, &replays[i], count > 2, &counts);
    if (!pring_arg_number("json", 0) && count != 1)
        print_counts(&counts, count);
    return counts.bad ? 1 : 0;
}

int pring_mode_run(void)
{
    static struct pring_outcome outcome;
    struct replay *replays = NULL;
    bool is_good = true;
    uint32_t count = pring_arg("list", NULL) ? load_list(&replays, &is_good) : load_honest(&replays);
    pring_outcome_open(&outcome);
    int code = is_good ? play(replays, count, &outcome) : 2;
    free_replays(replays, count);
    return code;
}
