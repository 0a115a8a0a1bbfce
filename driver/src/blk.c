/* SPDX-License-Identifier: Apache-2.0 */
/* Block requests. A request is one command or several, one after the other. Contracts: vio_blk.h. */
#include "blk.h"

#include "bytes.h"

enum { TYPE_IN = 0, TYPE_OUT = 1, TYPE_FLUSH = 4, TYPE_GET_ID = 8 }; /* [5.2.6] */
enum { STATUS_OK = 0, STATUS_IOERR = 1, STATUS_UNSUPP = 2, STATUS_UNTOUCHED = 0xff };

#define QUEUE_SIZE_MIN 3u /* header, data, status */

#define BLK_OF(member, pointer) ((struct vio_blk *)((char *)(pointer)-offsetof(struct vio_blk, member)))

/* ---- init ---- */

static enum vio_status blk_prepare(struct vio_driver *driver)
{
    struct vio_blk *blk = (struct vio_blk *)driver;

    if (blk->queue->size < QUEUE_SIZE_MIN)
        return VIO_NO_MEMORY;
    for (uint32_t i = 0; i < VIO_BLK_COMMANDS_MAX; i++)
        blk->commands[i].request = NULL;
    memset(&blk->config, 0, sizeof(blk->config));
    return vio_blk_read_config(blk);
}

static enum vio_status blk_config_changed(struct vio_driver *driver)
{
    return vio_blk_read_config((struct vio_blk *)driver);
}

static const struct vio_driver_ops blk_ops = {
    .device_type = VIO_BLK_DEVICE_TYPE,
    .negotiate_features = vio_blk_negotiate_features,
    .pre_device_initialization = blk_prepare,
    .config_changed = blk_config_changed,
};

/* ---- request ---- */

static bool is_transfer(const struct vio_request *request)
{
    return request->op == VIO_OP_READ || request->op == VIO_OP_WRITE;
}

/* [offset, offset + len_bytes) in whole sectors and inside the device, without overflow (BLK-OP-DRV-02, 06).
 */
static bool in_range(const struct vio_blk *blk, uint64_t offset, uint64_t len_bytes)
{
    uint64_t capacity = blk->config.capacity_sectors;
    uint64_t sectors = len_bytes / VIO_BLK_SECTOR_BYTES;

    if (offset % VIO_BLK_SECTOR_BYTES != 0 || len_bytes % VIO_BLK_SECTOR_BYTES != 0)
        return false;
    return sectors <= capacity && offset / VIO_BLK_SECTOR_BYTES <= capacity - sectors;
}

static enum vio_status check(const struct vio_blk *blk, const struct vio_request *request)
{
    switch (request->op) {
    case VIO_OP_WRITE:
        if (blk->config.read_only)
            return VIO_UNSUPPORTED;
        return in_range(blk, request->offset, request->len_bytes) ? VIO_OK : VIO_INVALID;
    case VIO_OP_READ:
        return in_range(blk, request->offset, request->len_bytes) ? VIO_OK : VIO_INVALID;
    case VIO_OP_FLUSH:
        return blk->config.has_flush ? VIO_OK : VIO_UNSUPPORTED;
    case VIO_OP_GET_ID:
        return request->len_bytes >= VIO_BLK_ID_BYTES ? VIO_OK : VIO_INVALID; /* BLK-OP-DRV-08 */
    default:
        return VIO_INVALID;
    }
}

/* Of the command that continues the request: whole sectors, within SIZE_MAX and SEG_MAX. */
static size_t command_data_bytes(const struct vio_blk *blk, const struct vio_request *request)
{
    size_t most = (size_t)blk->config.segments_max * blk->config.segment_bytes_max;
    size_t rest = request->len_bytes - request->at_bytes;

    if (request->op == VIO_OP_FLUSH)
        return 0; /* BLK-OP-DRV-05 */
    if (request->op == VIO_OP_GET_ID)
        return VIO_BLK_ID_BYTES;
    most -= most % VIO_BLK_SECTOR_BYTES;
    return rest < most ? rest : most;
}

static uint32_t command_type(enum vio_op op)
{
    switch (op) {
    case VIO_OP_READ:
        return TYPE_IN;
    case VIO_OP_WRITE:
        return TYPE_OUT;
    case VIO_OP_FLUSH:
        return TYPE_FLUSH;
    default:
        return TYPE_GET_ID;
    }
}

/* Every byte that the device can read is written; the status is one that it never gives. */
static void write_shared(struct vio_blk_shared *shared, const struct vio_request *request)
{
    uint64_t at = is_transfer(request) ? request->offset + request->at_bytes : 0; /* BLK-OP-DRV-04 */

    vio_store32(&shared->header.type, command_type(request->op));
    vio_store32(&shared->header.reserved, 0);
    vio_store64(&shared->header.sector, at / VIO_BLK_SECTOR_BYTES);
    vio_store8(&shared->status, STATUS_UNTOUCHED);
}

