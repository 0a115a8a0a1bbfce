/* SPDX-License-Identifier: Apache-2.0 */
/* The entropy device: one buffer at a time; it answers soon, so just look until it did. */
#include "virtio.h"

static uint16_t used_idx;
static int busy;

void rng_init(void)
{
    used_idx = 0;
    avail.flags = 1; /* no interrupts */
}

/* The number of bytes. */
uint32_t rng_read(uint8_t *data, uint32_t len)
{
    uint32_t n;

    intr_off();
    while (busy)
        sleep();
    busy = 1;
    desc[0].addr = (uint64_t)data;
    desc[0].len = len;
    desc[0].flags = WRITE;
    desc[0].next = 0;
    virtio_submit(0);

    while (used.idx == used_idx)
        ;
    __sync_synchronize();
    n = used.ring[used_idx % NUM].len;
    used_idx++;
    busy = 0;
    wakeup();
    intr_on();
    return n;
}
