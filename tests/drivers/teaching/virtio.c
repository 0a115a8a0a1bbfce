/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the device, and sets up its one queue. */
#include "virtio.h"

volatile struct desc desc[NUM] __attribute__((aligned(4096)));
volatile struct avail avail __attribute__((aligned(4096)));
volatile struct used used __attribute__((aligned(4096)));

static uint32_t id;

int printf(const char *fmt, ...)
{
    __builtin_va_list args;

    __builtin_va_start(args, fmt);
    console_write(fmt, args);
    __builtin_va_end(args);
    return 0;
}

void panic(const char *why)
{
    printf("panic: %s\n", why);
    halt(why);
}

static void set_address(uint32_t reg, volatile void *address)
{
    *R(reg) = (uint32_t)(uint64_t)address;
    *R(reg + 4) = (uint32_t)((uint64_t)address >> 32);
}

static void queue_init(void)
{
    __builtin_memset((void *)desc, 0, sizeof(desc));
    __builtin_memset((void *)&avail, 0, sizeof(avail));
    __builtin_memset((void *)&used, 0, sizeof(used));

    *R(QUEUE_SEL) = 0;
    if (*R(QUEUE_READY))
        panic("virtio: queue in use");
    if (*R(QUEUE_SIZE_MAX) == 0)
        panic("virtio: no queue 0");
    *R(QUEUE_SIZE) = NUM;
    set_address(QUEUE_DESC, desc);
    set_address(QUEUE_DRIVER, &avail);
    set_address(QUEUE_DEVICE, &used);
    *R(QUEUE_READY) = 1;
}

int virtio_init(void)
{
    uint32_t status = 0;

    if (*R(MAGIC_VALUE) != 0x74726976 || *R(VERSION) != 2)
        panic("virtio: no device");
    id = *R(DEVICE_ID);
    if (id != ID_DISK && id != ID_RNG)
        panic("virtio: unknown device");

    *R(STATUS) = status;
    while (*R(STATUS) != 0)
        ;
    status |= ACKNOWLEDGE;
    *R(STATUS) = status;
    status |= DRIVER;
    *R(STATUS) = status;

    /* version 1 is all that we need */
    *R(DEVICE_FEATURES_SEL) = 1;
    if (!(*R(DEVICE_FEATURES) & 1))
        panic("virtio: legacy device");
    *R(DRIVER_FEATURES_SEL) = 0;
    *R(DRIVER_FEATURES) = 0;
    *R(DRIVER_FEATURES_SEL) = 1;
    *R(DRIVER_FEATURES) = 1;
    status |= FEATURES_OK;
    *R(STATUS) = status;
    if (!(*R(STATUS) & FEATURES_OK))
        printf("virtio: device %d did not like our features\n", (int)id);

    queue_init();
    if (id == ID_DISK)
        disk_init();
    else
        rng_init();

    status |= DRIVER_OK;
    *R(STATUS) = status;
    return (int)id;
}

/* Gives the chain that starts at head to the device. */
void virtio_submit(int head)
{
    avail.ring[avail.idx % NUM] = (uint16_t)head;
    __sync_synchronize();
    avail.idx += 1;
    __sync_synchronize();
    *R(QUEUE_NOTIFY) = 0;
}

void virtio_intr(void)
{
    if (id == ID_DISK)
        disk_intr();
    *R(INTERRUPT_ACK) = *R(INTERRUPT_STATUS) & 3;
}

void virtio_shutdown(void)
{
    *R(STATUS) = 0;
}
