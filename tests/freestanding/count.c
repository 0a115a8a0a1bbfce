/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests of three buffers, as a block request has, against a device that answers at once; for counting the
 * driver's own instructions.   count LAYOUT(0 split, 1 packed) MEMORY(0 coherent, 1 mapped buffer by buffer)
 * SIZE BATCH ROUNDS
 */
#include <stdio.h>
#include <stdlib.h>

#include <vio/vio_queue_packed.h>
#include <vio/vio_queue_split.h>
#include <vio/vio_transport.h>

enum { SIZE_MAX_COUNTED = 1024 };

static _Alignas(16) struct {
    uint8_t descriptors[16 * SIZE_MAX_COUNTED], driver[8 + 2 * SIZE_MAX_COUNTED],
        device[8 + 8 * SIZE_MAX_COUNTED];
    uint8_t data[1024];
} memory;
static struct vio_slot slots[SIZE_MAX_COUNTED];
static struct vio_queue queue;
static unsigned done;

static void barrier(void *ctx, enum vio_barrier kind)
{
    (void)ctx;
    (void)kind;
}

static enum vio_status map(void *ctx, void *ptr, size_t len_bytes, enum vio_dir dir, uint64_t *bus)
{
    (void)ctx;
    (void)len_bytes;
    (void)dir;
    *bus = (uintptr_t)ptr;
    return VIO_OK;
}

static void unmap(void *ctx, uint64_t bus, size_t len_bytes, enum vio_dir dir)
{
    (void)ctx;
    (void)bus;
    (void)len_bytes;
    (void)dir;
}

static struct vio_platform platform = {.barrier = barrier, .dma_map = map, .dma_unmap = unmap};

static void notify(struct vio_transport *self, const struct vio_queue *which)
{
    (void)self;
    (void)which;
}

static const struct vio_transport_ops transport_ops = {.queue_notify = notify};
static struct vio_transport transport = {.ops = &transport_ops};

static void ready(struct vio_queue_client *self, void *token, uint32_t written, enum vio_status status)
{
    (void)self;
    (void)token;
    (void)written;
    done += status == VIO_OK;
}

static struct vio_queue_client client = {.chain_ready = ready};

/* ---- the device: knows that each chain has three descriptors ---- */

static void use_split(uint32_t size)
{
    static uint16_t idx;
    const uint8_t *head = memory.driver + 4 + 2 * (idx % size);
    uint8_t *element = memory.device + 4 + 8 * (idx % size);

    idx++;
    element[0] = head[0];
    element[1] = head[1];
    element[4] = 1;
    memory.device[2] = (uint8_t)idx;
    memory.device[3] = (uint8_t)(idx >> 8);
}

static void use_packed(uint32_t size)
{
    static uint32_t place, lap;
    uint8_t *desc = memory.descriptors + 16 * place;
    const uint8_t *last = memory.descriptors + 16 * ((place + 2) % size);

    desc[12] = last[12];
    desc[13] = last[13];
    desc[8] = 1;
    desc[9] = desc[10] = desc[11] = 0;
    desc[14] = (uint8_t)(lap % 2 == 0 ? 0x82 : 2);
    desc[15] = (uint8_t)(lap % 2 == 0 ? 0x80 : 0);
    place += 3;
    lap += place / size;
    place %= size;
}

static enum vio_status open_queue(bool packed, uint32_t size)
{
    enum vio_status status;

    if (packed)
        status = vio_packed_queue_init(&queue, &platform, memory.descriptors, memory.driver, memory.device,
                                       slots, size);
    else
        status = vio_split_queue_init(&queue, &platform, memory.descriptors, memory.driver, memory.device,
                                      slots, size);
    if (status != VIO_OK)
        return status;
    (void)vio_queue_set_client(&queue, &client);
    (void)vio_queue_set_transport(&queue, &transport);
    (void)vio_queue_accept(&queue, VIO_F_EVENT_IDX | (packed ? VIO_F_RING_PACKED : 0));
    (void)vio_queue_negotiate_size(&queue, size);
    return vio_queue_initialize(&queue, 0, size);
}

static void run_round(bool packed, uint32_t size, unsigned batch)
{
    const struct vio_buffer chain[3] = {
        {memory.data, 16, false}, {memory.data + 512, 512, true}, {memory.data + 16, 1, true}};

    for (unsigned i = 0; i < batch; i++)
        (void)vio_queue_add(&queue, chain, 3, memory.data);
    (void)vio_queue_kick(&queue);
    for (unsigned i = 0; i < batch; i++) {
        if (packed)
            use_packed(size);
        else
            use_split(size);
    }
    vio_queue_used_interrupt(&queue);
}

int main(int argc, char **argv)
{
    bool packed = argc == 6 && atoi(argv[1]) != 0;
    uint32_t size = argc == 6 ? (uint32_t)atoi(argv[3]) : 0;
    unsigned batch = argc == 6 ? (unsigned)atoi(argv[4]) : 0,
             rounds = argc == 6 ? (unsigned)atoi(argv[5]) : 0;

    if (argc == 6 && atoi(argv[2]) == 0)
        platform.coherent = (struct vio_coherent){&memory, 0x1000, sizeof memory};

    if (open_queue(packed, size) != VIO_OK)
        return 2;
    for (unsigned i = 0; i < rounds; i++)
        run_round(packed, size, batch);
    printf("%u of %u\n", done, batch * rounds);
    return done == batch * rounds ? 0 : 1;
}
