/* SPDX-License-Identifier: Apache-2.0 */
/* The monitors of the backend, as spec_monitors.h has those of the driver. One oracle in all
 * (device_oracle.c). */
#ifndef PRING_ORACLE_DEVICE_MONITORS_H
#define PRING_ORACLE_DEVICE_MONITORS_H

#include "oracle/device_flight.h"
#include "oracle/spec_state.h"

enum {
    DEVICE_CONFIG_WORDS = 24, /* of the configuration space; the block device's is 96 bytes */
    DEVICE_ELEMENTS = 16,     /* of a used ring that are followed at once */
};

/* device_regs.c */
struct device_regs {
    bool resetting; /* Status 0 was written, and 0 was not read */
    bool idle;      /* and the backend has said since that it is done */
    bool told;      /* one word per reset */
    bool running;   /* DRIVER_OK since reset */
    bool beyond;    /* bits of words that cannot be offered were accepted */
    bool deaf;      /* features were selected or accepted while the reset drained: it may not have heard */
    uint8_t ready;  /* queues that the driver made ready since reset */
    uint8_t renewing, renewed; /* queues whose QueueReset was written, not yet read as 0; and those it was */
    uint64_t offered, accepted;
};

/* device_config.c */
struct device_config {
    bool known;   /* ConfigGeneration was read */
    bool changed; /* a word changed since, under readers' eyes */
    uint32_t generation;
    uint32_t valid; /* bit: that word was read under this generation */
    uint32_t word[DEVICE_CONFIG_WORDS];
};

/* device_irq.c */
struct device_irq {
    bool running;      /* DRIVER_OK since reset */
    bool ran_before;   /* DRIVER_OK ever */
    bool due;          /* a completion called for an interrupt, and none was taken since */
    bool acted;        /* the capacity was changed since an interrupt was taken last */
    bool broken_shown; /* DEVICE_NEEDS_RESET was read since */
    bool config_told;  /* a configuration interrupt came since DRIVER_OK */
    bool for_nobody;   /* the line rose while no queue was ready, and some were reset */
    uint8_t due_queue;
    bool capacity_known;
    uint64_t capacity; /* after the last act of the workload */
};

/* device_packed.c */
struct device_place { /* of a packed ring: the device has begun to write it */
    uint8_t queue;
    uint8_t written; /* bit: of `bytes` */
    uint16_t place;
    uint8_t bytes[8]; /* len, id, flags */
};
struct device_places { /* of all queues, in no order, without gaps. Each is that of a chain in flight */
    uint32_t count;
    struct device_place at[DEVICE_FLIGHTS];
};
struct device_packed {
    bool begun;     /* else the cursor stands at 0, in the first lap */
    bool wrap;      /* of the cursor: where the device uses the next descriptor */
    uint16_t place; /* the cursor */
    /* IN_ORDER: chains that were used by what was written for a later one, by the number of their lending */
    uint32_t passed_from, passed_to;
    uint16_t alone; /* one behind where that one would end if it stood for itself; 0: the last one did */
};

/* device_ring.c */
struct device_element {
    uint8_t bytes[8]; /* id, len: little-endian */
};

struct device_queue {
    bool loose;    /* the trail is lost until the queue is set up again */
    bool draining; /* QueueReady 0 or QueueReset 1 was written, not yet read back as 0 */
    bool stopped;  /* it was read back as 0 */
    bool by_reset; /* of the queue */
    bool renewed;  /* set up again after one; false again once it has completed something */
    uint8_t flags[2], idx[2];
    uint16_t covered;                 /* used.idx as the device wrote it last */
    uint32_t id_written, len_written; /* bit k: of the element k behind `covered` */
    struct device_element element[DEVICE_ELEMENTS];
    struct device_packed packed;
};

struct device_ring {
    bool running, ran_before, resetting;
    uint8_t stopped;  /* mask of the queues that are */
    uint8_t renewing; /* whose QueueReset was written, until they are set up again */
    uint8_t rested;   /* of these: the device was idle since */
    struct device_queue queue[PRING_QUEUES_MAX];
    struct device_places places;
    struct device_flights flights;
};

/* Register functions see aligned 32-bit accesses only. */
void device_regs_register(struct device_regs *s, const struct pring_event *event, struct pring_judge *judge);

void device_config_generation(struct device_config *s, const struct pring_event *event,
                              struct pring_judge *judge);
void device_config_word(struct device_config *s, const struct pring_event *event);

void device_irq_event(struct device_irq *s, const struct pring_event *event, struct pring_judge *judge);

void device_ring_event(struct device_ring *s, const struct pring_event *event, struct pring_judge *judge);
bool device_ring_is_unclear(const struct device_ring *s, const struct pring_judge *judge);
/* No queue is ready, and at least one has been reset since it was. */
bool device_ring_is_all_reset(const struct device_ring *s, const struct pring_judge *judge);
/* A completion that the device has made visible: is the chain in flight, is its payload there? */
void device_ring_used(struct device_ring *s, unsigned q, uint32_t id, uint32_t len,
                      const struct pring_event *event, struct pring_judge *judge);

/* A write of n bytes to the descriptor ring, or to the device's event structure, `at` bytes into it. */
void device_packed_ring(struct device_ring *s, unsigned number, uint32_t at, uint32_t n, const uint8_t *bytes,
                        const struct pring_event *event, struct pring_judge *judge);
void device_packed_event(struct device_queue *q, unsigned number, uint32_t at, uint32_t n,
                         const uint8_t *bytes, const struct pring_event *event, struct pring_judge *judge);
void device_packed_forget(struct device_ring *s, unsigned number);
/* The device has come to rest: what it began is finished. */
void device_packed_idle(struct device_ring *s, const struct pring_event *event, struct pring_judge *judge);

#endif
