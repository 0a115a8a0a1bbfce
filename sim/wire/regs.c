/* SPDX-License-Identifier: Apache-2.0 */
/* Register reads, and what both directions share: price, release, backend, overlay, faults, observer; in this
 * order. The overlay shows what the proxy (InterruptStatus, always) and faults have made of the device's
 * registers. */
#include "wire/wire_state.h"

/* ---- backend accesses ---- */

static void cycles_passed(uint32_t cycles)
{
    wire.cycles += cycles;
    if (wire.free_running)
        wire.now += 10 * (uint64_t)cycles;
}

uint32_t wire_backend_read(uint32_t offset)
{
    uint32_t value = 0, cycles = 0;
    if (wire.obs.unplugged)
        return UINT32_MAX;
    if (wire.backend->reg_read(wire.self, offset, &value, &cycles) < 0)
        pring_stop(PRING_STOP_BACKEND);
    cycles_passed(cycles);
    return value;
}

void wire_backend_write(uint32_t offset, uint32_t value, uint8_t strb)
{
    uint32_t cycles = 0;
    if (wire.obs.unplugged)
        return;
    if (wire.backend->reg_write(wire.self, offset, value, strb, &cycles) < 0)
        pring_stop(PRING_STOP_BACKEND);
    cycles_passed(cycles);
}

void wire_access_begins(void)
{
    wire.epoch++;
    if (!wire.free_running)
        wire.now += WIRE_REG_NS;
    wire_release();
}

/* The device has had the access: see what it did, show what is due. */
void wire_access_ends(void)
{
    if (wire.free_running)
        wire_collect();
    wire_release();
    wire_line_update();
}

/* ---- configuration space ---- */

static uint64_t config_bytes(uint32_t offset, uint32_t n) /* from 0, overlay included; at most 8 */
{
    uint64_t value = 0;
    uint32_t word = 0, word_at = UINT32_MAX;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = offset + i;
        if (at < 64 && (wire.overlay.config_mask >> at & 1)) {
            value |= (uint64_t)wire.overlay.config[at] << (8 * i);
            continue;
        }
        if (word_at != (at & ~3U)) {
            word_at = at & ~3U;
            word = wire_backend_read((0x100 + word_at) & 0xfff);
        }
        value |= (uint64_t)(word >> (8 * (at & 3)) & 0xff) << (8 * i);
    }
    return value;
}

uint64_t wire_config_value(enum pring_field field)
{
    return config_bytes(pring_field_info[field].offset, pring_field_info[field].bits / 8);
}

void wire_config_override(enum pring_field field, uint64_t value)
{
    uint32_t offset = pring_field_info[field].offset;
    for (uint32_t i = 0; i < pring_field_info[field].bits / 8U && offset + i < 64; i++) {
        wire.overlay.config_mask |= UINT64_C(1) << (offset + i);
        wire.overlay.config[offset + i] = (uint8_t)(value >> (8 * i));
    }
}

/* ---- reads ---- */

/* What the register would give an honest driver now; the backend's value is `raw`. */
static uint32_t overlay_value(enum pring_field field, uint32_t raw)
{
    switch (field) {
    case PRING_F_REG_INTERRUPT_STATUS:
        return wire.overlay.isr;
    case PRING_F_REG_STATUS:
        return raw ? raw | wire.overlay.needs_reset : raw;
    case PRING_F_REG_CONFIG_GENERATION:
        return raw + wire.overlay.generation;
    default:
        return raw;
    }
}

uint32_t wire_register_value(enum pring_field field)
{
    return overlay_value(field, wire_backend_read(pring_field_info[field].offset & ~3U));
}

/* A register that a `state` fault holds. */
static uint64_t sticky_value(enum pring_field field, uint32_t offset, uint64_t made)
{
    uint32_t slot = offset / 4;
    if (offset >= 0x100 || !(wire.overlay.sticky_mask >> slot & 1))
        return made;
    if (field == PRING_F_REG_DEVICE_FEATURES && wire.obs.device_features_sel != wire.overlay.sticky_sel)
        return made;
    unsigned index = wire.overlay.sticky_fault[slot];
    uint64_t shown = wire.overlay.sticky[slot];
    if (shown != made) {
        wire.arm[index].state.effective = true;
        if (pring_lie_reg_read(&wire.obs, field, offset, 4, made, shown) ||
            (field == PRING_F_REG_QUEUE_RESET && shown && wire_ring_reset())) /* it never ends */
            wire_lied(index, 0);
    }
    return shown;
}