/* Cuts the data into segments; the number of buffers. */
static size_t build_data(const struct vio_blk *blk, const struct vio_request *request, size_t data_bytes,
                         struct vio_buffer chain[])
{
    uint8_t *data = request->data;
    size_t count = 0;

    for (size_t at = 0; at < data_bytes; count++) {
        size_t rest = data_bytes - at;
        size_t most = blk->config.segment_bytes_max;

        chain[count].data = data + request->at_bytes + at;
        chain[count].len_bytes = (uint32_t)(rest < most ? rest : most);
        chain[count].device_writable = request->op != VIO_OP_WRITE;
        at += chain[count].len_bytes;
    }
    return count;
}

static struct vio_blk_command *free_command(struct vio_blk *blk)
{
    for (uint32_t i = 0; i < VIO_BLK_COMMANDS_MAX; i++) {
        if (blk->commands[i].request == NULL)
            return &blk->commands[i];
    }
    return NULL;
}

/* Lends the next piece of the request. What will be read is zeroed first: a device that claims success
 * but wrote nothing shows the caller zeros, not what was there before. */
static enum vio_status start_command(struct vio_blk *blk, struct vio_blk_command *command,
                                     struct vio_request *request)
{
    struct vio_blk_shared *shared = command->shared;
    struct vio_buffer chain[VIO_BLK_SEGMENTS_MAX + 2];
    size_t data_bytes = command_data_bytes(blk, request);
    size_t count = 0;
    enum vio_status status;

    if (is_transfer(request) && !in_range(blk, request->offset + request->at_bytes, data_bytes))
        return VIO_INVALID; /* the capacity shrank since the request was checked */
    if (request->op == VIO_OP_READ || request->op == VIO_OP_GET_ID)
        memset((uint8_t *)request->data + request->at_bytes, 0, data_bytes);
    write_shared(shared, request);
    chain[count++] = (struct vio_buffer){&shared->header, sizeof(shared->header), false};
    count += build_data(blk, request, data_bytes, &chain[count]);
    chain[count++] = (struct vio_buffer){&shared->status, sizeof(shared->status), true};
    command->request = request; /* before: the answer may come from within */
    command->data_bytes = data_bytes;
    status = vio_queue_provide(blk->queue, chain, count, command);
    if (status != VIO_OK)
        command->request = NULL;
    return status;
}

enum vio_status vio_blk_submit(struct vio_blk *blk, struct vio_request *request)
{
    struct vio_blk_command *command = free_command(blk);
    enum vio_status status = check(blk, request);

    if (status != VIO_OK)
        return status;
    if (command == NULL)
        return VIO_NO_MEMORY;
    request->at_bytes = 0;
    if (is_transfer(request) && request->len_bytes == 0) {
        blk->client->finished(blk->client, request, VIO_OK, 0);
        return VIO_OK;
    }
    return start_command(blk, command, request);
}

/* ---- complete ---- */

/* The status byte decides. used.len does not: devices get it wrong for block, and it adds nothing. */
static enum vio_status judge_answer(const struct vio_blk_shared *shared)
{
    uint8_t answer = vio_load8(&shared->status);

    if (answer == STATUS_OK)
        return VIO_OK;
    if (answer == STATUS_IOERR || answer == STATUS_UNSUPP)
        return VIO_IO_ERROR;
    return VIO_MALFORMED;
}

static void blk_chain_ready(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                            enum vio_status status)
{
    struct vio_blk *blk = BLK_OF(queue_client, client);
    struct vio_blk_command *command = token;
    struct vio_request *request = command->request;

    (void)written_bytes;
    command->request = NULL;
    if (status == VIO_OK)
        status = judge_answer(command->shared);
    if (status == VIO_OK)
        request->at_bytes += command->data_bytes;
    if (status == VIO_OK && is_transfer(request) && request->at_bytes < request->len_bytes) {
        status = start_command(blk, command, request);
        if (status == VIO_OK)
            return;
    }
    blk->client->finished(blk->client, request, status, status == VIO_OK ? request->at_bytes : 0);
}

void vio_blk_init(struct vio_blk *blk, struct vio_transport *transport, struct vio_queue *queue,
                  struct vio_blk_shared *shared, struct vio_request_client *client)
{
    memset(blk, 0, sizeof(*blk));
    blk->driver.ops = &blk_ops;
    blk->queue_client.chain_ready = blk_chain_ready;
    blk->transport = transport;
    blk->queue = queue;
    blk->client = client;
    for (uint32_t i = 0; i < VIO_BLK_COMMANDS_MAX; i++)
        blk->commands[i].shared = &shared[i];
}
