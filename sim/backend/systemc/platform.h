/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The platform, one per process, elaborated once: CPUs, the bus, eight slots, the interrupt controller,
 * memory.
 *
 *     cpu ... -> interconnect -> slot 0..7 (registers)        slot -> interconnect -> memory
 *                             -> interrupt controller  <- lines of the slots
 *
 * Slot 0 holds the RTL, where it is built; the next the C model; then the devices that were linked in, by
 * name. An empty slot says what virtio-mmio says of one: DeviceID 0.
 */
#ifndef PRING_SC_PLATFORM_H
#define PRING_SC_PLATFORM_H

#include <memory>
#include <string>
#include <vector>

#include "backend/systemc/backend_device.h"
#include "backend/systemc/cpu.h"
#include "backend/systemc/dma_memory.h"
#include "backend/systemc/interconnect.h"
#include "backend/systemc/irq_controller.h"

namespace pring_sc
{

class platform : public sc_core::sc_module
{
  public:
    SC_HAS_PROCESS(platform);
    /* NULL: it cannot be built (a reason was printed to stderr). Before it is elaborated, more CPUs may be
     * added. */
    static platform *get();

    interconnect bus;
    irq_controller irqs;
    dma_memory memory;
    cpu press; /* the driver under test */

    tlm_device &device(unsigned slot) { return *devices_[slot]; }
    cpu &add_cpu(const char *name);
    static uint64_t slot_base(unsigned slot) { return SLOTS_BASE + slot * SLOT_BYTES; }

    /* The memory that a slot's device sees, and who hears of its line and of faults. */
    void attach(unsigned slot, const pring_bus_ops *ops, void *ctx);
    void power_on(unsigned slot, const pring_setup &setup, const pring_profile &profile);
    void tell_fault(unsigned slot, pring_bus_error error);

    /* What a driver thread does that has nothing to do but to wait for its device: lets up to so many of its
     * cycles pass, and the other threads run. Is the line asserted? */
    bool wait_irq(cpu &c, unsigned slot, uint32_t cycles);

    /* Elaborates, once. 0, or negative with a reason on stderr. */
    int elaborate();
    /* Lets time go on until every CPU that was given something is done. False: they wait for ever. */
    bool run();

  private:
    explicit platform(const sc_core::sc_module_name &name);
    static platform *make();
    void fill_slots();
    void bind(cpu &c);
    void watch();
    cpu *late_cpu();
    bool is_done() const;

    struct owner {
        const pring_bus_ops *ops;
        void *ctx;
    };
    std::unique_ptr<tlm_device> devices_[SLOTS];
    std::vector<std::unique_ptr<cpu>> more_cpus_;
    owner owners_[SLOTS];
    bool is_elaborated_;
    cpu *victim_;
    sc_core::sc_event watch_;
};

/* Which device is in the slot; "" for an empty one. The names of backends come from it. */
struct slot_plan {
    std::string name;
    const pring_backend *inner; /* or kind, or neither */
    device_kind *kind;
};
const slot_plan *slot_plans();

} // namespace pring_sc

#endif
