/* SPDX-License-Identifier: Apache-2.0 */
/* What the guest needs to know of arena objects beyond memory.h. */
#ifndef PRING_WIRE_MEMORY_OBJECT_H
#define PRING_WIRE_MEMORY_OBJECT_H

#include <pring/memory.h>

enum { PRING_OBJECTS_MAX = 1 << 16, PRING_OBJECT_REDZONE = 32 };

enum pring_object_kind { PRING_OBJECT_HEAP = 0, PRING_OBJECT_DMA, PRING_OBJECT_BENCH };

struct pring_object {
    uint32_t start, len_bytes; /* an arena address fits 32 bits */
    uint8_t kind;              /* enum pring_object_kind: HEAP until the guest says otherwise */
    bool live;
};

/* The object, dead or alive, that starts at or next before `addr`; NULL: none. */
struct pring_object *pring_memory_object_below(uint64_t addr);
/* The live object that starts at ptr; NULL: none. */
struct pring_object *pring_memory_object(const void *ptr);

/* Mixes a range into a hash, whatever its red zones. */
uint64_t pring_memory_mix(uint64_t hash, const void *from, uint64_t len_bytes);

/* Code that looks at memory as it is: redzones, dead objects, whatever alignment. */
#define PRING_RAW __attribute__((no_sanitize("address", "undefined")))

#endif
