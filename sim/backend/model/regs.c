/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of virtio-mmio version 2 [4.2.2], rule by rule as device/TABLE.md has them. */
#include <string.h>

#include "device/bytes.h"
#include "device/ring.h"
#include "model.h"

enum reg {
    REG_MAGIC_VALUE = 0x000,
    REG_VERSION = 0x004,
    REG_DEVICE_ID = 0x008,
    REG_VENDOR_ID = 0x00c,
    REG_DEVICE_FEATURES = 0x010,
    REG_DEVICE_FEATURES_SEL = 0x014,
    REG_DRIVER_FEATURES = 0x020,
    REG_DRIVER_FEATURES_SEL = 0x024,
    REG_QUEUE_SEL = 0x030,
    REG_QUEUE_SIZE_MAX = 0x034,
    REG_QUEUE_SIZE = 0x038,
    REG_QUEUE_READY = 0x044,
    REG_QUEUE_NOTIFY = 0x050,
    REG_INTERRUPT_STATUS = 0x060,
    REG_INTERRUPT_ACK = 0x064,
    REG_STATUS = 0x070,
    REG_QUEUE_DESC_LOW = 0x080,
    REG_QUEUE_DESC_HIGH = 0x084,
    REG_QUEUE_DRIVER_LOW = 0x090,
    REG_QUEUE_DRIVER_HIGH = 0x094,
    REG_QUEUE_DEVICE_LOW = 0x0a0,
    REG_QUEUE_DEVICE_HIGH = 0x0a4,
    REG_SHM_LEN_LOW = 0x0b0,
    REG_SHM_LEN_HIGH = 0x0b4,
    REG_SHM_BASE_LOW = 0x0b8,
    REG_SHM_BASE_HIGH = 0x0bc,
    REG_QUEUE_RESET = 0x0c0,
    REG_CONFIG_GENERATION = 0x0fc,
    REG_CONFIG = 0x100,
};

static const uint32_t MAGIC = 0x74726976, VENDOR = 0x474e5250; /* "virt", "PRNG" */

/* NULL: the selected queue does not exist. */
static struct pring_vq *selected(struct model *m)
{
    return m->state.queue_sel < model_device(m)->queue_count ? &m->state.queues[m->state.queue_sel] : NULL;
}

/* ---- reading ---- */

static uint32_t status(const struct model *m)
{
    return m->state.status | (model_device_const(m)->needs_reset ? (uint32_t)STATUS_NEEDS_RESET : 0);
}

static uint32_t read_config(struct model *m, uint32_t offset)
{
    uint8_t bytes[4];

    model_device(m)->ops->read_config(model_device(m), offset, bytes, sizeof bytes);
    return pring_get32(bytes);
}

static uint32_t read_queue_ready(struct model *m)
{
    const struct pring_vq *vq = selected(m);

    return vq && vq->ready;
}

uint32_t pring_model_reg_read(struct model *m, uint32_t offset)
{
    if (offset >= REG_CONFIG)
        return read_config(m, offset - REG_CONFIG);
    switch ((enum reg)offset) {
    case REG_MAGIC_VALUE:
        return MAGIC;
    case REG_VERSION:
        return 2;
    case REG_DEVICE_ID:
        return m->state.device_type;
    case REG_VENDOR_ID:
        return VENDOR;
    case REG_DEVICE_FEATURES:
        return pring_device_avail_page(model_device(m), m->state.device_features_sel);
    case REG_QUEUE_SIZE_MAX:
        return selected(m) ? m->state.queue_size_max : 0;
    case REG_QUEUE_READY:
        return read_queue_ready(m);
    case REG_INTERRUPT_STATUS:
        return model_device(m)->interrupt_status;
    case REG_STATUS:
        return status(m);
    case REG_SHM_LEN_LOW:
    case REG_SHM_LEN_HIGH:
    case REG_SHM_BASE_LOW:
    case REG_SHM_BASE_HIGH:
        return UINT32_MAX; /* no shared memory [4.2.2] */
    case REG_CONFIG_GENERATION:
        return model_device(m)->config_generation;
    default:
        return 0;
    }
}

/* ---- Status and features ---- */

/* FEAT-DEV-03: a subset of the offered with VERSION_1, or nothing. */
static bool features_acceptable(const struct model *m)
{
    const uint32_t *accepted = m->state.driver_features;
    uint64_t low = (uint64_t)accepted[1] << 32 | accepted[0];

    return (low & ~model_device_const(m)->avail_features) == 0 && (accepted[2] | accepted[3]) == 0 &&
           ((low >> 32) & 1) != 0;
}

static void reset(struct model *m)
{
    struct pring_mem *mem;
    struct pring_irq *irq;

    m->state.status = 0;
    m->state.device_features_sel = m->state.driver_features_sel = m->state.queue_sel = 0;
    memset(m->state.driver_features, 0, sizeof m->state.driver_features);
    model_device(m)->ops->reset(model_device(m), &mem, &irq);
    pring_model_update_line(m);
}

static void set_status_bits(struct model *m, uint32_t bits)
{
    uint32_t before = m->state.status;

    if ((before & STATUS_FEATURES_OK) == 0 && !features_acceptable(m))
        bits &= ~(uint32_t)STATUS_FEATURES_OK;
    m->state.status |= bits;
    if ((m->state.status & ~before & STATUS_DRIVER_OK) == 0)
        return;
    if (model_device(m)->ops->activate(model_device(m), &m->mem, &m->irq) < 0)
        model_device(m)->needs_reset = true;
}

