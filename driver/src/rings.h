/* SPDX-License-Identifier: Apache-2.0 */
/* Between the queue and its ring formats. */
#ifndef VIO_SOURCE_RINGS_H
#define VIO_SOURCE_RINGS_H

#include <vio/vio_queue.h>

#define VIO_QUEUE_SIZE_LIMIT 32768u /* [2.7, 2.8] */

/* Flags of a descriptor, alike in both formats. */
#define VIO_DESC_NEXT     1u
#define VIO_DESC_WRITE    2u
#define VIO_DESC_INDIRECT 4u
#define VIO_DESC_BYTES    16u

static inline void vio_queue_barrier(const struct vio_queue *queue, enum vio_barrier kind)
{
    queue->platform->barrier(queue->platform->ctx, kind);
}

/* Memory for the three areas, indirect tables included. What is mapped at another alignment than `align` is
 * given back. */
struct vio_areas {
    size_t descriptor_bytes, driver_bytes, device_bytes;
    uint32_t driver_align, device_align;
};
/* The part of an init function that does not depend on the format; `areas`: how they are aligned. */
enum vio_status vio_rings_init(struct vio_queue *queue, const struct vio_platform *platform,
                               void *descriptors, void *driver_area, void *device_area,
                               struct vio_slot *slots, uint32_t size_max, const struct vio_areas *areas);
enum vio_status vio_rings_map(struct vio_queue *queue, const struct vio_areas *areas);
void vio_rings_unmap(struct vio_queue *queue, const struct vio_areas *areas);

/* ---- indirect tables ---- */

static inline uint8_t *vio_table(const struct vio_queue *queue, uint16_t head)
{
    return queue->tables + (size_t)head * queue->entries_max * VIO_DESC_BYTES;
}
static inline struct vio_record *vio_records(const struct vio_queue *queue, uint16_t head)
{
    return &queue->records[(size_t)head * queue->entries_max];
}

static inline uint64_t vio_table_bus(const struct vio_queue *queue, uint16_t head)
{
    return queue->tables_bus + (uint64_t)head * queue->entries_max * VIO_DESC_BYTES;
}

#endif
