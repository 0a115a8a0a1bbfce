/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle/judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pring/machine.h>

#include "oracle/facts.h"
#include "oracle/poll.h"

enum {
    ORACLES_MAX = 62,          /* a mask of them fits 64 bits */
    ROW_MAX = ORACLES_MAX + 3, /* the facts before and after, and the end */
    POOL_BYTES = 512 * 1024,
    POOL_ALIGN = 16,
    NO_ORACLE = ORACLES_MAX,
};

typedef void (*handler_fn)(void *state, const struct pring_event *event, struct pring_judge *judge);

struct handler { /* one cell of a dispatch row; fn NULL ends the row */
    handler_fn fn;
    void *state;
    uint32_t oracle;
};

struct pring_judge {
    struct pring_judge_view view;
    const struct handler *row[PRING_EV_KINDS]; /* NULL: nobody wants that kind */
    uint64_t touches[PRING_EV_KINDS];          /* oracles that want it */
    struct pring_poll poll;
    struct pring_wanted wanted;
    uint64_t touched; /* oracles whose state may be other than zero */
    uint32_t current; /* the oracle that looks at the event, or NO_ORACLE */
    bool built, ended;
    uint64_t last_pc; /* the driver's code, as told last */
    const struct pring_platform *platform;
    void *state[ORACLES_MAX];
    struct pring_counts pool; /* outlives runs */
    struct pring_facts facts;
    bool accused;
    uint32_t accuser; /* the oracle behind `bug` */
    struct pring_accusation bug;
    uint32_t device_findings, note_count;
    struct pring_accusation device_bug;
    struct pring_accusation note[PRING_NOTES_MAX];
    struct handler rows[PRING_EV_KINDS][ROW_MAX];
};

static struct pring_judge judge;
static _Alignas(POOL_ALIGN) uint8_t pool[POOL_BYTES];

/* ---- the table, built once ---- */

static _Noreturn void give_up(const char *why)
{
    fprintf(stderr, "pring: judge: %s\n", why);
    abort();
}

static void place_states(void)
{
    size_t at = 0;

    if (pring_oracle_count > ORACLES_MAX)
        give_up("more oracles than ORACLES_MAX");
    for (uint32_t i = 0; i < pring_oracle_count; i++) {
        size_t bytes = (pring_oracles[i]->state_bytes + POOL_ALIGN - 1) & ~(size_t)(POOL_ALIGN - 1);
        if (bytes > POOL_BYTES - at)
            give_up("the states of all oracles are larger than POOL_BYTES");
        judge.state[i] = pool + at;
        at += bytes;
    }
}

static void want_words(uint32_t kind, const uint8_t *words)
{
    uint64_t *fields = judge.wanted.fields[kind];

    for (; words && *words; words++)
        fields[*words / 64] |= UINT64_C(1) << *words % 64;
    if (!words)
        fields[0] = fields[1] = ~UINT64_C(0);
}

static void build_row(uint32_t kind)
{
    struct handler *cell = judge.rows[kind];

    if (pring_facts_before_kinds >> kind & 1)
        *cell++ = (struct handler){pring_facts_before, &judge.facts, NO_ORACLE};
    for (uint32_t i = 0; i < pring_oracle_count; i++) {
        if (!pring_oracles[i]->event || !(pring_oracles[i]->kinds >> kind & 1))
            continue;
        *cell++ = (struct handler){pring_oracles[i]->event, judge.state[i], i};
        judge.touches[kind] |= UINT64_C(1) << i;
        want_words(kind, kind == PRING_EV_LOAD || kind == PRING_EV_STORE ? pring_oracles[i]->words : NULL);
    }
    if ((pring_facts_before_kinds | pring_facts_after_kinds) >> kind & 1)
        want_words(kind, NULL);
    if (pring_facts_after_kinds >> kind & 1)
        *cell++ = (struct handler){pring_facts_after, &judge.facts, NO_ORACLE};
    judge.row[kind] = cell == judge.rows[kind] ? NULL : judge.rows[kind];
}

