/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/split.h"
#include "model_odd.h"

/* ---- open ---- */

static int open_model(const struct pring_bus_ops *bus, void *ctx, void **self)
{
    struct model *m = calloc(1, sizeof *m);

    *self = m;
    if (m)
        m->cow = pring_cow_new();
    if (!m || !m->cow) {
        fprintf(stderr, "model: out of memory\n");
        free(m);
        return -1;
    }
    pring_model_bus_init(m, bus, ctx);
    return 0;
}

static int open_reverse(const struct pring_bus_ops *bus, void *ctx, void **self)
{
    int error = open_model(bus, ctx, self);

    if (error == 0)
        ((struct model *)*self)->work.reverse = true;
    return error;
}

static int open_batch(const struct pring_bus_ops *bus, void *ctx, void **self)
{
    int error = open_model(bus, ctx, self);

    if (error == 0)
        ((struct model *)*self)->work.batch = true;
    return error;
}

static int open_polling(const struct pring_bus_ops *bus, void *ctx, void **self)
{
    int error = open_model(bus, ctx, self);

    if (error == 0)
        ((struct model *)*self)->polling = true;
    return error;
}

void pring_model_poison(void *self, bool on)
{
    ((struct model *)self)->work.len_falsity = on;
}

void pring_model_close(void *self)
{
    struct model *m = self;

    pring_cow_free(m->cow);
    free(m);
}

/* ---- power on ---- */

static void init_device(struct model *m, const struct pring_setup *setup)
{
    switch (setup->device_type) {
    case PRING_DEVICE_RNG:
        pring_rng_init(&m->state.device.rng, setup, m->state.queues, &m->work);
        break;
    case PRING_DEVICE_BLK:
        pring_blk_init(&m->state.device.blk, setup, m->state.queues, &m->work, m->cow);
        break;
    case PRING_DEVICE_NET:
        pring_net_init(&m->state.device.net, setup, m->state.queues, &m->work);
        break;
    case PRING_DEVICE_CONSOLE:
        pring_console_init(&m->state.device.console, setup, m->state.queues, &m->work);
        break;
    default:
        pring_engine_init_inert(&m->state.device.engine, setup, m->state.queues, &m->work);
        break;
    }
}

/* The line falls without an edge: the wire starts anew as well. */
static void power_on(void *self, const struct pring_setup *setup, const struct pring_profile *profile)
{
    struct model *m = self;

    (void)profile; /* this memory answers at once */
    memset(&m->state, 0, sizeof m->state);
    pring_cow_reset(m->cow, setup->seed);
    m->state.device_type = setup->device_type;
    m->state.queue_size_max = setup->queue_size_max;
    init_device(m, setup);
}

/* ---- accesses ---- */

enum { SPURIOUS_PERIOD = 13 }; /* odd, so that it meets every kind of access */

static bool has_queues(const struct pring_device *dev)
{
    for (uint16_t i = 0; i < dev->queue_count; i++)
        if (dev->queues[i].ready)
            return true;
    return false;
}

/* The odd manner `polling`: what the standard allows a device to do between two accesses. An interrupt is for
 * some queue, so there has to be one (QRESET-DEV-02). */
static void poll(struct model *m)
{
    struct pring_device *dev = model_device(m);

    if (!pring_device_is_activated(dev) || dev->needs_reset)
        return;
    dev->ops->kick(dev);
    if (m->state.accesses % SPURIOUS_PERIOD == 0 && has_queues(dev))
        m->irq.raise(&m->irq, 1);
}

static int reg_read(void *self, uint32_t offset, uint32_t *value, uint32_t *cycles)
{
    struct model *m = self;

    m->state.accesses++;
    *cycles = 0;
    *value = pring_model_reg_read(m, offset);
    if (m->polling)
        poll(m);
    return 0;
}

static int reg_write(void *self, uint32_t offset, uint32_t value, uint8_t strb, uint32_t *cycles)
{
    struct model *m = self;

    m->state.accesses++;
    *cycles = 0;
    pring_model_reg_write(m, offset, value, strb);
    if (m->polling)
        poll(m);
    return 0;
}

