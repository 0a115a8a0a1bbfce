/* SPDX-License-Identifier: Apache-2.0 */
/* Between console.c and console_control.c. */
#ifndef VIO_SOURCE_CONSOLE_H
#define VIO_SOURCE_CONSOLE_H

#include <vio/vio_console.h>

/* [5.3.3] */
#define VIO_CONSOLE_F_SIZE        (UINT64_C(1) << 0)
#define VIO_CONSOLE_F_MULTIPORT   (UINT64_C(1) << 1)
#define VIO_CONSOLE_F_EMERG_WRITE (UINT64_C(1) << 2)

static inline bool vio_console_has(const struct vio_console *console, uint64_t feature)
{
    return (console->features & feature) != 0;
}

void vio_console_changed(struct vio_console *console, uint32_t port);

/* Lends the buffers for control messages. */
enum vio_status vio_console_fill_inputs(struct vio_console *console);
void vio_console_refill_inputs(struct vio_console *console);
/* Says that we are there (CON-MP-DRV-01). */
enum vio_status vio_console_say_ready(struct vio_console *console);

void vio_console_input(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                       enum vio_status status);
void vio_console_output(struct vio_queue_client *client, void *token, uint32_t written_bytes,
                        enum vio_status status);

/* A device that sends nothing but nonsense, as fast as we lend, would keep us for ever: so many in a row
 * break the queue (invariant 7). */
#define VIO_CONSOLE_NONSENSE_MAX 64u
void vio_console_endure(struct vio_console *console, struct vio_queue *queue);

#endif
