/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitors of the driver: their states, and what each wants to see. One oracle in all (spec_oracle.c),
 * which hands an event only to those that it concerns: most registers concern one or two.
 */
#ifndef PRING_ORACLE_SPEC_MONITORS_H
#define PRING_ORACLE_SPEC_MONITORS_H

#include "oracle/spec_state.h"

enum {
    SPEC_FEATURE_WORDS = 4,
    SPEC_CONFIG_FIRST = PRING_F_CONFIG_CAPACITY,
    SPEC_CONFIG_FIELDS = PRING_F_CONFIG_OTHER - SPEC_CONFIG_FIRST,
};

/* spec_identify.c */
struct spec_identify {
    bool probing;
    bool told;    /* one word per probe */
    bool content; /* all three were read, and are right */
    uint8_t has;  /* what was read in this probe */
    uint32_t magic, version, id;
};

/* spec_status.c */
struct spec_status {
    bool started;     /* this probe has reset the device, or was told that it did not */
    bool failed;      /* FAILED was written, and no reset since */
    bool confirmed;   /* FEATURES_OK was written, then shown */
    bool refused;     /* it was shown clear, last time */
    bool queue_early; /* a queue was made ready before FEATURES_OK was confirmed */
    uint8_t set;      /* bits that the driver set, less those that it was shown clear */
    uint8_t written;  /* or-ed since reset */
    uint8_t queues;   /* made ready since reset */
    uint8_t absent;   /* QueueSizeMax was shown as 0 */
};

/* spec_features.c */
struct spec_features {
    uint8_t words_read;          /* since the probe began: a restart may go on with what it knows */
    uint8_t status;              /* or-ed since reset */
    bool device_sel, driver_sel; /* selected since reset */
    bool wrote;                  /* DriverFeatures, since reset */
    bool frozen;                 /* FEATURES_OK was written, and not refused */
    bool probing;
    bool other_type; /* DeviceID was shown as another device's: what is right for its type cannot be judged */
    bool gave_up_here; /* reading features was the last step of this probe so far */
    uint32_t device_word, driver_word;
    uint32_t shown[SPEC_FEATURE_WORDS], accepted[SPEC_FEATURE_WORDS];
};

/* spec_config.c */
struct spec_config {
    uint8_t status;          /* or-ed since reset */
    uint32_t selected;       /* DeviceFeaturesSel, as written last */
    bool torn, mixed;        /* the capacity, several fields: read over a change, and not read again */
    bool generation_lied;    /* then nobody can tell a mix: both rules are silent */
    uint8_t changes;         /* of the configuration so far; stops at 255 */
    uint8_t half_read;       /* bit: that half of the capacity was read since reset */
    uint8_t half_changes[2]; /* `changes` when it was read */
    uint64_t features;       /* shown in this probe */
    uint8_t read_at[SPEC_CONFIG_FIELDS]; /* `changes` + 1 when the field was read last; 0: not since reset */
    uint8_t changed_at[SPEC_CONFIG_FIELDS]; /* `changes` after it changed last */
};

/* spec_queue.c */
struct spec_queue_words {
    uint32_t size_max; /* as shown last */
    bool size_max_known;
    bool ready;     /* the driver wrote 1, and was not shown 0 since */
    bool unsure;    /* it wrote 0 to a ready queue and has not read that back */
    bool resetting; /* QueueReset was written, and has not been shown as 0 since */
    bool asked;     /* ... but it was read */
};

struct spec_queue {
    struct spec_queue_words queue[PRING_QUEUES_MAX];
};

/* spec_ring.c */
struct spec_ring_words {
    bool known;   /* avail_idx is what the driver stored last */
    bool owes;    /* entries were made available, and no notify came since */
    bool excused; /* since then used.flags was loaded with NO_NOTIFY */
    uint16_t avail_idx;
    uint16_t next_head; /* IN_ORDER: the descriptor whose turn it is */
};

struct spec_ring {
    bool switched;  /* a fault has let another context run: whose call returns is unclear from then on */
    bool given_up;  /* FAILED or pring_broken, and no reset since */
    uint32_t owing; /* mask of the rings that owe a notify */
    struct spec_ring_words ring[PRING_QUEUES_MAX];
};

/* spec_irq.c */
struct spec_irq {
    bool in_handler;
    bool unread;         /* a handler began, and InterruptStatus was not read since */
    bool enabled;        /* of the driver's line: work put off with the line masked is not late */
    bool given_up;       /* FAILED or pring_broken, and no reset since */
    bool acked;          /* InterruptACK was written since the handler began */
    bool undefined_here; /* undefined bits were shown in this handler run */
    uint8_t owed;        /* bits that a handler was shown, not acknowledged */
    bool other_fault;    /* something else was wrong, too */
};

/* spec_rng.c */
struct spec_rng {
    bool loose;          /* used.idx or used.len were lied about in memory: what was reported is unclear */
    uint32_t last_shown; /* length of the last completion */
    uint64_t shown, handed_up;
};

