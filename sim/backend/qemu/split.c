/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Split rings [2.7] between the driver's memory and the mirror. Nothing is changed and nothing is judged:
 * what a chain names is copied, as far as it can be followed, and QEMU sees the rest for itself. Its
 * used.flags and avail_event stay in the mirror: what the driver is shown of those is always the wire's.
 */
#include "qemu.h"

enum { DESC_BYTES = 16, AVAIL_RING = 4, USED_RING = 4 };

struct table { /* of descriptors: the queue's, or an indirect one */
    uint64_t addr;
    uint32_t entries;
};

static struct qemu_segment segment_at(const struct qemu_mirror *mirror, uint64_t addr)
{
    uint32_t rest = qemu_mirror_32(mirror, addr + 12);
    return (struct qemu_segment){.addr = qemu_mirror_64(mirror, addr),
                                 .len_bytes = qemu_mirror_32(mirror, addr + 8),
                                 .flags = (uint16_t)rest,
                                 .next = (uint16_t)(rest >> 16)};
}

/* Calls visit for each segment of the chain; visit answers false to end it. `comes`: the descriptors are the
 * driver's, and copied first. */
static void walk(const struct qemu_queue *queue, const struct qemu_mirror *mirror, uint16_t head, bool comes,
                 bool (*visit)(const struct qemu_mirror *mirror, const struct qemu_segment *segment,
                               uint32_t *arg),
                 uint32_t *arg)
{
    struct table table = {queue->desc, queue->size};
    uint32_t at = head;
    for (uint32_t hops = 0; at < table.entries && hops <= QEMU_QUEUE_SIZE_MAX; hops++) {
        uint64_t addr = table.addr + (uint64_t)DESC_BYTES * at;
        if (comes)
            qemu_mirror_in(mirror, addr, DESC_BYTES);
        struct qemu_segment segment = segment_at(mirror, addr);
        if (segment.flags & QEMU_DESC_INDIRECT) {
            if (table.addr != queue->desc)
                return;
            table = (struct table){segment.addr, segment.len_bytes / DESC_BYTES};
            at = 0;
            continue;
        }
        if (!visit(mirror, &segment, arg) || !(segment.flags & QEMU_DESC_NEXT))
            return;
        at = segment.next;
    }
}

/* An index of a former life is no completion, and makes nothing available. */
void qemu_split_start(struct qemu_queue *queue, const struct qemu_mirror *mirror)
{
    queue->avail = queue->used = 0;
    qemu_mirror_clear(mirror, queue->driver, AVAIL_RING);
    qemu_mirror_clear(mirror, queue->device, USED_RING);
}

void qemu_split_push(struct qemu_queue *queue, const struct qemu_mirror *mirror)
{
    uint16_t idx = queue->avail;
    qemu_mirror_in(mirror, queue->driver + AVAIL_RING + 2 * (uint64_t)queue->size, 2); /* used_event */
    if (!qemu_mirror_peek(mirror, queue->driver + 2, &idx, sizeof idx))
        return;
    uint16_t count = (uint16_t)(idx - queue->avail);
    if (count > queue->size) { /* nonsense: QEMU will say so */
        queue->avail = queue->used;
        qemu_mirror_in(mirror, queue->driver, AVAIL_RING);
        return;
    }
    for (uint16_t i = 0; i < count; i++) {
        uint64_t slot =
            queue->driver + AVAIL_RING + 2 * (uint64_t)((uint16_t)(queue->avail + i) % queue->size);
        uint32_t left = QEMU_CHAIN_BYTES_MAX;
        qemu_mirror_in(mirror, slot, 2);
        walk(queue, mirror, qemu_mirror_16(mirror, slot), true, qemu_segment_in, &left);
    }
    queue->avail = idx;
    qemu_mirror_in(mirror, queue->driver, AVAIL_RING); /* flags and idx, last: a packet may come just now */
}

/* Payload, element, index: the order in which the driver may look. */
uint64_t qemu_split_pull(struct qemu_queue *queue, const struct qemu_mirror *mirror)
{
    uint16_t idx = qemu_mirror_16(mirror, queue->device + 2), count = (uint16_t)(idx - queue->used);
    uint64_t bytes = 0;
    if (count == 0)
        return 0;
    for (uint16_t i = 0; i < count && count <= queue->size; i++) {
        uint64_t element =
            queue->device + USED_RING + 8 * (uint64_t)((uint16_t)(queue->used + i) % queue->size);
        uint32_t left = qemu_mirror_32(mirror, element + 4);
        walk(queue, mirror, (uint16_t)qemu_mirror_32(mirror, element), false, qemu_segment_out, &left);
        bytes += qemu_mirror_32(mirror, element + 4);
        qemu_mirror_out(mirror, element, 8);
    }
    queue->used = idx;
    qemu_mirror_out(mirror, queue->device + 2, 2);
    return bytes;
}