static void build(void)
{
    if (judge.built)
        return;
    place_states();
    judge.wanted.pc = &judge.last_pc;
    for (uint32_t kind = 0; kind < PRING_EV_KINDS; kind++)
        build_row(kind);
    judge.built = true;
}

const struct pring_wanted *pring_judge_wanted(void)
{
    build();
    return &judge.wanted;
}

/* ---- a run ---- */

static void clear_states(void)
{
    for (uint32_t i = 0; judge.touched >> i; i++) {
        if (judge.touched >> i & 1)
            memset(judge.state[i], 0, pring_oracles[i]->state_bytes);
    }
    judge.touched = 0;
}

void pring_judge_reset(const struct pring_dut *dut, const struct pring_setup *setup,
                       const struct pring_options *options)
{
    build();
    clear_states();
    judge.view.dut = dut;
    judge.view.options = options;
    judge.view.observer = pring_wire_observer();
    judge.platform = pring_machine_platform();
    judge.current = NO_ORACLE;
    judge.last_pc = 0;
    judge.poll.times = 0;
    judge.ended = judge.accused = false;
    judge.device_findings = judge.note_count = 0;
    pring_facts_reset(&judge.facts, setup);
}

void pring_judge_event(const struct pring_event *event)
{
    const struct handler *cell = judge.row[event->kind];

    if (!cell)
        return;
    if (pring_poll_is_stale(&judge.poll, event)) {
        judge.facts.reg_accesses++;
        return;
    }
    judge.touched |= judge.touches[event->kind];
    if (event->pc)
        judge.last_pc = event->pc;
    for (; cell->fn; cell++) {
        judge.current = cell->oracle;
        cell->fn(cell->state, event, &judge);
    }
}

bool pring_judge_is_open(const struct pring_request *request)
{
    const struct pring_loan *loan = pring_facts_loan(&judge.facts, request);

    return loan && loan->state == PRING_LOAN_OPEN;
}

bool pring_judge_may_recover(void)
{
    const struct pring_observer *o = judge.view.observer;

    if (judge.accused || !judge.view.dut->remove || (judge.view.dut->traits & PRING_TRAIT_ONCE))
        return false;
    if (o->unplugged)
        return false;
    return !(o->reset_pending && o->config_lied); /* a fault keeps the device from letting go */
}

void pring_judge_info(const struct pring_info *info)
{
    pring_facts_info(&judge.facts, info->free_descriptors, judge.view.observer);
}

static struct pring_counts counts_of(const struct pring_platform *p)
{
    return (struct pring_counts){p->allocs, p->dma_allocs, p->maps, p->irqs, p->timers, p->contexts};
}

void pring_judge_allow(const struct pring_platform *left)
{
    judge.pool = counts_of(left);
}

static uint32_t grown(uint32_t now, uint32_t before)
{
    return now > before ? now - before : 0;
}

void pring_judge_left(struct pring_platform *left)
{
    struct pring_counts now = counts_of(judge.platform);
    const struct pring_counts *before = &judge.facts.before_probe;

    memset(left, 0, sizeof(*left));
    left->allocs = grown(now.allocs, before->allocs);
    left->dma_allocs = grown(now.dma_allocs, before->dma_allocs);
    left->maps = grown(now.maps, before->maps);
    left->irqs = grown(now.irqs, before->irqs);
    left->timers = grown(now.timers, before->timers);
    left->contexts = grown(now.contexts, before->contexts);
}

void pring_judge_phase_recover(void)
{
    judge.facts.recovering = true;
}

static void end_oracle(uint32_t i)
{
    if (!pring_oracles[i]->end)
        return;
    judge.current = i;
    judge.touched |= UINT64_C(1) << i;
    pring_oracles[i]->end(judge.state[i], &judge);
}

