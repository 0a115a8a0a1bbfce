/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wire's own state and the calls between its files. One machine per process, so it is one static object.
 *
 *   wire.c    set-up, time, events, what the run tells        cut.c    driver loads and stores into fields
 *   regs.c    register accesses and the overlay               bus.c    the backend's DMA and line
 *   proxy.c   settle, kick, release                           lend.c   chains: lend, return
 *   walk.c    chains: what they consist of, indirect tables too
 *   packed_ring.c, packed_proxy.c   what walk.c and lend.c, and proxy.c, do for packed rings
 *   header.c  headers of packets and messages
 *   faults.c  which fault fires where, and with what value    act.c    what a fired fault does
 */
#ifndef PRING_WIRE_STATE_H
#define PRING_WIRE_STATE_H

#include <pring/lie.h>
#include <pring/memory.h>
#include <pring/wire.h>

enum {
    WIRE_REG_NS = 40,
    WIRE_SPIN_NS = 10,
    WIRE_SPIN_NS_MAX = 640,
    WIRE_HOLD_NS = 10000, /* hold N lasts at most N times this */
    WIRE_SPIN_KEYS = 64,  /* power of two */
    WIRE_SPIN_TURNS_MAX = 10000,
    WIRE_SETTLE_STEP = 8,         /* cycles between two looks at whether it is idle */
    WIRE_SETTLE_CYCLES = 1 << 20, /* a backend busy for longer has hung */
    WIRE_CHAIN_BYTES_MAX = 1 << 18,
    WIRE_WATCHES = 32,
    WIRE_HEADERS = 8,
    WIRE_LIST_MAX = 2 * PRING_QUEUE_SIZE_MAX, /* completions of a queue not shown yet, repeats included */
};
#define WIRE_NEVER              UINT64_MAX
#define WIRE_VIOLATION_USED_IDX 0xffff0001 /* used.idx ran further than the queue is large */

struct completion {   /* made by the device, not shown yet */
    uint32_t id, len; /* as shown when it is its turn */
    uint32_t made_id, made_len;
    uint16_t places, flags; /* packed: that it takes; WRITE as the device set it */
    uint16_t at;            /* packed: the device's place and wrap counter */
    uint32_t changed;       /* bit per fault that answered for it */
    uint64_t due;
    uint64_t hold_until; /* WIRE_NEVER: for ever */
    uint32_t hold_n;     /* further publications on this queue that end the hold; 0: not held */
    uint8_t swap_by;     /* fault + 1 that lets others go first; 0: none */
};

enum { /* [2.8] */
       PACKED_BYTES = 16,
       PACKED_AVAIL = 0x0080,
       PACKED_USED = 0x8000,
       PACKED_WRAP = 0x8000, /* of an offset */
       PACKED_EVENT_BYTES = 4,
       WIRE_PACKED_DESC_SHIFT = 13, /* see cut.c */
       WIRE_PACKED_USED_SHIFT = 9,
};

/* Both sides write the same places of a packed ring, so the device has a full copy of its own: it gets what
 * is gated and keeps what the device made of it. */
struct packed_side {
    uint16_t gate_place, dev_place, pub_place; /* behind what was gated, collected, published */
    uint16_t event;                            /* offset and wrap counter, as last published */
    uint16_t moved;                            /* places published since the last interrupt decision */
    bool gate_wrap, dev_wrap, pub_wrap, batch_wrap;
    uint16_t out_places[PRING_QUEUE_SIZE_MAX];   /* beside out */
    uint16_t shown_places[PRING_QUEUE_SIZE_MAX]; /* by place: taken by the completion published there */
    bool stored[PRING_QUEUE_SIZE_MAX];           /* by place: the driver has stored its flags last */
    uint8_t copy[PACKED_BYTES * PRING_QUEUE_SIZE_MAX];
};

struct proxy_queue { /* the device side and the driver side of a ready ring */
    bool on;
    uint16_t dev;         /* completions taken from the shadow */
    uint16_t pub;         /* completions shown */
    uint16_t signalled;   /* value of pub at the last interrupt decision */
    uint16_t avail_event; /* as last published */
    uint64_t last_due;
    uint32_t out_count, list_count;
    uint16_t batch_slot;  /* IN_ORDER: the element, or used descriptor, that stands for all completions shown
                             since */
    bool batch_open;      /* the next one may join them */
    uint8_t dropped_by;   /* fault + 1 that withholds a completion for ever */
    uint16_t packet_rest; /* net: buffers of the packet at hand that are still to come; they have no header */
    uint16_t out[PRING_QUEUE_SIZE_MAX]; /* gated heads in order of availability */
    struct completion list[WIRE_LIST_MAX];
    uint8_t shadow[6 + 8 * PRING_QUEUE_SIZE_MAX]; /* the device area as the device knows it: the used ring */
    struct packed_side packed;
};

