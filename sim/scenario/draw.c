/* SPDX-License-Identifier: Apache-2.0 */
#include "draw.h"

#include <string.h>

void pring_draw_open(struct pring_draw *draw, uint32_t seed, const struct pring_mutate_hints *hints)
{
    static const struct pring_mutate_hints anything;

    draw->state = seed * UINT64_C(0x9e3779b97f4a7c15) + UINT64_C(0x632be59bd9b4e019);
    draw->hints = hints ? hints : &anything;
    draw->device = PRING_DEVICE_BLK;
}

static uint32_t next(struct pring_draw *draw) /* splitmix64, the upper half */
{
    uint64_t z = draw->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(z >> 32);
}

uint32_t pring_draw_below(struct pring_draw *draw, uint32_t limit)
{
    return (uint32_t)((uint64_t)next(draw) * limit >> 32);
}

bool pring_draw_chance(struct pring_draw *draw, uint32_t percent)
{
    return pring_draw_below(draw, 100) < percent;
}

#define PICK(draw, array) ((array)[pring_draw_below(draw, sizeof(array) / sizeof((array)[0]))])

bool pring_draw_allows(const struct pring_draw *draw, uint32_t device_type)
{
    return !draw->hints->devices || (draw->hints->devices >> device_type & 1);
}

static bool knows(const struct pring_draw *draw, enum pring_op op)
{
    return draw->hints->operations >> op & 1;
}

static bool is_first(const struct pring_draw *draw)
{
    return draw->device == PRING_DEVICE_RNG || draw->device == PRING_DEVICE_BLK;
}

uint32_t pring_draw_rows(const struct pring_draw *draw)
{
    bool discards = draw->device == PRING_DEVICE_BLK &&
                    (draw->hints->operations || !draw->hints->devices); /* without hints: anything */

    return is_first(draw) && !discards && !draw->hints->ring_features ? PRING_FAULT_ROWS_FIRST
                                                                      : pring_fault_row_count;
}

uint32_t pring_draw_labels(const struct pring_draw *draw)
{
    return is_first(draw) ? PRING_FIELDS_FIRST : PRING_FIELD_COUNT;
}

/* ---- set-up ---- */

static uint32_t draw_device(struct pring_draw *draw)
{
    static const uint8_t built[] = {PRING_DEVICE_BLK, PRING_DEVICE_RNG, PRING_DEVICE_NET,
                                    PRING_DEVICE_CONSOLE};
    bool more = pring_draw_allows(draw, PRING_DEVICE_NET) || pring_draw_allows(draw, PRING_DEVICE_CONSOLE);
    uint32_t device = built[pring_draw_below(draw, more ? 4 : 2)];

    for (uint32_t i = 0; more && i < 8 && !pring_draw_allows(draw, device); i++)
        device = PICK(draw, built);
    for (uint32_t i = 0; i < sizeof built && !pring_draw_allows(draw, device); i++)
        device = built[i];
    return device;
}

static uint64_t draw_size(struct pring_draw *draw)
{
    return pring_draw_chance(draw, 70) ? UINT64_C(1) << pring_draw_below(draw, 5)
                                       : UINT64_C(1) << pring_draw_below(draw, 11);
}

/* One of those that the hints name. */
static uint64_t draw_ring_feature(struct pring_draw *draw)
{
    static const uint8_t all[] = {28, 28, 34, 35, 38, 40};
    uint8_t bit;

    do
        bit = PICK(draw, all);
    while (!(draw->hints->ring_features >> bit & 1));
    return bit;
}

static uint64_t draw_feature(struct pring_draw *draw)
{
    static const uint8_t usual[] = {29, 29, 32, 33, 1, 2, 6, 9, 10, 11, 12, 5};
    static const uint8_t net[] = {29, 32, 0, 1, 3, 5, 15, 15, 16, 17, 17, 18, 20, 22, 22, 23, 63};
    static const uint8_t console[] = {29, 29, 32, 0, 1, 1, 1, 2};

    if (draw->hints->ring_features && pring_draw_chance(draw, 20))
        return draw_ring_feature(draw);
    if (draw->device == PRING_DEVICE_NET && pring_draw_chance(draw, 85))
        return PICK(draw, net);
    if (draw->device == PRING_DEVICE_CONSOLE && pring_draw_chance(draw, 85))
        return PICK(draw, console);
    return pring_draw_chance(draw, 85) ? PICK(draw, usual) : pring_draw_below(draw, 64);
}

