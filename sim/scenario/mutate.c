/* SPDX-License-Identifier: Apache-2.0 */
#include <pring/mutate.h>

#include "draw.h"

#include <string.h>

enum {
    WORKS_WANTED = 10,
    FAULTS_WANTED = 6,
    DATAS_WANTED = 4
}; /* beyond these a new record replaces an old one */

struct stream { /* one of the four lists, without its type */
    uint8_t *items;
    uint16_t *count;
    size_t size;
    uint32_t wanted, max;
};

static struct stream works_of(struct pring_scenario *s)
{
    return (struct stream){(uint8_t *)s->work, &s->work_count, sizeof s->work[0], WORKS_WANTED,
                           PRING_WORKS_MAX};
}

static struct stream faults_of(struct pring_scenario *s)
{
    return (struct stream){(uint8_t *)s->fault, &s->fault_count, sizeof s->fault[0], FAULTS_WANTED,
                           PRING_FAULTS_MAX};
}

static struct stream datas_of(struct pring_scenario *s)
{
    return (struct stream){(uint8_t *)s->data, &s->data_count, sizeof s->data[0], DATAS_WANTED,
                           PRING_DATAS_MAX};
}

static struct stream draw_stream(struct pring_draw *draw, struct pring_scenario *s)
{
    uint32_t dice = pring_draw_below(draw, 10);

    return dice < 6 ? faults_of(s) : dice < 9 ? works_of(s) : datas_of(s);
}

/* ---- whole records ---- */

/* Opens a gap at `at`, or, when there are enough, offers the record there to be overwritten. */
static uint8_t *place_at(struct stream stream, uint32_t at)
{
    uint8_t *place = stream.items + at * stream.size;

    if (*stream.count < stream.wanted) {
        memmove(place + stream.size, place, (*stream.count - at) * stream.size);
        ++*stream.count;
    } else if (at == *stream.count) {
        place -= stream.size;
    }
    return place;
}

static void insert_new(struct pring_draw *draw, struct pring_scenario *s)
{
    uint32_t dice = pring_draw_below(draw, 20);
    struct pring_set set;

    if (dice < 12) {
        void *place = place_at(faults_of(s), pring_draw_below(draw, s->fault_count + 1u));
        pring_draw_fault(draw, place);
    } else if (dice < 17) {
        void *place = place_at(works_of(s), pring_draw_below(draw, s->work_count + 1u));
        pring_draw_work(draw, place);
    } else if (dice < 19) {
        pring_draw_set(draw, &set);
        pring_scenario_add_set(s, &set);
    } else {
        void *place = place_at(datas_of(s), pring_draw_below(draw, s->data_count + 1u));
        pring_draw_data(draw, place);
    }
}

static void remove_at(struct stream stream, uint32_t at, uint32_t number)
{
    uint8_t *place = stream.items + at * stream.size;

    memmove(place, place + number * stream.size, (*stream.count - at - number) * stream.size);
    *stream.count = (uint16_t)(*stream.count - number);
}

static void delete_one(struct pring_draw *draw, struct pring_scenario *s)
{
    struct stream stream = draw_stream(draw, s);

    if (pring_draw_chance(draw, 10) && s->set_count > 1) /* never the device */
        remove_at((struct stream){(uint8_t *)s->set, &s->set_count, sizeof s->set[0], 0, 0},
                  1 + pring_draw_below(draw, s->set_count - 1u), 1);
    else if (*stream.count)
        remove_at(stream, pring_draw_below(draw, *stream.count), 1);
}

/* Copies one record, or a run of them, to another place. */
static void duplicate(struct pring_draw *draw, struct pring_scenario *s, uint32_t run_max)
{
    struct stream stream = draw_stream(draw, s);
    uint8_t copy[8 * sizeof(struct pring_work)];
    uint32_t from, run;

    if (!*stream.count)
        return;
    from = pring_draw_below(draw, *stream.count);
    run = 1 + pring_draw_below(draw, run_max);
    run = run > *stream.count - from ? *stream.count - from : run;
    memcpy(copy, stream.items + from * stream.size, run * stream.size);
    for (uint32_t i = 0; i < run; i++)
        memcpy(place_at(stream, pring_draw_below(draw, *stream.count + 1u)), copy + i * stream.size,
               stream.size);
}

