/* SPDX-License-Identifier: Apache-2.0 */
/* Entropy. Contracts: vio_rng.h. */
#include <vio/vio_rng.h>

#include "bytes.h"

#define RNG_OF(member, pointer) ((struct vio_rng *)((char *)(pointer)-offsetof(struct vio_rng, member)))

/* ---- init ---- */

static bool rng_negotiate_features(struct vio_driver *driver, uint64_t offered, uint64_t *accepted)
{
    (void)driver;
    (void)offered;
    *accepted = 0;
    return true;
}

static const struct vio_driver_ops rng_ops = {
    .device_type = VIO_RNG_DEVICE_TYPE,
    .negotiate_features = rng_negotiate_features,
};

/* ---- request ---- */

/* Zeroed first (invariant 12), so that bytes which the device says it wrote, but did not, are nobody's
 * secret. */
enum vio_status vio_rng_submit(struct vio_rng *rng, struct vio_request *request)
{
    struct vio_buffer buffer = {.data = request->data, .device_writable = true}; /* RNG-DRV-01 */

    if (request->op != VIO_OP_ENTROPY || request->len_bytes == 0 || request->data == NULL)
        return VIO_INVALID;
    buffer.len_bytes = VIO_RNG_BYTES_MAX;
    if (request->len_bytes < VIO_RNG_BYTES_MAX)
        buffer.len_bytes = (uint32_t)request->len_bytes;
    memset(buffer.data, 0, buffer.len_bytes);
    return vio_queue_provide(rng->queue, &buffer, 1, request);
}

/* ---- complete ---- */

/* RNG-DRV-02: the device's length counts; the queue made sure that it is not too much. */
static void rng_chain_ready(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                            enum vio_status status)
{
    struct vio_rng *rng = RNG_OF(queue_client, client);

    if (status == VIO_OK && written_bytes == 0)
        status = VIO_MALFORMED;
    rng->client->finished(rng->client, token, status, written_bytes);
}

void vio_rng_init(struct vio_rng *rng, struct vio_queue *queue, struct vio_request_client *client)
{
    memset(rng, 0, sizeof(*rng));
    rng->driver.ops = &rng_ops;
    rng->queue_client.chain_ready = rng_chain_ready;
    rng->queue = queue;
    rng->client = client;
}
