/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The packed ring [2.8]. One ring of descriptors that both sides write. The driver's are written from the
 * private slots and never read back; what the device wrote over them is read through vio_load*, each word
 * once. The id of a buffer is the slot of its head; its place in the ring is another matter.
 */
#include <vio/vio_queue_packed.h>

#include "bytes.h"
#include "ledger.h"

#define DESC_AVAIL 0x80u
#define DESC_USED  0x8000u

enum { EVENT_ENABLE = 0, EVENT_DISABLE = 1, EVENT_AT = 2 };
#define EVENT_WRAP 0x8000u

static uint8_t *desc_at(const struct vio_queue *queue, size_t place)
{
    return (uint8_t *)queue->descriptors + VIO_DESC_BYTES * place;
}

/* ---- life ---- */

static uint32_t packed_negotiate_size(uint32_t size)
{
    return size < VIO_QUEUE_SIZE_LIMIT ? size : VIO_QUEUE_SIZE_LIMIT;
}

static struct vio_areas areas_of(const struct vio_queue *queue)
{
    return (struct vio_areas){.descriptor_bytes = VIO_PACKED_RING_BYTES(queue->size),
                              .driver_bytes = VIO_PACKED_EVENT_BYTES,
                              .device_bytes = VIO_PACKED_EVENT_BYTES,
                              .driver_align = 4,
                              .device_align = 4};
}

static enum vio_status packed_open(struct vio_queue *queue)
{
    struct vio_areas areas = areas_of(queue);

    memset(queue->descriptors, 0, areas.descriptor_bytes);
    memset(queue->driver_area, 0, areas.driver_bytes);
    memset(queue->device_area, 0, areas.device_bytes);
    queue->avail_idx_shadow = 0;
    queue->used_idx_seen = 0;
    queue->avail_wrap = true;
    queue->used_wrap = true;
    return vio_rings_map(queue, &areas);
}

static void packed_close(struct vio_queue *queue)
{
    struct vio_areas areas = areas_of(queue);

    vio_rings_unmap(queue, &areas);
}

/* ---- to the device ---- */

/* All but the flags. */
static void write_body(uint8_t *desc, uint64_t bus, uint32_t len_bytes, uint16_t id)
{
    vio_store64(desc, bus);
    vio_store32(desc + 8, len_bytes);
    vio_store16(desc + 12, id);
}

static uint32_t wrap_flags(bool wrap)
{
    return wrap ? DESC_AVAIL : DESC_USED;
}

static uint32_t flags_of(const struct vio_buffer *buffer)
{
    return buffer->device_writable ? VIO_DESC_WRITE : 0;
}

/* The place behind this one; where the ring begins again, the meaning of the flags changes. */
static uint32_t next_place(const struct vio_queue *queue, uint32_t place, uint32_t *wrap)
{
    if (++place < queue->size)
        return place;
    *wrap ^= DESC_AVAIL | DESC_USED;
    return 0;
}

/* All but the flags of the head (PACKED-SG-DRV-06). */
static void write_chain(const struct vio_queue *queue, struct vio_chain *chain)
{
    const struct vio_buffer *buffer = chain->buffers;
    uint32_t place = queue->avail_idx_shadow, wrap = wrap_flags(queue->avail_wrap);
    size_t index = chain->head;

    write_body(desc_at(queue, place), vio_chain_bus(chain, buffer, &queue->slots[index].bus),
               buffer->len_bytes, chain->head);
    chain->head_flags = (uint16_t)(flags_of(buffer) | (chain->count > 1 ? VIO_DESC_NEXT : 0) | wrap);
    for (size_t left = chain->count - 1; left > 0; left--) {
        uint8_t *desc;

        index = queue->slots[index].next;
        place = next_place(queue, place, &wrap);
        desc = desc_at(queue, place);
        buffer++;
        write_body(desc, vio_chain_bus(chain, buffer, &queue->slots[index].bus), buffer->len_bytes,
                   chain->head);
        vio_store16(desc + 14, (uint16_t)(flags_of(buffer) | (left > 1 ? VIO_DESC_NEXT : 0) | wrap));
    }
    chain->last = (uint16_t)index;
}

/* Nothing but WRITE inside the table (PACKED-IND-DRV-02); in the ring, INDIRECT stands alone
 * (PACKED-IND-DRV-04).
 */
