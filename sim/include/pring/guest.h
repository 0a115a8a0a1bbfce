/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest API: everything that a driver under test may call.
 *
 * This header includes stdint, stddef and stdarg only, so that it can stand beside foreign kernel
 * headers. There is one machine per process, hence no handle; devices count from 0. Every call may let
 * the device act and may deliver interrupts, and may not return at all: when the step budget is
 * spent the bench drops the driver's stack and resets everything, so nothing here needs clean-up.
 *
 * Times are virtual nanoseconds. Bus addresses are what the device uses for DMA. Register values are
 * in CPU byte order. Nothing here may be called from outside a driver call of `struct pring_dut`.
 */
#ifndef PRING_GUEST_H
#define PRING_GUEST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- registers: 4 KiB of virtio-mmio per device [virtio 1.3, 4.2.2] ---- */

/* `width` is 1, 2, 4 or 8 bytes. The wire splits 8 into two aligned 32-bit accesses, low half first. */
uint64_t pring_reg_read(unsigned dev, uint32_t offset, unsigned width);
void pring_reg_write(unsigned dev, uint32_t offset, unsigned width, uint64_t value);
/* The same registers as memory: plain loads and stores work, the compiler's hooks turn them into
 * accesses. The address is `reg_base` of the dut plus 4 KiB times dev, or chosen by the bench. */
volatile void *pring_reg_base(unsigned dev);

/* ---- memory that the device can reach ---- */

enum pring_dir { PRING_TO_DEVICE = 1, PRING_FROM_DEVICE = 2, PRING_BOTH = 3 };

/* Coherent memory, filled with a pattern ("dirty"). `align` is a power of two, 0 means 16. NULL when refused.
 */
void *pring_dma_alloc(size_t len_bytes, size_t align, uint64_t *bus);
void pring_dma_free(void *ptr);
/* Lends [ptr, ptr+len_bytes) to the device: heap, static data or stack. 0, or negative: refused. */
int pring_dma_map(void *ptr, size_t len_bytes, enum pring_dir dir, uint64_t *bus);
void pring_dma_unmap(uint64_t bus, size_t len_bytes, enum pring_dir dir);
/* Under isolation=byte this is where a mapped buffer is copied to or from the device's view. */
void pring_dma_sync(uint64_t bus, size_t len_bytes, int for_device);
uint64_t pring_to_bus(const void *ptr); /* 0: no such memory */
void *pring_to_ptr(uint64_t bus);       /* NULL: no such memory */

/* ---- private memory ---- */

void *pring_malloc(size_t len_bytes, size_t align); /* dirty; align 0 means 16; NULL when refused */
void pring_free(void *ptr);                         /* NULL is fine */

/* ---- interrupts: one level-triggered line per device ---- */

/* Registers `handler`, disabled. 0, or negative: refused. Handlers run to completion, never nested. */
int pring_irq_register(unsigned dev, void (*handler)(void *arg), void *arg);
void pring_irq_unregister(unsigned dev);
void pring_irq_enable(unsigned dev);
void pring_irq_disable(unsigned dev);
unsigned pring_irq_save(void); /* masks all lines; nests */
void pring_irq_restore(unsigned saved);

/* ---- waiting and time ---- */

/* Sleeps until ready(arg) is non-zero (looked at now and after each interrupt, timer or other
 * context) or ns_max passed; ~0: no limit. `ready` NULL: sleep for ns_max. 1: ready, 0: too late. */
int pring_wait(int (*ready)(void *arg), void *arg, uint64_t ns_max);
/* A coroutine beside the caller; it runs when the caller waits. 0, or negative: refused. */
int pring_spawn(void (*entry)(void *arg), void *arg);
void pring_relax(void);           /* one turn of a polling loop: the device runs */
void pring_delay_ns(uint64_t ns); /* busy wait: time passes, interrupts are taken */
uint64_t pring_time_ns(void);
enum pring_context { PRING_CONTEXT_THREAD, PRING_CONTEXT_INTERRUPT, PRING_CONTEXT_TIMER };
int pring_context(void);
/* One shot after `ns`; fn runs like an interrupt handler. Timer number >= 0, or negative: refused. */
int pring_timer_start(uint64_t ns, void (*fn)(void *arg), void *arg);
void pring_timer_stop(int timer);

/* ---- ordering ---- */

enum pring_barrier { PRING_BARRIER_READ, PRING_BARRIER_WRITE, PRING_BARRIER_FULL };
void pring_barrier(enum pring_barrier barrier);

/* ---- giving up, and talking ---- */

_Noreturn void pring_panic(const char *why); /* the driver gives up */
_Noreturn void pring_assert_failed(const char *condition, const char *file, int line);
void pring_log(const char *format, ...) __attribute__((format(printf, 1, 2)));
void pring_vlog(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

#ifdef __cplusplus
}
#endif
#endif
