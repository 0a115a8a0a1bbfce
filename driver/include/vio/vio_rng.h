/* SPDX-License-Identifier: Apache-2.0 */
/* Entropy device [5.4]: one queue, device-writable buffers only, no features, no configuration. */
#ifndef VIO_RNG_H
#define VIO_RNG_H

#include <vio/vio_driver.h>
#include <vio/vio_queue.h>
#include <vio/vio_request.h>

#define VIO_RNG_DEVICE_TYPE 4u
#define VIO_RNG_BYTES_MAX   0x10000u /* of one request; a longer one gets fewer */

/* Members are private. */
struct vio_rng {
    struct vio_driver driver;
    struct vio_queue_client queue_client;
    struct vio_queue *queue;
    struct vio_request_client *client;
};

void vio_rng_init(struct vio_rng *rng, struct vio_queue *queue, struct vio_request_client *client);

/* VIO_OK: the client is told later. Else it is not: VIO_INVALID, or as vio_queue_provide. At least one byte
 * comes back; an answer of none is VIO_MALFORMED. */
enum vio_status vio_rng_submit(struct vio_rng *rng, struct vio_request *request);

#endif
