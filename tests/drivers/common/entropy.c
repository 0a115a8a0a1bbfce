/* SPDX-License-Identifier: Apache-2.0 */
/* Entropy for the drivers that serve one request at a time, through memory of their own: what is theirs alone
 * is the ring. */
#include "driver.h"

#include <string.h>

const uint16_t driver_types[] = {TYPE_RNG, 0};

static int is_free(void *arg)
{
    struct device *d = arg;

    return !d->busy || d->broken;
}

static int is_back(void *arg)
{
    struct device *d = arg;

    return !d->lent || d->broken;
}

/* 0: the device gave the data back, or the queue does not have it any more. */
static int await(struct device *d)
{
    unsigned saved;

    if (pring_wait(is_back, d, TIMEOUT_NS))
        return d->broken ? -1 : 0;
    saved = pring_irq_save();
    queue_drain(d); /* the interrupt may be what was lost */
    if (d->lent && !d->broken && queue_renew(d) != 0)
        device_break(d, "no answer");
    pring_irq_restore(saved);
    return d->broken ? -1 : 0;
}

/* 0: `written` is what the device gave. */
static int run(struct device *d, uint32_t len)
{
    unsigned saved;

    memset((void *)d->memory->data, 0, len);
    d->written = 0;
    saved = pring_irq_save();
    queue_post(d, len);
    pring_irq_restore(saved);
    return await(d);
}

static int fetch(struct device *d, struct pring_request *r, size_t *done)
{
    uint32_t len = r->len_bytes < DATA_BYTES ? (uint32_t)r->len_bytes : DATA_BYTES;

    if (len < BYTES_MIN)
        len = BYTES_MIN;
    if (run(d, len) != 0)
        return -1;
    if (d->written == 0)
        return -1;
    *done = d->written < r->len_bytes ? d->written : r->len_bytes;
    memcpy(r->data, (const void *)d->memory->data, *done);
    return 0;
}

int serve(struct device *d, struct pring_request *r)
{
    size_t done = 0;
    int result;

    if (r->op != PRING_ENTROPY || r->len_bytes == 0)
        return -1;
    if (!d->bound)
        return -1;
    if (!d->running)
        return -1;
    if (!pring_wait(is_free, d, TIMEOUT_NS))
        return -1;
    if (d->broken)
        return -1;
    d->busy = 1;
    result = fetch(d, r, &done);
    d->busy = 0;
    pring_done(r, result, done);
    return 0;
}

/* ---- the life of the device ---- */

uint64_t features_wanted(const struct device *d, uint64_t offered)
{
    (void)d;
    (void)offered;
    return F_PLATFORM | FEATURES_TAKEN;
}

int memory_reserve(struct device *d)
{
    d->memory = pring_dma_alloc(sizeof(struct shared), 16, &d->bus);
    return d->memory == NULL ? -1 : 0;
}

void memory_release(struct device *d)
{
    pring_dma_free((void *)d->memory);
    d->memory = NULL;
}

int device_prepare(struct device *d)
{
    d->lent = 0;
    if (queue_setup(d) != 0)
        return -1;
    d->running = 1;
    return 0;
}

int device_read_config(struct device *d)
{
    (void)d; /* there is none */
    return 0;
}

void device_started(struct device *d)
{
    (void)d;
}

/* Whatever the cause: interrupts may be lost. */
void device_drain(struct device *d, uint32_t causes)
{
    (void)causes;
    queue_drain(d);
}
