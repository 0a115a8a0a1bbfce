/* SPDX-License-Identifier: Apache-2.0 */
/* The places of a run where a fault can stand, found by placing one: at the first, second, third ... event of
 * each label that the fault table allows, until a run ends without meeting it. So the selectors are those of
 * a scenario, and each position can be replayed from a file. */
#include <stdlib.h>
#include <string.h>

#include <pring/wire.h>

#include "fuzz/sweep.h"
#include "fuzz/target.h"

enum { NTH_MAX = 255 };

static const struct pring_sweep_kind kinds[] = {
    {"irq", PRING_FAULT_IRQ},
    {"load", PRING_FAULT_ANSWER},
    {"fail", PRING_FAULT_FAIL},
    {"unplug", PRING_FAULT_UNPLUG},
};

const struct pring_sweep_kind *pring_sweep_kind_by_name(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

static struct {
    const struct pring_scenario *scenario;
    const struct pring_backend *backend;
    struct pring_sweep_places *places;
    uint16_t index; /* of our fault in the scenario */
    bool met;
    struct pring_sweep_place seen;
} find;

static void listen(const struct pring_event *event)
{
    if (event->kind != PRING_EV_FAULT || event->index != find.index || find.met)
        return;
    find.met = true;
    find.seen.ordinal = pring_wire_events();
    find.seen.time_ns = event->time_ns;
    find.seen.phase = event->phase;
}

/* True: the run came to that event. find.met: and the fault fired there; the answer to a write does not. */
static bool reaches(const struct pring_fault *fault)
{
    static struct pring_scenario scenario;
    static struct pring_result result;
    const struct pring_run_request request = {
        .island = pring_arg_island(), .backend = find.backend, .scenario = &scenario};
    scenario = *find.scenario;
    find.index = scenario.fault_count;
    scenario.fault[scenario.fault_count++] = *fault;
    find.met = false;
    pring_wire_listen(listen);
    pring_bench_run(&request, &result);
    pring_wire_deafen(listen);
    if (result.verdict == PRING_VERDICT_SKIPPED)
        snprintf(find.places->skipped, sizeof find.places->skipped, "%s", result.skipped);
    return find.met || pring_wire_fault(find.index)->matched >= fault->nth;
}

static void add(const struct pring_fault *fault)
{
    struct pring_sweep_places *places = find.places;
    if ((places->count & (places->count - 1)) == 0) { /* a power of two: full */
        uint32_t room = places->count ? 2 * places->count : 1;
        struct pring_sweep_place *more = realloc(places->place, room * sizeof *more);
        if (!more)
            abort();
        places->place = more;
    }
    find.seen.fault = *fault;
    places->place[places->count++] = find.seen;
}

static bool is_polled(const struct pring_fault *fault)
{
    return fault->side == PRING_SIDE_LOAD &&
           (fault->label == PRING_F_USED_IDX || fault->label == PRING_F_USED_FLAGS ||
            fault->label == PRING_F_USED_AVAIL_EVENT ||
            (fault->label >= PRING_F_PACKED_FLAGS && fault->label <= PRING_F_EVENT_FLAGS));
}

/* Loads since the n-th change of a polled word; false: there was no such change. */
static bool find_polled(struct pring_fault *fault)
{
    uint32_t j = 1;
    for (; j <= NTH_MAX; j++) {
        fault->j = (uint8_t)j;
        reaches(fault);
        if (!find.met)
            break;
        add(fault);
    }
    if (j > NTH_MAX)
        find.places->cut = pring_field_info[fault->label].name;
    return j > 1;
}

static void find_at(struct pring_fault fault)
{
    uint32_t nth = 1;
    if (!pring_fault_placeable(&fault))
        return;
    for (; nth <= NTH_MAX; nth++) {
        fault.nth = (uint8_t)nth;
        if (is_polled(&fault)) {
            if (!find_polled(&fault))
                return;
        } else {
            if (!reaches(&fault))
                return;
            if (find.met)
                add(&fault);
        }
    }
    find.places->cut = pring_field_info[fault.label].name;
}

/* Interrupt and removal: at every access, and where kicks and completions pass. A register's own point is
 * both its reads and its writes. */
static void find_everywhere(struct pring_fault fault)
{
    for (uint32_t label = 1; label < PRING_FIELD_COUNT; label++)
        for (uint8_t side = PRING_SIDE_DEVICE; side <= PRING_SIDE_STORE; side++) {
            uint8_t group = pring_field_info[label].group;
            bool is_register = group == PRING_GROUP_REG || group == PRING_GROUP_CONFIG;
            fault.label = (uint8_t)label;
            fault.side = side;
            if (!is_register || side == PRING_SIDE_DEVICE)
                find_at(fault);
        }
}

/* A value that a load gets: the answer of a register, or what the device has written into a ring. */
static void find_loads(struct pring_fault fault, const struct pring_fault_row *row)
{
    uint8_t group = pring_field_info[row->subject].group;
    fault.label = row->subject;
    if (row->action == PRING_FAULT_ANSWER && (group == PRING_GROUP_REG || group == PRING_GROUP_CONFIG)) {
        find_at(fault);
    } else if (row->action == PRING_FAULT_POKE && group != PRING_GROUP_DATA) {
        fault.action = PRING_FAULT_POKE;
        fault.target = row->subject;
        fault.side = PRING_SIDE_LOAD;
        find_at(fault);
    }
}

static int by_ordinal(const void *a, const void *b)
{
    const struct pring_sweep_place *one = a, *other = b;
    if (one->ordinal != other->ordinal)
        return one->ordinal < other->ordinal ? -1 : 1;
    if (one->time_ns != other->time_ns)
        return one->time_ns < other->time_ns ? -1 : 1;
    return (int)one->fault.label - (int)other->fault.label;
}

void pring_sweep_find(const struct pring_sweep_kind *kind, const struct pring_scenario *scenario,
                      const struct pring_backend *backend, struct pring_sweep_places *places)
{
    struct pring_fault fault = {
        .action = kind->action, .queue = PRING_QUEUE_ANY, .nth = 1, .j = 1, .count = 1};
    memset(places, 0, sizeof *places);
    find.scenario = scenario;
    find.backend = backend;
    find.places = places;
    if (kind->action == PRING_FAULT_IRQ || kind->action == PRING_FAULT_UNPLUG)
        find_everywhere(fault);
    for (uint32_t i = 0; i < pring_fault_row_count; i++) {
        const struct pring_fault_row *row = &pring_fault_rows[i];
        if (kind->action == PRING_FAULT_ANSWER)
            find_loads(fault, row);
        fault.label = row->subject;
        if (kind->action == PRING_FAULT_FAIL && row->action == PRING_FAULT_FAIL)
            find_at(fault);
    }
    if (places->count)
        qsort(places->place, places->count, sizeof places->place[0], by_ordinal);
}

/* ---- values ---- */

struct value {
    uint8_t base, op;
    uint32_t operand;
};
enum {
    IT = PRING_BASE_IT,
    INT = PRING_BASE_ZERO,
    ADD = PRING_OP_ADD,
    SUB = PRING_OP_SUB,
    XOR = PRING_OP_XOR
};
#define VALUES 3
/* Nothing, everything, and nearly right. */
static const struct value words[VALUES] = {{INT, ADD, 0}, {PRING_BASE_MAX, ADD, 0}, {IT, XOR, 1}};
static const struct value indices[VALUES] = {{IT, ADD, 1}, {IT, SUB, 1}, {IT, ADD, 0x8000}};
static const struct value ids[VALUES] = {{IT, XOR, 1}, {PRING_BASE_QSIZE, ADD, 0}, {IT, ADD, 0x10000}};
static const struct value lengths[VALUES] = {{INT, ADD, 0}, {IT, ADD, 1}, {PRING_BASE_MAX, ADD, 0}};

static const struct value *values_of(uint8_t field)
{
    switch (field) {
    case PRING_F_USED_IDX:
    case PRING_F_USED_AVAIL_EVENT:
    case PRING_F_AVAIL_IDX:
    case PRING_F_AVAIL_USED_EVENT:
    case PRING_F_EVENT_OFF_WRAP:
        return indices;
    case PRING_F_USED_ID:
    case PRING_F_AVAIL_RING:
    case PRING_F_PACKED_ID:
        return ids;
    case PRING_F_USED_LEN:
    case PRING_F_PACKED_LEN:
        return lengths;
    default:
        return words;
    }
}

uint32_t pring_sweep_variants(const struct pring_sweep_place *place,
                              struct pring_fault faults[PRING_SWEEP_VARIANTS_MAX])
{
    const struct value *values = values_of(place->fault.label);
    uint32_t count = 0;
    switch (place->fault.action) {
    case PRING_FAULT_IRQ:
        for (uint32_t i = 0; i < pring_fault_row_count && count < PRING_SWEEP_VARIANTS_MAX; i++) {
            if (pring_fault_rows[i].action != PRING_FAULT_IRQ)
                continue;
            faults[count] = place->fault;
            faults[count++].operand = pring_fault_rows[i].variant;
        }
        return count;
    case PRING_FAULT_ANSWER:
    case PRING_FAULT_POKE:
        for (; count < VALUES; count++) {
            faults[count] = place->fault;
            faults[count].base = values[count].base;
            faults[count].op = values[count].op;
            faults[count].operand = values[count].operand;
        }
        return count;
    default:
        faults[0] = place->fault;
        return 1;
    }
}

static const char *point_of(const char *text)
{
    const char *at = strstr(text, " at ");
    return at ? at : text + strlen(text);
}

void pring_sweep_point(const struct pring_fault *fault, char *out, size_t size_bytes)
{
    char text[256];
    pring_fault_print(fault, text, sizeof text);
    const char *at = point_of(text);
    snprintf(out, size_bytes, "%s", *at ? at + 4 : at);
}

/* What stands between the action, its field, and the point. */
void pring_sweep_variant_name(const struct pring_fault *fault, char *out, size_t size_bytes)
{
    char text[256];
    pring_fault_print(fault, text, sizeof text);
    *(char *)point_of(text) = '\0';
    const char *value = strchr(text, '=');
    if (!value && fault->action == PRING_FAULT_IRQ)
        value = strchr(text, ' ') + 1;
    snprintf(out, size_bytes, "%s", value ? value : "");
}
