/* SPDX-License-Identifier: Apache-2.0 */
#include "systemc_driver.h"

#include <string.h>

#include <vio/vio_device.h>

enum { WAITS_MAX = 10000, DATA_BYTES = 512 };

struct test_driver {
    const struct test_bus *bus;
    struct vio_platform platform;
    struct vio_device device;
    uint32_t done;
    enum vio_status status;
    size_t done_bytes;
};

static uint32_t reg_read(void *ctx, uint32_t offset, uint32_t width)
{
    const struct test_driver *d = ctx;
    uint32_t word = d->bus->read(d->bus->ctx, offset & ~3U) >> (8 * (offset & 3));
    return width == 4 ? word : word & ((1U << 8 * width) - 1);
}

static void reg_write(void *ctx, uint32_t offset, uint32_t width, uint32_t value)
{
    const struct test_driver *d = ctx;
    (void)width; /* the core writes whole words here */
    d->bus->write(d->bus->ctx, offset, value);
}

static enum vio_status dma_map(void *ctx, void *ptr, size_t len_bytes, enum vio_dir dir, uint64_t *bus)
{
    (void)ctx, (void)len_bytes, (void)dir;
    *bus = (uintptr_t)ptr;
    return VIO_OK;
}

static void dma_unmap(void *ctx, uint64_t bus, size_t len_bytes, enum vio_dir dir)
{
    (void)ctx, (void)bus, (void)len_bytes, (void)dir;
}

static void barrier(void *ctx, enum vio_barrier kind)
{
    (void)ctx, (void)kind; /* one thread of the host runs all of it */
}

static void take_irq(struct test_driver *d)
{
    if (d->bus->wait_irq(d->bus->ctx))
        (void)vio_device_interrupt(&d->device);
}

static void idle(void *ctx)
{
    const struct test_driver *d = ctx;
    (void)d->bus->wait_irq(d->bus->ctx);
}

static void on_done(void *ctx, void *owner, enum vio_status status, size_t done_bytes)
{
    struct test_driver *d = ctx;
    (void)owner;
    d->done++;
    d->status = status;
    d->done_bytes = done_bytes;
}

static int request(struct test_driver *d, enum vio_op op, uint64_t offset, uint8_t *data, size_t len_bytes)
{
    uint32_t before = d->done;
    struct vio_request wanted = {
        .op = op, .offset = offset, .data = data, .len_bytes = len_bytes, .owner = d};
    if (vio_device_submit(&d->device, &wanted) != VIO_OK)
        return __LINE__;
    for (int i = 0; i < WAITS_MAX && d->done == before; i++)
        take_irq(d);
    if (d->done != before + 1 || d->status != VIO_OK)
        return __LINE__;
    return d->done_bytes == len_bytes ? 0 : __LINE__;
}

static int block_turn(struct test_driver *d, uint8_t *data, uint32_t turn)
{
    memset(data, (int)(turn * 7 + 1), DATA_BYTES);
    int failed = request(d, VIO_OP_WRITE, turn % 8 * DATA_BYTES, data, DATA_BYTES);
    memset(data + DATA_BYTES, 0, DATA_BYTES);
    if (!failed)
        failed = request(d, VIO_OP_READ, turn % 8 * DATA_BYTES, data + DATA_BYTES, DATA_BYTES);
    if (!failed && memcmp(data, data + DATA_BYTES, DATA_BYTES) != 0)
        failed = __LINE__;
    return failed;
}

static int entropy_turn(struct test_driver *d, uint8_t *data, uint32_t turn)
{
    uint8_t *now = data + turn % 2 * 32, *before = data + (turn + 1) % 2 * 32;
    int failed = request(d, VIO_OP_ENTROPY, 0, now, 32);
    return failed ? failed : memcmp(now, before, 32) == 0 ? __LINE__ : 0;
}

int test_driver_run(const struct test_bus *bus, void *memory, uint32_t requests)
{
    static const struct vio_device_kind *const kinds[] = {&vio_device_rng, &vio_device_blk, NULL};
    static const struct vio_device_user user = {.done = on_done};
    struct test_driver d = {.bus = bus};
    struct vio_coherent coherent = {memory, (uintptr_t)memory, TEST_MEMORY_BYTES};
    uint8_t *data = (uint8_t *)memory + TEST_MEMORY_BYTES / 2;
    int failed = 0;
    d.platform.reg_read = reg_read;
    d.platform.reg_write = reg_write;
    d.platform.dma_map = dma_map;
    d.platform.dma_unmap = dma_unmap;
    d.platform.coherent = coherent;
    d.platform.barrier = barrier;
    d.platform.wait = idle;
    d.platform.wait_steps_max = 1000;
    d.platform.ctx = &d;
    if (!vio_device_identify(&d.device, &d.platform, kinds, &user))
        return __LINE__;
    if (vio_device_build(&d.device, memory, NULL) != VIO_OK)
        return __LINE__;
    if (vio_device_start(&d.device).error != VIO_INIT_OK)
        return __LINE__;
    for (uint32_t turn = 0; turn < requests && !failed; turn++)
        failed = d.device.kind == &vio_device_blk ? block_turn(&d, data, turn) : entropy_turn(&d, data, turn);
    if (!failed && vio_device_stop(&d.device, false) != VIO_OK)
        failed = __LINE__;
    return failed;
}