static void move(struct pring_draw *draw, struct pring_scenario *s)
{
    struct stream stream = draw_stream(draw, s);
    uint8_t copy[sizeof(struct pring_work) + sizeof(struct pring_fault) + sizeof(struct pring_data)];
    uint32_t from;

    if (*stream.count < 2)
        return;
    from = pring_draw_below(draw, *stream.count);
    memcpy(copy, stream.items + from * stream.size, stream.size);
    remove_at(stream, from, 1);
    stream.wanted = stream.max; /* it came from here: there is room */
    memcpy(place_at(stream, pring_draw_below(draw, *stream.count + 1u)), copy, stream.size);
}

/* ---- inside a fault ---- */

static void nudge(struct pring_draw *draw, struct pring_fault *fault)
{
    static const int8_t steps[] = {1, -1, 1, -1, 2, -2, 4, 8, -8, 16};
    int32_t step = steps[pring_draw_below(draw, sizeof steps / sizeof steps[0])];

    fault->operand += (uint32_t)step;
}

static void change_side(struct pring_draw *draw, struct pring_fault *fault)
{
    switch (pring_draw_below(draw, 4)) {
    case 0:
        fault->side = (uint8_t)pring_draw_below(draw, 3);
        break;
    case 1:
        fault->k = (uint8_t)pring_draw_below(draw, 4);
        break;
    case 2:
        fault->phase = (uint8_t)pring_draw_below(draw, PRING_PHASE_REPROBE + 1);
        break;
    default:
        fault->queue = pring_draw_chance(draw, 60) ? PRING_QUEUE_ANY : (uint8_t)pring_draw_below(draw, 2);
        break;
    }
}

static void change_when(struct pring_draw *draw, struct pring_fault *fault)
{
    switch (pring_draw_below(draw, 5)) {
    case 0:
        fault->nth++;
        break;
    case 1:
        fault->nth = (uint8_t)(fault->nth > 1 ? fault->nth - 1 : 1);
        break;
    case 2:
        fault->j = (uint8_t)(1 + pring_draw_below(draw, 12));
        break;
    case 3:
        fault->count = pring_draw_chance(draw, 50) ? 1 : PRING_COUNT_EVER;
        break;
    default:
        pring_draw_when(draw, fault);
        break;
    }
}

static void retarget(struct pring_draw *draw, struct pring_fault *fault)
{
    struct pring_fault other;

    /* Where the label is the subject, the same action on another subject. */
    if (!pring_action_has_target(fault->action) && pring_fault_rows[pring_fault_row_of(fault)].subject) {
        for (uint32_t tries = 0; tries < 64; tries++) {
            const struct pring_fault_row *row =
                &pring_fault_rows[pring_draw_below(draw, pring_draw_rows(draw))];
            if (row->action != fault->action)
                continue;
            fault->label = row->subject;
            break;
        }
        return;
    }
    other = *fault;
    pring_draw_place(draw, &other);
    *fault = other;
}

static void change_fault(struct pring_draw *draw, struct pring_scenario *s)
{
    struct pring_fault *fault, before;

    if (!s->fault_count)
        return;
    fault = &s->fault[pring_draw_below(draw, s->fault_count)];
    before = *fault;
    switch (pring_draw_below(draw, 8)) {
    case 0:
    case 1:
        retarget(draw, fault);
        break;
    case 2:
        nudge(draw, fault);
        break;
    case 3:
        pring_draw_value(draw, fault);
        break;
    case 4:
        change_side(draw, fault);
        break;
    case 5:
        fault->base = (uint8_t)pring_draw_below(draw, PRING_BASE_GONE + 1);
        break;
    case 6:
        fault->op = (uint8_t)pring_draw_below(draw, PRING_OP_OR + 1);
        fault->shift = (uint8_t)(pring_draw_chance(draw, 80) ? fault->shift : pring_draw_below(draw, 64));
        break;
    default:
        change_when(draw, fault);
        break;
    }
    if (!pring_canon_fault(fault, draw->device))
        *fault = before;
}

/* ---- inside the other records ---- */

