/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events: what crosses the wire, one virtio field at a time, and what else a judge must know.
 *
 * `made` is the value as it left, `seen` as it arrives. Faults write `seen` and nothing else. Each side is
 * judged on what it saw and what it made.
 */
#ifndef PRING_EVENT_H
#define PRING_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include <pring/dut.h>
#include <pring/field.h>

#ifdef __cplusplus
extern "C" {
#endif

enum pring_event_kind {
    /* the driver's side */
    PRING_EV_REG_READ,  /* field, addr: offset, len: width; raw: what the backend gave, made: + overlay, seen:
                           + faults */
    PRING_EV_REG_WRITE, /* made = seen: the value; fired before it is forwarded */
    PRING_EV_LOAD,      /* of a ring field: field, queue, index, made = memory before a fault, seen = what is
                           loaded */
    PRING_EV_STORE, /* of a ring field, after it landed: made = seen: the field's value now, raw: the value
                       before */
    PRING_EV_TOUCH, /* a driver store into posted bytes, or into a descriptor of a lent chain: addr, len */
    PRING_EV_LEND,  /* one chain became available (avail.idx was stored): chain; once per chain */
    PRING_EV_KICK,  /* a notify reached its queue. index: avail.idx then */
    PRING_EV_COVER, /* a load of used.idx showed the driver `made` completions more; before it acts on them */
    PRING_EV_RESET, /* Status 0 was written: made 0; Status read back 0 after that: made 1 */
    PRING_EV_CALL,  /* guest call: call; before it acts if made is 0 and it is a release (free, unmap), else
                       after */
    PRING_EV_IRQ,   /* the line that the driver sees rose (made 1) or fell (0) */
    PRING_EV_HANDLER, /* made 1: an interrupt handler of the driver begins; 0: it returned */
    PRING_EV_BARRIER, /* made: enum pring_barrier */
    /* the caller's side */
    PRING_EV_BEGIN,  /* a driver call begins: made: enum pring_entry; request if it is a submit */
    PRING_EV_END,    /* it returned: made: enum pring_entry; seen: its result, as int64_t */
    PRING_EV_DONE,   /* pring_done: request, seen: result, raw: done_bytes */
    PRING_EV_BROKEN, /* pring_broken */
    PRING_EV_PANIC,  /* pring_panic (made 0), pring_assert_failed (made 1); text */
    PRING_EV_REPORT, /* sanitizer: text: kind, pc, addr, len; made 1 = a write */
    PRING_EV_STALL,  /* the run ends because a call does not return: made: enum pring_stall */
    /* the device's side */
    PRING_EV_MADE,  /* a completion as the backend made it: index: its number, raw: id, made: len; addr, in a
                       packed ring: the device's place, and bit 15: its wrap counter */
    PRING_EV_SHOWN, /* a completion as published: index: slot, made: id, seen: id shown; raw: len shown */
    PRING_EV_DEV_READ,  /* raw DMA: addr, len; bytes as given */
    PRING_EV_DEV_WRITE, /* raw DMA: addr, len, bytes, strb (NULL: all); before it lands */
    PRING_EV_DEV_IRQ,   /* the backend's line rose (made 1) or fell (0) */
    PRING_EV_DEV_IDLE,  /* settled: the backend is idle */
    PRING_EV_VIOLATION, /* the design's own checker: made: code */
    PRING_EV_ACT,       /* a device-side act of the workload: capacity became `made` sectors */
    /* the bench's */
    PRING_EV_FAULT,   /* a fault fired: index: its number; fault: the record; field: what it falsified, else
                         where it stood; queue */
    PRING_EV_RECEIVE, /* pring_receive: made: unit, addr: the driver's buffer, len_bytes, bytes */
    PRING_EV_KINDS
};

enum pring_entry { /* calls into a driver */
                   PRING_ENTRY_PROBE = 1,
                   PRING_ENTRY_REMOVE,
                   PRING_ENTRY_SUBMIT,
                   PRING_ENTRY_CANCEL,
                   PRING_ENTRY_POLL,
                   PRING_ENTRY_RESET,
                   PRING_ENTRY_SUSPEND,
                   PRING_ENTRY_RESUME,
                   PRING_ENTRY_INFO,
};
enum pring_stall {
    PRING_STALL_BUSY =
        1,              /* loops without sleeping: budget spent, or one place loaded one value 10,000 times */
    PRING_STALL_ASLEEP, /* sleeps and nothing will ever wake it */
    PRING_STALL_STORM,  /* an interrupt line that nobody clears: 1,000 handler runs without progress */
};

enum pring_call_kind {
    PRING_CALL_ALLOC = 1,
    PRING_CALL_FREE,
    PRING_CALL_DMA_ALLOC,
    PRING_CALL_DMA_FREE,
    PRING_CALL_MAP,
    PRING_CALL_UNMAP,
    PRING_CALL_SYNC,
    PRING_CALL_IRQ_REGISTER,
    PRING_CALL_IRQ_UNREGISTER,
    PRING_CALL_IRQ_ENABLE,
    PRING_CALL_IRQ_DISABLE,
    PRING_CALL_SPAWN,
    PRING_CALL_TIMER_START,
    PRING_CALL_TIMER_STOP,
    PRING_CALL_SLEEP
};
struct pring_call {
    uint8_t kind; /* enum pring_call_kind */
    uint8_t dir;  /* enum pring_dir, of map and unmap */
    bool refused; /* by a fault or for lack of room */
    bool bad;     /* free or unmap of what is not live, nested handler registration, ... */
    uint64_t addr, len_bytes;
};

struct pring_chain; /* observer.h */

struct pring_event {
    uint8_t kind;  /* enum pring_event_kind */
    uint8_t field; /* enum pring_field */
    uint8_t queue;
    uint8_t dev;
    uint16_t index; /* slot, or as told above */
    uint8_t phase;  /* enum pring_phase */
    uint32_t len_bytes;
    uint64_t addr; /* register offset or bus address */
    uint64_t raw, made, seen;
    uint64_t time_ns; /* virtual */
    uint64_t cycle;   /* of the backend */
    uint64_t pc;      /* the driver's code address, for its accesses and calls; else 0 */
    union {           /* valid during the call only */
        const struct pring_chain *chain;
        const struct pring_call *call;
        struct pring_request *request;
        const struct pring_fault *fault;
        const char *text;
        struct {
            const uint8_t *bytes, *strb;
        };
    };
};

#ifdef __cplusplus
}
#endif
#endif
