/* SPDX-License-Identifier: Apache-2.0 */
#include "guest_wire.h"

#include <string.h>

#include <pring/memory.h>

struct fake_wire fake;

static void note(char what, uint64_t addr, uint64_t len, uint64_t value)
{
    if (fake.notes < FAKE_NOTES)
        fake.note[fake.notes++] = (struct fake_note){what, addr, len, value, false};
}

unsigned fake_count(char what)
{
    unsigned n = 0;
    for (unsigned i = 0; i < fake.notes; i++)
        n += fake.note[i].what == what;
    return n;
}

const struct fake_note *fake_find(char what, unsigned n)
{
    for (unsigned i = 0; i < fake.notes; i++)
        if (fake.note[i].what == what && n-- == 0)
            return &fake.note[i];
    return NULL;
}

static void tick(uint64_t ns)
{
    fake.now += ns;
    if (fake.now >= fake.raise_at) {
        fake.line = true;
        fake.raise_at = UINT64_MAX;
    }
}

uint64_t pring_wire_reg_read(unsigned dev, uint32_t offset, unsigned width, uint64_t pc)
{
    (void)dev, (void)pc;
    tick(40);
    note('r', offset, width, fake.reg[offset / 4]);
    return fake.reg[offset / 4];
}

void pring_wire_reg_write(unsigned dev, uint32_t offset, unsigned width, uint64_t value, uint64_t pc)
{
    (void)dev, (void)pc;
    tick(40);
    note('R', offset, width, value);
    if (offset == 0x064)
        fake.line = false;
    if (offset == 0x080 && fake.ring_bytes)
        pring_bytes_set(value, fake.ring_bytes, PRING_BYTE_RING);
    if (offset == 0x080 && fake.device_fill)
        pring_fill((void *)(uintptr_t)value, (uint8_t)fake.device_fill, 64);
}

bool pring_wire_load(uint64_t addr, uint32_t len_bytes, uint64_t pc)
{
    (void)pc;
    note('l', addr, len_bytes, 0);
    return false;
}

void pring_wire_payload(uint64_t addr, uint32_t len_bytes, uint64_t pc)
{
    (void)addr, (void)len_bytes, (void)pc;
}

bool pring_wire_store(uint64_t addr, uint32_t len_bytes, const uint8_t *before, uint64_t pc)
{
    uint64_t value = 0;
    (void)pc;
    pring_copy(&value, (const void *)(uintptr_t)addr, len_bytes < 8 ? len_bytes : 8);
    note('s', addr, len_bytes, value);
    fake.note[fake.notes - 1].bad = before == NULL;
    return false;
}

uint32_t pring_wire_switch(void)
{
    return 0;
}

void pring_wire_switched(void) {}

bool pring_wire_refuses(enum pring_field label, uint64_t pc)
{
    (void)label, (void)pc;
    return fake.refuse;
}

void pring_wire_call(const struct pring_call *call, uint64_t pc)
{
    (void)pc;
    note('c', call->addr, call->len_bytes, call->kind);
    fake.note[fake.notes - 1].bad = call->bad;
}

bool pring_wire_line(unsigned dev)
{
    return dev == 0 && fake.line;
}

void pring_wire_handler(unsigned dev, bool begins)
{
    note('h', dev, 0, begins);
}

void pring_wire_barrier(int barrier, uint64_t pc)
{
    (void)pc;
    note('b', 0, 0, (uint64_t)barrier);
}

uint64_t pring_wire_now(void)
{
    return fake.now;
}

void pring_wire_pass(uint64_t ns)
{
    note('p', 0, 0, ns);
    tick(ns);
}

uint64_t pring_wire_next(void)
{
    return fake.raise_at;
}

void pring_wire_spin(uint32_t turns)
{
    fake.spins++;
    tick(turns >= 6 ? 640 : 10u << turns);
}

void pring_wire_told(const struct pring_event *event)
{
    fake.last = *event;
    fake.text[0] = 0;
    if (event->kind == PRING_EV_PANIC || event->kind == PRING_EV_REPORT) {
        strncpy(fake.text, event->text, sizeof fake.text - 1);
        if (event->kind == PRING_EV_REPORT)
            pring_stop_soon(PRING_STOP_ACCUSED);
    }
    note('t', event->addr, event->len_bytes, event->made);
}

void fake_reset(void)
{
    memset(&fake, 0, sizeof fake);
    fake.raise_at = UINT64_MAX;
}

struct order {
    const struct pring_dut *dut;
    int which, result;
};

static void body(void *arg)
{
    struct order *order = arg;
    order->result = order->dut->probe((unsigned)order->which);
    pring_machine_sync();
}

enum pring_stop fake_run_again(const char *island, int which, int *result)
{
    struct order order = {.dut = pring_island_by_name(island)->dut, .which = which};
    enum pring_stop stop = pring_machine_run(body, &order);
    if (result)
        *result = order.result;
    return stop;
}

enum pring_stop fake_run(const char *island, int which, int *result)
{
    fake_reset();
    if (pring_machine_open() < 0)
        return PRING_STOP_BACKEND;
    pring_machine_reset(pring_island_by_name(island));
    return fake_run_again(island, which, result);
}
