/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The core without an operating system, on QEMU's machine `virt`: one hart in machine mode, memory
 * identity-mapped, interrupts through the PLIC, virtio-mmio in eight slots. A start for a port of yours.
 */
#ifndef VIRT_H
#define VIRT_H

#include <vio/vio_platform.h>

enum { VIRT_SLOTS = 8 };

struct virt_slot { /* `ctx` of its platform */
    volatile uint8_t *base;
    uint32_t irq;
};

/* Fills slot and platform; touches nothing. */
void virt_platform(struct virt_slot *slot, uint32_t number, struct vio_platform *platform);
/* From here on `handler` is called when the slot interrupts, but only inside virt_await. */
void virt_connect(const struct virt_slot *slot, void (*handler)(void *arg), void *arg);
void virt_disconnect(const struct virt_slot *slot);
/* Sleeps until the handler was called. False: two seconds passed. */
bool virt_await(void);

void virt_print(const char *text);
_Noreturn void virt_exit(uint32_t code); /* 0, or QEMU's exit code */

/* Yours. */
int virt_main(void);

#endif
