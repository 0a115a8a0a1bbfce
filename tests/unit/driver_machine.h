/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtio-mmio device in plain C for tests of transport and device drivers: registers that judge their use,
 * queues of driver_honest.h behind them, an interrupt. What it does with a chain is the test's `serve`. One
 * per program.
 */
#ifndef DRIVER_MACHINE_H
#define DRIVER_MACHINE_H

#include "driver_honest.h"

#include <vio/vio_mmio.h>

enum { MACHINE_QUEUES = 20, MACHINE_LOG = 4096, MACHINE_CONFIG = 128 };

static struct {
    uint32_t magic, version, device_id, status, isr, queue_sel, features_sel[2], generation;
    uint32_t queue_size_max, queues_present;
    uint64_t offered, accepted;
    uint8_t config[MACHINE_CONFIG];
    struct machine_queue {
        struct honest_queue rings;
        uint32_t size, ready, resetting;
        uint64_t area[3];
        bool kicked;
    } queue[MACHINE_QUEUES];
    uint32_t status_never; /* bits that are not taken */
    uint32_t status_extra; /* bits that show from FEATURES_OK on */
    bool reset_hangs, queue_reset_hangs, no_queue_reset, gone;
    unsigned accesses, failed_writes, status_writes, waits, notifications, config_writes;
    void (*serve)(unsigned number, struct honest_queue *rings);
    void (*on_status)(uint32_t value);
    void (*on_wait)(void);
    void (*on_notify)(void);
    struct vio_transport *transport; /* whose interrupt it is */
} machine;

static inline struct machine_queue *machine_selected(void)
{
    assert_true(machine.queue_sel < MACHINE_QUEUES);
    return &machine.queue[machine.queue_sel];
}

static inline uint32_t machine_config_read(uint32_t at, uint32_t width)
{
    uint32_t value = 0;

    assert_true(at % width == 0 && at + width <= MACHINE_CONFIG);
    for (uint32_t i = width; i-- > 0;)
        value = value << 8 | machine.config[at + i];
    return value;
}

static inline uint32_t machine_read(void *ctx, uint32_t offset, uint32_t width)
{
    (void)ctx;
    machine.accesses++;
    if (machine.gone)
        return UINT32_MAX >> (32 - 8 * width);
    if (offset >= 0x100)
        return machine_config_read(offset - 0x100, width);
    assert_int_equal(width, 4);
    switch (offset) {
    case 0x000:
        return machine.magic;
    case 0x004:
        return machine.version;
    case 0x008:
        return machine.device_id;
    case 0x010:
        return machine.features_sel[0] < 2 ? (uint32_t)(machine.offered >> 32 * machine.features_sel[0]) : 0;
    case 0x034:
        return machine.queue_sel < machine.queues_present ? machine.queue_size_max : 0;
    case 0x044:
        return machine_selected()->ready;
    case 0x060:
        return machine.isr;
    case 0x070:
        return machine.status;
    case 0x0c0:
        return machine_selected()->resetting;
    case 0x0fc:
        return machine.generation;
    default:
        fail_msg("register 0x%x cannot be read", (unsigned)offset);
        return 0;
    }
}

static inline void machine_reset(void)
{
    machine.isr = machine.queue_sel = 0;
    machine.accepted = 0;
    memset(machine.queue, 0, sizeof machine.queue);
}

static inline void machine_status(uint32_t value)
{
    machine.status_writes++;
    machine.failed_writes += (value & 0x80) != 0;
    if (machine.on_status)
        machine.on_status(value);
    if (value == 0 && machine.reset_hangs)
        return;
    if (value == 0)
        machine_reset();
    machine.status = (value & ~machine.status_never) | ((value & 8) != 0 ? machine.status_extra : 0);
    if ((value & 8) != 0)
        assert_true((machine.accepted & ~machine.offered) == 0);
}

static inline void machine_ready(uint32_t value)
{
    struct machine_queue *q = machine_selected();

    assert_true((machine.status & 8) != 0);
    q->ready = value;
    if (value == 0) {
        q->rings.ready = false;
        return;
    }
    assert_true(q->size <= machine.queue_size_max);
    honest_open(&q->rings, q->size, q->area[0], q->area[1], q->area[2], machine.accepted);
    honest_ask(&q->rings, true);
}

static inline void machine_notify(uint32_t value)
{
    struct machine_queue *q;

    assert_true((machine.status & 4) != 0); /* INIT-DRV-14 */
    assert_true((value & 0xffff) < MACHINE_QUEUES);
    q = &machine.queue[value & 0xffff];
    if ((machine.accepted >> 38 & 1) == 0)
        assert_int_equal(value >> 16, 0);
    else if (!q->rings.packed)
        assert_int_equal(value >> 16, honest_get(q->rings.driver + 2, 2));
    else
        assert_true((value >> 16 & 0x7fff) < q->size);
    machine.notifications++;
    q->kicked = true;
    if (machine.on_notify)
        machine.on_notify();
}

