/* SPDX-License-Identifier: Apache-2.0 */
/* The wire's set-up, time and events, and what the run tells it. */
#include <string.h>

#include "wire/wire_state.h"

struct wire wire;

enum { LISTENERS_MAX = 4, BACKENDS_MAX = 8 };
static pring_listener listeners[LISTENERS_MAX];
static const struct pring_wanted *wanted[LISTENERS_MAX]; /* NULL: all */
static unsigned listener_count;
struct pring_wanted wire_heard; /* by anybody */
static struct {
    const struct pring_backend *backend;
    void *self;
} opened[BACKENDS_MAX];
static unsigned opened_count;

/* ---- set-up ---- */

static void hear(void)
{
    memset(&wire_heard, 0, sizeof wire_heard);
    for (unsigned i = 0; i < listener_count; i++) {
        for (unsigned kind = 0; kind < PRING_EV_KINDS; kind++)
            for (unsigned half = 0; half < 2; half++)
                wire_heard.fields[kind][half] |= wanted[i] ? wanted[i]->fields[kind][half] : ~UINT64_C(0);
        if (wanted[i])
            wire_heard.pc = wanted[i]->pc;
    }
}

void pring_wire_listen_to(pring_listener listener, const struct pring_wanted *what)
{
    if (listener_count == LISTENERS_MAX)
        return;
    listeners[listener_count] = listener;
    wanted[listener_count++] = what;
    hear();
}

void pring_wire_listen(pring_listener listener)
{
    pring_wire_listen_to(listener, NULL);
}

void pring_wire_deafen(pring_listener listener)
{
    for (unsigned i = 0; i < listener_count; i++)
        if (listeners[i] == listener) {
            listener_count--;
            memmove(&listeners[i], &listeners[i + 1], (listener_count - i) * sizeof listeners[0]);
            memmove(&wanted[i], &wanted[i + 1], (listener_count - i) * sizeof wanted[0]);
            hear();
            return;
        }
}

int pring_wire_open(const struct pring_backend *backend)
{
    for (unsigned i = 0; i < opened_count; i++)
        if (opened[i].backend == backend)
            return 0;
    if (opened_count == BACKENDS_MAX || backend->open(&wire_bus_ops, NULL, &opened[opened_count].self) < 0)
        return -1;
    opened[opened_count++].backend = backend;
    return 0;
}

void *pring_wire_backend_self(const struct pring_backend *backend)
{
    for (unsigned i = 0; i < opened_count; i++)
        if (opened[i].backend == backend)
            return opened[i].self;
    return NULL;
}

/* The observer's tables are large and mostly unused: what wire_queue_on sets up is left alone here. */
static void reset_observer(const struct pring_setup *setup)
{
    struct pring_observer *obs = &wire.obs;
    memset(obs, 0, offsetof(struct pring_observer, queue));
    for (unsigned q = 0; q < PRING_QUEUES_MAX; q++) {
        memset(&obs->queue[q], 0, offsetof(struct pring_observed_queue, chain));
        wire.queue[q].on = false;
        wire.queue[q].list_count = wire.queue[q].out_count = 0;
    }
    obs->setup = *setup;
    obs->capacity_sectors = setup->blk.capacity_sectors;
}

void pring_wire_reset(const struct pring_backend *backend, const struct pring_scenario *scenario,
                      const struct pring_setup *setup, const struct pring_options *options)
{
    reset_observer(setup);
    memset(&wire, 0, offsetof(struct wire, obs));
    wire.backend = backend;
    wire.self = pring_wire_backend_self(backend);
    wire.scenario = scenario;
    wire.options = *options;
    wire.free_running = options->schedule == PRING_SCHEDULE_FREE;
    wire.result_hash = UINT64_C(0xcbf29ce484222325);
    wire.at_index = UINT16_MAX;
    wire.backend_capacity = setup->blk.capacity_sectors;
    wire_arm();
    wire_phase();
    backend->power_on(wire.self, setup, &options->profile);
}

