/* SPDX-License-Identifier: Apache-2.0 */
/* The checks on the host, core under ASan and UBSan: QEMU's devices over its qtest socket, rings and buffers
 * in its memory itself. No bench in between: what the wire would decide, QEMU decides here. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/qemu/qemu.h"
#include "checks.h"
#include "wires.h"

enum { MEMORY_AT = 1 << 20, WAITS = 1 << 15, STATUS = 0x070, SKIPPED = 77, FLUSH = 1 << 9 };

static struct qemu_machine machine;
static struct check_world world;
static unsigned maps;

/* ---- the platform ---- */

static uint32_t reg_read(void *ctx, uint32_t offset, uint32_t width)
{
    uint32_t value = 0;
    (void)ctx;
    (void)qemu_read(&machine.qtest, offset & ~3U, &value);
    value >>= 8 * (offset & 3);
    return width < 4 ? value & ((1U << 8 * width) - 1) : value;
}

static void reg_write(void *ctx, uint32_t offset, uint32_t width, uint32_t value)
{
    (void)ctx;
    (void)qemu_write(&machine.qtest, offset, width, value);
}

/* QEMU's memory begins at its address 0; nothing else can be lent. */
static enum vio_status dma_map(void *ctx, void *ptr, size_t len_bytes, enum vio_dir dir, uint64_t *bus)
{
    uint64_t at = (uintptr_t)ptr - (uintptr_t)machine.ram;
    (void)ctx, (void)dir;
    if (at >= QEMU_RAM_BYTES || len_bytes > QEMU_RAM_BYTES - at)
        return VIO_INVALID;
    *bus = at;
    maps++;
    return VIO_OK;
}

static void dma_unmap(void *ctx, uint64_t bus, size_t len_bytes, enum vio_dir dir)
{
    (void)ctx, (void)bus, (void)len_bytes, (void)dir;
    maps--;
}

static void barrier(void *ctx, enum vio_barrier kind)
{
    (void)ctx, (void)kind;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void wait(void *ctx)
{
    (void)ctx;
}

static bool await(struct check_world *its)
{
    uint32_t status;
    for (int i = 0; i < WAITS; i++) {
        if (machine.qtest.line) {
            its->interrupt(its);
            return true;
        }
        if (!qemu_read(&machine.qtest, STATUS, &status)) /* while it answers, it works */
            return false;
        if (!qemu_peer_turn(&machine.peer[0])) /* net, console: the other end */
            return false;
    }
    return false;
}

static void say(const char *text)
{
    fputs(text, stdout);
}

/* ---- the other side ---- */

static bool write_lines(char kind, uint32_t sectors)
{
    static uint8_t lines[1 << 20];
    size_t n = 0;
    for (uint32_t sector = 0; sector < sectors; sector++)
        for (uint32_t i = 0; i < VIO_BLK_SECTOR_BYTES / CHECK_LINE; i++, n += CHECK_LINE)
            if (kind == 's')
                check_line(lines + n, kind, sector, i);
            else
                check_line(lines + n, kind, 0, (uint32_t)(n / CHECK_LINE));
    return pwrite(machine.far_fd, lines, n, 0) == (ssize_t)n;
}

static bool compare_image(void)
{
    uint8_t wanted[CHECK_LINE], found[CHECK_LINE];
    uint32_t lines = 0;
    for (uint32_t sector = 0; sector < CHECK_SECTORS; sector++)
        for (uint32_t i = 0; i < VIO_BLK_SECTOR_BYTES / CHECK_LINE; i++, lines++) {
            check_line(wanted, check_is_written(sector) ? 'w' : 's', sector, i);
            if (!qemu_machine_far(&machine, (uint64_t)lines * CHECK_LINE, found, CHECK_LINE) ||
                memcmp(wanted, found, CHECK_LINE) != 0) {
                printf("FAILED: sector %u of the image is not what it must be\n", sector);
                return false;
            }
        }
    printf("image: %d sectors as they must be\n", CHECK_SECTORS);
    return true;
}

static bool check(uint32_t type, uint64_t device_features, uint64_t layout)
{
    uint64_t features = VIO_F_VERSION_1 | VIO_F_RING_RESET | device_features | layout;
    struct pring_setup setup = {
        .device_type = type,
        .queue_count = 1,
        .queue_size_max = QEMU_QUEUE_SIZE_MAX,
        .seed = 1,
        .features = features,
        .blk = {.capacity_sectors = CHECK_SECTORS, .seg_max = 254, .blk_size = 512, .num_queues = 1}};
    bool is_disk = type == VIO_BLK_DEVICE_TYPE;
    if (!qemu_machine_start(&machine, &setup) ||
        !write_lines(is_disk ? 's' : 'e', is_disk ? CHECK_SECTORS : 256))
        return false;
    world.memory = (struct check_memory *)(void *)(machine.ram + MEMORY_AT);
    if (check_identify(&world) != type) {
        puts("FAILED: the device is another");
        return false;
    }
    return check_device(&world, type, features & VIO_F_RING_PACKED) && (!is_disk || compare_image());
}

static bool check_with_wire(uint32_t type, uint64_t device_features, uint64_t layout)
{
    struct pring_setup setup = {.device_type = type,
                                .features = VIO_F_VERSION_1 | VIO_F_RING_RESET | device_features | layout,
                                .net = {.mac = {0x52, 0x54, 0, 0x12, 0x34, 0x56}, .pairs = 1, .mtu = 1500},
                                .console = {.ports = 1}};
    void *memory;
    if (!qemu_machine_start(&machine, &setup))
        return false;
    memory = machine.ram + MEMORY_AT;
    return check_wire(&world, memory, type, layout & VIO_F_RING_PACKED);
}

static bool check_any(uint32_t type, uint64_t layout)
{
    enum { EMERGENCY = 1 << 2 };
    const uint64_t net = 1u << 5 | 1u << 15 | 1u << 16 | 1u << 17 | 1u << 18 | 1u << 23;
    switch (type) {
    case VIO_NET_DEVICE_TYPE:
        return check_with_wire(type, net, layout);
    case VIO_CONSOLE_DEVICE_TYPE:
        return check_with_wire(type, EMERGENCY, layout);
    default:
        return check(type, type == VIO_BLK_DEVICE_TYPE ? FLUSH : 0, layout);
    }
}

int main(void)
{
    static const uint32_t types[] = {VIO_RNG_DEVICE_TYPE, VIO_BLK_DEVICE_TYPE, VIO_NET_DEVICE_TYPE,
                                     VIO_CONSOLE_DEVICE_TYPE};
    static const uint64_t layouts[] = {0, VIO_F_EVENT_IDX | VIO_F_INDIRECT_DESC};
    bool is_good = true;
    if (!qemu_machine_open(&machine))
        return SKIPPED;
    world.await = await;
    world.say = say;
    world.platform = (struct vio_platform){.reg_read = reg_read,
                                           .reg_write = reg_write,
                                           .dma_map = dma_map,
                                           .dma_unmap = dma_unmap,
                                           .barrier = barrier,
                                           .wait = wait,
                                           .wait_steps_max = WAITS};
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++)
        for (size_t l = 0; l < 2; l++)
            for (uint64_t packed = 0; packed < 2 && is_good; packed++)
                is_good = check_any(types[t], layouts[l] | (packed ? VIO_F_RING_PACKED : 0));
    qemu_machine_stop(&machine);
    if (maps != 0)
        puts("FAILED: memory stayed lent");
    return is_good && maps == 0 ? 0 : 1;
}
