// SPDX-License-Identifier: Apache-2.0
/* The C face of the platform: each slot with a device in it is a backend. See <pring/backend.h> and
 * <pring/systemc.h>. */
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <pring/systemc.h>

#include "backend/systemc/platform.h"

using pring_sc::platform;

namespace
{

struct seat { /* what `self` is */
    platform *home;
    unsigned slot;
    const pring_bus_ops *ops;
    void *ctx;
};
seat seats[PRING_SYSTEMC_SLOTS];

seat *seat_of(void *self)
{
    return static_cast<seat *>(self);
}

pring_sc::tlm_device &device_of(void *self)
{
    return seat_of(self)->home->device(seat_of(self)->slot);
}

// ---- on the driver's thread ----

void run_on_thread(void *self, void (*body)(void *), void *arg)
{
    platform &home = *seat_of(self)->home;

    home.press.begin(body, arg);
    if (!home.run()) {
        std::fputs("pring: internal error: systemc: the driver's thread waits for ever\n", stderr);
        std::_Exit(3);
    }
}

/* Calls f where it is, or on the driver's thread if this is not it. A run calls from there; tests may call
 * from anywhere. */
template <class F> void inside(void *self, F f)
{
    if (seat_of(self)->home->press.is_inside())
        f();
    else
        run_on_thread(
            self, [](void *arg) { (*static_cast<F *>(arg))(); }, &f);
}

int answer(void *self, pring_bus_error error)
{
    if (error == PRING_BUS_OK)
        return 0;
    seat_of(self)->home->tell_fault(seat_of(self)->slot, error);
    return -1;
}

int sc_reg_read(void *self, uint32_t offset, uint32_t *value, uint32_t *cycles)
{
    seat *s = seat_of(self);
    pring_bus_error error = PRING_BUS_OK;

    inside(self,
           [&] { error = s->home->press.read(platform::slot_base(s->slot) + offset, *value, *cycles); });
    return answer(self, error);
}

int sc_reg_write(void *self, uint32_t offset, uint32_t value, uint8_t strb, uint32_t *cycles)
{
    seat *s = seat_of(self);
    pring_bus_error error = PRING_BUS_OK;

    inside(self, [&] {
        error = s->home->press.write(platform::slot_base(s->slot) + offset, value, strb, *cycles);
    });
    return answer(self, error);
}

uint32_t sc_advance(void *self, uint32_t cycles)
{
    uint32_t run = 0;

    inside(self, [&] {
        run = device_of(self).advance(cycles);
        seat_of(self)->home->press.pass(run);
    });
    return run;
}

// ---- beside the bus ----

void sc_power_on(void *self, const pring_setup *setup, const pring_profile *profile)
{
    seat_of(self)->home->power_on(seat_of(self)->slot, *setup, *profile);
}

bool sc_idle(void *self)
{
    return device_of(self).idle();
}

uint64_t sc_cycle(void *self)
{
    return device_of(self).cycle();
}

void sc_resize(void *self, uint64_t sectors)
{
    inside(self, [&] { device_of(self).resize(sectors); });
}

uint64_t sc_state_hash(void *self)
{
    return device_of(self).state_hash();
}

size_t sc_save(void *self, void *buf, size_t size_bytes)
{
    return device_of(self).save(buf, size_bytes);
}

void sc_restore(void *self, const void *buf)
{
    device_of(self).restore(buf);
}

int sc_wave_open(void *self, const char *path)
{
    return device_of(self).wave_open(path);
}

void sc_wave_close(void *self)
{
    device_of(self).wave_close();
}

const char *sc_waiting(void *self, uint64_t *since)
{
    return device_of(self).waiting(since);
}

// ---- opening ----

int open_slot(unsigned slot, const pring_bus_ops *ops, void *ctx, void **self)
{
    platform *home = platform::get();
    seat &s = seats[slot];

    if (!home || home->elaborate() < 0)
        return -1;
    if (s.ops && (s.ops != ops || s.ctx != ctx)) {
        std::fprintf(stderr, "pring: systemc: slot %u is taken; a process has one platform\n", slot);
        return -1;
    }
    s = {home, slot, ops, ctx};
    home->attach(slot, ops, ctx);
    *self = &s;
    return 0;
}

template <unsigned Slot> int open_at(const pring_bus_ops *ops, void *ctx, void **self)
{
    return open_slot(Slot, ops, ctx, self);
}

using open_function = int (*)(const pring_bus_ops *, void *, void **);
const open_function opens[PRING_SYSTEMC_SLOTS] = {open_at<0>, open_at<1>, open_at<2>, open_at<3>,
                                                  open_at<4>, open_at<5>, open_at<6>, open_at<7>};

pring_backend make_backend(const char *name, unsigned slot, const pring_sc::slot_plan &plan)
{
    pring_backend b = {};

    b.name = name;
    b.caps = plan.inner ? plan.inner->caps : plan.kind->caps;
    b.features = plan.inner ? plan.inner->features : plan.kind->features;
    b.net_features = plan.inner ? plan.inner->net_features : 0;
    b.console_features = plan.inner ? plan.inner->console_features : 0;
    b.queue_size_max = plan.inner ? plan.inner->queue_size_max : plan.kind->queue_size_max;
    b.open = opens[slot];
    b.power_on = sc_power_on;
    b.reg_read = sc_reg_read;
    b.reg_write = sc_reg_write;
    b.advance = sc_advance;
    b.idle = sc_idle;
    b.cycle = sc_cycle;
    b.resize = sc_resize;
    b.state_hash = sc_state_hash;
    b.save = sc_save;
    b.restore = sc_restore;
    b.wave_open = sc_wave_open;
    b.wave_close = sc_wave_close;
    b.lacks = plan.inner ? plan.inner->lacks : nullptr;
    b.host = run_on_thread;
    b.waiting = sc_waiting;
    return b;
}

pring_backend backends[PRING_SYSTEMC_SLOTS];
std::string names[PRING_SYSTEMC_SLOTS];

void make_backends()
{
    const pring_sc::slot_plan *plans = pring_sc::slot_plans();

    for (unsigned slot = 0; slot < PRING_SYSTEMC_SLOTS && !plans[slot].name.empty(); slot++) {
        names[slot] = slot == 0 ? "systemc" : "systemc-" + plans[slot].name;
        backends[slot] = make_backend(names[slot].c_str(), slot, plans[slot]);
    }
}

} // namespace

extern "C" {

const struct pring_backend *pring_systemc_backend(const char *name)
{
    if (names[0].empty())
        make_backends();
    for (unsigned slot = 0; slot < PRING_SYSTEMC_SLOTS; slot++)
        if (!names[slot].empty() && names[slot] == name)
            return &backends[slot];
    return nullptr;
}

void pring_systemc_listen(void (*listener)(void *ctx, const struct pring_systemc_access *access), void *ctx)
{
    if (platform::get())
        platform::get()->bus.listen(listener, ctx);
}

void pring_systemc_map_memory(bool is_mapped)
{
    if (platform::get())
        platform::get()->bus.map_memory(is_mapped);
}

uint32_t pring_systemc_debug(uint64_t addr, void *bytes, uint32_t len_bytes, bool is_write)
{
    platform *home = platform::get();

    return home && home->elaborate() == 0 ? home->press.debug(addr, bytes, len_bytes, is_write) : 0;
}

} // extern "C"
