/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that the driver asks for: private and coherent. No address is used twice within a run. */
#include "guest/guest.h"

static void *take(enum pring_object_kind kind, size_t len_bytes, size_t align)
{
    struct pring_platform *platform = &guest.platform;
    void *ptr = pring_memory_alloc(len_bytes, align, false);
    if (!ptr)
        return NULL;
    pring_memory_object(ptr)->kind = (uint8_t)kind;
    *(kind == PRING_OBJECT_DMA ? &platform->dma_allocs : &platform->allocs) += 1;
    platform->alloc_bytes += len_bytes;
    if (platform->alloc_bytes > platform->alloc_peak_bytes)
        platform->alloc_peak_bytes = platform->alloc_bytes;
    return ptr;
}

static void give_back(enum pring_object_kind kind, void *ptr, uint64_t pc)
{
    const struct pring_object *object = pring_memory_object(ptr);
    bool bad = !object || object->kind != kind;
    guest_tell_call(kind == PRING_OBJECT_DMA ? PRING_CALL_DMA_FREE : PRING_CALL_FREE, false, bad,
                    (uintptr_t)ptr, bad ? 0 : object->len_bytes, 0, pc);
    if (bad)
        return;
    *(kind == PRING_OBJECT_DMA ? &guest.platform.dma_allocs : &guest.platform.allocs) -= 1;
    guest.platform.alloc_bytes -= object->len_bytes;
    pring_memory_free(ptr);
}

void *pring_malloc(size_t len_bytes, size_t align)
{
    uint64_t pc = GUEST_PC;
    guest_enter();
    void *ptr = pring_wire_refuses(PRING_F_CALL_ALLOC, pc) ? NULL : take(PRING_OBJECT_HEAP, len_bytes, align);
    guest_tell_call(PRING_CALL_ALLOC, !ptr, false, (uintptr_t)ptr, len_bytes, 0, pc);
    guest_leave();
    return ptr;
}

void pring_free(void *ptr)
{
    uint64_t pc = GUEST_PC;
    guest_enter();
    if (ptr)
        give_back(PRING_OBJECT_HEAP, ptr, pc);
    guest_leave();
}

void *pring_dma_alloc(size_t len_bytes, size_t align, uint64_t *bus)
{
    uint64_t pc = GUEST_PC;
    guest_enter();
    void *ptr = pring_wire_refuses(PRING_F_CALL_DMA, pc) ? NULL : take(PRING_OBJECT_DMA, len_bytes, align);
    if (ptr)
        pring_bytes_set((uintptr_t)ptr, len_bytes, PRING_BYTE_TO_DEVICE | PRING_BYTE_FROM_DEVICE);
    guest_tell_call(PRING_CALL_DMA_ALLOC, !ptr, false, (uintptr_t)ptr, len_bytes, PRING_BOTH, pc);
    if (bus && ptr)
        guest_give_u64(bus, (uintptr_t)ptr, pc);
    guest_leave();
    return ptr;
}

void pring_dma_free(void *ptr)
{
    uint64_t pc = GUEST_PC;
    guest_enter();
    if (ptr)
        give_back(PRING_OBJECT_DMA, ptr, pc);
    guest_leave();
}