static inline void machine_area(uint32_t offset, uint32_t value)
{
    uint64_t *area = &machine_selected()->area[(offset - 0x80) / 16];

    assert_int_equal(machine_selected()->ready, 0); /* MMIO-DRV-17 */
    if (offset % 16 == 0)
        *area = (*area & ~UINT64_C(0xffffffff)) | value;
    else
        *area = (*area & UINT64_C(0xffffffff)) | (uint64_t)value << 32;
}

static inline void machine_queue_reset(uint32_t value)
{
    struct machine_queue *q = machine_selected();

    assert_true((machine.accepted >> 40 & 1) != 0);
    assert_int_equal(value, 1);
    if (machine.no_queue_reset)
        return;
    q->resetting = machine.queue_reset_hangs;
    if (!machine.queue_reset_hangs)
        memset(q, 0, sizeof *q);
}

static inline void machine_write(void *ctx, uint32_t offset, uint32_t width, uint32_t value)
{
    (void)ctx;
    machine.accesses++;
    if (machine.gone)
        return;
    if (offset >= 0x100) {
        machine.config_writes++;
        for (uint32_t i = 0; i < width; i++)
            machine.config[offset - 0x100 + i] = (uint8_t)(value >> 8 * i);
        return;
    }
    assert_int_equal(width, 4);
    switch (offset) {
    case 0x014:
    case 0x024:
        machine.features_sel[offset == 0x024] = value;
        return;
    case 0x020:
        assert_true(machine.features_sel[1] < 2 && (machine.status & 8) == 0);
        machine.accepted &= ~(UINT64_C(0xffffffff) << 32 * machine.features_sel[1]);
        machine.accepted |= (uint64_t)value << 32 * machine.features_sel[1];
        return;
    case 0x030:
        machine.queue_sel = value;
        return;
    case 0x038:
        machine_selected()->size = value;
        return;
    case 0x044:
        machine_ready(value);
        return;
    case 0x050:
        machine_notify(value);
        return;
    case 0x064:
        assert_int_equal(value & ~3u, 0);
        machine.isr &= ~value;
        return;
    case 0x070:
        machine_status(value);
        return;
    case 0x0c0:
        machine_queue_reset(value);
        return;
    default:
        assert_true(offset >= 0x80 && offset < 0xa8 && offset % 16 < 8);
        machine_area(offset, value);
    }
}

static inline void machine_wait(void *ctx)
{
    (void)ctx;
    machine.waits++;
    if (machine.on_wait)
        machine.on_wait();
}

/* A device of this type with queues of 16 elements; nothing of it was touched. */
static inline void machine_init(uint32_t device_id, uint64_t offered)
{
    memset(&machine, 0, sizeof machine);
    memset(&honest, 0, sizeof honest);
    honest.platform = (struct vio_platform){.reg_read = machine_read,
                                            .reg_write = machine_write,
                                            .dma_map = honest_map,
                                            .dma_unmap = honest_unmap,
                                            .barrier = honest_barrier,
                                            .wait = machine_wait,
                                            .wait_steps_max = HONEST_STEPS};
    machine.magic = 0x74726976;
    machine.version = 2;
    machine.device_id = device_id;
    machine.offered = offered | UINT64_C(1) << 32;
    machine.queue_size_max = 16;
    machine.queues_present = MACHINE_QUEUES;
}

static inline void machine_put(uint32_t offset, uint32_t width, uint64_t value)
{
    for (uint32_t i = 0; i < width; i++)
        machine.config[offset + i] = (uint8_t)(value >> 8 * i);
}

static inline void machine_interrupt(uint32_t bits)
{
    machine.isr |= bits;
    if (machine.transport != NULL)
        (void)machine.transport->ops->interrupt(machine.transport);
}

/* The device's turn: serves what it was notified of, until nothing is left to do. */
static inline void machine_run(void)
{
    bool any = true;

    for (unsigned turn = 0; any && turn < 100; turn++) {
        bool wanted = false;

        any = false;
        for (unsigned i = 0; i < MACHINE_QUEUES; i++) {
            struct machine_queue *q = &machine.queue[i];

            if (!q->kicked || !q->rings.ready)
                continue;
            q->kicked = false;
            any = true;
            if (machine.serve)
                machine.serve(i, &q->rings);
            honest_ask(&q->rings, true);
            wanted |= honest_wants_interrupt(&q->rings);
        }
        if (wanted)
            machine_interrupt(1);
    }
    assert_false(any);
}

/* The device uses something outside its turn. */
static inline void machine_signal(unsigned number)
{
    if (honest_wants_interrupt(&machine.queue[number].rings))
        machine_interrupt(1);
}

#endif