static uint64_t draw_ns(struct pring_draw *draw)
{
    static const uint32_t usual[] = {0, 1, 10, 500, 2000, 10000, 100000, 1000000, 10000000, 100000000};

    return PICK(draw, usual) + (pring_draw_chance(draw, 30) ? pring_draw_below(draw, 100) : 0);
}

static uint64_t draw_set_value(struct pring_draw *draw, uint8_t key)
{
    static const uint32_t sizes[] = {512, 513, 1024, 4096, 65536, 1, 2, 3, 7, 126, 0, UINT32_MAX};

    switch (key) {
    case PRING_SET_FEATURE_ON:
    case PRING_SET_FEATURE_OFF:
        return draw_feature(draw);
    case PRING_SET_QUEUE_SIZE:
        return draw_size(draw);
    case PRING_SET_CAPACITY:
        return pring_draw_chance(draw, 20) ? PRING_CAPACITY_MAX : 1 + pring_draw_below(draw, 128);
    case PRING_SET_LATENCY:
    case PRING_SET_SPACING:
        return draw_ns(draw);
    case PRING_SET_SCHEDULE:
        return pring_draw_chance(draw, 25) ? PRING_SCHEDULE_FREE : PRING_SCHEDULE_SETTLED;
    case PRING_SET_ISOLATION:
        return pring_draw_below(draw, PRING_ISOLATION_BYTE + 1);
    case PRING_SET_PROFILE:
        return pring_draw_below(draw, PRING_PROFILE_REORDER + 1);
    case PRING_SET_ORDER:
        return 0;
    case PRING_SET_SEED:
        return pring_draw_below(draw, 1000);
    case PRING_SET_QUEUES:
    case PRING_SET_PORTS:
        return 1 + pring_draw_below(draw, PRING_UNITS_MAX);
    default:
        return PICK(draw, sizes);
    }
}

void pring_draw_set(struct pring_draw *draw, struct pring_set *set)
{
    static const uint8_t keys[] = {
        PRING_SET_FEATURE_ON, PRING_SET_FEATURE_OFF, PRING_SET_FEATURE_OFF, PRING_SET_QUEUE_SIZE,
        PRING_SET_QUEUE_SIZE, PRING_SET_CAPACITY,    PRING_SET_SIZE_MAX,    PRING_SET_SEG_MAX,
        PRING_SET_BLK_SIZE,   PRING_SET_OPT_IO_SIZE, PRING_SET_SEED,        PRING_SET_SCHEDULE,
        PRING_SET_LATENCY,    PRING_SET_LATENCY,     PRING_SET_SPACING,     PRING_SET_ISOLATION,
        PRING_SET_PROFILE,
    };

    static const uint8_t more[] = {PRING_SET_QUEUES, PRING_SET_MTU,  PRING_SET_MAC,
                                   PRING_SET_PORTS,  PRING_SET_COLS, PRING_SET_ROWS};

    do {
        bool new = !is_first(draw) && pring_draw_chance(draw, 30);
        *set = (struct pring_set){.key = new ? PICK(draw, more) : PICK(draw, keys)};
        set->value = draw_set_value(draw, set->key);
    } while (!pring_canon_set(set, draw->device));
}

void pring_draw_setup(struct pring_draw *draw, struct pring_scenario *scenario)
{
    struct pring_set set = {.key = PRING_SET_DEVICE};

    set.value = draw->device = draw_device(draw);
    scenario->set_count = 0;
    pring_scenario_add_set(scenario, &set);
    set = (struct pring_set){.key = PRING_SET_SCHEDULE};
    set.value = draw_set_value(draw, PRING_SET_SCHEDULE);
    if (set.value == PRING_SCHEDULE_FREE)
        pring_scenario_add_set(scenario, &set);
    while (draw->hints->ring_features && pring_draw_chance(draw, 30))
        pring_scenario_add_set(
            scenario, &(struct pring_set){.key = PRING_SET_FEATURE_ON, .value = draw_ring_feature(draw)});
    while (pring_draw_chance(draw, 40)) {
        pring_draw_set(draw, &set);
        if (set.key != PRING_SET_SCHEDULE)
            pring_scenario_add_set(scenario, &set);
    }
}