/* ---- time: all is done when an access returns ---- */

static uint32_t advance(void *self, uint32_t cycles)
{
    (void)self;
    return cycles;
}

static bool idle(void *self)
{
    (void)self;
    return true;
}

static uint64_t cycle(void *self)
{
    return ((struct model *)self)->state.accesses;
}

static void resize(void *self, uint64_t sectors)
{
    struct model *m = self;

    if (m->state.device_type != PRING_DEVICE_BLK)
        return;
    pring_blk_resize(&m->state.device.blk, sectors);
    if ((m->state.status & STATUS_DRIVER_OK) != 0) /* no interrupt reaches a driver that is not ready */
        m->irq.raise(&m->irq, 2);
}

#define BIT(n) (UINT64_C(1) << (n))

#define GENERIC                                                                                              \
    (BIT(28) /* INDIRECT_DESC */ | BIT(29) /* EVENT_IDX */ | BIT(32) /* VERSION_1 */ |                       \
     BIT(34) /* RING_PACKED */ | BIT(38) /* NOTIFICATION_DATA */ | BIT(40) /* RING_RESET */)
#define NET                                                                                                  \
    (BIT(PRING_NET_CSUM) | BIT(PRING_NET_GUEST_CSUM) | BIT(PRING_NET_MTU) | BIT(PRING_NET_MAC) |             \
     BIT(PRING_NET_MRG_RXBUF) | BIT(PRING_NET_STATUS) | BIT(PRING_NET_CTRL_VQ) | BIT(PRING_NET_CTRL_RX) |    \
     BIT(PRING_NET_CTRL_RX_EXTRA) | BIT(PRING_NET_MQ) | BIT(PRING_NET_CTRL_MAC_ADDR) |                       \
     BIT(PRING_NET_SPEED_DUPLEX))
#define CONSOLE (BIT(PRING_CONSOLE_SIZE) | BIT(PRING_CONSOLE_MULTIPORT) | BIT(PRING_CONSOLE_EMERG_WRITE))

#define MODEL(its_name, its_open, besides)                                                                   \
    {                                                                                                        \
        .name = its_name, .caps = PRING_CAP_SEES_DMA | PRING_CAP_SNAPSHOT | PRING_CAP_DETERMINISTIC,         \
        .features = BIT(PRING_BLK_SIZE_MAX) | BIT(PRING_BLK_SEG_MAX) | BIT(PRING_BLK_RO) |                   \
                    BIT(PRING_BLK_BLK_SIZE) | BIT(PRING_BLK_FLUSH) | BIT(PRING_BLK_TOPOLOGY) |               \
                    BIT(PRING_BLK_CONFIG_WCE) | BIT(PRING_BLK_MQ) | BIT(PRING_BLK_DISCARD) |                 \
                    BIT(PRING_BLK_WRITE_ZEROES) | GENERIC | besides,                                         \
        .net_features = NET | GENERIC | besides, .console_features = CONSOLE | GENERIC | besides,            \
        .queue_size_max = PRING_QUEUE_SIZE_MAX, .open = its_open, .power_on = power_on,                      \
        .reg_read = reg_read, .reg_write = reg_write, .advance = advance, .idle = idle, .cycle = cycle,      \
        .resize = resize, .state_hash = pring_model_state_hash, .save = pring_model_save,                    \
        .restore = pring_model_restore,                                                                      \
    }

#define IN_ORDER BIT(PRING_FEATURE_IN_ORDER)
const struct pring_backend pring_backend_model = MODEL("model", open_model, IN_ORDER);
const struct pring_backend pring_backend_model_reverse = MODEL("model-reverse", open_reverse, 0);
const struct pring_backend pring_backend_model_polling = MODEL("model-polling", open_polling, IN_ORDER);
const struct pring_backend pring_backend_model_batch = MODEL("model-batch", open_batch, IN_ORDER);