/* spec_blk.c */
struct spec_blk {
    bool poked;     /* a fault wrote into a header or the like */
    uint8_t halves; /* of the capacity that were shown */
    uint64_t capacity;
    uint64_t grace; /* the capacity before it shrank under requests that had begun */
    uint32_t discard_segments, zero_segments; /* the largest limits that were shown; 0: none */
};

/* spec_net.c */
struct spec_net {
    bool poked;
    bool misled; /* a wrong number of pairs was shown, or a ring was poked: the rest is unclear */
    uint32_t mtu_least, mtu, pairs; /* the least and the largest shown in this probe; 0: none */
    uint32_t enabled;               /* pairs, by the largest command since reset; 0: no command */
};

/* spec_console.c */
struct spec_console {
    bool poked;
    bool commanded;     /* the caller opens and closes ports */
    bool ready;         /* DEVICE_READY was lent since reset */
    uint8_t awaited;    /* bit: of that port CONSOLE_PORT was shown, and PORT_OPEN was not lent */
    uint32_t completed; /* requests then */
};

/* All register functions but the first two see aligned 32-bit accesses only. */
void spec_mmio_access(bool other_type, const struct pring_event *event, struct pring_judge *judge);
void spec_config_access(struct spec_config *s, const struct pring_event *event, struct pring_judge *judge);

void spec_identify_begin(struct spec_identify *s);
void spec_identify_panic(struct spec_identify *s, const struct pring_event *event, struct pring_judge *judge);
void spec_identify_end(struct spec_identify *s, const struct pring_event *event, struct pring_judge *judge);
void spec_identify_register(struct spec_identify *s, const struct pring_event *event,
                            struct pring_judge *judge);

void spec_status_begin(struct spec_status *s);
void spec_status_register(struct spec_status *s, const struct pring_event *event, struct pring_judge *judge);

void spec_features_begin(struct spec_features *s, uint64_t entry);
void spec_features_end(struct spec_features *s, const struct pring_event *event, struct pring_judge *judge);
void spec_features_register(struct spec_features *s, const struct pring_event *event,
                            struct pring_judge *judge);

void spec_config_begin(struct spec_config *s);
void spec_config_register(struct spec_config *s, const struct pring_event *event, struct pring_judge *judge);
void spec_config_changed(struct spec_config *s, unsigned field);
void spec_config_fault(struct spec_config *s, const struct pring_event *event);
void spec_config_use(struct spec_config *s, const struct pring_event *event, struct pring_judge *judge);

void spec_queue_register(struct spec_queue *s, const struct pring_event *event, struct pring_judge *judge);
void spec_queue_call(struct spec_queue *s, const struct pring_event *event, struct pring_judge *judge);
void spec_queue_end(struct spec_queue *s, const struct pring_event *event, struct pring_judge *judge);

void spec_ring_register(struct spec_ring *s, const struct pring_event *event, struct pring_judge *judge);
void spec_ring_memory(struct spec_ring *s, const struct pring_event *event, struct pring_judge *judge);
void spec_ring_lend(const struct pring_event *event, struct pring_judge *judge);
void spec_ring_owe(struct spec_ring *s, unsigned queue); /* a notify, from now on */
void spec_order_lend(struct spec_ring *s, const struct pring_event *event, struct pring_judge *judge);
/* The driver has had every chance to notify. */
void spec_ring_quiet(struct spec_ring *s, const struct pring_event *event, struct pring_judge *judge);

/* spec_packed.c */
void spec_packed_ready(const struct pring_event *event, struct pring_judge *judge);
void spec_packed_lend(const struct pring_event *event, struct pring_judge *judge);
void spec_packed_touch(const struct pring_event *event, struct pring_judge *judge);
void spec_packed_store(const struct pring_event *event, struct pring_judge *judge);

void spec_irq_event(struct spec_irq *s, const struct pring_event *event, struct pring_judge *judge);

void spec_rng_event(struct spec_rng *s, const struct pring_event *event, struct pring_judge *judge);

/* Bytes [from, from + count) of the readable part; false: there are not so many. spec_chain.c */
bool spec_chain_bytes(const struct pring_observed_queue *q, const struct pring_chain *chain, uint64_t from,
                      void *out, uint32_t count);

void spec_net_begin(struct spec_net *s); /* of a probe */
void spec_net_reset(struct spec_net *s);
void spec_net_config(struct spec_net *s, const struct pring_event *event, struct pring_judge *judge);
void spec_net_lend(struct spec_net *s, const struct pring_event *event, struct pring_judge *judge);

void spec_console_reset(struct spec_console *s, bool given_up, const struct pring_event *event,
                        struct pring_judge *judge);
void spec_console_lend(struct spec_console *s, const struct pring_event *event, struct pring_judge *judge);
void spec_console_shown(struct spec_console *s, const struct pring_event *event, struct pring_judge *judge);

void spec_blk_event(struct spec_blk *s, const struct pring_event *event, struct pring_judge *judge);

#endif