/* Ends that are not the driver's doing. */
static void tell_stop(enum pring_stop why)
{
    judge.current = NO_ORACLE;
    if (why == PRING_STOP_BACKEND)
        pring_accuse_device(&judge, "no-answer", NULL, "The backend gave no answer, or broke the ring.");
    if (why == PRING_STOP_OVERLAP)
        pring_note(&judge, "overlap", NULL,
                   "The run ended at a chain that lies over a ring, or is larger than the bench takes.");
}

void pring_judge_end(enum pring_stop why)
{
    judge.ended = true;
    judge.facts.why = why;
    tell_stop(why);
    for (uint32_t i = 0; i < pring_oracle_count; i++)
        end_oracle(i);
    judge.current = NO_ORACLE;
}

/* ---- accusations ---- */

static const char *oracle_name(void)
{
    return judge.current < pring_oracle_count ? pring_oracles[judge.current]->name : "judge";
}

static bool ends_the_run(const char *oracle)
{
    static const char *const ending[] = {"memory", "ledger", "ownership", "window", "progress"};

    for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++) {
        if (strcmp(oracle, ending[i]) == 0)
            return true;
    }
    return false;
}

/* What lies lead to has no field of its own: it is filed under what the last one changed. */
static bool is_led_to(const char *oracle)
{
    static const char *const led[] = {"memory", "ledger", "length", "ownership", "assert"};

    for (size_t i = 0; i < sizeof(led) / sizeof(led[0]); i++) {
        if (strcmp(oracle, led[i]) == 0)
            return true;
    }
    return false;
}

/* What a ring says is no evidence once driver and device have spoken of different ones. */
static bool rests_on_rings(const char *oracle)
{
    static const char *const resting[] = {"spec", "window", "ownership", "data", "length", "leak", "receive"};

    for (size_t i = 0; i < sizeof(resting) / sizeof(resting[0]); i++) {
        if (strcmp(oracle, resting[i]) == 0)
            return true;
    }
    return false;
}

static void place(struct pring_accusation *a, const struct pring_event *event)
{
    a->label = event ? event->field : 0;
    a->queue = event ? event->queue : 0;
    a->pc = event && event->pc ? event->pc : judge.last_pc;
    a->time_ns = event ? event->time_ns : 0;
    a->cycle = event ? event->cycle : 0;
    if (a->label == 0 && judge.facts.fault_any && is_led_to(a->oracle)) {
        a->label = judge.facts.fault_label;
        a->queue = judge.facts.fault_queue;
    }
}

static __attribute__((format(printf, 4, 0))) void fill(struct pring_accusation *a, const char *rule,
                                                       const struct pring_event *event, const char *why,
                                                       va_list args)
{
    memset(a, 0, sizeof(*a));
    snprintf(a->oracle, sizeof(a->oracle), "%s", oracle_name());
    snprintf(a->rule, sizeof(a->rule), "%s", rule);
    place(a, event);
    vsnprintf(a->why, sizeof(a->why), why, args);
}

static bool is_same(const struct pring_accusation *a, const char *rule)
{
    return strcmp(a->oracle, oracle_name()) == 0 && strncmp(a->rule, rule, sizeof(a->rule) - 1) == 0;
}

static __attribute__((format(printf, 3, 0))) void note(const char *rule, const struct pring_event *event,
                                                       const char *why, va_list args)
{
    if (judge.note_count == PRING_NOTES_MAX)
        return;
    for (uint32_t i = 0; i < judge.note_count; i++) {
        if (is_same(&judge.note[i], rule))
            return;
    }
    fill(&judge.note[judge.note_count++], rule, event, why, args);
}

static void keep_as_note(const struct pring_accusation *a)
{
    if (judge.note_count < PRING_NOTES_MAX)
        judge.note[judge.note_count++] = *a;
}

