/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle/spec_monitors.h"

bool spec_chain_bytes(const struct pring_observed_queue *q, const struct pring_chain *chain, uint64_t from,
                      void *out, uint32_t count)
{
    uint32_t have = 0, at = chain->head;

    for (uint32_t n = 0; n < chain->count && have < count && at < PRING_SEGMENTS_MAX; n++) {
        const struct pring_segment *s = &q->segment[at];
        uint32_t take = s->flags & PRING_DESC_INDIRECT ? 0 : s->len_bytes;
        at = s->next;
        if (from >= take) {
            from -= take;
            continue;
        }
        take -= (uint32_t)from;
        take = take < count - have ? take : count - have;
        if ((s->flags & PRING_DESC_WRITE) || !spec_peek(s->addr + from, (uint8_t *)out + have, take))
            return false;
        have += take;
        from = 0;
    }
    return have == count;
}