static void change_work(struct pring_draw *draw, struct pring_scenario *s)
{
    struct pring_work *work, fresh;

    if (!s->work_count)
        return;
    work = &s->work[pring_draw_below(draw, s->work_count)];
    pring_draw_work(draw, &fresh);
    switch (pring_draw_below(draw, 5)) {
    case 0:
        work->verb = fresh.verb;
        break;
    case 1:
        work->async = !work->async;
        break;
    case 2:
        work->count += pring_draw_chance(draw, 50) ? 1 : UINT32_MAX;
        break;
    case 3:
        work->position += pring_draw_chance(draw, 50) ? 1 : UINT64_MAX;
        break;
    default:
        *work = fresh;
        break;
    }
    if (!pring_canon_work(work, draw->device))
        *work = fresh;
}

static void change_set(struct pring_draw *draw, struct pring_scenario *s)
{
    struct pring_set set;

    pring_draw_set(draw, &set);
    if (s->set_count > 1 && pring_draw_chance(draw, 40)) {
        set = s->set[1 + pring_draw_below(draw, s->set_count - 1u)];
        set.value += pring_draw_chance(draw, 50) ? 1 : UINT64_MAX;
        if (!pring_canon_set(&set, draw->device))
            return;
    }
    pring_scenario_add_set(s, &set);
}

/* ---- scenes that single records rarely make ---- */

static void stage_fault(struct pring_draw *draw, struct pring_scenario *s, struct pring_fault fault)
{
    if (pring_canon_fault(&fault, draw->device))
        memcpy(place_at(faults_of(s), s->fault_count), &fault, sizeof fault);
}

/* Two requests in flight; and often a completion that is held back and let go while the driver looks. */
static void stage(struct pring_draw *draw, struct pring_scenario *s)
{
    static const uint8_t looks[] = {PRING_F_USED_IDX, PRING_F_USED_ID, PRING_F_AVAIL_USED_EVENT};
    struct pring_work work;

    do
        pring_draw_work(draw, &work);
    while (work.verb != PRING_WORK_ENTROPY && work.verb != PRING_WORK_READ && work.verb != PRING_WORK_WRITE &&
           work.verb != PRING_WORK_SEND);
    work.async = true;
    memcpy(place_at(works_of(s), 0), &work, sizeof work);
    memcpy(place_at(works_of(s), 1), &work, sizeof work);
    if (pring_draw_chance(draw, 40))
        return;
    stage_fault(draw, s,
                (struct pring_fault){.action = PRING_FAULT_HOLD,
                                     .label = PRING_F_DONE,
                                     .queue = PRING_QUEUE_ANY,
                                     .operand = 1 + pring_draw_below(draw, 3),
                                     .nth = (uint8_t)(1 + pring_draw_below(draw, 2)),
                                     .j = 1,
                                     .count = 1});
    stage_fault(draw, s,
                (struct pring_fault){.action = PRING_FAULT_RELEASE,
                                     .label = looks[pring_draw_below(draw, 3)],
                                     .side = PRING_SIDE_LOAD,
                                     .queue = PRING_QUEUE_ANY,
                                     .nth = (uint8_t)(1 + pring_draw_below(draw, 4)),
                                     .j = (uint8_t)(1 + pring_draw_below(draw, 2)),
                                     .count = 1});
}

/* ---- the whole ---- */

/* After a change of device: what does not fit it leaves. */
static void refit(struct pring_scenario *s, uint32_t device)
{
    struct pring_set sets[PRING_SETS_MAX];
    uint16_t set_count = s->set_count, kept = 0;

    memcpy(sets, s->set, sizeof sets[0] * set_count);
    s->set_count = 0;
    pring_scenario_add_set(s, &(struct pring_set){.key = PRING_SET_DEVICE, .value = device});
    for (uint32_t i = 0; i < set_count; i++) {
        if (sets[i].key != PRING_SET_DEVICE && pring_canon_set(&sets[i], device))
            pring_scenario_add_set(s, &sets[i]);
    }
    for (uint32_t i = 0; i < s->work_count; i++) {
        s->work[kept] = s->work[i];
        kept = (uint16_t)(kept + pring_canon_work(&s->work[kept], device));
    }
    s->work_count = kept;
    kept = 0;
    for (uint32_t i = 0; i < s->fault_count; i++) {
        s->fault[kept] = s->fault[i];
        kept = (uint16_t)(kept + pring_canon_fault(&s->fault[kept], device));
    }
    s->fault_count = kept;
}

static void renew_setup(struct pring_draw *draw, struct pring_scenario *s)
{
    pring_draw_setup(draw, s);
    refit(s, draw->device);
}

