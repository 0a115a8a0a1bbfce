/* SPDX-License-Identifier: Apache-2.0 */
/* Register writes: what the driver does to the device, as the observer and the proxy have to know it. */
#include <string.h>

#include "wire/wire_state.h"

enum {
    REG_QUEUE_READY = 0x044,
    REG_QUEUE_NOTIFY = 0x050,
    REG_STATUS = 0x070,
    REG_QUEUE_RESET = 0x0c0,
    STATUS_NEEDS_RESET = 0x40
};

static void forget_queue(unsigned q)
{
    struct pring_observed_queue *o = wire_obs(q);
    wire_queue_off(q);
    o->size_written = 0;
    o->desc_written = o->driver_written = o->device_written = 0;
}

static void device_reset(void)
{
    struct pring_observer *obs = &wire.obs;
    for (unsigned q = 0; q < obs->setup.queue_count; q++) {
        forget_queue(q);
        obs->queue[q].size_max_seen = 0;
        obs->queue[q].reset_pending = false;
    }
    wire_overlay_clear(true);
    wire.shown.mask = 0;
    wire_line_update();
    obs->status_written = 0;
    obs->driver_ok = obs->config_lied = false;
    obs->features_seen = obs->features_written = 0;
    obs->feature_words_seen = obs->feature_words_written = 0;
    obs->queue_sel = obs->device_features_sel = obs->driver_features_sel = 0;
    obs->reset_pending = true;
    wire_tell_reset(false);
}

static void observe_features(uint32_t value)
{
    struct pring_observer *obs = &wire.obs;
    if (obs->driver_features_sel >= 2 || (obs->status_written & 8))
        return;
    unsigned shift = 32 * obs->driver_features_sel;
    obs->features_written = (obs->features_written & ~(UINT64_C(0xffffffff) << shift)) | (uint64_t)value
                                                                                             << shift;
    obs->feature_words_written |= (uint8_t)(1U << obs->driver_features_sel);
}

static void set_half(uint64_t *word, unsigned high, uint32_t value)
{
    unsigned shift = high ? 32 : 0;
    *word = (*word & ~(UINT64_C(0xffffffff) << shift)) | (uint64_t)value << shift;
}

static void observe_queue_write(enum pring_field field, uint32_t value)
{
    if (wire.obs.queue_sel >= wire.obs.setup.queue_count)
        return;
    struct pring_observed_queue *o = wire_obs(wire.obs.queue_sel);
    if (o->ready)
        return; /* the device ignores these now */
    switch (field) {
    case PRING_F_REG_QUEUE_SIZE:
        o->size_written = value;
        break;
    case PRING_F_REG_QUEUE_DESC_LOW:
    case PRING_F_REG_QUEUE_DESC_HIGH:
        set_half(&o->desc_written, field == PRING_F_REG_QUEUE_DESC_HIGH, value);
        break;
    case PRING_F_REG_QUEUE_DRIVER_LOW:
    case PRING_F_REG_QUEUE_DRIVER_HIGH:
        set_half(&o->driver_written, field == PRING_F_REG_QUEUE_DRIVER_HIGH, value);
        break;
    case PRING_F_REG_QUEUE_DEVICE_LOW:
    case PRING_F_REG_QUEUE_DEVICE_HIGH:
        set_half(&o->device_written, field == PRING_F_REG_QUEUE_DEVICE_HIGH, value);
        break;
    default:
        break;
    }
}

static void write_status(uint32_t value)
{
    if (value == 0) {
        wire_backend_write(REG_STATUS, 0, 15);
        wire_collect(); /* what was completed before: seen, and forgotten with the queue */
        device_reset();
        return;
    }
    wire.obs.status_written |= (uint8_t)value;
    wire.obs.driver_ok = wire.obs.status_written & 4;
    uint32_t forwarded =
        value & ~(uint32_t)(wire.obs.status_made & STATUS_NEEDS_RESET ? 0 : STATUS_NEEDS_RESET);
    if (forwarded) /* without the bit that only the overlay shows; nothing left must not become a reset */
        wire_backend_write(REG_STATUS, forwarded, 15);
}

static void write_queue_ready(uint32_t value)
{
    uint32_t sel = wire.obs.queue_sel;
    wire_backend_write(REG_QUEUE_READY, value, 15);
    if (sel >= wire.obs.setup.queue_count || wire.obs.unplugged)
        return;
    wire_settle();
    bool on = wire_backend_read(REG_QUEUE_READY) & 1;
    if (on && !wire.queue[sel].on) {
        wire_return_all(sel);
        wire_queue_on(sel);
    } else if (!(value & 1)) {
        wire_queue_off(sel);
    }
}

/* One queue alone [2.6.1]. The device lets go of it here; of what is lent the driver may know that when it is
 * shown QueueReset as 0. Who has no such register, and offered it, goes on with the queue. */
static void write_queue_reset(uint32_t value)
{
    uint32_t sel = wire.obs.queue_sel;
    wire_backend_write(REG_QUEUE_RESET, value, 15);
    if (!(value & 1) || !wire_ring_reset() || sel >= wire.obs.setup.queue_count || wire.obs.unplugged)
        return;
    wire_settle(); /* what was completed before: seen, and forgotten with the queue */
    if (wire_backend_read(REG_QUEUE_READY) & 1)
        return;
    forget_queue(sel);
    wire_obs(sel)->reset_pending = true;
}