/* ---- configuration as it was shown: the same bytes, other values and no new generation are a lie ---- */

static void remember_config(uint32_t at, unsigned width, uint64_t seen)
{
    for (unsigned i = 0; i < width && at + i < 64; i++) {
        wire.shown.mask |= UINT64_C(1) << (at + i);
        wire.shown.byte[at + i] = (uint8_t)(seen >> (8 * i));
        wire.shown.generation[at + i] = (uint32_t)wire.last_value[PRING_F_REG_CONFIG_GENERATION];
    }
}

static const char *config_rule(uint32_t at, unsigned width, uint64_t value)
{
    uint64_t before = 0;
    bool moved = false;
    for (unsigned i = 0; i < width; i++) {
        if (at + i >= 64 || !(wire.shown.mask >> (at + i) & 1))
            return NULL;
        before |= (uint64_t)wire.shown.byte[at + i] << (8 * i);
        moved |= wire.shown.generation[at + i] != wire.last_value[PRING_F_REG_CONFIG_GENERATION];
    }
    return pring_lie_config(true, before, value, moved);
}

static const char *answer_rule(unsigned index, enum pring_field field, uint32_t offset, unsigned width,
                               uint64_t made, uint64_t value)
{
    const struct pring_fault *fault = &wire.scenario->fault[index];
    if (field == PRING_F_REG_STATUS && wire.obs.reset_pending && value && fault->count == PRING_COUNT_EVER)
        return pring_lie_reset_never();
    if (field == PRING_F_REG_QUEUE_RESET && value && fault->count == PRING_COUNT_EVER && wire_ring_reset())
        return pring_lie_queue_reset_never();
    const char *rule = pring_lie_reg_read(&wire.obs, field, offset, width, made, value);
    return rule || offset < 0x100 ? rule : config_rule(offset - 0x100, width, value);
}

/* An answer to a read of [offset, width); a field wider than the access is answered in full, its part is
 * shown. */
static uint64_t answer(unsigned index, enum pring_field field, uint32_t offset, unsigned width, uint64_t made,
                       uint64_t shown)
{
    const struct pring_field_info *info = &pring_field_info[field];
    uint32_t part = offset >= 0x100 ? offset - 0x100 - info->offset : 0;
    struct fault_context context = {shown, wire.last_value[field], NULL, wire.obs.queue_sel, info->bits};
    uint64_t value;
    if (context.queue >= wire.obs.setup.queue_count)
        context.queue = 0;
    if (info->bits > 8 * width)
        context.it = wire_config_value(field);
    if (!wire_fault_value(&wire.scenario->fault[index], &context, &value))
        return shown;
    value >>= 8 * (part & 7);
    if (width < 8)
        value &= (UINT64_C(1) << (8 * width)) - 1;
    const char *rule = value != made ? answer_rule(index, field, offset, width, made, value) : NULL;
    wire_fired(index, rule != NULL, field, context.queue);
    if (value != made)
        wire.arm[index].state.effective = true;
    return value;
}

/* Faults at this read: what acts acts first, then the answers lay over each other. */
static __attribute__((noinline)) uint64_t read_with_faults(enum pring_field field, uint32_t offset,
                                                           unsigned width, uint64_t *raw, uint64_t *made)
{
    unsigned answers[PRING_FAULTS_MAX], count = 0,
                                        q = wire.obs.queue_sel < PRING_QUEUES_MAX ? wire.obs.queue_sel : 0;
    int index;
    for (uint32_t from = 0;
         wire_is_armed(field) && (index = wire_match(&from, field, PRING_SIDE_LOAD, q, 0)) >= 0;)
        if (wire.scenario->fault[index].action == PRING_FAULT_ANSWER)
            answers[count++] = (unsigned)index;
        else
            wire_act((unsigned)index, field, q);
    if (offset >= 0x100) {
        *raw = *made = config_bytes(offset - 0x100, width);
    } else {
        uint32_t word = wire_backend_read(offset & ~3U);
        uint64_t mask = width < 8 ? (UINT64_C(1) << (8 * width)) - 1 : UINT64_MAX;
        *raw = (uint64_t)word >> (8 * (offset & 3)) & mask;
        *made = (uint64_t)overlay_value(field, word) >> (8 * (offset & 3)) & mask;
    }
    uint64_t seen = sticky_value(field, offset, *made);
    for (unsigned i = 0; i < count; i++)
        seen = answer(answers[i], field, offset, width, *made, seen);
    return seen;
}

