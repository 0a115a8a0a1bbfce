/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the model: a register block (device/TABLE.md) in front of one device. */
#ifndef PRING_MODEL_H
#define PRING_MODEL_H

#include <pring/backend.h>

#include "device/blk.h"
#include "device/console.h"
#include "device/net.h"
#include "device/rng.h"

/* [2.1] */
enum model_status {
    STATUS_DRIVER_OK = 0x04,
    STATUS_FEATURES_OK = 0x08,
    STATUS_NEEDS_RESET = 0x40,
    STATUS_SETTABLE = 0x8f,
};

struct model_state { /* all that power_on resets, the block contents apart */
    uint32_t device_type, queue_size_max;
    uint32_t status; /* without NEEDS_RESET, which is the device's */
    uint32_t device_features_sel, driver_features_sel, queue_sel;
    uint32_t driver_features[4]; /* as written; the device keeps those that it offers */
    bool line;
    uint64_t accesses;
    struct pring_vq queues[PRING_QUEUES_MAX];
    union {
        struct pring_engine engine;
        struct pring_rng rng;
        struct pring_blk blk;
        struct pring_net net;
        struct pring_console console;
    } device;
};

struct model {
    struct pring_mem mem; /* first: mem and irq are found back from their addresses */
    struct pring_irq irq;
    const struct pring_bus_ops *bus;
    void *ctx;
    bool polling;
    struct pring_workspace work;
    struct pring_cow *cow;
    struct model_state state;
};

static inline struct pring_device *model_device(struct model *m)
{
    return &m->state.device.engine.dev;
}

static inline const struct pring_device *model_device_const(const struct model *m)
{
    return &m->state.device.engine.dev;
}

/* bus.c: what the device sees of the world */
void pring_model_bus_init(struct model *m, const struct pring_bus_ops *bus, void *ctx);
void pring_model_update_line(struct model *m);

/* regs.c */
uint32_t pring_model_reg_read(struct model *m, uint32_t offset);
void pring_model_reg_write(struct model *m, uint32_t offset, uint32_t value, uint8_t strb);

/* snapshot.c */
uint64_t pring_model_state_hash(void *self);
size_t pring_model_save(void *self, void *buf, size_t size_bytes);
void pring_model_restore(void *self, const void *buf);

#endif
