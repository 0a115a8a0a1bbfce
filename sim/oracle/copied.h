/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies have no flags of their own: a memcpy marks its target as written by the driver, whatever it copied.
 * Two ways to see through that, by contents.
 */
#ifndef PRING_ORACLE_COPIED_H
#define PRING_ORACLE_COPIED_H

#include <pring/observer.h>

/* ---- from a buffer that was lent, and that the device has filled only in part ---- */

enum { PRING_LENT_RECENT = 8 };
struct pring_lent_buffer { /* a device-writable descriptor */
    uint64_t addr;
    uint32_t len_bytes, serial; /* serial of its chain's lending; 0: none */
    uint16_t head;
    uint8_t queue;
};
struct pring_lent_buffers {
    uint32_t next;
    struct pring_lent_buffer recent[PRING_LENT_RECENT];
};
void pring_lent_add(struct pring_lent_buffers *buffers, const struct pring_observer *observer,
                    const struct pring_chain *chain);
/* If [data, data + len_bytes) equals the first bytes of a buffer that the device gave back: how many of them
 * nobody has written since it was lent; else 0. *first: the first of them. */
uint64_t pring_lent_stale(const struct pring_lent_buffers *buffers, const struct pring_observer *observer,
                          const uint8_t *data, uint64_t len_bytes, uint64_t *first);

/* ---- from memory that was never written ---- */

/* Do four bytes stand somewhere in the dirty pattern in this order? One in a million of other values does. */
bool pring_is_pattern(const uint8_t bytes[4]);

#endif
