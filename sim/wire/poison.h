/* SPDX-License-Identifier: Apache-2.0 */
/* ASan's shadow, or nothing in builds without the sanitizers' run-time (preset `plain`). */
#ifndef PRING_WIRE_POISON_H
#define PRING_WIRE_POISON_H

#include <stddef.h>

#ifdef PRING_PLAIN
static inline void pring_poison(const volatile void *from, size_t len_bytes)
{
    (void)from, (void)len_bytes;
}
static inline void pring_unpoison(const volatile void *from, size_t len_bytes)
{
    (void)from, (void)len_bytes;
}
/* The first poisoned byte, or NULL. */
static inline void *pring_poisoned(void *from, size_t len_bytes)
{
    (void)from, (void)len_bytes;
    return NULL;
}
#else
#include <sanitizer/asan_interface.h>
#define pring_poison(from, len_bytes)   __asan_poison_memory_region((from), (len_bytes))
#define pring_unpoison(from, len_bytes) __asan_unpoison_memory_region((from), (len_bytes))
#define pring_poisoned(from, len_bytes) __asan_region_is_poisoned((from), (len_bytes))
#endif
#endif