void wire_tell_reset(bool done)
{
    struct pring_event event = wire_event(PRING_EV_RESET, PRING_F_REG_STATUS);
    event.made = event.seen = done;
    wire_emit(&event);
}

static void observe_status(uint64_t raw, uint64_t seen)
{
    wire.obs.status_seen = (uint8_t)seen;
    wire.obs.status_made = (uint8_t)raw;
    if (!wire.obs.reset_pending || seen != 0)
        return;
    wire.obs.reset_pending = false;
    for (unsigned q = 0; q < wire.obs.setup.queue_count; q++)
        wire_return_all(q);
    wire_tell_reset(true);
}

static void observe_read(enum pring_field field, uint64_t raw, uint64_t seen)
{
    struct pring_observer *obs = &wire.obs;
    uint32_t sel = obs->queue_sel;
    switch (field) {
    case PRING_F_REG_DEVICE_FEATURES:
        if (obs->device_features_sel < 2) {
            unsigned shift = 32 * obs->device_features_sel;
            obs->features_seen = (obs->features_seen & ~(UINT64_C(0xffffffff) << shift)) | seen << shift;
            obs->feature_words_seen |= (uint8_t)(1U << obs->device_features_sel);
        }
        break;
    case PRING_F_REG_QUEUE_SIZE_MAX:
        if (sel < PRING_QUEUES_MAX)
            obs->queue[sel].size_max_seen = (uint32_t)seen;
        break;
    case PRING_F_REG_STATUS:
        observe_status(raw, seen);
        break;
    case PRING_F_REG_QUEUE_READY:
        if (seen == 0 && sel < obs->setup.queue_count && !wire.queue[sel].on && !wire_obs(sel)->reset_pending)
            wire_return_all(sel);
        break;
    case PRING_F_REG_QUEUE_RESET:
        if (seen == 0 && sel < obs->setup.queue_count && wire_obs(sel)->reset_pending) {
            wire_return_all(sel);
            wire_obs(sel)->reset_pending = false;
        }
        break;
    case PRING_F_REG_INTERRUPT_STATUS:
        wire.overlay.spurious = false;
        wire_met_order();
        break;
    default:
        break;
    }
}

/* `told`: the width of the driver's access, of which this may be half. */
static uint64_t read_up_to_4(uint32_t offset, unsigned width, unsigned told, uint64_t pc)
{
    uint32_t start = 0;
    enum pring_field field = offset < 0x100
                                 ? pring_field_of_register(offset & ~3U)
                                 : pring_field_of_config(wire.obs.setup.device_type, offset - 0x100, &start);
    uint64_t raw = 0, made = 0, seen;
    wire_access_begins();
    if (wire.obs.unplugged) {
        raw = made = seen = width < 8 ? (UINT64_C(1) << (8 * width)) - 1 : UINT64_MAX;
        wire_met_order();
    } else {
        seen = read_with_faults(field, offset, width, &raw, &made);
        if (wire.watch_count && offset >= 0x100)
            wire_met(offset, width);
    }
    struct pring_event event = wire_event(PRING_EV_REG_READ, field);
    event.addr = offset;
    event.len_bytes = told;
    event.index = offset >= 0x100 ? (uint16_t)(offset - 0x100 - start) : 0;
    event.queue = wire_queue_number(wire.obs.queue_sel);
    event.raw = raw;
    event.made = made;
    event.seen = seen;
    event.pc = pc;
    wire_emit(&event);
    wire.last_value[field] = seen;
    if (offset >= 0x100 && wire.scenario->fault_count)
        remember_config(offset - 0x100, width, seen);
    if (!wire.obs.unplugged)
        observe_read(field, raw, seen);
    wire_access_ends();
    return seen;
}

static __attribute__((noinline)) uint64_t read_8(uint32_t offset, uint64_t pc)
{
    uint64_t low = read_up_to_4(offset, 4, 8, pc);
    return low | read_up_to_4((offset + 4) & 0xfff, 4, 8, pc) << 32;
}

uint64_t pring_wire_reg_read(unsigned dev, uint32_t offset, unsigned width, uint64_t pc)
{
    if (dev != 0 || offset >= 0x1000)
        return 0;
    return width == 8 ? read_8(offset, pc) : read_up_to_4(offset, width, width, pc);
}
