/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the frozen drivers have in common: the life of a device (device.c) and the binding to the bench
 * (binding.c). Each driver compiles these files for itself, with its own driver.h, which says what a
 * `struct device` is; so there are no tables of functions to look through, and each reads as one driver.
 *
 * They are frozen: canaries are patches against them, so their lines stay as they are. They are meant to be
 * right even against a device that lies; every check is one statement on lines of its own. Little-endian
 * machines only.
 */
#ifndef COMMON_DEVICE_H
#define COMMON_DEVICE_H

#include <pring/dut.h>

#include "common/virtio.h"

/* The first members of `struct device`. */
#define DEVICE_COMMON                                                                                        \
    unsigned dev;                                                                                            \
    uint32_t type;                                                                                           \
    int bound;   /* probe succeeded, remove did not come yet */                                              \
    int running; /* the device owns the rings */                                                             \
    int broken;                                                                                              \
    int inside;       /* calls of submit that have not returned */                                           \
    int resetting;    /* later ones wait */                                                                  \
    uint32_t status;  /* as written last */                                                                  \
    uint64_t features /* as accepted */

struct device;

/* device.c */
uint32_t reg_get(const struct device *d, uint32_t offset);
void reg_set(const struct device *d, uint32_t offset, uint32_t value);
void reg_set_address(const struct device *d, uint32_t offset, uint64_t bus);
void device_break(struct device *d, const char *why);
int device_identify(struct device *d);
int device_start(struct device *d); /* on failure the device owns nothing, but if it is still running */
int device_stop(struct device *d);  /* 0: the device has let go of all memory */

/* binding.c */
struct device *device_at(unsigned dev);
int driver_probe(unsigned dev);
void driver_remove(unsigned dev, int gone);
int driver_submit(unsigned dev, struct pring_request *r);
int driver_reset(unsigned dev);
#define DRIVER_TRAITS                                                                                        \
    (PRING_TRAIT_SYNCHRONOUS | PRING_TRAIT_BOUNDED_WAITS | PRING_TRAIT_BOUNCE | PRING_TRAIT_BARRIERS_BY_API)

/* What each driver has of its own. */
extern const uint16_t driver_types[]; /* device types, 0 behind the last */
uint64_t features_wanted(const struct device *d, uint64_t offered);
int memory_reserve(struct device *d); /* on failure nothing is held */
void memory_release(struct device *d);
int device_prepare(struct device *d); /* configuration and queues; `running` as soon as one is handed over */
int device_read_config(struct device *d);             /* 0: it belongs together, and can be worked with */
void device_started(struct device *d);                /* it runs, but interrupts are not taken yet */
void device_drain(struct device *d, uint32_t causes); /* the interrupt came */
int serve(struct device *d, struct pring_request *r); /* 0: it was reported; else it is refused */

#endif