/* ---- workload, payload ---- */

static uint8_t draw_verb(struct pring_draw *draw)
{
    static const uint8_t requests[] = {PRING_WORK_READ,  PRING_WORK_READ,  PRING_WORK_WRITE,
                                       PRING_WORK_WRITE, PRING_WORK_FLUSH, PRING_WORK_ID};
    static const uint8_t others[] = {PRING_WORK_PROBE,  PRING_WORK_CANCEL, PRING_WORK_RESET,
                                     PRING_WORK_REMOVE, PRING_WORK_UNPLUG, PRING_WORK_WAIT,
                                     PRING_WORK_WAIT,   PRING_WORK_RESIZE, PRING_WORK_DELAY};

    if (!pring_draw_chance(draw, 70))
        return PICK(draw, others);
    if (!is_first(draw))
        return knows(draw, PRING_CONTROL) && pring_draw_chance(draw, 25) ? PRING_WORK_CONTROL
                                                                         : PRING_WORK_SEND;
    if (draw->device == PRING_DEVICE_BLK && (knows(draw, PRING_DISCARD) || knows(draw, PRING_ZERO)) &&
        pring_draw_chance(draw, 20))
        return pring_draw_chance(draw, 50) ? PRING_WORK_DISCARD : PRING_WORK_ZERO;
    return draw->device == PRING_DEVICE_RNG ? PRING_WORK_ENTROPY : PICK(draw, requests);
}

static uint64_t draw_position(struct pring_draw *draw, uint32_t uses)
{
    static const uint8_t edges[] = {0, 1, 7, 8, 62, 63, 64, 65};

    if (uses & PRING_USES_NS)
        return draw_ns(draw);
    if (uses & PRING_USES_WHICH)
        return pring_draw_below(draw, 3);
    return pring_draw_chance(draw, 80) ? PICK(draw, edges) : UINT64_C(1) << pring_draw_below(draw, 34);
}

void pring_draw_work(struct pring_draw *draw, struct pring_work *work)
{
    static const uint16_t counts[] = {1, 1, 1, 2, 3, 4, 8, 16, 64};
    static const uint16_t bytes[] = {1, 2, 7, 8, 16, 32, 63, 64, 65, 100, 512, 4096};
    static const uint16_t frames[] = {1, 13, 14, 42, 60, 64, 100, 500, 1500, 1514, 1515, 4096};
    uint32_t uses;

    do {
        *work = (struct pring_work){.verb = draw_verb(draw)};
        uses = pring_work_uses(work->verb);
        work->async = pring_draw_chance(draw, 45);
        work->count = uses & PRING_USES_BYTES ? PICK(draw, bytes) : PICK(draw, counts);
        work->position = draw_position(draw, uses);
        if (uses & PRING_USES_UNIT)
            work->unit = (uint8_t)(pring_draw_chance(draw, 80) ? 0 : pring_draw_below(draw, PRING_UNITS_MAX));
        if (uses & PRING_USES_COMMAND)
            work->position = pring_draw_below(draw, PRING_COMMANDS);
        if (work->verb == PRING_WORK_SEND && draw->device == PRING_DEVICE_NET)
            work->count = PICK(draw, frames);
    } while (!pring_canon_work(work, draw->device));
}

void pring_draw_data(struct pring_draw *draw, struct pring_data *data)
{
    uint64_t bits = (uint64_t)next(draw) << 32 | next(draw);

    data->kind = PRING_DATA_BUFFER;
    data->buffer = (uint16_t)pring_draw_below(draw, 4);
    data->offset = pring_draw_below(draw, 64) * 8;
    memcpy(data->bytes, &bits, sizeof data->bytes);
    pring_canon_data(data);
}
