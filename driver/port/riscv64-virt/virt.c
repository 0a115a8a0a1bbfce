/* SPDX-License-Identifier: Apache-2.0 */
#include "virt.h"

#define AT8(addr)  (*(volatile uint8_t *)(uintptr_t)(addr))
#define AT32(addr) (*(volatile uint32_t *)(uintptr_t)(addr))
#define AT64(addr) (*(volatile uint64_t *)(uintptr_t)(addr))

enum {
    EXIT = 0x00100000, /* sifive_test */
    MTIMECMP = 0x02004000,
    MTIME = 0x0200bff8, /* 10 MHz */
    PLIC = 0x0c000000,
    PLIC_ENABLE = PLIC + 0x2000, /* of hart 0 in machine mode */
    PLIC_THRESHOLD = PLIC + 0x200000,
    PLIC_CLAIM = PLIC + 0x200004,
    UART = 0x10000000,
    UART_LSR = 5,
    UART_EMPTY = 0x20,
    SLOT = 0x10001000,
    SLOT_BYTES = 0x1000,
    STEPS_MAX = 100000,
    PATIENCE = 20000000,
};
enum { CAUSE_TIMER = 7, CAUSE_EXTERNAL = 11, MSTATUS_MIE = 8, MIE_TIMER = 1 << 7, MIE_EXTERNAL = 1 << 11 };

static struct {
    void (*handler)(void *arg);
    void *arg;
    volatile bool called, late;
} line;

void *memcpy(void *restrict target, const void *restrict source, size_t len_bytes);
void *memset(void *target, int value, size_t len_bytes);
void virt_trap(uint64_t cause, uint64_t pc);

/* ---- what the core needs of a C library ---- */

void *memcpy(void *restrict target, const void *restrict source, size_t len_bytes)
{
    uint8_t *to = target;
    const uint8_t *from = source;

    while (len_bytes-- > 0)
        *to++ = *from++;
    return target;
}

void *memset(void *target, int value, size_t len_bytes)
{
    uint8_t *to = target;

    while (len_bytes-- > 0)
        *to++ = (uint8_t)value;
    return target;
}

/* ---- the platform ---- */

static uint32_t reg_read(void *ctx, uint32_t offset, uint32_t width)
{
    volatile uint8_t *at = ((struct virt_slot *)ctx)->base + offset;
    uint32_t value = width == 1 ? *at : width == 2 ? *(volatile uint16_t *)at : *(volatile uint32_t *)at;

    __asm__ volatile("fence i, r" ::: "memory"); /* memory is looked at after it */
    return value;
}

static void reg_write(void *ctx, uint32_t offset, uint32_t width, uint32_t value)
{
    volatile uint8_t *at = ((struct virt_slot *)ctx)->base + offset;

    __asm__ volatile("fence w, o" ::: "memory"); /* what was stored before is there */
    if (width == 1)
        *at = (uint8_t)value;
    else if (width == 2)
        *(volatile uint16_t *)at = (uint16_t)value;
    else
        *(volatile uint32_t *)at = value;
}

static enum vio_status dma_map(void *ctx, void *ptr, size_t len_bytes, enum vio_dir dir, uint64_t *bus)
{
    (void)ctx, (void)len_bytes, (void)dir;
    *bus = (uintptr_t)ptr; /* one memory, coherent, and no one in between */
    return VIO_OK;
}

static void dma_unmap(void *ctx, uint64_t bus, size_t len_bytes, enum vio_dir dir)
{
    (void)ctx, (void)bus, (void)len_bytes, (void)dir;
}

static void barrier(void *ctx, enum vio_barrier kind)
{
    (void)ctx;
    if (kind == VIO_BARRIER_READ)
        __asm__ volatile("fence r, rw" ::: "memory");
    else if (kind == VIO_BARRIER_WRITE)
        __asm__ volatile("fence w, w" ::: "memory");
    else
        __asm__ volatile("fence rw, rw" ::: "memory");
}

static void wait(void *ctx)
{
    (void)ctx;
}

void virt_platform(struct virt_slot *slot, uint32_t number, struct vio_platform *platform)
{
    slot->base = (volatile uint8_t *)(uintptr_t)(SLOT + SLOT_BYTES * number);
    slot->irq = number + 1;
    *platform = (struct vio_platform){
        .reg_read = reg_read,
        .reg_write = reg_write,
        .dma_map = dma_map,
        .dma_unmap = dma_unmap,
        .barrier = barrier,
        .wait = wait,
        .wait_steps_max = STEPS_MAX,
        .ctx = slot,
    };
}

/* ---- interrupts ---- */

void virt_connect(const struct virt_slot *slot, void (*handler)(void *arg), void *arg)
{
    line.handler = handler;
    line.arg = arg;
    AT32(PLIC + 4 * slot->irq) = 1; /* priority, over a threshold of 0 */
    AT32(PLIC_THRESHOLD) = 0;
    AT32(PLIC_ENABLE) |= 1u << slot->irq;
}

void virt_disconnect(const struct virt_slot *slot)
{
    AT32(PLIC_ENABLE) &= ~(1u << slot->irq);
}

/* From start.S. Any other trap is a bug here: it ends the program. */
void virt_trap(uint64_t cause, uint64_t pc)
{
    uint32_t irq;

    (void)pc;
    if (cause == (UINT64_C(1) << 63 | CAUSE_TIMER)) {
        AT64(MTIMECMP) = UINT64_MAX;
        line.late = true;
    } else if (cause == (UINT64_C(1) << 63 | CAUSE_EXTERNAL)) {
        while ((irq = AT32(PLIC_CLAIM)) != 0) {
            line.handler(line.arg);
            line.called = true;
            AT32(PLIC_CLAIM) = irq;
        }
    } else {
        virt_print("FAILED: a trap\n");
        virt_exit(100 + (uint32_t)(cause & 15));
    }
}

bool virt_await(void)
{
    uint64_t old;

    line.called = line.late = false;
    AT64(MTIMECMP) = AT64(MTIME) + PATIENCE;
    __asm__ volatile("csrw mie, %0" ::"r"((uint64_t)(MIE_TIMER | MIE_EXTERNAL)));
    while (!line.called && !line.late) {
        /* Asleep with interrupts masked: one that is pending wakes us all the same, and is taken then. */
        __asm__ volatile("wfi\n csrrs %0, mstatus, %1\n nop\n csrc mstatus, %1"
                         : "=&r"(old)
                         : "r"((uint64_t)MSTATUS_MIE)
                         : "memory");
    }
    return line.called;
}

/* ---- talking ---- */

void virt_print(const char *text)
{
    for (; *text != '\0'; text++) {
        while ((AT8(UART + UART_LSR) & UART_EMPTY) == 0) {
        }
        AT8(UART) = (uint8_t)*text;
    }
}

_Noreturn void virt_exit(uint32_t code)
{
    AT32(EXIT) = code == 0 ? 0x5555 : code << 16 | 0x3333;
    for (;;)
        __asm__ volatile("wfi");
}
