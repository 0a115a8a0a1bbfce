/* SPDX-License-Identifier: Apache-2.0 */
/* For the tests of the scenario layer: the laws as one function, inputs to try them on, and files. */
#ifndef SCENARIO_BENCH_H
#define SCENARIO_BENCH_H

#include <pring/mutate.h>
#include <pring/scenario.h>

#include <stdio.h>
#include <string.h>

enum { SCENARIO_TEXT_MAX = 65536 };

static inline uint64_t scenario_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* A third each: noise; records whose codes are mostly assigned; children of the mutator. Returns its size. */
static inline size_t scenario_random_bytes(uint64_t *state, uint8_t *bytes, size_t size_bytes)
{
    uint64_t kind = scenario_random(state) % 3;
    size_t len = (size_t)(scenario_random(state) % 16 == 0 ? scenario_random(state) % (size_bytes + 1)
                                                           : scenario_random(state) % 240);

    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(scenario_random(state) >> 13);
    if (kind == 0)
        return len;
    for (size_t i = 0; i + 16 <= len; i += 16) {
        uint64_t r = scenario_random(state);
        bytes[i + 1] = (uint8_t)(r % 40);
        bytes[i + 2] = (uint8_t)((r >> 8) % 96);
        bytes[i + 3] = (uint8_t)((r >> 16) % 96);
        bytes[i + 9] = (uint8_t)((r >> 24) % 16);
        bytes[i + 10] = (uint8_t)((r >> 32) % 6);
        if (r >> 40 & 1)
            memset(bytes + i + 9, 0, 7); /* small set-up values */
    }
    if (kind == 2)
        len = pring_mutate(bytes, len, size_bytes, (uint32_t)scenario_random(state), NULL);
    return len;
}

static inline bool scenario_same_set(const struct pring_set *a, const struct pring_set *b)
{
    return a->key == b->key && a->index == b->index && a->value == b->value;
}

static inline bool scenario_same_work(const struct pring_work *a, const struct pring_work *b)
{
    return a->verb == b->verb && a->async == b->async && a->unit == b->unit && a->count == b->count &&
           a->position == b->position;
}

static inline bool scenario_same_fault(const struct pring_fault *a, const struct pring_fault *b)
{
    return a->action == b->action && a->label == b->label && a->target == b->target && a->queue == b->queue &&
           a->phase == b->phase && a->side == b->side && a->k == b->k && a->nth == b->nth && a->j == b->j &&
           a->count == b->count && a->base == b->base && a->op == b->op && a->shift == b->shift &&
           a->operand == b->operand;
}

static inline bool scenario_same_data(const struct pring_data *a, const struct pring_data *b)
{
    return a->kind == b->kind && a->buffer == b->buffer && a->offset == b->offset &&
           memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

static inline bool scenario_same(const struct pring_scenario *a, const struct pring_scenario *b)
{
    bool same = a->set_count == b->set_count && a->work_count == b->work_count &&
                a->fault_count == b->fault_count && a->data_count == b->data_count;

    for (uint32_t i = 0; same && i < a->set_count; i++)
        same = scenario_same_set(&a->set[i], &b->set[i]);
    for (uint32_t i = 0; same && i < a->work_count; i++)
        same = scenario_same_work(&a->work[i], &b->work[i]);
    for (uint32_t i = 0; same && i < a->fault_count; i++)
        same = scenario_same_fault(&a->fault[i], &b->fault[i]);
    for (uint32_t i = 0; same && i < a->data_count; i++)
        same = scenario_same_data(&a->data[i], &b->data[i]);
    return same;
}

/* ---- the laws: NULL, or the one that is broken ---- */

static inline const char *scenario_text_law(const struct pring_scenario *scenario)
{
    static char text[SCENARIO_TEXT_MAX], again[SCENARIO_TEXT_MAX];
    static struct pring_scenario parsed;
    struct pring_parse_error error;
    size_t len = pring_scenario_print(scenario, text, sizeof text);

    if (len >= sizeof text)
        return "text: it fits";
    if (!pring_scenario_is_text(text, len))
        return "text: it is recognised";
    if (!pring_scenario_parse(&parsed, NULL, text, len, &error)) {
        fprintf(stderr, "line %u: %s\n%s", error.line, error.message, text);
        return "text: parse(print(s)) succeeds";
    }
    if (!scenario_same(&parsed, scenario))
        return "text: parse(print(s)) == s";
    if (pring_scenario_print(&parsed, again, sizeof again) != len || memcmp(text, again, len) != 0)
        return "text: printing is canonical";
    return NULL;
}

static inline const char *scenario_resolve_law(const struct pring_scenario *scenario)
{
    struct pring_setup setup;
    struct pring_options options;
    uint32_t size;

    pring_scenario_resolve(scenario, &setup, &options);
    size = setup.queue_size_max;
    if (size == 0 || size > PRING_QUEUE_SIZE_MAX || ((size & (size - 1)) != 0 && !(setup.features >> 34 & 1)))
        return "resolve: queue size";
    if (setup.queue_count == 0 || setup.queue_count > PRING_QUEUES_MAX)
        return "resolve: queue count";
    if (setup.device_type < PRING_DEVICE_NET || setup.device_type > PRING_DEVICE_RNG)
        return "resolve: device";
    if (setup.blk.capacity_sectors > UINT64_C(1) << 32 || options.latency_ns > 1000000000 ||
        options.spacing_ns > 1000000000)
        return "resolve: limits";
    return NULL;
}

static inline const char *scenario_fault_law(const struct pring_fault *fault)
{
    int row = pring_fault_row_of(fault);

    if (row < 0)
        return "fault: has a row";
    if (pring_fault_rows[row].action != fault->action)
        return "fault: the row is its own";
    if (!pring_fault_placeable(fault))
        return "fault: may stand there";
    if (fault->nth == 0 || fault->j == 0 || fault->count == 0 || fault->queue > PRING_QUEUE_ANY)
        return "fault: counts in range";
    if (fault->base > PRING_BASE_GONE || fault->op > PRING_OP_OR || fault->k > 3 || fault->side > 2)
        return "fault: members in range";
    return NULL;
}

static inline const char *scenario_law_broken(const uint8_t *bytes, size_t len)
{
    static struct pring_scenario scenario, again;
    static uint8_t canonical[PRING_SCENARIO_BYTES_MAX], twice[PRING_SCENARIO_BYTES_MAX];
    const char *broken;
    size_t size;

    pring_scenario_decode(&scenario, bytes, len);
    size = pring_scenario_encode(&scenario, canonical, sizeof canonical);
    if (size > sizeof canonical || size % PRING_RECORD_BYTES)
        return "bytes: encode fits";
    pring_scenario_decode(&again, canonical, size);
    if (!scenario_same(&scenario, &again))
        return "bytes: decode(encode(s)) == s";
    if (pring_scenario_encode(&again, twice, sizeof twice) != size || memcmp(canonical, twice, size) != 0)
        return "bytes: encode(decode(b)) is idempotent";
    for (uint32_t i = 0; i < scenario.fault_count; i++) {
        broken = scenario_fault_law(&scenario.fault[i]);
        if (broken)
            return broken;
    }
    broken = scenario_resolve_law(&scenario);
    return broken ? broken : scenario_text_law(&scenario);
}

/* ---- files ---- */

/* Reads a whole file; the size, or -1. */
static inline long scenario_read_file(const char *path, void *out, size_t size_bytes)
{
    FILE *file = fopen(path, "rb");
    size_t len;

    if (!file)
        return -1;
    len = fread(out, 1, size_bytes, file);
    fclose(file);
    return (long)len;
}

#endif