static void write_status(struct model *m, uint32_t value)
{
    if (value == 0)
        reset(m);
    else
        set_status_bits(m, value & STATUS_SETTABLE);
}

static void write_driver_features(struct model *m, uint32_t value)
{
    if ((m->state.status & STATUS_FEATURES_OK) != 0 || m->state.driver_features_sel >= 4)
        return;
    m->state.driver_features[m->state.driver_features_sel] = value;
    pring_device_ack_page(model_device(m), m->state.driver_features_sel, value);
}

/* ---- queues ---- */

static void set_low(uint64_t *addr, uint32_t value)
{
    *addr = (*addr & ~(uint64_t)UINT32_MAX) | value;
}

static void set_high(uint64_t *addr, uint32_t value)
{
    *addr = (*addr & UINT32_MAX) | (uint64_t)value << 32;
}

/* Frozen while the queue is ready: MMIO-DRV-17 forbids it, and a running queue must not move. */
static void write_queue_setup(struct model *m, enum reg reg, uint32_t value)
{
    struct pring_vq *vq = selected(m);

    if (!vq || vq->ready)
        return;
    switch (reg) {
    case REG_QUEUE_SIZE:
        vq->size = value <= UINT16_MAX ? value : 0;
        break;
    case REG_QUEUE_DESC_LOW:
        set_low(&vq->desc, value);
        break;
    case REG_QUEUE_DESC_HIGH:
        set_high(&vq->desc, value);
        break;
    case REG_QUEUE_DRIVER_LOW:
        set_low(&vq->driver, value);
        break;
    case REG_QUEUE_DRIVER_HIGH:
        set_high(&vq->driver, value);
        break;
    case REG_QUEUE_DEVICE_LOW:
        set_low(&vq->device, value);
        break;
    case REG_QUEUE_DEVICE_HIGH:
        set_high(&vq->device, value);
        break;
    default:
        break;
    }
}

static bool size_is_valid(const struct model *m, uint32_t size)
{
    bool is_packed = ((model_device_const(m)->acked_features >> PRING_FEATURE_RING_PACKED) & 1) != 0;

    return size > 0 && size <= m->state.queue_size_max && (is_packed || (size & (size - 1)) == 0);
}

/* Nothing is ever in flight here, so a queue stops at once. */
static void write_queue_ready(struct model *m, uint32_t value)
{
    struct pring_vq *vq = selected(m);

    if (!vq)
        return;
    if ((value & 1) == 0) {
        vq->ready = false;
    } else if (!vq->ready && size_is_valid(m, vq->size)) {
        vq->ready = true;
        pring_ring_start(model_device_const(m), vq);
    }
}

/* QRESET-DEV-03: of the queue all is as after a reset of the device. Done at once, so the register reads 0.
 */
static void write_queue_reset(struct model *m, uint32_t value)
{
    struct pring_vq *vq = selected(m);
    bool accepted = (model_device(m)->acked_features >> 40 & 1) != 0; /* RING_RESET */

    if (vq && accepted && (value & 1) != 0)
        memset(vq, 0, sizeof *vq);
}

/* The device checks DRIVER_OK (it is activated then), NEEDS_RESET and QueueReady. */
static void write_queue_notify(struct model *m, uint32_t value)
{
    bool with_data = (model_device(m)->acked_features >> 38 & 1) != 0; /* NOTIFICATION_DATA */
    uint32_t queue = with_data ? value & UINT16_MAX : value;

    if (queue < model_device(m)->queue_count)
        model_device(m)->ops->queue_event(model_device(m), (uint16_t)queue);
}

static void write_interrupt_ack(struct model *m, uint32_t value)
{
    model_device(m)->interrupt_status &= ~value;
    pring_model_update_line(m);
}

/* ---- writing ---- */

static void write_full(struct model *m, enum reg reg, uint32_t value)
{
    switch (reg) {
    case REG_DEVICE_FEATURES_SEL:
        m->state.device_features_sel = value;
        break;
    case REG_DRIVER_FEATURES:
        write_driver_features(m, value);
        break;
    case REG_DRIVER_FEATURES_SEL:
        m->state.driver_features_sel = value;
        break;
    case REG_QUEUE_SEL:
        m->state.queue_sel = value;
        break;
    case REG_QUEUE_READY:
        write_queue_ready(m, value);
        break;
    case REG_QUEUE_RESET:
        write_queue_reset(m, value);
        break;
    case REG_QUEUE_NOTIFY:
        write_queue_notify(m, value);
        break;
    case REG_INTERRUPT_ACK:
        write_interrupt_ack(m, value);
        break;
    case REG_STATUS:
        write_status(m, value);
        break;
    default:
        write_queue_setup(m, reg, value);
        break;
    }
}

static void write_config(struct model *m, uint32_t offset, uint32_t value, uint8_t strb)
{
    for (uint32_t i = 0; i < 4; i++) {
        uint8_t byte = (uint8_t)(value >> (8 * i));

        if (((strb >> i) & 1) != 0)
            model_device(m)->ops->write_config(model_device(m), offset + i, &byte, 1);
    }
}

void pring_model_reg_write(struct model *m, uint32_t offset, uint32_t value, uint8_t strb)
{
    if (offset >= REG_CONFIG)
        write_config(m, offset - REG_CONFIG, value, strb);
    else if (strb == 0xf)
        write_full(m, (enum reg)offset, value);
}
