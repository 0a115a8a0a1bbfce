/* SPDX-License-Identifier: Apache-2.0 */
/* A smaller scenario with the same finding: fewer records, then plainer ones. Greedy, from the end to the
 * start, until a whole round changes nothing; bounded in runs, so that the same input always gives the same
 * result. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/args.h"
#include "fuzz/modes.h"
#include "fuzz/target.h"

enum { RUNS_MAX = 3000, ROUNDS_MAX = 8 };

struct shrink {
    struct pring_run_request request;
    const char *key;
    uint32_t runs;
    struct pring_scenario best; /* canonical, as read */
};

static bool has_key(struct shrink *shrink, const struct pring_scenario *candidate)
{
    static struct pring_result result;
    char key[PRING_BOARD_KEY];
    shrink->request.scenario = candidate;
    shrink->runs++;
    pring_bench_run(&shrink->request, &result);
    if (pring_key_of(candidate, &result, true, key, sizeof key) && strcmp(key, shrink->key) == 0)
        return true;
    return pring_key_of_device(&result, key, sizeof key) && strcmp(key, shrink->key) == 0;
}

/* Keeps a candidate that is another scenario and has the same finding. By way of bytes: what comes out is
 * canonical, so that its text can be read again. */
static bool try(struct shrink *shrink, struct pring_scenario *candidate)
{
    static uint8_t bytes[PRING_SCENARIO_BYTES_MAX];
    pring_scenario_decode(candidate, bytes, pring_scenario_encode(candidate, bytes, sizeof bytes));
    if (shrink->runs >= RUNS_MAX || memcmp(candidate, &shrink->best, sizeof *candidate) == 0)
        return false;
    if (!has_key(shrink, candidate))
        return false;
    shrink->best = *candidate;
    return true;
}

#define PRING_DROP(list, count, at, n)                                                                       \
    do {                                                                                                     \
        memmove(&(list)[at], &(list)[(at) + (n)], ((count) - (at) - (n)) * sizeof(list)[0]);                 \
        (count) = (uint16_t)((count) - (n));                                                                 \
        memset(&(list)[count], 0, (n) * sizeof(list)[0]);                                                    \
    } while (0)

static void drop(struct pring_scenario *scenario, int stream, uint16_t at, uint16_t n)
{
    switch (stream) {
    case 0:
        PRING_DROP(scenario->data, scenario->data_count, at, n);
        break;
    case 1:
        PRING_DROP(scenario->fault, scenario->fault_count, at, n);
        break;
    case 2:
        PRING_DROP(scenario->work, scenario->work_count, at, n);
        break;
    default:
        PRING_DROP(scenario->set, scenario->set_count, at, n);
        pring_scenario_canon(scenario);
        break;
    }
}

static uint16_t count_of(const struct pring_scenario *scenario, int stream)
{
    const uint16_t counts[] = {scenario->data_count, scenario->fault_count, scenario->work_count,
                               scenario->set_count};
    return counts[stream];
}

static bool drop_records(struct shrink *shrink)
{
    static struct pring_scenario candidate;
    bool is_changed = false;
    for (int stream = 0; stream < 4; stream++)
        for (uint16_t n = count_of(&shrink->best, stream); n > 0; n /= 2)
            for (int at = count_of(&shrink->best, stream) - n; at >= 0; at--) {
                if (at + n > count_of(&shrink->best, stream))
                    continue;
                candidate = shrink->best;
                drop(&candidate, stream, (uint16_t)at, n);
                is_changed |= try(shrink, &candidate);
            }
    return is_changed;
}

