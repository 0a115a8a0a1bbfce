// SPDX-License-Identifier: Apache-2.0
#include "backend/systemc/platform.h"

#include <cstdio>
#include <cstring>

#include "backend/systemc/kinds.h"

extern "C" { /* only where the program has the sanitizer */
void __sanitizer_start_switch_fiber(void **fake_stack, const void *bottom, size_t bytes)
    __attribute__((weak));
void __sanitizer_finish_switch_fiber(void *fake_stack, const void **bottom, size_t *bytes)
    __attribute__((weak));
}

/* libsystemc has a main that calls it; this program has a main of its own, and elaborates when asked to. */
int sc_main(int, char **)
{
    return 0;
}

namespace pring_sc
{

namespace
{

/* What virtio-mmio says where no device is: the driver looks no further. */
class empty_slot : public tlm_device
{
  public:
    explicit empty_slot(const sc_core::sc_module_name &name) : tlm_device(name) {}
    void power_on(const pring_setup &, const pring_profile &) override {}
    void b_transport(tlm::tlm_generic_payload &access, sc_core::sc_time &) override
    {
        static const uint32_t identity[] = {0x74726976, 2, 0};
        uint64_t index = access.get_address() / 4;
        uint32_t value = index < 3 ? identity[index] : 0;

        if (access.get_data_length() != sizeof value) {
            access.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
            return;
        }
        if (access.is_read())
            std::memcpy(access.get_data_ptr(), &value, sizeof value);
        access.set_response_status(tlm::TLM_OK_RESPONSE);
    }
};

} // namespace

// ---- the kernel, and what the sanitizer thinks of our stack ----

/* The stack that the sanitizer takes for the current one becomes [bottom, bottom + bytes); *old: before. */
static void announce(const void *bottom, size_t bytes, const void **old, size_t *old_bytes)
{
    void *fake_stack = nullptr;

    if (!__sanitizer_start_switch_fiber || !__sanitizer_finish_switch_fiber)
        return;
    __sanitizer_start_switch_fiber(&fake_stack, bottom, bytes);
    __sanitizer_finish_switch_fiber(fake_stack, old, old_bytes);
}

/* The kernel tells the sanitizer of its threads' stacks, but comes back to a stack that it knows nothing of.
 */
static void start_kernel(const sc_core::sc_time &duration)
{
    static const void *bottom;
    static size_t bytes;
    char here = 0;

    if (bytes == 0) {
        announce(&here, sizeof here, &bottom, &bytes);
        announce(bottom, bytes, nullptr, nullptr);
    }
    sc_core::sc_start(duration, sc_core::SC_RUN_TO_TIME);
    announce(bottom, bytes, nullptr, nullptr);
}

// ---- who is in which slot ----

const slot_plan *slot_plans()
{
    static slot_plan plans[SLOTS];
    unsigned used = 0;

    if (!plans[0].name.empty())
        return plans;
#ifdef PRING_WITH_RTL
    plans[used++] = {"rtl", &pring_backend_rtl, nullptr};
#endif
    plans[used++] = {"model", &pring_backend_model, nullptr};
    for (device_kind *kind = kinds(); kind; kind = kind->next) {
        if (used == SLOTS)
            std::fprintf(stderr, "pring: systemc: no slot is left for the device %s (there are %u)\n",
                         kind->name, unsigned(SLOTS));
        else
            plans[used++] = {kind->name, nullptr, kind};
    }
    return plans;
}

void platform::fill_slots()
{
    const slot_plan *plans = slot_plans();

    for (unsigned slot = 0; slot < SLOTS; slot++) {
        std::string name = "slot" + std::to_string(slot);
        tlm_device *device;

        if (plans[slot].inner)
            device = new backend_device(name.c_str(), *plans[slot].inner);
        else if (plans[slot].kind)
            device = plans[slot].kind->make(name.c_str());
        else
            device = new empty_slot(name.c_str());
        devices_[slot].reset(device);
        bus.to_slots.bind(device->regs);
        device->dma.bind(bus.from_slots);
        device->irq.bind(irqs.line(slot));
    }
}

// ---- building ----

platform::platform(const sc_core::sc_module_name &name)
    : sc_module(name), bus("bus"), irqs("irqs"), memory("memory"), press("press"), owners_(),
      is_elaborated_(false), victim_(nullptr)
{
    bus.to_irq_controller.bind(irqs.regs);
    for (unsigned port = 0; port < PORTS; port++)
        bus.to_memory.bind(memory.ports);
    bus.on_fault([](void *self, unsigned slot,
                    pring_bus_error error) { static_cast<platform *>(self)->tell_fault(slot, error); },
                 this);
    bind(press);
    fill_slots();
    SC_METHOD(watch);
    sensitive << watch_;
    dont_initialize();
}

platform *platform::make()
{
    try {
        return new platform("platform");
    } catch (const std::exception &e) {
        std::fprintf(stderr, "pring: systemc: %s\n", e.what());
        return nullptr;
    }
}

platform *platform::get()
{
    static platform *only = make(); // never deleted: the kernel outlives it else

    return only;
}

void platform::bind(cpu &c)
{
    c.bus.bind(bus.from_cpus);
}

cpu &platform::add_cpu(const char *name)
{
    more_cpus_.emplace_back(new cpu(name));
    bind(*more_cpus_.back());
    return *more_cpus_.back();
}

int platform::elaborate()
{
    if (is_elaborated_)
        return 0;
    for (const slot_plan *plan = slot_plans(), *end = plan + SLOTS; plan < end; plan++)
        if (plan->inner && !static_cast<backend_device &>(device(unsigned(plan - slot_plans()))).is_open())
            return -1;
    try {
        start_kernel(sc_core::SC_ZERO_TIME);
    } catch (const std::exception &e) {
        std::fprintf(stderr, "pring: systemc: %s\n", e.what());
        return -1;
    }
    is_elaborated_ = true;
    return 0;
}

// ---- whose device it is ----

void platform::attach(unsigned slot, const pring_bus_ops *ops, void *ctx)
{
    owners_[slot] = {ops, ctx};
    memory.attach(slot, ops, ctx);
    memory.attach(CPU_PORT, ops, ctx);
    irqs.listen(
        slot,
        [](void *self, unsigned at, bool level) {
            platform *p = static_cast<platform *>(self);
            const owner &o = p->owners_[at];

            o.ops->irq(o.ctx, level, p->device(at).cycle());
        },
        this);
    if (slot_plans()[slot].inner)
        static_cast<backend_device &>(device(slot)).attach(ops, ctx);
}

void platform::power_on(unsigned slot, const pring_setup &setup, const pring_profile &profile)
{
    irqs.power_on(slot);
    memory.power_on(slot, profile, setup.seed);
    device(slot).power_on(setup, profile);
}

void platform::tell_fault(unsigned slot, pring_bus_error error)
{
    const owner &o = owners_[slot];

    if (o.ops)
        o.ops->violation(o.ctx, PRING_VIOLATION_BUS | uint32_t(error), device(slot).cycle());
}

// ---- time ----

bool platform::wait_irq(cpu &c, unsigned slot, uint32_t cycles)
{
    for (uint32_t done = 0; done < cycles && !irqs.pending(slot);) {
        uint32_t run = device(slot).advance(cycles - done);

        done += run ? run : cycles;
        c.pass(run);
    }
    c.wait_for(irqs.risen(slot), irqs.pending(slot) ? 0 : cycles);
    return irqs.pending(slot);
}

bool platform::is_done() const
{
    for (const auto &c : more_cpus_)
        if (!c->is_done())
            return false;
    return press.is_done();
}

/* The access that has had its time, or that nothing in the kernel will ever answer. */
cpu *platform::late_cpu()
{
    bool is_over = !sc_core::sc_pending_activity();
    auto is_late = [&](const cpu &c) {
        return !c.is_done() && c.has_open_access() &&
               (is_over ||
                sc_core::sc_time_stamp() - c.access_started() >= cycles_to_time(ANSWER_CYCLES_MAX));
    };

    for (const auto &c : more_cpus_)
        if (is_late(*c))
            return c.get();
    return is_late(press) ? &press : nullptr;
}

/* Only a process may throw another out of its wait. */
void platform::watch()
{
    victim_->give_up();
}

bool platform::run()
{
    while (!is_done()) {
        start_kernel(cycles_to_time(ANSWER_CYCLES_MAX));
        if (is_done())
            break;
        victim_ = late_cpu();
        if (victim_)
            watch_.notify(sc_core::SC_ZERO_TIME);
        else if (!sc_core::sc_pending_activity())
            return false;
    }
    return true;
}

} // namespace pring_sc
