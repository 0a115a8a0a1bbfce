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
    queue->kick_due = queue->serving;
    if (queue->serving)
        return VIO_OK;
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

/* From here on a kick waits, or does not wait any more. */
static void set_serving(struct vio_queue *queue, bool serving)
{
    queue->serving = serving;
    if (queue->kick_due)
        (void)vio_queue_kick(queue);
}

/* What is provided meanwhile becomes available afterwards, so that there is an end even if the device is as
 * fast as we are: it has no more than it had (invariant 7). A callback that comes here waits for what it
 * provided. */
void vio_queue_used_interrupt(struct vio_queue *queue)
{
    if (!queue->initialized)
        return;
    set_serving(queue, !queue->serving);
    queue->ops->serve(queue);
    if (queue->serving)
        set_serving(queue, false);
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
