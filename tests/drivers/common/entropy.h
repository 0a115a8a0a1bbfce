/* SPDX-License-Identifier: Apache-2.0 */
/* What entropy.c wants of a driver's queue; included behind `struct device`. */
#ifndef COMMON_ENTROPY_H
#define COMMON_ENTROPY_H

static inline int has(const struct device *d, uint64_t feature)
{
    return (d->features & feature) != 0;
}

int queue_setup(struct device *d);
void queue_post(struct device *d, uint32_t len);
void queue_drain(struct device *d); /* interrupts are masked by the caller, or it is the handler */
int queue_renew(struct device *d);  /* 0: the queue alone was reset, and runs again, empty */

#endif
