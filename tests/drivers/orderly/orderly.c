/* SPDX-License-Identifier: Apache-2.0 */
/* The interrupt, requests, and the binding to the bench. */
#include "orderly.h"

#include <string.h>

static struct device devices[DEVICES_MAX];

static void on_interrupt(void *arg)
{
    struct device *d = arg;
    uint32_t pending = reg_get(d, R_INTERRUPT_STATUS) & (IRQ_USED | IRQ_CONFIG);

    if (pending == 0)
        return;
    reg_set(d, R_INTERRUPT_ACK, pending);
    if (pending & IRQ_CONFIG) {
        if (reg_get(d, R_STATUS) & S_NEEDS_RESET)
            device_break(d, "needs reset");
    }
    queue_drain(d);
}

/* ---- one request ---- */

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

    if (run(d, len) != 0)
        return -1;
    if (d->written == 0)
        return -1;
    *done = d->written < r->len_bytes ? d->written : r->len_bytes;
    memcpy(r->data, (const void *)d->memory->data, *done);
    return 0;
}

static int serve(struct device *d, struct pring_request *r)
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

/* ---- the binding ---- */

static void release(struct device *d)
{
    pring_dma_free((void *)d->memory);
    d->memory = NULL;
}

static int reset_is_over(void *arg)
{
    struct device *d = arg;

    return !d->resetting;
}

static int orderly_submit(unsigned dev, struct pring_request *r)
{
    struct device *d = &devices[dev];
    int result;

    if (d->resetting && !pring_wait(reset_is_over, d, TIMEOUT_NS))
        return -1;
    d->inside++;
    result = serve(d, r);
    d->inside--;
    return result;
}

static int all_left(void *arg)
{
    struct device *d = arg;

    return d->inside == 0;
}

/* 0: the device has let go of all memory, and nobody sleeps in submit any more. */
static int quiesce(struct device *d)
{
    int result = device_stop(d);

    if (!pring_wait(all_left, d, TIMEOUT_NS))
        return -1;
    return result;
}

static int orderly_probe(unsigned dev)
{
    struct device *d;

    if (dev >= DEVICES_MAX)
        return -1;
    d = &devices[dev];
    memset(d, 0, sizeof(*d));
    d->dev = dev;
    if (device_identify(d) != 0)
        return -1;
    d->memory = pring_dma_alloc(sizeof(struct shared), 16, &d->bus);
    if (d->memory == NULL)
        return -1;
    if (pring_irq_register(dev, on_interrupt, d) != 0) {
        release(d);
        return -1;
    }
    if (device_start(d) != 0) {
        pring_irq_unregister(dev);
        if (!d->running)
            release(d);
        return -1;
    }
    d->bound = 1;
    return 0;
}

static void orderly_remove(unsigned dev, int gone)
{
    struct device *d = &devices[dev];

    if (!d->bound)
        return;
    d->bound = 0;
    if (gone) {
        pring_irq_disable(dev);
        d->running = 0;
    }
    if (quiesce(d) == 0)
        release(d);
    else
        pring_log("orderly: device %u keeps its memory: reset did not end\n", dev);
    pring_irq_unregister(dev);
}

static int orderly_reset(unsigned dev)
{
    struct device *d = &devices[dev];
    int result;

    if (!d->bound)
        return -1;
    d->resetting = 1;
    result = quiesce(d);
    if (result == 0)
        result = device_start(d);
    d->resetting = 0;
    return result;
}

static const uint16_t orderly_types[] = {TYPE_RNG, 0};

PRING_DUT(orderly);
PRING_DUT(orderly) = {
    .abi = PRING_ABI,
    .in_flight_max = 1,
    .device_types = orderly_types,
    .traits = PRING_TRAIT_SYNCHRONOUS | PRING_TRAIT_BOUNDED_WAITS | PRING_TRAIT_BOUNCE |
              PRING_TRAIT_BARRIERS_BY_API,
    .probe = orderly_probe,
    .remove = orderly_remove,
    .submit = orderly_submit,
    .reset = orderly_reset,
};
