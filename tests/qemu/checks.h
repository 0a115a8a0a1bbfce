/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver core against a device whose other side is known: everything that it hands up is compared, byte
 * by byte. Freestanding, so that the same checks run as firmware and on the host.
 *
 *   entropy   comes from a file of the lines of check_line('e', 0, 0), check_line('e', 0, 1) ...
 *   disk      64 sectors, each of 32 lines check_line('s', sector, 0..31), and its serial is CHECK_SERIAL.
 *             When the checks are through, the sectors of check_is_written hold lines of 'w' instead
 */
#ifndef QEMU_CHECKS_H
#define QEMU_CHECKS_H

#include <vio/vio_blk.h>
#include <vio/vio_mmio.h>
#include <vio/vio_queue_packed.h>
#include <vio/vio_queue_split.h>
#include <vio/vio_rng.h>

#define CHECK_SERIAL "proving-ring-blk"

enum { CHECK_QUEUE_SIZE = 16, CHECK_JOBS = 4, CHECK_DATA_BYTES = 4096, CHECK_SECTORS = 64, CHECK_LINE = 16 };

struct check_memory { /* all that the device may touch; aligned to 16 */
    _Alignas(16) uint8_t descriptors[VIO_SPLIT_DESCRIPTORS_BYTES(CHECK_QUEUE_SIZE)];
    _Alignas(16) uint8_t available[VIO_SPLIT_AVAILABLE_BYTES(CHECK_QUEUE_SIZE)];
    _Alignas(16) uint8_t used[VIO_SPLIT_USED_BYTES(CHECK_QUEUE_SIZE)];
    _Alignas(16) uint8_t tables[CHECK_QUEUE_SIZE * (VIO_BLK_SEGMENTS_MAX + 2) * 16];
    _Alignas(16) struct vio_blk_shared blk[VIO_BLK_COMMANDS_MAX];
    _Alignas(16) uint8_t data[CHECK_JOBS][CHECK_DATA_BYTES];
};

struct check_world { /* where the checks run */
    struct vio_platform platform;
    struct check_memory *memory;
    /* Lets the device work until it interrupts, and calls `interrupt` then. False: it does not. */
    bool (*await)(struct check_world *world);
    void (*say)(const char *text);

    void (*interrupt)(struct check_world *world); /* the checks' */
    struct vio_mmio mmio;
};

/* What device is there? 0: none. */
uint32_t check_identify(struct check_world *world);
/* The whole life of that device, twice. `packed`: which ring layout it must agree on. False: the reason was
 * said.
 */
bool check_device(struct check_world *world, uint32_t device_type, bool packed);

/* False, after saying so, unless `good`. */
bool check_is(const struct check_world *world, bool good, const char *what);
void check_say_number(const struct check_world *world, uint32_t value);
void check_line(uint8_t out[CHECK_LINE], char kind, uint32_t a, uint32_t b);
bool check_is_written(uint32_t sector);

#endif
