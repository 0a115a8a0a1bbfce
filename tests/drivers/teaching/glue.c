/* SPDX-License-Identifier: Apache-2.0 */
/* Binds the teaching driver to the bench: the kernel that it expects, and the calls of the bench. */
#include <pring/dut.h>

#include "virtio.h"

// clang-format off
static unsigned wakeups, saved;
static void interrupt(void *arg) { (void)arg, virtio_intr(); }
static int woken(void *seen) { return *(unsigned *)seen != wakeups; }

void console_write(const char *fmt, va_list args) { pring_vlog(fmt, args); }
void halt(const char *why) { pring_panic(why); }
void wakeup(void) { wakeups++; }
void intr_off(void) { saved = pring_irq_save(); }
void intr_on(void) { pring_irq_restore(saved); }
// clang-format on

void sleep(void)
{
    unsigned seen = wakeups;

    intr_on();
    pring_wait(woken, &seen, ~0ull); /* "wakeup" counts, so none between the two lines is lost */
    intr_off();
}

static int teaching_probe(unsigned dev)
{
    if (dev != 0 || pring_irq_register(0, interrupt, 0) != 0)
        return -1;
    virtio_init();
    pring_irq_enable(0);
    return 0;
}

static void teaching_remove(unsigned dev, int gone)
{
    virtio_shutdown();
    (void)gone, pring_irq_unregister(dev);
}

static int teaching_submit(unsigned dev, struct pring_request *r)
{
    struct buf b = {.data = r->data, .len = (uint32_t)r->len_bytes, .sector = r->offset / 512};

    (void)dev;
    if (r->op == PRING_READ || r->op == PRING_WRITE)
        disk_rw(&b, r->op == PRING_WRITE);
    else if (r->op == PRING_ENTROPY)
        b.len = rng_read(b.data, b.len);
    else
        return -1;
    pring_done(r, 0, b.len);
    return 0;
}

static int teaching_info(unsigned dev, struct pring_info *info)
{
    info->capacity_bytes = dev == 0 && disk_sectors ? disk_sectors * 512 : PRING_UNKNOWN;
    return 0;
}

PRING_DUT(teaching) = {
    .abi = PRING_ABI,
    .in_flight_max = 2,
    .device_types = (const uint16_t[]){ID_DISK, ID_RNG, 0},
    .traits = PRING_TRAIT_SYNCHRONOUS | PRING_TRAIT_IDENTITY_DMA,
    .reg_base = VIRTIO0,
    .probe = teaching_probe,
    .remove = teaching_remove,
    .submit = teaching_submit,
    .info = teaching_info,
};