void pring_accuse(struct pring_judge *j, const char *rule, const struct pring_event *event, const char *why,
                  ...)
{
    va_list args;

    j->poll.times = 0;
    va_start(args, why);
    if (j->view.observer->astray && rests_on_rings(oracle_name())) {
        note(rule, event, why, args);
        va_end(args);
        return;
    }
    if (!j->accused) {
        j->accused = true;
        j->accuser = j->current;
        fill(&j->bug, rule, event, why, args);
    } else if (j->current < j->accuser && ends_the_run(oracle_name())) {
        keep_as_note(&j->bug); /* the graver accusation of a run decides */
        j->accuser = j->current;
        fill(&j->bug, rule, event, why, args);
    } else if (!is_same(&j->bug, rule)) {
        note(rule, event, why, args);
    }
    va_end(args);
    if (!j->ended && ends_the_run(oracle_name()))
        pring_stop_soon(PRING_STOP_ACCUSED);
}

void pring_accuse_device(struct pring_judge *j, const char *rule, const struct pring_event *event,
                         const char *why, ...)
{
    va_list args;

    j->poll.times = 0;
    if (j->device_findings++ != 0)
        return;
    va_start(args, why);
    fill(&j->device_bug, rule, event, why, args);
    va_end(args);
}

void pring_note(struct pring_judge *j, const char *rule, const struct pring_event *event, const char *why,
                ...)
{
    va_list args;

    j->poll.times = 0;
    va_start(args, why);
    note(rule, event, why, args);
    va_end(args);
}

/* ---- what oracles may ask ---- */

const struct pring_platform *pring_judge_platform(const struct pring_judge *j)
{
    return j->platform;
}
const struct pring_facts *pring_judge_facts(const struct pring_judge *j)
{
    return &j->facts;
}
const struct pring_counts *pring_judge_pool(const struct pring_judge *j)
{
    return &j->pool;
}
struct pring_counts pring_judge_counts(const struct pring_judge *j)
{
    return counts_of(j->platform);
}

/* ---- the verdict ---- */

const struct pring_accusation *pring_judge_bug(void)
{
    return judge.accused ? &judge.bug : NULL;
}

void pring_judge_verdict(struct pring_result *result)
{
    result->verdict = judge.accused ? PRING_VERDICT_BUG : pring_facts_outcome(&judge);
    memset(&result->bug, 0, sizeof(result->bug));
    memset(&result->device_bug, 0, sizeof(result->device_bug));
    if (judge.accused)
        result->bug = judge.bug;
    if (judge.device_findings)
        result->device_bug = judge.device_bug;
    result->device_findings = judge.device_findings;
    result->note_count = judge.note_count;
    memcpy(result->note, judge.note, judge.note_count * sizeof(judge.note[0]));
    result->driver_ok = judge.facts.driver_ok;
    result->completed = judge.facts.completed;
    result->reg_accesses = judge.facts.reg_accesses;
}

/* ---- the hash of what a run leaves ---- */

static uint64_t mix(uint64_t hash, const void *bytes, size_t count)
{
    const uint8_t *p = bytes;

    for (size_t i = 0; i < count; i++)
        hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* Requests are host objects: of a loan only what does not depend on where they lie. */
static uint64_t mix_loans(uint64_t hash)
{
    for (uint32_t i = 0; i < judge.facts.loan_count; i++) {
        const struct pring_loan *loan = &judge.facts.loan[i];
        hash = mix(hash, &loan->offset,
                   offsetof(struct pring_loan, doubtful) + 1 - offsetof(struct pring_loan, offset));
    }
    return hash;
}

uint64_t pring_judge_state_hash(void)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (uint32_t i = 0; i < pring_oracle_count; i++)
        hash = mix(hash, judge.state[i], pring_oracles[i]->state_bytes);
    hash = mix(hash, &judge.facts, offsetof(struct pring_facts, loan));
    if (judge.accused)
        hash = mix(hash, &judge.bug, sizeof(judge.bug));
    return mix_loans(mix(hash, judge.note, judge.note_count * sizeof(judge.note[0])));
}
