/* SPDX-License-Identifier: Apache-2.0 */
/* The split ring in memory [2.7], for QUEUE_SIZE_MAX places. */
#ifndef COMMON_SPLIT_H
#define COMMON_SPLIT_H

#include <stdint.h>

struct desc {
    uint64_t addr;
    uint32_t len;
    uint16_t flags;
    uint16_t next;
};

struct avail {
    uint16_t flags;
    uint16_t idx;
    uint16_t ring[QUEUE_SIZE_MAX];
    uint16_t used_event;
};

struct used_elem {
    uint32_t id;
    uint32_t len;
};

struct used {
    uint16_t flags;
    uint16_t idx;
    struct used_elem ring[QUEUE_SIZE_MAX];
    uint16_t avail_event;
};

#endif
