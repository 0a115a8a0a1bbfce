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

enum { PRING_DESC_NEXT = 1, PRING_DESC_WRITE = 2, PRING_DESC_INDIRECT = 4 }; /* [2.7.5] */

struct pring_segment { /* a descriptor as it was when its chain was lent */
    uint64_t addr;
    uint32_t len_bytes;
    uint16_t flags, next; /* next: where the chain goes on in `segment`. INDIRECT: the table, never WRITE */
};

struct pring_chain {      /* by head; once lent until the driver was shown its end, or reset */
    uint16_t head, count; /* descriptors walked, those of a table included; 0: the head is out of range */
    uint8_t state;        /* enum pring_chain_state */
    uint8_t fault;        /* why the walk stopped early: enum pring_chain_fault */
    uint8_t queue;
    bool dropped;    /* withheld for ever by a fault */
    uint16_t slot;   /* of the available ring */
    uint16_t direct; /* of `count`: in the ring itself */
    uint32_t serial; /* n-th lending of the run, from 1 */
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
    PRING_CHAIN_CUT,      /* more tables are lent than the observer has room for: the rest is not known */
};

struct pring_observed_queue {
    bool ready; /* as the device took it */
    uint32_t size;
    uint64_t desc, driver, device; /* bus addresses while ready */
    uint32_t size_max_seen;        /* QueueSizeMax as last shown to the driver; 0: never read */
    uint32_t size_written;
    uint64_t desc_written, driver_written, device_written;
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
    struct pring_segment
        segment[PRING_SEGMENTS_MAX];          /* by descriptor; from PRING_QUEUE_SIZE_MAX on of tables */
    uint16_t lent_head[PRING_QUEUE_SIZE_MAX]; /* by descriptor: head of the chain it is in + 1; 0: none */
};

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
    uint32_t open_requests;    /* submitted, not done */
    uint32_t faults_fired;
    uint32_t lies_fired; /* of these */
    uint64_t lies_mask;  /* bit n: row n of the fault table lied (n < 64; modulo 64 beyond) */
    struct pring_observed_queue queue[PRING_QUEUES_MAX];
};

#ifdef __cplusplus
}
#endif
#endif
