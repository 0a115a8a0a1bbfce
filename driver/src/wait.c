/* SPDX-License-Identifier: Apache-2.0 */
#include <vio/vio_wait.h>

enum vio_status vio_wait(struct vio_transport *transport, const struct vio_platform *platform,
                         bool (*done)(void *arg), void *arg)
{
    for (uint32_t step = 0; step < platform->wait_steps_max; step++) {
        if (done(arg))
            return VIO_OK;
        if (transport->broken)
            return VIO_BROKEN;
        if (transport->ops->interrupt(transport) == VIO_NOT_READY)
            return VIO_NOT_READY;
        if (done(arg))
            return VIO_OK;
        platform->wait(platform->ctx);
    }
    return done(arg) ? VIO_OK : VIO_TIMEOUT;
}