void pring_wire_honest(void)
{
    static const struct pring_scenario none;
    wire.scenario = &none;
    wire.armed[0] = wire.armed[1] = 0;
    for (unsigned q = 0; wire.ready_mask >> q; q++)
        for (uint32_t i = 0; i < wire.queue[q].list_count; i++)
            wire.queue[q].list[i].hold_n = 0;
    wire.obs.unplugged = false;
    wire.obs.capacity_sectors = wire.backend_capacity;
    wire_overlay_clear(false);
    wire_line_update();
}

void pring_wire_finish(void)
{
    wire.finished = true;
    for (unsigned q = 0; q < wire.obs.setup.queue_count; q++)
        wire_queue_off(q);
}

const struct pring_observer *pring_wire_observer(void)
{
    return &wire.obs;
}
uint64_t pring_wire_cycles(void)
{
    return wire.cycles;
}
uint64_t pring_wire_result_hash(void)
{
    return wire.result_hash;
}
uint64_t pring_wire_events(void)
{
    return wire.event_count;
}
void pring_wire_labels_seen(uint64_t seen[2])
{
    seen[0] = wire.labels_seen[0];
    seen[1] = wire.labels_seen[1];
}

static uint64_t hash_bytes(uint64_t hash, const void *data, size_t len)
{
    const uint8_t *p = data;
    for (; len >= 8; len -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    for (; len; len--)
        hash = (hash ^ *p++) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t hash_list(uint64_t hash, const struct proxy_queue *p)
{
    for (uint32_t i = 0; i < p->list_count; i++) { /* member by member: no padding */
        const struct completion *c = &p->list[i];
        const uint64_t words[] = {c->id, c->len, c->made_id, c->made_len, c->due, c->hold_until, c->hold_n};
        hash = hash_bytes(hash, words, sizeof words);
    }
    return hash;
}

static uint64_t hash_packed(uint64_t hash, const struct pring_observed_queue *o, const struct packed_side *p)
{
    hash = hash_bytes(hash, o->head_of_id, o->size * sizeof o->head_of_id[0]);
    hash = hash_bytes(hash, p, offsetof(struct packed_side, out_places));
    return hash_bytes(hash, p->copy, PACKED_BYTES * o->size);
}

static uint64_t hash_queue(uint64_t hash, unsigned q)
{
    const struct pring_observed_queue *o = &wire.obs.queue[q];
    const struct proxy_queue *p = &wire.queue[q];
    hash = hash_bytes(hash, o, offsetof(struct pring_observed_queue, chain));
    if (!o->size)
        return hash;
    hash = hash_bytes(hash, o->chain, o->size * sizeof o->chain[0]);
    hash = hash_bytes(hash, o->lent_head, o->size * sizeof o->lent_head[0]);
    hash = hash_bytes(hash, &p->dev, sizeof p->dev * 4);
    if (o->packed)
        hash = hash_packed(hash, o, &p->packed);
    return hash_list(hash, p);
}

uint64_t pring_wire_state_hash(void)
{
    uint64_t hash = hash_bytes(wire.now, &wire.cycles, sizeof wire.cycles);
    hash = hash_bytes(hash, &wire.overlay, sizeof wire.overlay);
    hash = hash_bytes(hash, wire.arm, sizeof wire.arm);
    hash = hash_bytes(hash, wire.last_value, sizeof wire.last_value);
    /* without the set-up: that is the scenario's, and its padding is whatever lay on the caller's stack */
    hash = hash_bytes(hash, &wire.obs.phase,
                      offsetof(struct pring_observer, queue) - offsetof(struct pring_observer, phase));
    for (unsigned q = 0; q < wire.obs.setup.queue_count; q++)
        hash = hash_queue(hash, q);
    return hash_bytes(hash ^ wire.backend->state_hash(wire.self), &wire.result_hash, sizeof wire.result_hash);
}

/* ---- events ---- */

/* What driver and caller saw; nothing that a backend does on its own side. */
static void mix_event(const struct pring_event *event)
{
    const uint32_t mixed = 1U << PRING_EV_REG_READ | 1U << PRING_EV_LOAD | 1U << PRING_EV_END |
                           1U << PRING_EV_DONE | 1U << PRING_EV_HANDLER | 1U << PRING_EV_STALL |
                           1U << PRING_EV_BROKEN | 1U << PRING_EV_PANIC;
    if (mixed >> event->kind & 1)
        wire_mix_event(event->kind, event->field, event->index, event->seen);
}

void wire_emit(struct pring_event *event)
{
    bool by_fault = event->kind == PRING_EV_FAULT || event->kind == PRING_EV_ACT;
    wire_count(by_fault ? 0 : event->field); /* the driver need not have met what a fault names */
    mix_event(event);
    if (listener_count == 1) { /* the judge: nearly always */
        listeners[0](event);
        return;
    }
    for (unsigned i = 0; i < listener_count; i++)
        listeners[i](event);
}

void pring_wire_told(const struct pring_event *event)
{
    struct pring_event copy = *event;
    copy.time_ns = wire.now;
    copy.cycle = wire.cycles;
    copy.phase = wire.obs.phase;
    wire_emit(&copy);
}

/* ---- time ---- */

uint64_t pring_wire_now(void)
{
    return wire.now;
}

void pring_wire_pass(uint64_t ns)
{
    wire.epoch++;
    if (wire.free_running)
        wire_advance(ns);
    else
        wire.now += ns;
    if (wire.watch_count)
        wire_met_order();
    wire_release();
    wire_line_update();
}

void pring_wire_spin(uint32_t turns)
{
    uint64_t price = turns >= 6 ? WIRE_SPIN_NS_MAX : WIRE_SPIN_NS << turns;
    if (wire.free_running)
        wire_advance(price);
    else
        wire.now += price;
    if (wire.watch_count)
        wire_met_order();
    wire_release();
    wire_line_update();
}

/* ---- the line, guest calls ---- */

bool pring_wire_line(unsigned dev)
{
    return dev == 0 && wire.overlay.line;
}

void pring_wire_handler(unsigned dev, bool begins)
{
    struct pring_event event = wire_event(PRING_EV_HANDLER, PRING_F_IRQ_LINE);
    event.dev = (uint8_t)dev;
    event.made = event.seen = begins;
    wire.epoch++;
    wire_emit(&event);
    if (!begins && wire.overlay.spurious) { /* nobody asked why: a glitch does not last */
        wire.overlay.spurious = false;
        wire_line_update();
    }
    if (begins)
        wire_met_order();
}

void pring_wire_barrier(int barrier, uint64_t pc)
{
    if (!wire_is_heard(PRING_EV_BARRIER, 0)) {
        wire_count(0);
        return;
    }
    struct pring_event event = wire_event(PRING_EV_BARRIER, 0);
    event.made = (uint64_t)barrier;
    event.pc = pc;
    wire_emit(&event);
}

bool pring_wire_refuses(enum pring_field label, uint64_t pc)
{
    bool refused = false;
    int index;
    (void)pc;
    wire.labels_seen[label >> 6] |= UINT64_C(1) << (label & 63);
    for (uint32_t from = 0;
         wire_is_armed(label) && (index = wire_match(&from, label, PRING_SIDE_DEVICE, 0, 0)) >= 0;) {
        if (wire.scenario->fault[index].action != PRING_FAULT_FAIL)
            continue;
        refused = true;
        wire.arm[index].state.effective = true;
        wire_fired((unsigned)index, false, label, 0);
    }
    return refused;
}

void pring_wire_call(const struct pring_call *call, uint64_t pc)
{
    struct pring_event event = wire_event(PRING_EV_CALL, 0);
    event.call = call;
    event.addr = call->addr;
    event.len_bytes = (uint32_t)call->len_bytes;
    event.pc = pc;
    event.made = call->refused;
    wire.epoch++;
    wire_emit(&event);
    if (call->kind == PRING_CALL_UNMAP || call->kind == PRING_CALL_DMA_FREE || call->kind == PRING_CALL_FREE)
        wire.gone = call->addr;
}

uint32_t pring_wire_switch(void)
{
    uint32_t n = wire.switch_wanted;
    wire.switch_wanted = 0;
    return n;
}

void pring_wire_switched(void)
{
    wire.arm[wire.switch_fault].state.effective = true;
    wire_fired(wire.switch_fault, false, 0, 0);
}

/* ---- driver calls and the caller ---- */

void wire_phase(void)
{
    struct pring_observer *obs = &wire.obs;
    if (obs->entry == PRING_ENTRY_REMOVE)
        obs->phase = PRING_PHASE_REMOVE;
    else if (wire.probes > 1 && !obs->probed)
        obs->phase = PRING_PHASE_REPROBE;
    else if (!(obs->status_written & 8))
        obs->phase = PRING_PHASE_PROBE;
    else if (!obs->driver_ok)
        obs->phase = PRING_PHASE_SETUP;
    else
        obs->phase = obs->open_requests ? PRING_PHASE_REQUEST : PRING_PHASE_IDLE;
}

void pring_wire_begin(enum pring_entry entry, struct pring_request *request)
{
    struct pring_event event = wire_event(PRING_EV_BEGIN, 0);
    wire.epoch++;
    wire.obs.entry = (uint8_t)entry;
    if (entry == PRING_ENTRY_PROBE)
        wire.probes++;
    if (entry == PRING_ENTRY_REMOVE)
        wire.obs.probed = false;
    if (entry == PRING_ENTRY_SUBMIT)
        wire.obs.open_requests++;
    wire_phase();
    event.phase = wire.obs.phase;
    event.made = event.seen = entry;
    event.request = request;
    wire_emit(&event);
}

void pring_wire_end(enum pring_entry entry, struct pring_request *request, int64_t result)
{
    struct pring_event event = wire_event(PRING_EV_END, 0);
    event.made = entry;
    event.request = request;
    event.seen = (uint64_t)result;
    wire_emit(&event);
    wire.obs.entry = 0;
    if (entry == PRING_ENTRY_PROBE)
        wire.obs.probed = result == 0;
    if (entry == PRING_ENTRY_SUBMIT && result < 0 && wire.obs.open_requests)
        wire.obs.open_requests--;
    wire_phase();
}

void pring_wire_done(struct pring_request *request, int result, size_t done_bytes)
{
    struct pring_event event = wire_event(PRING_EV_DONE, 0);
    event.request = request;
    event.seen = (uint64_t)(int64_t)result;
    event.raw = done_bytes;
    wire_emit(&event);
    wire_mix(done_bytes);
    if (wire.obs.open_requests)
        wire.obs.open_requests--;
    wire_phase();
}

void pring_wire_receive(unsigned dev, uint32_t unit, const void *data, size_t len_bytes)
{
    struct pring_event event = wire_event(PRING_EV_RECEIVE, 0);
    event.dev = (uint8_t)dev;
    event.made = event.seen = unit;
    event.addr = (uintptr_t)data;
    event.len_bytes = (uint32_t)len_bytes;
    event.bytes = data;
    wire_emit(&event);
    wire_mix((uint64_t)unit << 32 ^ len_bytes);
    if (pring_memory_exists(event.addr, len_bytes))
        pring_wire_mix(data, len_bytes);
}

void pring_wire_broken(unsigned dev)
{
    struct pring_event event = wire_event(PRING_EV_BROKEN, 0);
    event.dev = (uint8_t)dev;
    wire_emit(&event);
}

void pring_wire_mix(const void *data, size_t len_bytes)
{
    wire.result_hash = hash_bytes(wire.result_hash, data, len_bytes);
}

void pring_wire_resize(uint64_t sectors)
{
    if (wire.obs.unplugged)
        return;
    wire.backend->resize(wire.self, sectors);
    wire.obs.capacity_sectors = wire.backend_capacity = sectors;
    struct pring_event event = wire_event(PRING_EV_ACT, PRING_F_CONFIG_CAPACITY);
    event.made = event.seen = sectors;
    wire_emit(&event);
    wire_settle();
    wire_release();
    wire_line_update();
}

void pring_wire_unplug(void)
{
    wire.obs.unplugged = true;
    for (unsigned q = 0; q < wire.obs.setup.queue_count; q++) {
        wire_obs(q)->withheld = true;
        wire.queue[q].list_count = 0;
    }
    wire.overlay.isr = 0;
    wire.overlay.spurious = false;
    wire_line_update();
}
