/* SPDX-License-Identifier: Apache-2.0 */
#include "bytes.h"
#include "split.h"

enum { DESC_BYTES = 16, LINE_DESCS = 4, PAGE_BYTES = 4096 };
enum { FLAG_NEXT = 1, FLAG_WRITE = 2, FLAG_INDIRECT = 4 };

struct line { /* neighbouring descriptors, read at once; dropped with the chain */
    uint32_t first, count;
    uint8_t bytes[LINE_DESCS * DESC_BYTES];
};

/* Cut at the end of the table and of the page: nothing is touched that the driver might not have mapped. */
static uint32_t line_count(const struct pring_vq *vq, uint32_t index)
{
    uint32_t page_left = PAGE_BYTES - (uint32_t)(vq->desc + (uint64_t)DESC_BYTES * index) % PAGE_BYTES;
    uint32_t count = page_left / DESC_BYTES;

    if (count > LINE_DESCS)
        count = LINE_DESCS;
    if (count > vq->size - index)
        count = vq->size - index;
    return count > 0 ? count : 1;
}

static const uint8_t *descriptor(struct pring_mem *mem, const struct pring_vq *vq, uint32_t index,
                                 struct line *line)
{
    if (index - line->first >= line->count) {
        line->first = index;
        line->count = line_count(vq, index);
        if (mem->read(mem, vq->desc + (uint64_t)DESC_BYTES * index, line->bytes, line->count * DESC_BYTES) <
            0)
            return NULL;
    }
    return line->bytes + (size_t)DESC_BYTES * (index - line->first);
}

/* The order of elements is the driver's duty [2.7.4.2]; INDIRECT is not offered, so it has no meaning here.
 */
static bool fits(const struct pring_chain *chain, uint32_t len_bytes, uint16_t flags)
{
    bool after_writable = chain->count > chain->readable_count;

    return len_bytes > 0 && (flags & FLAG_INDIRECT) == 0 && ((flags & FLAG_WRITE) != 0 || !after_writable);
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

int pring_split_walk(struct pring_mem *mem, const struct pring_vq *vq, uint16_t head,
                     struct pring_chain *chain)
{
    struct line line = {0};
    uint32_t index = head;

    clear(chain, head);
    while (index < vq->size && chain->count < vq->size) { /* a chain is no longer than its table: no loops */
        const uint8_t *desc = descriptor(mem, vq, index, &line);
        uint16_t flags;

        if (!desc)
            return -1;
        flags = pring_get16(desc + 12);
        if (!fits(chain, pring_get32(desc + 8), flags))
            return -1;
        append(chain, pring_get64(desc), pring_get32(desc + 8), (flags & FLAG_WRITE) != 0);
        if ((flags & FLAG_NEXT) == 0)
            return 0;
        index = pring_get16(desc + 14);
    }
    return -1;
}
