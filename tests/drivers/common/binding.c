/* SPDX-License-Identifier: Apache-2.0 */
/* The interrupt, and the calls of the bench. */
#include "driver.h"

#include <string.h>

static struct device devices[DEVICES_MAX];

struct device *device_at(unsigned dev)
{
    return &devices[dev];
}

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
        else if (device_read_config(d) != 0)
            device_break(d, "configuration never settles");
    }
    device_drain(d, pending);
}

static int reset_is_over(void *arg)
{
    struct device *d = arg;

    return !d->resetting;
}

int driver_submit(unsigned dev, struct pring_request *r)
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

int driver_probe(unsigned dev)
{
    struct device *d;

    if (dev >= DEVICES_MAX)
        return -1;
    d = &devices[dev];
    memset(d, 0, sizeof(*d));
    d->dev = dev;
    if (device_identify(d) != 0)
        return -1;
    if (memory_reserve(d) != 0)
        return -1;
    if (pring_irq_register(dev, on_interrupt, d) != 0) {
        memory_release(d);
        return -1;
    }
    if (device_start(d) != 0) {
        pring_irq_unregister(dev);
        if (!d->running)
            memory_release(d);
        return -1;
    }
    d->bound = 1;
    return 0;
}

void driver_remove(unsigned dev, int gone)
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
        memory_release(d);
    else
        pring_log(DRIVER_NAME ": device %u keeps its memory: reset did not end\n", dev);
    pring_irq_unregister(dev);
}

int driver_reset(unsigned dev)
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
