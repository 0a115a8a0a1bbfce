/* SPDX-License-Identifier: Apache-2.0 */
/* The way of chains to the device and back, in any ring format. Contracts: vio_queue.h. */
#include <vio/vio_queue.h>
#include <vio/vio_transport.h>

#include "ledger.h"

/* ---- to the device ---- */

static enum vio_status ready(const struct vio_queue *queue)
{
    if (!queue->initialized)
        return VIO_NOT_READY;
    return queue->refusal == VIO_REFUSED_NOTHING ? VIO_OK : VIO_BROKEN;
}

enum vio_status vio_queue_add(struct vio_queue *queue, const struct vio_buffer chain[], size_t count,
                              void *token)
{
    enum vio_status status = ready(queue);

    return status == VIO_OK ? queue->ops->add(queue, chain, count, token) : status;
}

enum vio_status vio_queue_kick(struct vio_queue *queue)
{
    enum vio_status status = ready(queue);

    if (status != VIO_OK || queue->pending == 0)
        return status;
    if (queue->ops->commit(queue) && queue->transport != NULL)
        queue->transport->ops->queue_notify(queue->transport, queue);
    return VIO_OK;
}

enum vio_status vio_queue_provide(struct vio_queue *queue, const struct vio_buffer chain[], size_t count,
                                  void *token)
{
    enum vio_status status = vio_queue_add(queue, chain, count, token);

    return status == VIO_OK ? vio_queue_kick(queue) : status;
}

/* ---- back ---- */

bool vio_queue_pop(struct vio_queue *queue, void **token, uint32_t *written_bytes)
{
    if (ready(queue) != VIO_OK)
        return false;
    return vio_ledger_pop(queue, token, written_bytes, queue->ops->fetch, queue->ops->advance);
}

void vio_queue_used_interrupt(struct vio_queue *queue)
{
    if (queue->initialized)
        queue->ops->serve(queue);
}

bool vio_queue_enable_callbacks(struct vio_queue *queue)
{
    queue->callbacks = true;
    if (!queue->initialized)
        return false;
    if (queue->client == NULL) {
        queue->ops->arm(queue);
        return vio_queue_used_chains(queue) > 0;
    }
    vio_queue_used_interrupt(queue);
    return false;
}

void vio_queue_disable_callbacks(struct vio_queue *queue)
{
    queue->callbacks = false;
    if (queue->initialized)
        queue->ops->arm(queue);
}
