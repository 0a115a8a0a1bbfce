/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One virtio-mmio device, the whole stack put together: finds out what it is, drives it, and gives
 * each request back exactly once, whatever the device does.
 *
 * Memory is the caller's: `struct vio_device` private, `struct vio_device_memory` such that the platform can
 * map it. The latter belongs to the device while vio_device_owns_memory() says so: do not free it.
 */
#ifndef VIO_DEVICE_H
#define VIO_DEVICE_H

#include <vio/vio_blk.h>
#include <vio/vio_mmio.h>
#include <vio/vio_queue_packed.h>
#include <vio/vio_queue_split.h>
#include <vio/vio_rng.h>

#define VIO_DEVICE_QUEUE_SIZE_MAX 32u
#define VIO_DEVICE_REQUESTS_MAX   8u /* at once */
#define VIO_DEVICE_TABLE_ENTRIES  6u /* of an indirect table; a longer chain takes places in the ring */

/* Gives a request back; see struct vio_request_client for when and what. `ctx` is the platform's. */
typedef void vio_device_done(void *ctx, void *owner, enum vio_status status, size_t done_bytes);

struct vio_device_memory {
    _Alignas(16) uint8_t descriptors[VIO_SPLIT_DESCRIPTORS_BYTES(VIO_DEVICE_QUEUE_SIZE_MAX)];
    _Alignas(16) uint8_t available[VIO_SPLIT_AVAILABLE_BYTES(VIO_DEVICE_QUEUE_SIZE_MAX)];
    _Alignas(16) uint8_t used[VIO_SPLIT_USED_BYTES(VIO_DEVICE_QUEUE_SIZE_MAX)];
    _Alignas(16) struct vio_blk_shared blk[VIO_BLK_COMMANDS_MAX];
    _Alignas(16) uint8_t tables[VIO_DEVICE_QUEUE_SIZE_MAX * VIO_DEVICE_TABLE_ENTRIES * 16];
};

/* Members are private, but `blk.config` may be read when the type is block. */
struct vio_device {
    struct vio_mmio mmio;
    struct vio_queue queue;
    struct vio_slot slots[VIO_DEVICE_QUEUE_SIZE_MAX];
    struct vio_record records[VIO_DEVICE_QUEUE_SIZE_MAX * VIO_DEVICE_TABLE_ENTRIES];
    struct vio_rng rng;
    struct vio_blk blk;
    struct vio_request_client client;
    vio_device_done *done;
    struct vio_request requests[VIO_DEVICE_REQUESTS_MAX]; /* owner NULL: free */
    struct vio_request *waiting_first, *waiting_last;     /* not with the device yet */
    uint32_t device_type;                                 /* 0: not running */
    uint32_t active;                                      /* requests with the device */
    uint32_t finished, finished_seen;                     /* requests that came back; at the last expire */
};

/* Touches nothing. VIO_INVALID: the platform is incomplete, or the memory misaligned. Rings are split; who
 * wants packed ones as well calls vio_packed_queue_allow for `queue` then, and only who does links them. */
enum vio_status vio_device_init(struct vio_device *device, const struct vio_platform *platform,
                                struct vio_device_memory *memory, vio_device_done *done);

/* To DRIVER_OK. On failure all is undone as far as the device lets us. */
struct vio_init_result vio_device_start(struct vio_device *device);

/* Resets; requests come back as VIO_CANCELLED. VIO_TIMEOUT: the device does not let go; they come back as
 * VIO_TIMEOUT, it keeps the memory, and you may try again. `gone`: unplugged, it is not touched. */
enum vio_status vio_device_stop(struct vio_device *device, bool gone);

/* VIO_OK: done is called once with `owner`, which is not NULL. Else it is not: see vio_rng_submit and
 * vio_blk_submit. The request waits for room in the ring by itself. */
enum vio_status vio_device_submit(struct vio_device *device, enum vio_op op, uint64_t offset, void *data,
                                  size_t len_bytes, void *owner);

/* From the handler, also while start runs. VIO_BROKEN: the device broke a rule and was stopped; nothing works
 * until start. VIO_NOT_READY: not running; mask the line until start is through. */
enum vio_status vio_device_interrupt(struct vio_device *device);

/* Call at regular times while busy. VIO_TIMEOUT: no request came back since the last call, so the device was
 * stopped. VIO_BROKEN as above. A lost interrupt is made good. */
enum vio_status vio_device_expire(struct vio_device *device);

/* Is the request with this owner still to come back? */
bool vio_device_holds(const struct vio_device *device, const void *owner);
/* What is known of a running block device; UINT64_MAX: not known. */
uint64_t vio_device_capacity_bytes(const struct vio_device *device);
uint64_t vio_device_block_bytes(const struct vio_device *device);

bool vio_device_busy(const struct vio_device *device);
bool vio_device_owns_memory(const struct vio_device *device);

#endif
