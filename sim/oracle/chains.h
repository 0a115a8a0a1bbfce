/* SPDX-License-Identifier: Apache-2.0 */
/* Walking lent chains as the observer keeps them. */
#ifndef PRING_ORACLE_CHAINS_H
#define PRING_ORACLE_CHAINS_H

#include <pring/observer.h>

/* The descriptors of a chain in their order. */
struct pring_walk {
    const struct pring_observed_queue *queue;
    uint32_t left;
    uint32_t at;
};

static inline struct pring_walk pring_walk_begin(const struct pring_observer *observer,
                                                 const struct pring_chain *chain)
{
    return (struct pring_walk){&observer->queue[chain->queue], chain->count, chain->head};
}

static inline const struct pring_segment *pring_walk_next(struct pring_walk *walk)
{
    const struct pring_segment *segment;

    if (walk->left == 0 || walk->at >= PRING_SEGMENTS_MAX)
        return 0;
    segment = &walk->queue->segment[walk->at];
    walk->left--;
    walk->at = segment->next;
    return segment;
}

/* The same without what is no buffer: a descriptor that leads to a table. */
static inline const struct pring_segment *pring_walk_buffer(struct pring_walk *walk)
{
    const struct pring_segment *segment;

    while ((segment = pring_walk_next(walk)) && (segment->flags & PRING_DESC_INDIRECT))
        ;
    return segment;
}

static inline bool pring_overlaps(uint64_t a, uint64_t a_len, uint64_t b, uint64_t b_len)
{
    return a_len != 0 && b_len != 0 && (a >= b ? a - b < b_len : b - a < a_len);
}

#endif