/* One member at a time becomes what a reader would expect there. */
static bool plain_fault(struct shrink *shrink, uint16_t at)
{
    static const struct {
        size_t offset;
        uint8_t plain;
    } members[] = {
        {offsetof(struct pring_fault, count), 1},
        {offsetof(struct pring_fault, j), 1},
        {offsetof(struct pring_fault, nth), 1},
        {offsetof(struct pring_fault, phase), PRING_PHASE_ANY},
        {offsetof(struct pring_fault, queue), PRING_QUEUE_ANY},
        {offsetof(struct pring_fault, k), 0},
        {offsetof(struct pring_fault, shift), 0},
        {offsetof(struct pring_fault, op), PRING_OP_ADD},
        {offsetof(struct pring_fault, base), PRING_BASE_ZERO},
    };
    static struct pring_scenario candidate;
    bool is_changed = false, is_smaller = true;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        candidate = shrink->best;
        ((uint8_t *)&candidate.fault[at])[members[i].offset] = members[i].plain;
        is_changed |= try(shrink, &candidate);
    }
    while (is_smaller && shrink->best.fault[at].nth > 1) {
        candidate = shrink->best;
        candidate.fault[at].nth--;
        is_changed |= is_smaller = try(shrink, &candidate);
    }
    static const uint32_t plain[] = {0, 1, 8, 255, 65535, 65536, UINT32_MAX};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0] && shrink->best.fault[at].operand > plain[i]; i++) {
        candidate = shrink->best;
        candidate.fault[at].operand = plain[i];
        if (try(shrink, &candidate))
            return true;
    }
    return is_changed;
}

static bool plain_work(struct shrink *shrink, uint16_t at)
{
    static struct pring_scenario candidate;
    bool is_changed = false;
    for (int step = 0; step < 4; step++) {
        candidate = shrink->best;
        struct pring_work *work = &candidate.work[at];
        switch (step) {
        case 0:
            work->async = false;
            break;
        case 1:
            work->position = 0;
            break;
        case 2:
            work->count = work->count > 1 ? 1 : work->count;
            break;
        default:
            work->count /= 2;
            break;
        }
        is_changed |= try(shrink, &candidate);
    }
    return is_changed;
}

static bool plain_records(struct shrink *shrink)
{
    bool is_changed = false;
    for (uint16_t i = 0; i < shrink->best.fault_count; i++)
        is_changed |= plain_fault(shrink, i);
    for (uint16_t i = 0; i < shrink->best.work_count; i++)
        is_changed |= plain_work(shrink, i);
    return is_changed;
}

static bool write_best(const struct shrink *shrink, uint32_t records_before)
{
    static char text[1 << 18];
    const struct pring_scenario *best = &shrink->best;
    pring_scenario_print(best, text, sizeof text);
    const char *first_end = strchr(text, '\n');
    FILE *out = fopen(pring_arg("out", "/dev/null"), "we");
    if (!out || !first_end)
        return false;
    fprintf(out, "%.*s\n# key: %s\n# run: %s\n# shrunk: from %u records in %u runs\n%s",
            (int)(first_end - text), text, shrink->key, pring_arg("command", ""), records_before,
            shrink->runs, first_end + 1);
    return fclose(out) == 0;
}

int pring_mode_minimize(void)
{
    static struct shrink shrink;
    struct pring_expect expect;
    if (!pring_scenario_load(pring_arg("in", ""), &shrink.best, &expect))
        return 3;
    shrink.key = pring_arg("key", "");
    shrink.request = (struct pring_run_request){.island = pring_arg_island(), .backend = pring_arg_backend()};
    static struct pring_scenario first;
    first = shrink.best;
    uint32_t records = (uint32_t)first.set_count + first.work_count + first.fault_count + first.data_count;
    if (!has_key(&shrink, &first)) {
        shrink.request.triage = true; /* a second run may be what finds it */
        if (!has_key(&shrink, &first))
            return 1;
    }
    for (int round = 0; round < ROUNDS_MAX; round++) {
        bool is_changed = drop_records(&shrink);
        is_changed |= plain_records(&shrink);
        if (!is_changed)
            break;
    }
    return write_best(&shrink, records) ? 0 : 3;
}
