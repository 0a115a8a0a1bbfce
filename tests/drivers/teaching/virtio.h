/* SPDX-License-Identifier: Apache-2.0 */
/* What the disk and the entropy driver share: registers, rings, and the kernel around them. */
#ifndef VIRTIO_H
#define VIRTIO_H

#include <stdint.h>

#define VIRTIO0 0x10001000L
#define R(reg)  ((volatile uint32_t *)(VIRTIO0 + (reg)))

#define MAGIC_VALUE         0x000
#define VERSION             0x004
#define DEVICE_ID           0x008
#define DEVICE_FEATURES     0x010
#define DEVICE_FEATURES_SEL 0x014
#define DRIVER_FEATURES     0x020
#define DRIVER_FEATURES_SEL 0x024
#define QUEUE_SEL           0x030
#define QUEUE_SIZE_MAX      0x034
#define QUEUE_SIZE          0x038
#define QUEUE_READY         0x044
#define QUEUE_NOTIFY        0x050
#define INTERRUPT_STATUS    0x060
#define INTERRUPT_ACK       0x064
#define STATUS              0x070
#define QUEUE_DESC          0x080
#define QUEUE_DRIVER        0x090
#define QUEUE_DEVICE        0x0a0
#define CONFIG_GENERATION   0x0fc
#define CONFIG              0x100

#define ACKNOWLEDGE 1
#define DRIVER      2
#define DRIVER_OK   4
#define FEATURES_OK 8

#define ID_DISK 2
#define ID_RNG  4

#define NUM   8 /* descriptors */
#define NEXT  1
#define WRITE 2

struct desc {
    uint64_t addr;
    uint32_t len;
    uint16_t flags;
    uint16_t next;
};

struct avail {
    uint16_t flags;
    uint16_t idx;
    uint16_t ring[NUM];
};

struct used {
    uint16_t flags;
    uint16_t idx;
    struct {
        uint32_t id;
        uint32_t len;
    } ring[NUM];
};

/* the one queue */
extern volatile struct desc desc[NUM];
extern volatile struct avail avail;
extern volatile struct used used;

struct buf {
    uint8_t *data;
    uint32_t len;
    uint64_t sector;
    volatile int disk; /* does the disk own it? */
};

/* virtio.c */
int virtio_init(void); /* the device's id */
void virtio_submit(int head);
void virtio_intr(void);
void virtio_shutdown(void);
int printf(const char *fmt, ...);
void panic(const char *why);

/* disk.c */
extern uint64_t disk_sectors;
void disk_init(void);
void disk_rw(struct buf *b, int write);
void disk_intr(void);

/* rng.c */
void rng_init(void);
uint32_t rng_read(uint8_t *data, uint32_t len);

/* the rest of the kernel */
void console_write(const char *fmt, __builtin_va_list args);
_Noreturn void halt(const char *why);
void sleep(void); /* until wakeup(); interrupts are off before and after, on meanwhile */
void wakeup(void);
void intr_off(void);
void intr_on(void);

#endif