struct overlay { /* what the driver's registers show beyond the backend's */
    uint32_t isr;
    bool line;                /* as the driver sees it */
    bool muted;               /* no edge until reset */
    bool line_muted;          /* this edge was dropped: none until another cause comes */
    bool spurious;            /* an asserted line with no bit behind it: until InterruptStatus is read */
    uint64_t line_held_until; /* a rising edge that a fault delays; 0: none */
    uint32_t repeat_line;     /* spurious edges owed once the line falls */
    uint8_t needs_reset;      /* 0x40 when a fault raised it */
    uint32_t generation;      /* added to the backend's */
    uint64_t sticky_mask;     /* bit offset / 4 of the registers below 0x100 held by `state` */
    uint32_t sticky[64], sticky_sel; /* sel: the word of DeviceFeatures that is held */
    uint8_t sticky_fault[64];
    uint64_t config_mask; /* bit n: byte n of the configuration space is overridden */
    uint8_t config[64];
};

struct shown_config { /* configuration bytes as the driver last read them, since reset */
    uint64_t mask;
    uint8_t byte[64];
    uint32_t generation[64]; /* as shown before that read */
};

struct spin_key {
    uint64_t pc, addr, value;
    uint32_t epoch; /* wire.epoch at the loads: else nothing is known */
    uint32_t loads; /* of that value, in a row */
};

struct watch { /* a changed value that the driver has not met yet: makes its fault effective */
    uint64_t addr;
    uint32_t len_bytes; /* 0: any look at ring index or InterruptStatus, or waiting */
    uint8_t fault;
};

struct shown_header { /* fields [first, last] in front of payload, where the driver may come to read them */
    uint64_t addr;    /* of the part that they are offsets into */
    uint8_t first, last;
};

struct fault_arm { /* a fault while the run goes on */
    struct pring_fault_state state;
    uint64_t last_value; /* of the polled word, to count its changes */
    uint32_t j;          /* loads since that change */
    bool inert, polled, met;
};

struct wire {
    const struct pring_backend *backend;
    void *self;
    const struct pring_scenario *scenario;
    struct pring_options options;
    uint64_t now, cycles, result_hash;
    uint32_t epoch, probes;
    bool finished, free_running, raw_line;
    bool reshaped;  /* a fault rewrote descriptors: what was gated may be another chain by now */
    bool attention; /* the driver's load or store at hand: the guest looks at the line and at switch_wanted */
    uint32_t switch_wanted, switch_fault;
    uint16_t at_index;         /* slot or descriptor of the ring event at hand; UINT16_MAX: none */
    uint64_t armed[2];         /* bit per label that some fault names */
    uint32_t ready_mask;       /* queues that are on */
    uint32_t packed_mask;      /* of these: packed */
    bool may_release;          /* a completion is listed, or an edge is held: false is certain */
    bool rings_apart;          /* no two parts of ready rings overlap */
    uint32_t serial;           /* lendings so far */
    uint64_t backend_capacity; /* sectors, without what faults show */
    uint64_t gone;             /* last unmapped or freed range */
    uint32_t watch_count;
    uint64_t event_count;
    uint64_t labels_seen[2];
    uint64_t last_value[PRING_FIELD_COUNT]; /* of each label, for base `prev` */
    struct overlay overlay;
    struct shown_config shown;
    struct fault_arm arm[PRING_FAULTS_MAX];
    struct watch watch[WIRE_WATCHES];
    struct shown_header header[WIRE_HEADERS]; /* those of the last completions */
    uint32_t header_count;                    /* in all */
    struct spin_key spin[WIRE_SPIN_KEYS];
    struct pring_observer obs;
    struct proxy_queue queue[PRING_QUEUES_MAX];
};
extern struct wire wire;

/* wire.c */
static inline struct pring_event wire_event(enum pring_event_kind kind, unsigned field)
{
    return (struct pring_event){.kind = (uint8_t)kind,
                                .field = (uint8_t)field,
                                .phase = wire.obs.phase,
                                .time_ns = wire.now,
                                .cycle = wire.cycles};
}
void wire_emit(struct pring_event *event);
extern struct pring_wanted wire_heard; /* by anybody who listens */
/* Events have 8 bits for it: what is beyond them is no queue, and above all not another one. */
static inline uint8_t wire_queue_number(uint64_t selected)
{
    return (uint8_t)(selected < UINT8_MAX ? selected : UINT8_MAX);
}

