/* SPDX-License-Identifier: Apache-2.0 */
/* Settling: what the backend did since the last look. Completions come out of the shadow in the order of
 * availability, are answered, dropped, held, swapped or repeated by faults, and wait in the list until they
 * are due. */
#include <string.h>

#include "wire/wire_state.h"

static uint32_t shadow32(const struct proxy_queue *p, uint32_t offset)
{
    uint32_t value;
    memcpy(&value, p->shadow + offset, sizeof value);
    return value;
}

static uint32_t position_in_out(const struct proxy_queue *p, uint32_t id)
{
    uint32_t i = 0;
    while (i < p->out_count && p->out[i] != id)
        i++;
    return i;
}

static bool is_id(unsigned label)
{
    return label == PRING_F_USED_ID || label == PRING_F_PACKED_ID;
}

static void answer_word(int index, struct completion *c, unsigned label, const struct fault_context *context)
{
    uint32_t *word = is_id(label) ? &c->id : &c->len;
    uint64_t value;
    if (!wire_fault_value(&wire.scenario->fault[index], context, &value))
        return;
    const char *rule = is_id(label)
                           ? pring_lie_used_id(&wire.obs, context->queue, (uint32_t)value, c->made_id)
                           : pring_lie_used_len(&wire.obs, context->queue, (uint32_t)value, c->made_len);
    wire_fired((unsigned)index, value != *word && rule, label, context->queue);
    if (value != *word)
        c->changed |= 1U << index;
    *word = (uint32_t)value;
}

static void answer_data(int index, const struct fault_context *context)
{
    const struct pring_chain *chain = context->chain;
    const struct pring_fault *fault = &wire.scenario->fault[index];
    uint64_t at, addr, value;
    if (!chain || !pring_fault_byte(fault, chain->writable_bytes, &at) ||
        !wire_chain_byte(chain, true, at, &addr))
        return;
    struct fault_context here = *context;
    here.it = wire_peek(addr, 1);
    if (!pring_memory_exists(addr, 1) || !wire_fault_value(fault, &here, &value))
        return;
    const char *rule = pring_lie_data(&wire.obs, chain, at, (uint8_t)here.it, (uint8_t)value);
    wire_fired((unsigned)index, value != here.it && rule, PRING_F_DATA_IN, context->queue);
    wire_poke(addr, 1, value);
    if (value != here.it)
        wire_watch((unsigned)index, addr, 1);
}

/* Answers to one completion, in canonical order. */
static void answer_completion(unsigned q, struct completion *c, const struct pring_chain *chain)
{
    static const uint8_t of_format[2][3] = {{PRING_F_USED_ID, PRING_F_USED_LEN, PRING_F_DATA_IN},
                                            {PRING_F_PACKED_ID, PRING_F_PACKED_LEN, PRING_F_DATA_IN}};
    const uint8_t *labels = of_format[wire_obs(q)->packed];
    for (unsigned i = 0; i < 3; i++) {
        int index;
        if (!wire_is_armed(labels[i]))
            continue;
        for (uint32_t from = 0; (index = wire_match(&from, labels[i], PRING_SIDE_DEVICE, q, 0)) >= 0;) {
            struct fault_context context = {is_id(labels[i]) ? c->id : c->len, wire.last_value[labels[i]],
                                            chain, q, pring_field_info[labels[i]].bits};
            if (wire.scenario->fault[index].action != PRING_FAULT_ANSWER)
                continue;
            if (labels[i] == PRING_F_DATA_IN)
                answer_data(index, &context);
            else
                answer_word(index, c, labels[i], &context);
        }
        if (labels[i] != PRING_F_DATA_IN)
            wire.last_value[labels[i]] = is_id(labels[i]) ? c->id : c->len;
    }
}

struct fate { /* what faults make of a completion */
    bool drop;
    uint32_t copies, swap;
    int swap_fault;
};

static void withhold(unsigned q, int index)
{
    wire_obs(q)->withheld = true;
    wire_fired((unsigned)index, false, PRING_F_DONE, q);
    wire_watch((unsigned)index, 0, 0);
}

