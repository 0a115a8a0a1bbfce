/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all devices of this folder are made of: struct pring_device, a function that answers one chain, and
 * the queue engine's room to work. `engine` is the first member of each device.
 */
#ifndef PRING_DEVICE_ENGINE_H
#define PRING_DEVICE_ENGINE_H

#include "chain.h"

enum { PRING_PAYLOAD_BYTES = 4096 }; /* moved at once: a burst is never longer */

struct pring_workspace { /* allocated once by the backend; holds nothing from one notification to the next */
    struct pring_chain chain;
    uint8_t used[PRING_QUEUE_SIZE_MAX][8];
    uint16_t places[PRING_QUEUE_SIZE_MAX];      /* of these, in a packed ring */
    uint8_t delivered[PRING_QUEUE_SIZE_MAX][8]; /* used elements of another queue, meanwhile */
    uint16_t delivered_places[PRING_QUEUE_SIZE_MAX];
    uint8_t payload[PRING_PAYLOAD_BYTES];
    bool whole[PRING_QUEUE_SIZE_MAX]; /* by place in `used`: all of the chain's bytes were written */
    bool reverse;                     /* odd manner: used elements of a batch in reverse order */
    bool batch;           /* odd manner: with IN_ORDER one used element for several chains [2.7.9, 2.8.9] */
    uint32_t len_falsity; /* added to each used.len, so that tests see who notices; 0 is honest */
};

struct pring_engine {
    struct pring_device dev;
    /* Answers a good chain. 0, or negative: bus error on payload. NULL: the device uses no queue. */
    int (*serve)(struct pring_engine *engine, struct pring_stream *stream);
    struct pring_workspace *work;
    uint16_t queue; /* that is served now */
};

/* A device at power on: nothing accepted, not activated. The queues are cleared. */
void pring_engine_init(struct pring_engine *engine, const struct pring_setup *setup, struct pring_vq *queues,
                       struct pring_workspace *work);
/* A device without function, for types that are not built. */
void pring_engine_init_inert(struct pring_engine *engine, const struct pring_setup *setup,
                             struct pring_vq *queues, struct pring_workspace *work);

/* Is the device running, and has the driver made this queue ready? */
bool pring_engine_may_serve(const struct pring_device *dev, uint16_t queue);
/* Copies [offset, offset + len_bytes) of a configuration space; beyond its end all is 0. */
void pring_engine_copy_config(const uint8_t *config, size_t config_bytes, uint32_t offset, void *data,
                              size_t len_bytes);

/* Shared entries of struct pring_device_ops. */
int pring_engine_activate(struct pring_device *dev, struct pring_mem *mem, struct pring_irq *irq);
void pring_engine_reset(struct pring_device *dev, struct pring_mem **mem, struct pring_irq **irq);
void pring_engine_queue_event(struct pring_device *dev, uint16_t queue);
void pring_engine_kick(struct pring_device *dev);
void pring_engine_read_no_config(const struct pring_device *dev, uint32_t offset, void *data,
                                 size_t len_bytes);
void pring_engine_write_no_config(struct pring_device *dev, uint32_t offset, const void *data,
                                  size_t len_bytes);
struct pring_cow *pring_engine_no_cow(struct pring_device *dev);

#endif
