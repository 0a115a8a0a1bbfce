/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A backend: who stands behind the registers. C model, Verilated RTL, later SystemC and QEMU.
 *
 * One thread. The caller owns what it passes. Nothing allocates after open, nothing here aborts the
 * process. Backends are plain and honest: lies, delays and odd manners are made by the wire.
 * A bus operation may leave by a non-local jump (the run is abandoned): the backend must then be
 * usable again after power_on.
 */
#ifndef PRING_BACKEND_H
#define PRING_BACKEND_H

#include <stddef.h>

#include <pring/setup.h>

#ifdef __cplusplus
extern "C" {
#endif

struct pring_burst {    /* one DMA burst inside one 4 KiB page */
    uint64_t addr;      /* of its first byte */
    uint32_t len_bytes; /* 1..4096, narrow and unaligned allowed */
    uint8_t id;
    uint8_t beat_bytes; /* the atomic unit of this backend: 8 on the RTL */
    bool is_write;
    uint64_t issued; /* cycle of the address handshake */
};

/* What a backend calls. The wire implements it, once.
 * dma_read: called when the bytes are sampled; `offset` counts from burst->addr, n <= 4096. Fills out.
 * dma_write: called when the bytes become visible: after the last of the burst arrived, before its response.
 * strb: one byte per data byte, 0 = not written; NULL = all written. Both return 0, or negative: bus error
 * (DECERR): then out is zeros, and nothing is written.
 * irq: edges of the line only. violation: the RTL's own checkers, code as in rtl-model/README.md, or a bus
 * error of a platform. */
struct pring_bus_ops {
    int (*dma_read)(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n, uint8_t *out);
    int (*dma_write)(void *ctx, const struct pring_burst *burst, uint32_t offset, uint32_t n,
                     const uint8_t *in, const uint8_t *strb);
    void (*irq)(void *ctx, bool level, uint64_t cycle);
    void (*violation)(void *ctx, uint32_t code, uint64_t cycle);
};

/* How a transaction on a platform's bus can fail; told as the violation PRING_VIOLATION_BUS | error. */
#define PRING_VIOLATION_BUS 0xffff0100u
enum pring_bus_error {
    PRING_BUS_OK = 0,
    PRING_BUS_ADDRESS, /* nothing there, or not all of it */
    PRING_BUS_COMMAND,
    PRING_BUS_BURST, /* length, streaming width or alignment that the target cannot do */
    PRING_BUS_BYTE_ENABLE,
    PRING_BUS_GENERIC,   /* the target says only that it failed */
    PRING_BUS_NO_ANSWER, /* within its limit */
    PRING_BUS_ERROR_COUNT
};

enum pring_cap {                                  /* what a backend can do */
                 PRING_CAP_SEES_DMA = 1 << 0,     /* every DMA access goes through pring_bus_ops */
                 PRING_CAP_SNAPSHOT = 1 << 1,     /* save and restore work */
                 PRING_CAP_EXACT_CYCLES = 1 << 2, /* `cycles` are clock cycles of a design */
                 PRING_CAP_DETERMINISTIC = 1 << 3,
                 PRING_CAP_WAVES = 1 << 4,     /* wave_open works */
                 PRING_CAP_UNORDERED = 1 << 5, /* applies effects out of availability order */
};

struct pring_backend {
    const char *name;
    uint32_t caps;           /* enum pring_cap, or-ed */
    uint64_t features;       /* bits that it can offer: entropy and block */
    uint32_t queue_size_max; /* largest QueueSizeMax that it can show */
    /* Once per process. 0, or negative: cannot run here (a reason was printed to stderr). */
    int (*open)(const struct pring_bus_ops *bus, void *ctx, void **self);
    /* Cold start: registers, queues, rings, cycle counter, storage as if never used before. After it the
     * device's whole future is a function of the arguments. */
    void (*power_on)(void *self, const struct pring_setup *setup, const struct pring_profile *profile);
    /* One aligned 32-bit register access [4.2.2]; offset is a multiple of 4 below 4096. `strb` selects bytes.
     * Returns when the handshake ended; *cycles is how many clock cycles that took (0 for a model). 0, or
     * negative: no answer within the backend's limit. */
    int (*reg_read)(void *self, uint32_t offset, uint32_t *value, uint32_t *cycles);
    int (*reg_write)(void *self, uint32_t offset, uint32_t value, uint8_t strb, uint32_t *cycles);
    /* Lets up to `cycles` clock cycles pass; stops early at an interrupt edge. Returns cycles run. */
    uint32_t (*advance)(void *self, uint32_t cycles);
    bool (*idle)(void *self);      /* nothing pending: it does nothing more until it is accessed */
    uint64_t (*cycle)(void *self); /* since power_on */
    /* Device-side act of the workload: block capacity becomes `sectors`, ConfigGeneration changes and a
     * configuration interrupt follows, in one step [4.2.2.1, 5.2.4]. */
    void (*resize)(void *self, uint64_t sectors);
    uint64_t (*state_hash)(void *self);                       /* of all state that power_on must reset */
    size_t (*save)(void *self, void *buf, size_t size_bytes); /* bytes needed; written if they fit */
    void (*restore)(void *self, const void *buf);
    int (*wave_open)(void *self,
                     const char *path); /* FST from the next power_on on; NULL with no CAP_WAVES */
    void (*wave_close)(void *self);
    uint64_t net_features, console_features; /* as features; 0: it lacks that device */
    /* What this set-up asks for and the backend cannot be, in a few words; NULL: nothing. May be absent. */
    const char *(*lacks)(const struct pring_setup *setup);
    /* Bytes of what lies behind the device: a disk's image, the source of entropy; to be compared after a
     * run. 0, or negative: not there. May be absent. */
    int (*far_read)(void *self, uint64_t offset, void *buf, size_t len_bytes);
    /* Runs body(arg) where this backend's accesses come from, and returns when body has returned; NULL: it
     * does not matter. Accesses work elsewhere as well, but slowly. A jump out of an access must not leave
     * it. */
    void (*host)(void *self, void (*body)(void *arg), void *arg);
    /* The AXI channel of the DMA side that has been offered or owed something for longest and has not moved:
     * "AR", "R", "AW", "W", "B", and since which cycle; NULL: none, or no pins. May be absent. */
    const char *(*waiting)(void *self, uint64_t *since);
};

/* For a backend that lets another thread library run in the middle of an access: control is back on the
 * driver's stack, and the sanitizer has to know it. The guest implements it; outside of a run nothing
 * happens. */
void pring_machine_resumed(void);

extern const struct pring_backend pring_backend_model; /* the C model */
extern const struct pring_backend pring_backend_rtl;   /* the Verilated design, linked when built with it */
extern const struct pring_backend pring_backend_qemu;  /* QEMU's devices, in a process of their own */

#ifdef __cplusplus
}
#endif
#endif
