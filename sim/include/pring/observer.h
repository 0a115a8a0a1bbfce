/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The observer: the one model of the conversation. What the driver did and was shown, what the device did.
 * Labels, faults, oracles and trace read it; nobody else keeps ring state. Only the wire writes it.
 */
#ifndef PRING_OBSERVER_H
#define PRING_OBSERVER_H

#include <pring/event.h>
#include <pring/setup.h>

#ifdef __cplusplus
extern "C" {
#endif

enum pring_chain_state {
    PRING_CHAIN_FREE = 0, /* not lent */
    PRING_CHAIN_LENT,     /* avail.idx covers it; the device was not told */
    PRING_CHAIN_GATED,    /* the device may see it */
    PRING_CHAIN_MADE,     /* the device completed it; not shown yet (due later, held, dropped) */
    PRING_CHAIN_SHOWN,    /* its completion is published */
};

/* Descriptors of indirect tables that are followed at once on a queue, and all of a queue. */
enum { PRING_TABLE_CELLS = 4096, PRING_SEGMENTS_MAX = PRING_QUEUE_SIZE_MAX + PRING_TABLE_CELLS };

/* Who believes that one of these was taken, and it was not offered, has other rings than the device:
 * RING_PACKED, IN_ORDER, NOTIFICATION_DATA, RING_RESET [6]. */
#define PRING_RING_FORMATS (UINT64_C(1) << 34 | UINT64_C(1) << 35 | UINT64_C(1) << 38 | UINT64_C(1) << 40)

enum { PRING_DESC_NEXT = 1, PRING_DESC_WRITE = 2, PRING_DESC_INDIRECT = 4 }; /* [2.7.5] */

struct pring_segment { /* a descriptor as it was when its chain was lent */
    uint64_t addr;
    uint32_t len_bytes;
    uint16_t flags, next; /* next: where the chain goes on in `segment`. INDIRECT: the table, never WRITE */
};

struct pring_chain { /* by head; once lent until the driver was shown its end, or reset */
    /* head: where its segments begin. count: descriptors walked, those of a table included; 0: the head is
     * out of range */
    uint16_t head, count;
    uint8_t state; /* enum pring_chain_state */
    uint8_t fault; /* why the walk stopped early: enum pring_chain_fault */
    uint8_t queue;
    bool dropped;    /* withheld for ever by a fault */
    uint16_t slot;   /* of the available ring; in a packed ring: the place of its first descriptor */
    uint16_t direct; /* of `count`: in the ring itself */
    uint16_t id;     /* that a completion names it by: head, or in a packed ring the buffer id */
    uint16_t places; /* that it takes in a packed ring, whatever the walk found wrong */
    uint32_t serial; /* n-th lending of the run, from 1 */
    uint16_t table;  /* where the segments of its table begin; 0: it has none */
    uint16_t reserved;
    uint64_t readable_bytes, writable_bytes;
    uint32_t made_len;  /* as the device completed it */
    uint32_t shown_len; /* as published */
};
enum pring_chain_fault {
    PRING_CHAIN_GOOD = 0,
    PRING_CHAIN_INDEX,    /* head or next beyond the table */
    PRING_CHAIN_LOOP,     /* more descriptors than the table has */
    PRING_CHAIN_ORDER,    /* readable behind writable */
    PRING_CHAIN_ZERO,     /* length 0 */
    PRING_CHAIN_INDIRECT, /* not accepted */
    PRING_CHAIN_RELENT,   /* the head is lent already */
    PRING_CHAIN_NESTED,   /* INDIRECT in an indirect table */
    PRING_CHAIN_BEYOND,   /* NEXT beside INDIRECT */
    PRING_CHAIN_TABLE,    /* a table of no bytes, or not of whole descriptors */
    PRING_CHAIN_LONG,     /* with its table longer than the queue */
    PRING_CHAIN_OVERRUN,  /* packed: it takes places that the device still has */
    PRING_CHAIN_CUT,      /* more tables are lent than the observer has room for: the rest is not known */
};

struct pring_observed_queue {
    bool ready; /* as the device took it */
    uint32_t size;
    uint64_t desc, driver, device; /* bus addresses while ready */
    uint32_t size_max_seen;        /* QueueSizeMax as last shown to the driver; 0: never read */
    uint32_t size_written;
    uint64_t desc_written, driver_written, device_written;
    bool packed;                         /* from the features that the device took, when it became ready */
    bool avail_wrap, used_wrap;          /* packed: the wrap counters at the two places below */
    uint8_t desc_shift, used_shift;      /* labels of this format lie so far behind those of split rings */
    uint16_t avail_place, used_place;    /* packed: what the driver makes available next, and looks at next */
    uint16_t ring_count;                 /* packed: places from the latter to the former: the device's */
    uint16_t looked_place;               /* packed: where the driver last found a completion */
    uint16_t pub_place;                  /* packed: where the next completion is published */
    uint32_t driver_bytes, device_bytes; /* of these two areas */
    /* In chains; avail.idx and the gate of a packed ring count them alike. */
    uint16_t avail_idx;     /* as the driver stored it */
    uint16_t gate;          /* avail index up to which the device may see */
    uint16_t published;     /* completions shown, modulo 65536 */
    uint16_t covered;       /* of these, the driver has loaded an index that covers them */
    uint16_t used_idx_seen; /* as last loaded by the driver */
    uint32_t lent_count;    /* chains not FREE */
    uint16_t done_head;     /* last head shown; valid if done_any */
    bool done_any;
    /* a lie, or something withheld, has touched this queue since it was set up: conditional oracles are
     * silent */
    bool lied, withheld;
    bool reset_pending;        /* QueueReset was written, and has not been shown as 0 since */
    uint16_t cells, cell_free; /* of tables: handed out so far; the first that came back, 0: none */
    struct pring_chain chain[PRING_QUEUE_SIZE_MAX]; /* by head */
    /* By descriptor; of a packed ring: wherever there was room, since places are used again before buffers
     * are. From PRING_QUEUE_SIZE_MAX on of tables. */
    struct pring_segment segment[PRING_SEGMENTS_MAX];
    uint16_t lent_head[PRING_QUEUE_SIZE_MAX];  /* by descriptor: head of the chain it is in + 1; 0: none */
    uint16_t head_of_id[PRING_QUEUE_SIZE_MAX]; /* packed: head of the chain lent under this id + 1; 0: none */
};

/* The chain that is lent under this id; NULL: none. A packed ring's ids need not be below its size [2.8.13]:
 * those that are not are looked for, and are as good as others. */
static inline const struct pring_chain *pring_chain_of_id(const struct pring_observed_queue *queue,
                                                          uint32_t id)
{
    if (id < queue->size) {
        uint32_t head = queue->packed ? queue->head_of_id[id] - 1u : id;
        return head < queue->size && queue->chain[head].state != PRING_CHAIN_FREE ? &queue->chain[head]
                                                                                  : (void *)0;
    }
    for (uint32_t head = 0; queue->packed && head < queue->size; head++)
        if (queue->chain[head].state != PRING_CHAIN_FREE && queue->chain[head].id == id)
            return &queue->chain[head];
    return (void *)0;
}

/* Packed: is this place between what the driver looks at next and what it makes available next? */
static inline bool pring_place_is_lent(const struct pring_observed_queue *queue, uint32_t place)
{
    uint32_t ahead = place + queue->size - queue->used_place;

    return (ahead >= queue->size ? ahead - queue->size : ahead) < queue->ring_count;
}

struct pring_observer {
    struct pring_setup setup; /* the device that the scenario asked for */
    uint8_t phase;            /* enum pring_phase */
    uint8_t entry;            /* enum pring_entry that runs now; 0: none */
    uint8_t status_written;   /* or-ed bits since reset as the driver wrote them */
    uint8_t status_seen;      /* last Status shown to the driver */
    uint8_t status_made;      /* last Status that the backend gave */
    bool reset_pending;       /* Status 0 was written, not yet read back as 0 */
    bool driver_ok;           /* DRIVER_OK written since reset */
    bool probed;              /* probe returned 0, remove was not called */
    bool unplugged;
    uint64_t features_seen;     /* DeviceFeatures words as shown, or-ed in place */
    uint8_t feature_words_seen; /* bit n: word n was read */
    uint64_t features_written;  /* DriverFeatures words as written */
    uint8_t feature_words_written;
    uint32_t queue_sel, device_features_sel, driver_features_sel;
    uint64_t capacity_sectors; /* now */
    bool config_lied;          /* a fault has touched configuration, features or Status since reset */
    bool astray; /* driver and device have spoken of rings of different formats, because of faults */
    uint32_t open_requests; /* submitted, not done */
    uint32_t faults_fired;
    uint32_t lies_fired; /* of these */
    uint64_t lies_mask;  /* bit n: row n of the fault table lied (n < 64; modulo 64 beyond) */
    struct pring_observed_queue queue[PRING_QUEUES_MAX];
};

#ifdef __cplusplus
}
#endif
#endif
