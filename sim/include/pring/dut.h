/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the owner of a driver supplies: one object of `struct pring_dut`, by PRING_DUT(name) = { .abi = 1, ...
 * };
 *
 * All calls are made on a driver stack, one at a time, except that `submit` may be entered again while
 * an earlier one sleeps in pring_wait (at most in_flight_max at once). A call that is NULL is
 * unsupported; scenarios that need it are skipped. Static data of the driver is restored between
 * runs by the bench: every run starts as the program image was loaded.
 */
#ifndef PRING_DUT_H
#define PRING_DUT_H

#include <pring/guest.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PRING_ABI 1

enum pring_op {
    PRING_READ,    /* block: len_bytes from byte `offset` into data */
    PRING_WRITE,   /* block */
    PRING_FLUSH,   /* block: no data */
    PRING_DISCARD, /* block: [offset, offset + len_bytes), no data */
    PRING_ZERO,    /* block: as discard */
    PRING_ID,      /* block: 20 bytes into data */
    PRING_SEND,    /* net: one packet, without header; console: bytes; from data, to pair or port `unit` */
    PRING_ENTROPY, /* rng: up to len_bytes into data */
    PRING_CONTROL, /* net, console: offset is an enum pring_command, data its value */
};
enum pring_command {                          /* append-only */
                     PRING_COMMAND_PROMISC,   /* net: one byte, 0 or 1 */
                     PRING_COMMAND_ALLMULTI,  /* net: likewise */
                     PRING_COMMAND_MAC,       /* net: six bytes, the address from now on */
                     PRING_COMMAND_PAIRS,     /* net: two bytes, little-endian: that many queue pairs */
                     PRING_COMMAND_OPEN,      /* console: one byte: port `unit` is open, or closed */
                     PRING_COMMAND_EMERGENCY, /* console: one byte, written by emergency write */
                     PRING_COMMAND_MODE,      /* net: a receive mode, 0..5 [5.1.6.5.1], then 0 or 1 */
                     PRING_COMMAND_TABLES, /* net: how many unicast addresses, and they; multicast likewise */
                     PRING_COMMANDS
};

/* The bench's object, lent to the driver from submit until pring_done (or until submit refused it).
 * `data` is private memory of the guest (not mapped for DMA), 16-byte aligned. */
struct pring_request {
    enum pring_op op;
    uint32_t unit;   /* queue pair or console port; else 0 */
    uint64_t offset; /* block: in bytes, a multiple of 512 */
    void *data;
    size_t len_bytes;
    void *driver_private; /* the driver's, NULL at submit */
};

/* Reports a request, once, from any context. result 0: done, done_bytes were transferred to or from `data`;
 * negative: failed, `data` means nothing. */
void pring_done(struct pring_request *request, int result, size_t done_bytes);
/* Hands up bytes that arrived unasked (net packet, console input). */
void pring_receive(unsigned dev, uint32_t unit, const void *data, size_t len_bytes);
/* The driver declares the device broken: a way to refuse. */
void pring_broken(unsigned dev);

enum pring_trait {
    PRING_TRAIT_SYNCHRONOUS = 1 << 0,   /* submit returns after pring_done */
    PRING_TRAIT_POLLS = 1 << 1,         /* takes no interrupts */
    PRING_TRAIT_BOUNDED_WAITS = 1 << 2, /* promises that each call returns, whatever the device does */
    PRING_TRAIT_IDENTITY_DMA = 1 << 3,  /* bus address = pointer, no map calls */
    PRING_TRAIT_BOUNCE = 1 << 4,        /* syncs all it maps: works under isolation=byte */
    PRING_TRAIT_BARRIERS_BY_API = 1 << 5,
    PRING_TRAIT_LEGACY = 1 << 6, /* drives Version 1 devices */
    PRING_TRAIT_ONCE = 1 << 7,   /* cannot be probed twice */
};

#define PRING_UNKNOWN UINT64_MAX
struct pring_info { /* what the driver believes; PRING_UNKNOWN (the value at the call): not known */
    uint64_t capacity_bytes, block_bytes, mtu_bytes, free_descriptors;
};

struct pring_dut {
    uint32_t abi;                           /* PRING_ABI */
    uint32_t in_flight_max;                 /* requests at once; 0: one */
    const uint16_t *device_types;           /* virtio device types that it drives, 0-terminated [5] */
    uint32_t traits;                        /* enum pring_trait, or-ed */
    uintptr_t reg_base;                     /* where the driver expects device 0's registers; 0: anywhere */
    int (*probe)(unsigned dev);             /* 0; negative: refused, all undone */
    void (*remove)(unsigned dev, int gone); /* gone: surprise removal, registers read all ones */
    int (*submit)(unsigned dev,
                  struct pring_request *request); /* 0: pring_done follows (or came); negative: refused */
    int (*cancel)(unsigned dev, struct pring_request *request);
    void (*poll)(unsigned dev); /* drivers without interrupts: look for completions once */
    int (*reset)(unsigned dev);
    int (*suspend)(unsigned dev);
    int (*resume)(unsigned dev);
    int (*info)(unsigned dev, struct pring_info *info);
    /* mask of 1 << enum pring_op: what submit knows of PRING_DISCARD, PRING_ZERO and PRING_CONTROL. The other
     * operations go without saying. */
    uint32_t operations;
    /* mask of 1 << bit: features without which the driver refuses every device. Scenarios whose device does
     * not offer them are skipped. VERSION_1 goes without saying: refusing is judged there. */
    uint64_t features_needed;
};

#define PRING_DUT(name) const struct pring_dut pring_dut_##name

#ifdef __cplusplus
}
#endif
#endif
