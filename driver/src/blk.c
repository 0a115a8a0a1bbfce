/* SPDX-License-Identifier: Apache-2.0 */
/* Block requests. A request is one command or several, one after the other. Contracts: vio_blk.h. */
#include "blk.h"

#include "bytes.h"

enum {
    TYPE_IN = 0,
    TYPE_OUT = 1,
    TYPE_FLUSH = 4,
    TYPE_GET_ID = 8,
    TYPE_DISCARD = 11,
    TYPE_ZERO = 13
}; /* [5.2.6] */
enum { STATUS_OK = 0, STATUS_IOERR = 1, STATUS_UNSUPP = 2, STATUS_UNTOUCHED = 0xff };

#define QUEUE_SIZE_MIN 3u /* header, data, status */

#define BLK_OF(member, pointer) ((struct vio_blk *)((char *)(pointer)-offsetof(struct vio_blk, member)))

/* ---- init ---- */

static enum vio_status blk_prepare(struct vio_driver *driver)
{
    struct vio_blk *blk = (struct vio_blk *)driver;

    for (uint32_t i = 0; i < blk->queues_used; i++) {
        if (blk->queues[i]->size < QUEUE_SIZE_MIN)
            return VIO_NO_MEMORY;
    }
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
    .queue_number = vio_blk_queue_number,
    .pre_device_initialization = blk_prepare,
    .config_changed = blk_config_changed,
};

/* ---- request ---- */

static bool is_transfer(const struct vio_request *request)
{
    return request->op == VIO_OP_READ || request->op == VIO_OP_WRITE;
}

/* About a range of the disk, but without its data. */
static bool is_range(const struct vio_request *request)
{
    return request->op == VIO_OP_DISCARD || request->op == VIO_OP_ZERO;
}