static void write_table(const struct vio_queue *queue, struct vio_chain *chain)
{
    const struct vio_record *record = vio_records(queue, chain->head);
    const struct vio_buffer *buffer = chain->buffers;
    uint8_t *desc = vio_table(queue, chain->head);

    for (size_t i = 0; i < chain->count; i++, record++, buffer++, desc += VIO_DESC_BYTES) {
        write_body(desc, vio_chain_bus(chain, buffer, &record->bus), buffer->len_bytes, 0);
        vio_store16(desc + 14, buffer->device_writable ? VIO_DESC_WRITE : 0);
    }
    write_body(desc_at(queue, queue->avail_idx_shadow), vio_table_bus(queue, chain->head),
               (uint32_t)chain->count * VIO_DESC_BYTES, chain->head);
    chain->head_flags = (uint16_t)(VIO_DESC_INDIRECT | wrap_flags(queue->avail_wrap));
}

static void packed_write(const struct vio_queue *queue, struct vio_chain *chain)
{
    chain->last = chain->head;
    if (chain->indirect)
        write_table(queue, chain);
    else
        write_chain(queue, chain);
}

/* The first chain since the last commit is held back by the flags of its head, and with it those behind it:
 * the device takes them in the order of the ring. */
static void packed_publish(struct vio_queue *queue, const struct vio_chain *chain)
{
    uint32_t places = queue->slots[chain->head].count;
    uint32_t next = queue->avail_idx_shadow + places;
    uint8_t *at = desc_at(queue, queue->avail_idx_shadow) + 14;

    if (queue->pending == 0) {
        queue->held_at = at;
        queue->held_flags = chain->head_flags;
    } else {
        vio_store16(at, chain->head_flags);
    }
    if (next >= queue->size) {
        next -= queue->size;
        queue->avail_wrap = !queue->avail_wrap;
    }
    queue->avail_idx_shadow = (uint16_t)next;
    queue->pending = (uint16_t)(queue->pending + places);
}

static enum vio_status packed_add(struct vio_queue *queue, const struct vio_buffer chain[], size_t count,
                                  void *token)
{
    return vio_ledger_add(queue, chain, count, token, packed_write, packed_publish);
}

/* Is the place that the device asks for among the last `pending` ones? Its lap may be the one before ours
 * [2.8.10]. */
static bool crosses(const struct vio_queue *queue, uint32_t off_wrap, uint16_t pending)
{
    uint32_t event = off_wrap & (EVENT_WRAP - 1);
    bool wrap = (off_wrap & EVENT_WRAP) != 0;

    if (wrap != queue->avail_wrap)
        event -= queue->size;
    return (uint16_t)(queue->avail_idx_shadow - event - 1) < pending;
}

/* With the flags of the first head all chains are the device's (PACKED-FLAGS-DRV-01). Event flags that do not
 * exist ask for nothing: a notification too many does no harm. */
static bool packed_commit(struct vio_queue *queue)
{
    uint16_t pending = queue->pending;
    uint32_t event;

    vio_queue_barrier(queue, VIO_BARRIER_WRITE);
    vio_store16(queue->held_at, queue->held_flags);
    queue->committed = queue->order;
    queue->pending = 0;
    vio_queue_barrier(queue, VIO_BARRIER_FULL); /* PACKED-NOTE-DRV-01 */
    event = vio_load32(queue->device_area);
    switch (event >> 16 & 3) {
    case EVENT_DISABLE:
        return false;
    case EVENT_AT:
        return !queue->event_idx || crosses(queue, event & 0xffff, pending);
    default:
        return true;
    }
}

static uint16_t packed_position(const struct vio_queue *queue)
{
    return (uint16_t)(queue->avail_idx_shadow | (queue->avail_wrap ? EVENT_WRAP : 0));
}

/* ---- from the device ---- */

static bool is_used(uint32_t flags, bool wrap)
{
    return (flags & (DESC_AVAIL | DESC_USED)) == (wrap ? DESC_AVAIL | DESC_USED : 0);
}

/* Without WRITE nothing was written, and the length means nothing [2.8.4]. But there are devices that never
 * set it (QEMU's): a length that can be right counts then, and one that cannot is none. */
static uint32_t used_length(const struct vio_queue *queue, uint32_t id, uint32_t flags, uint32_t len)
{
    if ((flags & VIO_DESC_WRITE) != 0)
        return len;
    if (id >= queue->size || queue->slots[id].state != VIO_SLOT_HEAD)
        return 0;
    return len <= queue->slots[id].writable_bytes ? len : 0;
}

static inline bool packed_fetch(struct vio_queue *queue, struct vio_used *used)
{
    const uint8_t *desc = desc_at(queue, queue->used_idx_seen);
    uint32_t flags = vio_load16(desc + 14);

    if (!is_used(flags, queue->used_wrap))
        return false;
    vio_queue_barrier(queue, VIO_BARRIER_READ); /* the rest after the flags that cover it */
    used->id = vio_load16(desc + 12);
    used->len = used_length(queue, used->id, flags, vio_load32(desc + 8));
    used->ahead = queue->chain_count;
    return true;
}