static void write_notify(uint32_t value)
{
    unsigned q = wire_notification_data() ? value & UINT16_MAX : value, times = 1; /* [2.9] */
    bool served =
        q < wire.obs.setup.queue_count && wire.queue[q].on && wire.obs.driver_ok && !wire.overlay.needs_reset;
    int index;
    if (!served) {
        wire_backend_write(REG_QUEUE_NOTIFY, value, 15);
        return;
    }
    for (uint32_t from = 0; wire_is_armed(PRING_F_KICK) &&
                            (index = wire_match(&from, PRING_F_KICK, PRING_SIDE_DEVICE, q, 0)) >= 0;) {
        uint8_t action = wire.scenario->fault[index].action;
        if (action != PRING_FAULT_DROP && action != PRING_FAULT_REPEAT) {
            wire_act((unsigned)index, PRING_F_KICK, q);
            continue;
        }
        times = action == PRING_FAULT_DROP ? 0 : times ? 2 : 0;
        wire_fired((unsigned)index, false, PRING_F_KICK, q);
        wire_watch((unsigned)index, 0, 0);
        if (action == PRING_FAULT_DROP)
            wire_obs(q)->withheld = true;
    }
    if (wire.overlay.needs_reset || !wire.queue[q].on)
        return; /* a fault at the kick ended the queue */
    for (unsigned i = 0; i < times; i++) {
        wire_kick(q);
        wire_backend_write(REG_QUEUE_NOTIFY, value, 15);
    }
}

static void write_register(enum pring_field field, uint32_t offset, uint32_t value)
{
    switch (field) {
    case PRING_F_REG_STATUS:
        write_status(value);
        return;
    case PRING_F_REG_QUEUE_NOTIFY:
        write_notify(value);
        return;
    case PRING_F_REG_QUEUE_READY:
        write_queue_ready(value);
        return;
    case PRING_F_REG_QUEUE_RESET:
        write_queue_reset(value);
        return;
    case PRING_F_REG_INTERRUPT_ACK:
        wire.overlay.isr &= ~value;
        wire_line_update();
        break;
    case PRING_F_REG_QUEUE_SEL:
        wire.obs.queue_sel = value;
        break;
    case PRING_F_REG_DEVICE_FEATURES_SEL:
        wire.obs.device_features_sel = value;
        break;
    case PRING_F_REG_DRIVER_FEATURES_SEL:
        wire.obs.driver_features_sel = value;
        break;
    case PRING_F_REG_DRIVER_FEATURES:
        observe_features(value);
        break;
    default:
        observe_queue_write(field, value);
        break;
    }
    wire_backend_write(offset, value, 15);
}

static void write_narrow(uint32_t offset, unsigned width, uint64_t value)
{
    for (unsigned i = 0; i < width;
         i++) /* bytes of config keep what the overlay made of them, else would split */
        if (offset >= 0x100 && offset - 0x100 + i < 64 &&
            (wire.overlay.config_mask >> (offset - 0x100 + i) & 1))
            wire.overlay.config[offset - 0x100 + i] = (uint8_t)(value >> (8 * i));
    for (unsigned i = 0; i < width;) { /* one access per word that it touches */
        uint32_t at = offset + i, word = 0;
        uint8_t strb = 0;
        for (; i < width && ((offset + i) & ~3U) == (at & ~3U); i++) {
            word |= (uint32_t)(value >> (8 * i) & 0xff) << (8 * ((offset + i) & 3));
            strb |= (uint8_t)(1U << ((offset + i) & 3));
        }
        wire_backend_write(at & 0xffc, word, strb);
    }
}

/* `told`: the width of the driver's access, of which this may be half. */
static void write_up_to_4(uint32_t offset, unsigned width, unsigned told, uint64_t value, uint64_t pc)
{
    uint32_t start = 0;
    enum pring_field field = offset < 0x100
                                 ? pring_field_of_register(offset & ~3U)
                                 : pring_field_of_config(wire.obs.setup.device_type, offset - 0x100, &start);
    unsigned q = wire.obs.queue_sel < PRING_QUEUES_MAX ? wire.obs.queue_sel : 0;
    wire_access_begins();
    struct pring_event event = wire_event(PRING_EV_REG_WRITE, field);
    event.addr = offset;
    event.len_bytes = told;
    event.index = offset >= 0x100 ? (uint16_t)(offset - 0x100 - start) : 0;
    event.queue =
        wire_queue_number(field == PRING_F_REG_QUEUE_NOTIFY ? value & UINT16_MAX : wire.obs.queue_sel);
    event.raw = event.made = event.seen = value;
    event.pc = pc;
    wire_emit(&event);
    if (wire.obs.unplugged)
        return;
    if (offset < 0x100 && width == 4 && (offset & 3) == 0)
        write_register(field, offset, (uint32_t)value);
    else
        write_narrow(offset, width, value);
    wire.last_value[field] = value;
    wire_phase();
    wire_settle();
    wire_act_at(field, PRING_SIDE_STORE, q, value);
    wire_access_ends();
}

void pring_wire_reg_write(unsigned dev, uint32_t offset, unsigned width, uint64_t value, uint64_t pc)
{
    if (dev != 0 || offset >= 0x1000)
        return;
    if (width == 8) {
        write_up_to_4(offset, 4, 8, (uint32_t)value, pc);
        write_up_to_4((offset + 4) & 0xfff, 4, 8, value >> 32, pc);
        return;
    }
    write_up_to_4(offset, width, width, value, pc);
}