/* One that may take several commands. */
static bool is_long(const struct vio_request *request)
{
    return is_transfer(request) || is_range(request);
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

static bool is_offered(const struct vio_blk *blk, enum vio_op op)
{
    switch (op) {
    case VIO_OP_WRITE:
        return !blk->config.read_only;
    case VIO_OP_FLUSH:
        return blk->config.has_flush;
    case VIO_OP_DISCARD:
        return !blk->config.read_only && blk->config.discard_sectors_max > 0;
    case VIO_OP_ZERO:
        return !blk->config.read_only && blk->config.zero_sectors_max > 0;
    default:
        return true;
    }
}

static enum vio_status check(const struct vio_blk *blk, const struct vio_request *request)
{
    bool valid = request->op == VIO_OP_FLUSH;

    if (!is_offered(blk, request->op))
        return VIO_UNSUPPORTED;
    if (is_long(request))
        valid = in_range(blk, request->offset, request->len_bytes);
    if (request->op == VIO_OP_GET_ID)
        valid = request->len_bytes >= VIO_BLK_ID_BYTES; /* BLK-OP-DRV-08 */
    if ((is_transfer(request) || request->op == VIO_OP_GET_ID) && request->len_bytes > 0)
        valid = valid && request->data != NULL;
    return valid ? VIO_OK : VIO_INVALID;
}

/* Of the command that continues a discard or write zeroes. */
static size_t command_range_bytes(const struct vio_blk *blk, const struct vio_request *request)
{
    uint64_t most = blk->config.zero_sectors_max;
    size_t rest = request->len_bytes - request->at_bytes;

    if (request->op == VIO_OP_DISCARD)
        most = blk->config.discard_sectors_max;
    most *= VIO_BLK_SECTOR_BYTES;
    return rest < most ? rest : (size_t)most;
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
    case VIO_OP_DISCARD:
        return TYPE_DISCARD;
    case VIO_OP_ZERO:
        return TYPE_ZERO;
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

/* unmap stays 0: it must for discard, and for write zeroes it is not asked for (BLK-OP-DRV-14). */
static void write_range(struct vio_blk_shared *shared, const struct vio_request *request, size_t len_bytes)
{
    vio_store64(&shared->range.sector, (request->offset + request->at_bytes) / VIO_BLK_SECTOR_BYTES);
    vio_store32(&shared->range.sectors, (uint32_t)(len_bytes / VIO_BLK_SECTOR_BYTES));
    vio_store32(&shared->range.flags, 0);
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

static size_t build_chain(const struct vio_blk *blk, struct vio_blk_shared *shared,
                          const struct vio_request *request, size_t piece_bytes, struct vio_buffer chain[])
{
    size_t count = 0;

    write_shared(shared, request);
    chain[count++] = (struct vio_buffer){&shared->header, sizeof(shared->header), false};
    if (is_range(request)) {
        write_range(shared, request, piece_bytes);
        chain[count++] = (struct vio_buffer){&shared->range, sizeof(shared->range), false};
    } else {
        count += build_data(blk, request, piece_bytes, &chain[count]);
    }
    chain[count++] = (struct vio_buffer){&shared->status, sizeof(shared->status), true};
    return count;
}

/* What a request can still do may have changed since it was checked: the disk shrank, or does no discard any
 * more. */
static enum vio_status check_piece(const struct vio_blk *blk, const struct vio_request *request,
                                   size_t piece_bytes)
{
    if (!is_long(request))
        return VIO_OK;
    if (piece_bytes == 0)
        return VIO_UNSUPPORTED;
    return in_range(blk, request->offset + request->at_bytes, piece_bytes) ? VIO_OK : VIO_INVALID;
}

/* Lends the next piece of the request. What will be read is zeroed first (invariant 12): a device that claims
 * success but wrote nothing shows the caller zeros, not what was there before. */
static enum vio_status start_command(struct vio_blk *blk, struct vio_blk_command *command,
                                     struct vio_request *request)
{
    struct vio_buffer chain[VIO_BLK_SEGMENTS_MAX + 2];
    size_t piece_bytes =
        is_range(request) ? command_range_bytes(blk, request) : command_data_bytes(blk, request);
    enum vio_status status = check_piece(blk, request, piece_bytes);
    size_t count;

    if (status != VIO_OK)
        return status;
    if (request->op == VIO_OP_READ || request->op == VIO_OP_GET_ID)
        memset((uint8_t *)request->data + request->at_bytes, 0, piece_bytes);
    count = build_chain(blk, command->shared, request, piece_bytes, chain);
    command->request = request; /* before: the answer may come from within */
    command->data_bytes = piece_bytes;
    status = vio_queue_provide(command->queue, chain, count, command);
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
    if (blk->queues_used == 0)
        return VIO_NOT_READY;
    request->at_bytes = 0;
    command->queue = blk->queues[request->unit % blk->queues_used];
    if (is_long(request) && request->len_bytes == 0) {
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
    if (status != VIO_TIMEOUT) /* else the device keeps what the command shares with it (invariant 5) */
        command->request = NULL;
    if (status == VIO_OK)
        status = judge_answer(command->shared);
    if (status == VIO_OK)
        request->at_bytes += command->data_bytes;
    if (status == VIO_OK && is_long(request) && request->at_bytes < request->len_bytes) {
        status = start_command(blk, command, request);
        if (status == VIO_OK)
            return;
    }
    blk->client->finished(blk->client, request, status, status == VIO_OK ? request->at_bytes : 0);
}

/* ---- cache ---- */

enum vio_status vio_blk_set_writeback(struct vio_blk *blk, bool writeback)
{
    struct vio_config_field field = {.offset = 32, .width = 1, .value = writeback};

    if (blk->queues_used == 0 || !blk->queues[0]->initialized)
        return VIO_NOT_READY;
    if (!blk->config.has_cache_switch)
        return VIO_UNSUPPORTED;
    blk->transport->ops->config_write(blk->transport, &field);
    blk->config.writeback = writeback;
    return VIO_OK;
}

enum vio_status vio_blk_init(struct vio_blk *blk, struct vio_transport *transport,
                             struct vio_queue *const queues[], uint32_t queue_count,
                             struct vio_blk_shared *shared, struct vio_request_client *client)
{
    if (queue_count == 0 || queue_count > VIO_BLK_QUEUES_MAX)
        return VIO_INVALID;
    memset(blk, 0, sizeof(*blk));
    blk->driver.ops = &blk_ops;
    blk->queue_client.chain_ready = blk_chain_ready;
    blk->transport = transport;
    blk->queues_given = queue_count;
    blk->client = client;
    for (uint32_t i = 0; i < queue_count; i++)
        blk->queues[i] = queues[i];
    for (uint32_t i = 0; i < VIO_BLK_COMMANDS_MAX; i++)
        blk->commands[i].shared = &shared[i];
    return VIO_OK;
}
