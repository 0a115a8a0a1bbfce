/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "model.h"

enum { PAGE_BYTES = 4096 };

static struct model *model_of_mem(struct pring_mem *mem)
{
    return (struct model *)((char *)mem - offsetof(struct model, mem));
}

static struct model *model_of_irq(struct pring_irq *irq)
{
    return (struct model *)((char *)irq - offsetof(struct model, irq));
}

/* A burst never crosses a page. Addresses wrap like those of a 64-bit bus. */
static struct pring_burst first_burst(const struct model *m, uint64_t addr, uint32_t len_bytes)
{
    uint32_t page_left = PAGE_BYTES - (uint32_t)(addr % PAGE_BYTES);

    return (struct pring_burst){
        .addr = addr,
        .len_bytes = len_bytes < page_left ? len_bytes : page_left,
        .issued = m->state.accesses,
    };
}

static int mem_read(struct pring_mem *mem, uint64_t addr, void *buf, uint32_t len_bytes)
{
    struct model *m = model_of_mem(mem);
    uint8_t *to = buf;

    while (len_bytes > 0) {
        struct pring_burst burst = first_burst(m, addr, len_bytes);

        if (m->bus->dma_read(m->ctx, &burst, 0, burst.len_bytes, to) < 0)
            return -1;
        addr += burst.len_bytes;
        to += burst.len_bytes;
        len_bytes -= burst.len_bytes;
    }
    return 0;
}

static int mem_write(struct pring_mem *mem, uint64_t addr, const void *buf, uint32_t len_bytes)
{
    struct model *m = model_of_mem(mem);
    const uint8_t *from = buf;

    while (len_bytes > 0) {
        struct pring_burst burst = first_burst(m, addr, len_bytes);

        burst.is_write = true;
        if (m->bus->dma_write(m->ctx, &burst, 0, burst.len_bytes, from, NULL) < 0)
            return -1;
        addr += burst.len_bytes;
        from += burst.len_bytes;
        len_bytes -= burst.len_bytes;
    }
    return 0;
}

/* The line is the OR of the bits [4.2.2]; only edges are told. The state changes first: the bus may not
 * return. */
void pring_model_update_line(struct model *m)
{
    bool level = model_device(m)->interrupt_status != 0;

    if (level == m->state.line)
        return;
    m->state.line = level;
    m->bus->irq(m->ctx, level, m->state.accesses);
}

static void irq_raise(struct pring_irq *irq, uint32_t bits)
{
    struct model *m = model_of_irq(irq);

    model_device(m)->interrupt_status |= bits;
    pring_model_update_line(m);
}

void pring_model_bus_init(struct model *m, const struct pring_bus_ops *bus, void *ctx)
{
    m->mem = (struct pring_mem){mem_read, mem_write};
    m->irq = (struct pring_irq){irq_raise};
    m->bus = bus;
    m->ctx = ctx;
}