static struct fate decide_fate(unsigned q, struct completion *c)
{
    struct fate fate = {false, 1, 0, 0};
    int index;
    for (uint32_t from = 0; (index = wire_match(&from, PRING_F_DONE, PRING_SIDE_DEVICE, q, 0)) >= 0;) {
        const struct pring_fault *fault = &wire.scenario->fault[index];
        switch (fault->action) {
        case PRING_FAULT_DROP:
            fate.drop = true;
            wire.queue[q].dropped_by = (uint8_t)(index + 1);
            withhold(q, index);
            break;
        case PRING_FAULT_REPEAT:
            fate.copies++;
            wire_fired((unsigned)index, pring_lie_used_again(&wire.obs, q) != NULL, PRING_F_DONE, q);
            wire_watch((unsigned)index, 0, 0);
            break;
        case PRING_FAULT_HOLD:
            c->hold_n = fault->operand ? fault->operand : UINT32_MAX;
            c->hold_until = fault->operand ? c->due + fault->operand * (uint64_t)WIRE_HOLD_NS : WIRE_NEVER;
            withhold(q, index);
            break;
        case PRING_FAULT_SWAP:
            fate.swap = fault->operand;
            fate.swap_fault = index;
            wire_fired((unsigned)index, false, PRING_F_DONE, q);
            wire_watch((unsigned)index, 0, 0);
            break;
        default:
            wire_act((unsigned)index, PRING_F_DONE, q);
        }
    }
    return fate;
}

/* Trades places with the n-th completion after it: those that are there now, else it waits for them. True: it
 * did. */
static bool swap(struct proxy_queue *p, uint32_t at, uint32_t n, int fault)
{
    if (n && at + n < p->list_count) {
        struct completion first = p->list[at], other = p->list[at + n];
        uint64_t due = first.due;
        first.due = other.due;
        other.due = due;
        p->list[at] = other;
        p->list[at + n] = first;
        return true;
    }
    if (n) {
        p->list[at].swap_by = (uint8_t)(fault + 1);
        p->list[at].hold_n = n;
        p->list[at].hold_until = p->list[at].due + n * (uint64_t)WIRE_HOLD_NS;
    }
    return false;
}

/* Appends it to the list, unless a fault drops it. */
static struct fate settle_completion(unsigned q, struct completion *c, uint32_t k)
{
    struct proxy_queue *p = &wire.queue[q];
    struct pring_chain *chain = wire_chain_of(q, c->made_id);
    if (chain) {
        chain->state = PRING_CHAIN_MADE;
        chain->made_len = c->made_len;
    }
    answer_completion(q, c, chain);
    if (chain && (wire.obs.setup.device_type == PRING_DEVICE_NET ||
                  wire.obs.setup.device_type == PRING_DEVICE_CONSOLE))
        wire_answer_header(q, chain, c->made_len);
    c->due = wire.free_running ? wire.now : wire.now + wire.options.latency_ns + k * wire.options.spacing_ns;
    if (c->due < p->last_due)
        c->due = p->last_due;
    p->last_due = c->due;
    struct fate fate = {false, 1, 0, 0};
    if (wire_is_armed(PRING_F_DONE))
        fate = decide_fate(q, c);
    if (fate.drop) {
        if (chain)
            chain->dropped = true;
        return fate;
    }
    wire.may_release = true;
    for (uint32_t i = 0; i < fate.copies && p->list_count < WIRE_LIST_MAX; i++)
        p->list[p->list_count++] = *c;
    return fate;
}

static void sort_by_availability(struct proxy_queue *p, struct completion *found, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) { /* insertion sort: stable, and nearly always sorted already */
        struct completion c = found[i];
        uint32_t position = position_in_out(p, c.made_id), j = i;
        while (j > 0 && position_in_out(p, found[j - 1].made_id) > position) {
            found[j] = found[j - 1];
            j--;
        }
        found[j] = c;
    }
}

