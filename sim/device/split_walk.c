/* SPDX-License-Identifier: Apache-2.0 */
#include "bytes.h"
#include "split.h"

enum { DESC_BYTES = 16, LINE_DESCS = 4, PAGE_BYTES = 4096 };
enum { FLAG_NEXT = 1, FLAG_WRITE = 2, FLAG_INDIRECT = 4 };

struct table { /* of descriptors: the ring's, or an indirect one */
    uint64_t addr;
    uint32_t entries;
    bool is_indirect;
};

struct line { /* neighbouring descriptors, read at once; dropped with the table */
    uint32_t first, count;
    uint8_t bytes[LINE_DESCS * DESC_BYTES];
};

/* Cut at the end of the table and of the page: nothing is touched that the driver might not have mapped. */
static uint32_t line_count(const struct table *table, uint32_t index)
{
    uint32_t page_left = PAGE_BYTES - (uint32_t)(table->addr + (uint64_t)DESC_BYTES * index) % PAGE_BYTES;
    uint32_t count = page_left / DESC_BYTES;

    if (count > LINE_DESCS)
        count = LINE_DESCS;
    if (count > table->entries - index)
        count = table->entries - index;
    return count > 0 ? count : 1;
}

static const uint8_t *descriptor(struct pring_mem *mem, const struct table *table, uint32_t index,
                                 struct line *line)
{
    if (index - line->first >= line->count) {
        line->first = index;
        line->count = line_count(table, index);
        if (mem->read(mem, table->addr + (uint64_t)DESC_BYTES * index, line->bytes,
                      line->count * DESC_BYTES) < 0)
            return NULL;
    }
    return line->bytes + (size_t)DESC_BYTES * (index - line->first);
}

/* The order of elements is the driver's duty [2.7.4.2]. */
static bool fits(const struct pring_chain *chain, uint32_t len_bytes, uint16_t flags)
{
    bool after_writable = chain->count > chain->readable_count;

    return len_bytes > 0 && ((flags & FLAG_WRITE) != 0 || !after_writable);
}

/* From the ring to a table [2.7.5.3]. WRITE means nothing there (SPLIT-IND-DEV-01); INDIRECT ends the ring's
 * part of the chain, and there is none in a table. */
static bool enter(struct table *table, const uint8_t *desc, uint16_t flags)
{
    uint32_t len_bytes = pring_get32(desc + 8);

    if (table->is_indirect || (flags & FLAG_NEXT) != 0 || len_bytes == 0 || len_bytes % DESC_BYTES != 0)
        return false;
    *table = (struct table){pring_get64(desc), len_bytes / DESC_BYTES, true};
    return true;
}

static void append(struct pring_chain *chain, uint64_t addr, uint32_t len_bytes, bool writable)
{
    chain->segments[chain->count++] = (struct pring_segment){addr, len_bytes};
    if (writable) {
        chain->writable_bytes += len_bytes;
    } else {
        chain->readable_count++;
        chain->readable_bytes += len_bytes;
    }
}

static void clear(struct pring_chain *chain, uint16_t head)
{
    chain->head = head;
    chain->readable_count = chain->count = 0;
    chain->readable_bytes = chain->writable_bytes = 0;
}

int pring_split_walk(struct pring_mem *mem, const struct pring_vq *vq, uint16_t head, bool indirect,
                     struct pring_chain *chain)
{
    struct table table = {vq->desc, vq->size, false};
    struct line line = {0};
    uint32_t index = head;

    clear(chain, head);
    while (index < table.entries && chain->count < vq->size) { /* SPLIT-IND-DRV-03; so there are no loops */
        const uint8_t *desc = descriptor(mem, &table, index, &line);
        uint16_t flags;

        if (!desc)
            return -1;
        flags = pring_get16(desc + 12);
        if ((flags & FLAG_INDIRECT) != 0) {
            if (!indirect || !enter(&table, desc, flags))
                return -1;
            line.count = 0;
            index = 0;
            continue;
        }
        if (!fits(chain, pring_get32(desc + 8), flags))
            return -1;
        append(chain, pring_get64(desc), pring_get32(desc + 8), (flags & FLAG_WRITE) != 0);
        if ((flags & FLAG_NEXT) == 0)
            return 0;
        index = pring_get16(desc + 14);
    }
    return -1;
}