static inline bool wire_is_heard(enum pring_event_kind kind, unsigned field)
{
    return wire_heard.fields[kind][field >> 6 & 1] >> (field & 63) & 1;
}
/* What is left of an event that nobody wants; of a load or store with its code address. */
static inline void wire_count(unsigned field)
{
    wire.event_count++;
    wire.labels_seen[field >> 6 & 1] |= UINT64_C(1) << (field & 63);
}
static inline void wire_count_at(unsigned field, uint64_t pc)
{
    wire_count(field);
    if (wire_heard.pc && pc)
        *wire_heard.pc = pc;
}
static inline void wire_mix(uint64_t value) /* into the result hash */
{
    uint64_t hash = (wire.result_hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    wire.result_hash = hash ^ hash >> 29;
}
static inline void wire_mix_event(enum pring_event_kind kind, unsigned field, uint32_t index, uint64_t seen)
{
    wire_mix((uint64_t)kind << 56 ^ (uint64_t)field << 48 ^ (uint64_t)index << 32 ^ seen);
}
void wire_phase(void);

/* lend.c */
void wire_lend(unsigned q, uint16_t idx);  /* avail.idx was stored */
void wire_return(unsigned q, uint32_t id); /* the driver was shown the end of this chain */
void wire_return_all(unsigned q);
/* IN_ORDER: how many chains the element with this id stands for: all that were lent before it, and itself, if
 * there are as many places for them. */
uint16_t wire_batch_of(unsigned q, uint32_t id, uint16_t places);
/* This chain and all that were lent before it; answers how many places of a packed ring they took. */
uint32_t wire_return_up_to(unsigned q, uint32_t id);
void wire_cover(unsigned q, uint16_t idx); /* used.idx was loaded */

/* walk.c */
void wire_walk(struct pring_observed_queue *o, struct pring_chain *chain);
uint16_t wire_take_cell(struct pring_observed_queue *o); /* a free one in `segment`; 0: there is none */
/* Gives back the cells of the chain's table: its direct descriptors are all that is left of it. */
void wire_forget_table(struct pring_observed_queue *o, struct pring_chain *chain);
/* The buffers of a chain one by one, without what leads to a table. *n: 0 at first; NULL: no more. */
const struct pring_segment *wire_chain_next(const struct pring_chain *chain, uint16_t *n, uint16_t *index);
/* Its indirect table, as it was lent; false: it has none. */
bool wire_chain_table(const struct pring_chain *chain, uint64_t *addr, uint32_t *entries);
/* Address of byte `at` of the chain's writable (or readable) part, as it was lent. */
bool wire_chain_byte(const struct pring_chain *chain, bool writable, uint64_t at, uint64_t *addr);
/* As memory holds it now, does the chain write over a ready ring, or is it larger than any request here?
 * Payload would be decoded as ring then, or the device copies for ever: the run ends before the device sees
 * it. */
bool wire_chain_hopeless(unsigned q, uint16_t head);

bool wire_over_a_ring(uint64_t addr, uint64_t len_bytes);
/* What lent chains have in common, whatever their ring. */
void wire_tell_lend(unsigned q, const struct pring_chain *chain);
void wire_chain_lent(unsigned q, const struct pring_chain *chain); /* its bytes are the device's */
static inline struct pring_chain *wire_chain_of(unsigned q, uint32_t id)
{
    return (struct pring_chain *)(uintptr_t)pring_chain_of_id(&wire.obs.queue[q], id);
}

/* packed_ring.c */
void wire_packed_lend(unsigned q, uint32_t place);  /* these flags were stored */
void wire_packed_cover(unsigned q, uint32_t place); /* these flags were loaded */

/* packed_proxy.c */
void wire_packed_on(unsigned q);
void wire_packed_kick(unsigned q);
bool wire_packed_made(unsigned q); /* the device has completed something since the last look */
uint32_t wire_packed_collect(unsigned q, struct completion *found);
/* Returns the place. joins: that of the one before, for which this one stands as well. */
uint16_t wire_packed_publish(unsigned q, const struct completion *c, bool joins);
bool wire_packed_wants_interrupt(unsigned q);
void wire_packed_publish_event(unsigned q);
/* Lays the copies over bytes that were read from memory. */
void wire_packed_read(uint64_t addr, uint32_t n, uint8_t *out);
bool wire_packed_near(uint64_t addr, uint32_t n); /* does this touch a packed descriptor ring? */
/* The device's own byte of one, or NULL: none is there. */
uint8_t *wire_packed_byte(uint64_t addr);

/* proxy.c */
void wire_queue_on(unsigned q);
void wire_queue_off(unsigned q);
void wire_kick(unsigned q); /* before it is forwarded: moves the gate */
void wire_settle(void);     /* the backend runs until idle (schedule settled), then wire_collect */
void wire_collect(void);    /* takes completions out of the shadows */
void wire_release_due(void);
static inline void wire_release(void) /* publishes what is due */
{
    if (wire.may_release)
        wire_release_due();
}
void wire_release_one(unsigned q); /* publishes the next completion, due or not, held or not */
void wire_raise(uint32_t bits);    /* InterruptStatus bits, and the line */
void wire_overlay_clear(bool keeps_config);
void wire_line_look(void);
static inline void wire_line_update(void)
{
    const struct overlay *v = &wire.overlay;
    bool is_up = v->isr || v->spurious;
    if (is_up ? v->line
              : !(v->line || v->sticky_mask || v->line_muted || v->line_held_until || v->repeat_line))
        return; /* as it is shown */
    wire_line_look();
}
void wire_advance(uint64_t ns); /* schedule free: the backend runs along */

/* faults.c: matching */
static inline bool wire_is_armed(unsigned label)
{
    return (wire.armed[label >> 6] >> (label & 63)) & 1;
}
/* The next fault from *from on whose point is this event, or -1; *from then stands behind it. Counts matches.
 * `value`: the word's value, for polled words. */
int wire_match(uint32_t *from, unsigned label, enum pring_side side, unsigned q, uint64_t value)
    __attribute__((cold));
struct fault_context { /* what the bases of a value refer to */
    uint64_t it, prev;
    const struct pring_chain *chain; /* of the completion at hand, or NULL */
    unsigned queue, bits;
};
bool wire_fault_value(const struct pring_fault *fault, const struct fault_context *context, uint64_t *value)
    __attribute__((cold));
void wire_arm(void);
void wire_lied(unsigned index, unsigned q)
    __attribute__((cold)); /* a fired fault has broken a device requirement */
void wire_lied_late(unsigned index, unsigned label, unsigned q)
    __attribute__((cold)); /* ... as shows only now */
void wire_fired(unsigned index, bool lied, unsigned label, unsigned q) __attribute__((cold));
void wire_watch(unsigned index, uint64_t addr, uint32_t len_bytes) __attribute__((cold));
void wire_met(uint64_t addr,
              uint32_t len_bytes); /* the driver loads this: changed values there become effective */
void wire_met_order(void);         /* the driver looked for completions or waited */

/* header.c: answers to what the device wrote in front of payload, when a completion is collected */
void wire_answer_header(unsigned q, const struct pring_chain *chain, uint32_t made_len);
void wire_header_met(uint64_t addr, uint32_t len_bytes); /* the driver reads these bytes of payload */

/* act.c: what acts at a point and is no answer: poke, change, state, irq, release, needs-reset, unplug,
 * switch */
void wire_act(unsigned index, unsigned label, unsigned q) __attribute__((cold));
void wire_act_at(unsigned label, enum pring_side side, unsigned q, uint64_t value);

/* cut.c: what is known of the loads of a word at a code address since something was done; NULL: too many such
 * places. */
struct spin_key *wire_spin_key(uint64_t addr, uint64_t pc);

/* bus.c */
extern const struct pring_bus_ops wire_bus_ops;
uint64_t wire_peek_bytes(uint64_t addr, uint32_t len_bytes);
/* Driver memory, 1..8 bytes; 0 where there is none. */
static inline uint64_t wire_peek(uint64_t addr, uint32_t len_bytes)
{
    if ((addr & (len_bytes - 1)) || !pring_memory_exists(addr, len_bytes))
        return wire_peek_bytes(addr, len_bytes);
    switch (len_bytes) {
    case 2:
        return *(const volatile uint16_t *)(uintptr_t)addr;
    case 4:
        return *(const volatile uint32_t *)(uintptr_t)addr;
    case 8:
        return *(const volatile uint64_t *)(uintptr_t)addr;
    default:
        return wire_peek_bytes(addr, len_bytes);
    }
}
void wire_poke(uint64_t addr, uint32_t len_bytes, uint64_t value); /* nothing where there is none */

/* regs.c, regs_write.c */
uint32_t wire_backend_read(uint32_t offset); /* stops the run when there is no answer */
void wire_backend_write(uint32_t offset, uint32_t value, uint8_t strb);
void wire_access_begins(void); /* the price, and what falls due */
void wire_access_ends(void);   /* what the device did with it, if that shows at once */
void wire_tell_reset(bool done);
uint64_t wire_config_value(enum pring_field field); /* as the driver would read it now */
uint32_t wire_register_value(enum pring_field field);
void wire_config_override(enum pring_field field, uint64_t value);

static inline struct pring_observed_queue *wire_obs(unsigned q)
{
    return &wire.obs.queue[q];
}
static inline bool wire_is_packed(void)
{
    return (wire.obs.features_written & wire.obs.setup.features) >> 34 & 1;
}
static inline bool wire_in_order(void)
{
    return (wire.obs.features_written >> 35) & 1;
}
static inline bool wire_notification_data(void)
{
    return (wire.obs.features_written >> 38) & 1;
}
static inline bool wire_ring_reset(void)
{
    return (wire.obs.features_written >> 40) & 1;
}
static inline bool wire_event_idx(void)
{
    return (wire.obs.features_written >> 29) & 1;
}

#endif