static void packed_advance(struct vio_queue *queue, uint32_t head)
{
    uint32_t place = queue->used_idx_seen + (uint32_t)queue->slots[head].count;

    if (place >= queue->size) {
        place -= queue->size;
        queue->used_wrap = !queue->used_wrap;
    }
    queue->used_idx_seen = (uint16_t)place;
}

/* IN_ORDER takes the slots round and round. */
static uint16_t next_head(const struct vio_queue *queue, uint16_t head)
{
    uint32_t next = head + (uint32_t)queue->slots[head].count;

    return (uint16_t)(next < queue->size ? next : next - queue->size);
}

/* The chains that one used descriptor stands for, and the places that they take: with IN_ORDER, all up to the
 * one that it names. 0: it names none. */
static uint32_t covered_by(const struct vio_queue *queue, uint16_t *oldest, uint32_t id, uint32_t *places)
{
    uint32_t chains = 0;
    uint16_t at = queue->in_order ? *oldest : (uint16_t)id;

    *places = 0;
    while (id < queue->size && chains < queue->chain_count && queue->slots[at].state == VIO_SLOT_HEAD) {
        *places += queue->slots[at].count;
        chains++;
        *oldest = next_head(queue, at);
        if (at == id)
            return chains;
        at = *oldest;
    }
    return 0;
}

static uint32_t packed_used_chains(const struct vio_queue *queue)
{
    uint32_t place = queue->used_idx_seen;
    uint16_t oldest = queue->oldest;
    bool wrap = queue->used_wrap;
    uint32_t total = 0, chains, places;

    if (queue->batch) /* the place in the ring is not where the device wrote */
        return queue->slots[queue->batch_head].order - queue->slots[oldest].order + 1;
    do {
        const uint8_t *desc = desc_at(queue, place);

        if (!is_used(vio_load16(desc + 14), wrap))
            break;
        vio_queue_barrier(queue, VIO_BARRIER_READ);
        chains = covered_by(queue, &oldest, vio_load16(desc + 12), &places);
        total += chains;
        place += places;
        if (place >= queue->size) {
            place -= queue->size;
            wrap = !wrap;
        }
    } while (chains > 0 && total < queue->chain_count);
    return total < queue->chain_count ? total : queue->chain_count;
}

/* Off and flags in one store, so that the device never sees half of it. */
static inline void packed_arm(struct vio_queue *queue)
{
    uint32_t event = (uint32_t)EVENT_DISABLE << 16;

    if (queue->callbacks && queue->event_idx)
        event = (uint32_t)EVENT_AT << 16 | (queue->used_wrap ? EVENT_WRAP : 0) | queue->used_idx_seen;
    else if (queue->callbacks)
        event = (uint32_t)EVENT_ENABLE << 16;
    vio_store32(queue->driver_area, event);
    vio_queue_barrier(queue, VIO_BARRIER_FULL); /* before the ring is looked at again */
}

static void packed_serve(struct vio_queue *queue)
{
    vio_ledger_serve(queue, packed_fetch, packed_advance, packed_arm);
}

static const struct vio_queue_ops packed_ops = {
    .negotiate_size = packed_negotiate_size,
    .open = packed_open,
    .close = packed_close,
    .add = packed_add,
    .commit = packed_commit,
    .position = packed_position,
    .fetch = packed_fetch,
    .advance = packed_advance,
    .used_chains = packed_used_chains,
    .arm = packed_arm,
    .serve = packed_serve,
};

enum vio_status vio_packed_queue_init(struct vio_queue *queue, const struct vio_platform *platform,
                                      void *ring, void *driver_event, void *device_event,
                                      struct vio_slot *slots, uint32_t size_max)
{
    const struct vio_areas aligned = {.driver_align = 4, .device_align = 4};
    enum vio_status status;

    if (size_max == 0 || size_max > VIO_QUEUE_SIZE_LIMIT)
        return VIO_INVALID;
    status = vio_rings_init(queue, platform, ring, driver_event, device_event, slots, size_max, &aligned);
    if (status != VIO_OK)
        return status;
    queue->ops = &packed_ops;
    queue->packed = &packed_ops;
    return VIO_OK;
}

enum vio_status vio_packed_queue_allow(struct vio_queue *queue)
{
    if (queue->initialized || (uintptr_t)queue->driver_area % 4 != 0)
        return VIO_INVALID;
    queue->packed = &packed_ops;
    return VIO_OK;
}