/* `at`: packed: the device's place and wrap counter. */
static void tell_made(unsigned q, const struct completion *c, uint16_t number, uint16_t at)
{
    struct pring_event event = wire_event(PRING_EV_MADE, PRING_F_DONE);
    event.queue = (uint8_t)q;
    event.index = number;
    event.raw = c->made_id;
    event.made = event.seen = c->made_len;
    event.addr = at;
    wire_emit(&event);
}

static void forget_gated(struct proxy_queue *p, uint32_t head, bool is_packed)
{
    uint32_t at = position_in_out(p, head);
    if (at == p->out_count)
        return;
    p->out_count--;
    memmove(&p->out[at], &p->out[at + 1], (p->out_count - at) * sizeof p->out[0]);
    if (is_packed)
        memmove(&p->packed.out_places[at], &p->packed.out_places[at + 1],
                (p->out_count - at) * sizeof p->packed.out_places[0]);
}

static void finish_batch(unsigned q, struct completion *found, uint16_t n)
{
    struct proxy_queue *p = &wire.queue[q];
    struct {
        uint32_t at, by;
        int fault;
    } swaps[PRING_FAULTS_MAX];
    uint32_t swap_count = 0;
    for (uint16_t i = 0; i < n; i++) {
        uint32_t at = p->list_count;
        struct fate fate = settle_completion(q, &found[i], i);
        if (fate.swap && !fate.drop && swap_count < PRING_FAULTS_MAX) {
            swaps[swap_count].at = at;
            swaps[swap_count].fault = fate.swap_fault;
            swaps[swap_count++].by = fate.swap;
        }
    }
    for (uint32_t i = 0; i < swap_count; i++) /* when all of the batch are there */
        if (swap(p, swaps[i].at, swaps[i].by, swaps[i].fault) && pring_lie_order(&wire.obs))
            wire_lied_late((unsigned)swaps[i].fault, PRING_F_DONE, q);
    for (uint16_t i = 0; i < n; i++)
        forget_gated(p, found[i].made_id, wire_obs(q)->packed);
}

static uint16_t made_since(const struct proxy_queue *p)
{
    return (uint16_t)((shadow32(p, 0) >> 16) - p->dev);
}

static struct completion found[PRING_QUEUE_SIZE_MAX]; /* too large for a stack */

static void settle_packed(unsigned q)
{
    struct proxy_queue *p = &wire.queue[q];
    uint16_t n = (uint16_t)wire_packed_collect(q, found);
    for (uint16_t i = 0; i < n; i++)
        tell_made(q, &found[i], p->dev++, found[i].at);
    sort_by_availability(p, found, n);
    finish_batch(q, found, n);
}

/* IN_ORDER: an element that names a chain further on stands for all in front of it as well, and those count
 * as used to the end. Puts them into found[i..]; returns how many, 1 at least and `most` at most [2.7.9]. */
static uint32_t expand_batch(unsigned q, uint32_t id, uint32_t i, uint32_t most)
{
    const struct proxy_queue *p = &wire.queue[q];
    uint32_t position = position_in_out(p, id);
    if (position < i || position == p->out_count || position - i >= most)
        return 1;
    for (uint32_t k = i; k < position; k++) {
        const struct pring_chain *chain = wire_chain_of(q, p->out[k]);
        uint64_t len = chain ? chain->writable_bytes : 0;
        uint32_t made = len < UINT32_MAX ? (uint32_t)len : UINT32_MAX;
        found[k] = (struct completion){.id = p->out[k], .len = made, .made_id = p->out[k], .made_len = made};
    }
    return position - i + 1;
}

