/* SPDX-License-Identifier: Apache-2.0 */
#include "bytes.h"
#include "packed.h"
#include "split.h"

enum { LINE_DESCS = 4, PAGE_BYTES = 4096 };

struct line { /* neighbouring descriptors, read at once; dropped with the chain */
    uint32_t first, count;
    uint8_t bytes[LINE_DESCS * PRING_PACKED_BYTES];
};

/* Cut at the end of the ring and of the page: nothing is touched that the driver might not have mapped. */
static uint32_t line_count(const struct pring_vq *vq, uint32_t place)
{
    uint64_t addr = vq->desc + (uint64_t)PRING_PACKED_BYTES * place;
    uint32_t count = (PAGE_BYTES - (uint32_t)(addr % PAGE_BYTES)) / PRING_PACKED_BYTES;

    if (count > LINE_DESCS)
        count = LINE_DESCS;
    if (count > vq->size - place)
        count = vq->size - place;
    return count > 0 ? count : 1;
}

static const uint8_t *descriptor(struct pring_mem *mem, const struct pring_vq *vq, uint32_t place,
                                 struct line *line)
{
    if (place - line->first >= line->count) {
        line->first = place;
        line->count = line_count(vq, place);
        if (mem->read(mem, vq->desc + (uint64_t)PRING_PACKED_BYTES * place, line->bytes,
                      line->count * PRING_PACKED_BYTES) < 0)
            return NULL;
    }
    return line->bytes + (size_t)PRING_PACKED_BYTES * (place - line->first);
}

static bool is_available(uint16_t flags, bool wrap)
{
    return (flags & (PRING_PACKED_AVAIL | PRING_PACKED_USED)) ==
           (wrap ? PRING_PACKED_AVAIL : PRING_PACKED_USED);
}

/* The order of elements is the driver's duty (PACKED-SG-DRV-03). */
static bool fits(const struct pring_chain *chain, uint32_t len_bytes, uint16_t flags)
{
    bool after_writable = chain->count > chain->readable_count;

    return len_bytes > 0 && ((flags & PRING_PACKED_WRITE) != 0 || !after_writable);
}

static int append(struct pring_chain *chain, const uint8_t *desc, uint16_t flags)
{
    uint32_t len_bytes = pring_get32(desc + 8);

    if (!fits(chain, len_bytes, flags))
        return -1;
    chain->segments[chain->count++] = (struct pring_segment){pring_get64(desc), len_bytes};
    if ((flags & PRING_PACKED_WRITE) != 0) {
        chain->writable_bytes += len_bytes;
    } else {
        chain->readable_count++;
        chain->readable_bytes += len_bytes;
    }
    return 0;
}

static void clear(struct pring_chain *chain)
{
    chain->head = chain->places = 0;
    chain->readable_count = chain->count = 0;
    chain->readable_bytes = chain->writable_bytes = 0;
}

/* Entries stand one behind the other, and of their flags only WRITE counts (ST-PIND-DEV-01). */
static int walk_table(struct pring_mem *mem, const uint8_t *desc, struct pring_chain *chain)
{
    uint64_t addr = pring_get64(desc);
    uint32_t len_bytes = pring_get32(desc + 8);
    uint8_t entry[PRING_PACKED_BYTES];

    if (len_bytes == 0 || len_bytes % PRING_PACKED_BYTES != 0 ||
        len_bytes / PRING_PACKED_BYTES > PRING_QUEUE_SIZE_MAX)
        return -1;
    for (uint32_t at = 0; at < len_bytes; at += PRING_PACKED_BYTES)
        if (mem->read(mem, addr + at, entry, sizeof entry) < 0 ||
            append(chain, entry, pring_get16(entry + 14)) < 0)
            return -1;
    return 0;
}

/* INDIRECT stands alone: neither in front of NEXT nor behind it (PACKED-IND-DRV-04). */
static int take(struct pring_mem *mem, const uint8_t *desc, uint16_t flags, bool indirect,
                struct pring_chain *chain)
{
    if ((flags & PRING_PACKED_INDIRECT) == 0)
        return append(chain, desc, flags);
    if (!indirect || (flags & PRING_PACKED_NEXT) != 0 || chain->places > 0)
        return -1;
    return walk_table(mem, desc, chain);
}

/* A descriptor behind NEXT is not the device's before its own flags say so (PACKED-DESC-DEV-03). The
 * buffer id is that of the last descriptor [2.8.6]. */
int pring_packed_walk(struct pring_device *dev, const struct pring_vq *vq, uint32_t place, bool wrap,
                      struct pring_chain *chain)
{
    bool indirect = ((dev->acked_features >> PRING_FEATURE_INDIRECT_DESC) & 1) != 0;
    struct line line = {0};

    clear(chain);
    while (chain->places < vq->size) {
        const uint8_t *desc = descriptor(dev->mem, vq, place, &line);
        uint16_t flags;

        if (!desc)
            return -1;
        flags = pring_get16(desc + 14);
        if (!is_available(flags, wrap))
            return chain->places == 0 ? 1 : -1;
        if (take(dev->mem, desc, flags, indirect, chain) < 0)
            return -1;
        chain->places++;
        chain->head = pring_get16(desc + 12);
        if ((flags & PRING_PACKED_NEXT) == 0)
            return 0;
        if (++place == vq->size) {
            place = 0;
            wrap = !wrap;
        }
    }
    return -1;
}
