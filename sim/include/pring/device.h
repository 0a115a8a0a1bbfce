/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtio device behind its queues (entropy, block): plain, honest C. Lies are made on the wire, never here.
 * The register block in front of it is backend/model. acked_features is always a subset of avail_features.
 */
#ifndef PRING_DEVICE_H
#define PRING_DEVICE_H

#include <stddef.h>

#include <pring/setup.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- block contents: seeded fill under a copy-on-write overlay; one store serves every backend ---- */

struct pring_cow;
struct pring_cow *pring_cow_new(void); /* once, at open; NULL: no memory */
void pring_cow_free(struct pring_cow *cow);
/* Back to the seeded fill; costs as much as was written since the last reset. */
void pring_cow_reset(struct pring_cow *cow, uint64_t seed);
/* One 64-bit word (little-endian) of a sector; word < 64. Any sector number reads; writes beyond the
 * overlay's 4096 sectors are dropped and counted by pring_cow_lost. */
uint64_t pring_cow_read_word(const struct pring_cow *cow, uint64_t sector, uint32_t word);
void pring_cow_write_word(struct pring_cow *cow, uint64_t sector, uint32_t word, uint64_t value);
uint64_t pring_cow_lost(const struct pring_cow *cow);
uint64_t pring_cow_hash(const struct pring_cow *cow);
/* The fill itself, a pure function: what an unwritten word holds. */
uint64_t pring_cow_fill(uint64_t seed, uint64_t sector, uint32_t word);

/* ---- devices ---- */

struct pring_mem { /* DMA as the device sees it; 0, or negative: bus error */
    int (*read)(struct pring_mem *mem, uint64_t addr, void *buf, uint32_t len_bytes);
    int (*write)(struct pring_mem *mem, uint64_t addr, const void *buf, uint32_t len_bytes);
};
struct pring_irq { /* how a device raises InterruptStatus bits [4.2.2]: 1 used buffer, 2 configuration */
    void (*raise)(struct pring_irq *irq, uint32_t bits);
};

struct pring_vq { /* a queue as the driver set it up, and the device's cursors */
    uint32_t size;
    uint64_t desc, driver, device; /* bus addresses */
    bool ready;
    bool packed;                /* else split */
    bool avail_wrap, used_wrap; /* packed: the wrap counters at the cursors, which are places then */
    uint16_t avail_cursor, used_cursor;
};

struct pring_device_ops;
struct pring_device {
    const struct pring_device_ops *ops;
    uint64_t avail_features, acked_features;
    struct pring_vq *queues;
    uint16_t queue_count;
    uint64_t queue_events; /* bit i: queue i was notified and not served yet */
    uint32_t interrupt_status, config_generation;
    bool needs_reset;
    struct pring_mem *mem; /* from activate until reset, else NULL */
    struct pring_irq *irq;
};
struct pring_device_ops {
    uint32_t device_type;
    void (*read_config)(const struct pring_device *dev, uint32_t offset, void *data, size_t len_bytes);
    void (*write_config)(struct pring_device *dev, uint32_t offset, const void *data, size_t len_bytes);
    int (*activate)(struct pring_device *dev, struct pring_mem *mem,
                    struct pring_irq *irq); /* negative: NEEDS_RESET */
    void (*reset)(struct pring_device *dev, struct pring_mem **mem,
                  struct pring_irq **irq);                         /* gives them back */
    void (*queue_event)(struct pring_device *dev, uint16_t queue); /* served inside the notify write */
    void (*kick)(struct pring_device *dev);                        /* looks at all queues, after a restore */
    struct pring_cow *(*cow)(struct pring_device *dev);            /* copy-on-write store, or NULL */
};
void pring_device_ack(struct pring_device *dev, uint64_t acked); /* keeps the subset rule */
uint32_t pring_device_avail_page(const struct pring_device *dev,
                                 uint32_t page); /* bits 32*page..; page >= 2: 0 */
void pring_device_ack_page(struct pring_device *dev, uint32_t page, uint32_t value);
bool pring_device_is_activated(const struct pring_device *dev);
/* Tells the memory that the device may have written its queues; 0, or negative when not activated. */
int pring_device_mark_dirty(struct pring_device *dev, struct pring_mem *mem);

#ifdef __cplusplus
}
#endif
#endif