static __attribute__((noinline)) void settle_queue(unsigned q)
{
    struct proxy_queue *p = &wire.queue[q];
    uint32_t size = wire_obs(q)->size;
    uint16_t n = made_since(p), idx = (uint16_t)(p->dev + n);
    /* A driver that was told of completions too early may have lent more than the queue holds: in schedule
     * free the device has done as many before anybody looks. */
    if (n > size && wire.reshaped) /* payload lies over the ring: the chain was good when it was gated */
        pring_stop(PRING_STOP_OVERLAP);
    if (n > size && !(wire.free_running && n <= p->out_count)) {
        wire_bus_ops.violation(NULL, WIRE_VIOLATION_USED_IDX, wire.cycles);
        pring_stop(PRING_STOP_BACKEND);
    }
    for (uint16_t i = 0; i < n; i++) {
        uint32_t offset = 4 + 8 * (uint32_t)((uint16_t)(p->dev + i) % size);
        uint32_t id = shadow32(p, offset), len = shadow32(p, offset + 4);
        if (wire_in_order())
            i = (uint16_t)(i + expand_batch(q, id, i, (uint32_t)n - i) - 1);
        found[i] = (struct completion){.id = id, .len = len, .made_id = id, .made_len = len};
    }
    for (uint16_t i = 0; i < n; i++)
        tell_made(q, &found[i], (uint16_t)(p->dev + i), 0);
    p->dev = idx;
    sort_by_availability(p, found, n);
    finish_batch(q, found, n);
}

/* The backend's own interrupt is taken off it at once: used buffers are the proxy's to announce. */
static __attribute__((noinline)) void drain_interrupt(void)
{
    uint32_t isr = 0, cycles = 0;
    if (wire.backend->reg_read(wire.self, 0x060, &isr, &cycles) < 0)
        pring_stop(PRING_STOP_BACKEND);
    wire.cycles += cycles;
    struct pring_event event = wire_event(PRING_EV_DEV_IRQ, PRING_F_REG_INTERRUPT_STATUS);
    event.made = 1;
    event.raw = isr;
    wire_emit(&event);
    if (wire.backend->reg_write(wire.self, 0x064, isr & 3, 15, &cycles) < 0)
        pring_stop(PRING_STOP_BACKEND);
    wire.cycles += cycles;
    if (isr & 2)
        wire_raise(2);
}

static void publish_avail_event(unsigned q)
{
    struct pring_observed_queue *o = wire_obs(q);
    struct proxy_queue *p = &wire.queue[q];
    if (o->packed) {
        wire_packed_publish_event(q);
        return;
    }
    if (!wire_event_idx() || o->gate == p->avail_event)
        return;
    p->avail_event = o->gate;
    wire_poke(o->device + 4 + 8 * (uint64_t)o->size, 2, o->gate);
}

void wire_collect(void)
{
    for (unsigned q = 0; wire.ready_mask >> q; q++)
        if (wire.ready_mask >> q & 1) {
            if (wire.packed_mask >> q & 1) {
                if (wire_packed_made(q))
                    settle_packed(q);
            } else if (made_since(&wire.queue[q])) {
                settle_queue(q);
            }
            publish_avail_event(q);
        }
    if (wire.raw_line)
        drain_interrupt();
}

void wire_settle(void)
{
    if (wire.obs.unplugged)
        return;
    uint32_t spent = 0;
    while (!wire.free_running && !wire.backend->idle(wire.self)) {
        uint32_t run = wire.backend->advance(wire.self, WIRE_SETTLE_STEP);
        wire.cycles += run;
        spent += run ? run : 1;
        if (spent > WIRE_SETTLE_CYCLES)
            pring_stop(PRING_STOP_BACKEND);
    }
    if (!wire.free_running) {
        struct pring_event event = wire_event(PRING_EV_DEV_IDLE, 0);
        wire_emit(&event);
    }
    wire_collect();
}

void wire_advance(uint64_t ns)
{
    uint64_t end = wire.now + ns;
    while (wire.now < end) {
        uint64_t want = (end - wire.now + 9) / 10;
        if (wire.obs.unplugged || wire.backend->idle(wire.self)) {
            wire.now = end;
            break;
        }
        uint32_t run = wire.backend->advance(wire.self, want > 64 ? 64 : (uint32_t)want);
        wire.cycles += run;
        wire.now += 10 * (uint64_t)(run ? run : want);
        wire_collect();
    }
}