static void ensure_something(struct pring_draw *draw, struct pring_scenario *s)
{
    if (!s->work_count)
        pring_draw_work(draw, &s->work[s->work_count++]);
    if (!s->fault_count && pring_draw_chance(draw, 90))
        pring_draw_fault(draw, &s->fault[s->fault_count++]);
}

static void change(struct pring_draw *draw, struct pring_scenario *s)
{
    uint32_t dice = pring_draw_below(draw, 100);

    if (dice < 22)
        insert_new(draw, s);
    else if (dice < 34)
        delete_one(draw, s);
    else if (dice < 40)
        duplicate(draw, s, 1);
    else if (dice < 44)
        duplicate(draw, s, 4);
    else if (dice < 49)
        move(draw, s);
    else if (dice < 80)
        change_fault(draw, s);
    else if (dice < 91)
        change_work(draw, s);
    else if (dice < 95)
        change_set(draw, s);
    else if (dice < 97)
        stage(draw, s);
    else
        renew_setup(draw, s);
}

/* Shortens from the end of the longest streams until it fits. */
static size_t encode_within(struct pring_scenario *s, uint8_t *out, size_t max_size)
{
    size_t len_bytes;

    pring_scenario_canon(s);
    while ((len_bytes = pring_scenario_encode(s, out, max_size)) > max_size) {
        if (s->data_count)
            s->data_count--;
        else if (s->work_count > 1 || (s->work_count && !s->fault_count))
            s->work_count--;
        else if (s->fault_count)
            s->fault_count--;
        else if (s->set_count)
            s->set_count--;
    }
    return len_bytes;
}

static void settle_device(struct pring_draw *draw, struct pring_scenario *s)
{
    draw->device = pring_scenario_device(s);
    if (!pring_draw_allows(draw, draw->device))
        renew_setup(draw, s);
}

size_t pring_mutate(uint8_t *data, size_t size, size_t max_size, uint32_t seed,
                    const struct pring_mutate_hints *hints)
{
    struct pring_scenario scenario;
    struct pring_draw draw;

    pring_draw_open(&draw, seed, hints);
    pring_scenario_decode(&scenario, data, size);
    settle_device(&draw, &scenario);
    if (scenario.set_count == 1 && !scenario.work_count && !scenario.fault_count)
        renew_setup(&draw, &scenario);
    do
        change(&draw, &scenario);
    while (pring_draw_chance(&draw, 45));
    ensure_something(&draw, &scenario);
    pring_draw_fit_words(&draw, &scenario);
    return encode_within(&scenario, data, max_size);
}

/* Each of the other's records joins, or takes the place of one of ours. */
static void mix(struct pring_draw *draw, struct stream ours, struct stream theirs)
{
    uint32_t from = *theirs.count ? pring_draw_below(draw, *theirs.count) : 0;
    uint32_t number = *theirs.count ? 1 + pring_draw_below(draw, *theirs.count - from) : 0;

    for (uint32_t i = 0; i < number; i++)
        memcpy(place_at(ours, pring_draw_below(draw, *ours.count + 1u)),
               theirs.items + (from + i) * theirs.size, ours.size);
}

size_t pring_crossover(const uint8_t *one, size_t one_size, const uint8_t *other, size_t other_size,
                       uint8_t *out, size_t max_size, uint32_t seed, const struct pring_mutate_hints *hints)
{
    struct pring_scenario ours, theirs;
    struct pring_draw draw;

    pring_draw_open(&draw, seed, hints);
    pring_scenario_decode(&ours, one, one_size);
    pring_scenario_decode(&theirs, other, other_size);
    if (pring_draw_chance(&draw, 30)) {
        memcpy(ours.set, theirs.set, sizeof ours.set[0] * theirs.set_count);
        ours.set_count = theirs.set_count;
    }
    settle_device(&draw, &ours);
    if (pring_draw_chance(&draw, 60))
        mix(&draw, works_of(&ours), works_of(&theirs));
    mix(&draw, faults_of(&ours), faults_of(&theirs));
    mix(&draw, datas_of(&ours), datas_of(&theirs));
    refit(&ours, draw.device);
    ensure_something(&draw, &ours);
    pring_draw_fit_words(&draw, &ours);
    return encode_within(&ours, out, max_size);
}
