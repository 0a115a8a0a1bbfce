/* SPDX-License-Identifier: Apache-2.0 */
/* The drivers are asynchronous. For those who want to wait, here is how: one function for all of them. */
#ifndef VIO_WAIT_H
#define VIO_WAIT_H

#include <vio/vio_transport.h>

/* Serves the device until done(arg), with the interrupt line masked or not; `platform` is the transport's.
 * VIO_OK: it is done. VIO_TIMEOUT: not after wait_steps_max steps; what was lent stays lent. VIO_BROKEN:
 * nothing will come any more until a reset. VIO_NOT_READY: the device does not run. */
enum vio_status vio_wait(struct vio_transport *transport, const struct vio_platform *platform,
                         bool (*done)(void *arg), void *arg);

#endif
