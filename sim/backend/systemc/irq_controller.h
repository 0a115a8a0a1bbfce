/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupt controller: a line in from each slot, a line out for each. Registers: 0x0 pending (a bit per
 * slot, the lines as they are), 0x4 enable (all ones at power on). Levels, no latches: what a device
 * withdraws is gone.
 */
#ifndef PRING_SC_IRQ_CONTROLLER_H
#define PRING_SC_IRQ_CONTROLLER_H

#include <memory>

#include <tlm_utils/simple_target_socket.h>

#include "backend/systemc/bus.h"

namespace pring_sc
{

class irq_controller;

/* A signal whose writes count at once: a driver thread runs ahead of the kernel, and would see an interrupt
 * only after its quantum else. Beside that it is a signal like any other, for whoever waits for it or traces
 * it. Devices write it in turns: unchecked. */
class irq_line : public sc_core::sc_signal<bool, sc_core::SC_UNCHECKED_WRITERS>
{
  public:
    irq_line(const char *name, irq_controller &controller, unsigned slot);
    void write(const bool &level) override;
    bool level() const { return level_; }
    void power_on() { level_ = false; }

  private:
    irq_controller &controller_;
    unsigned slot_;
    bool level_;
};

class irq_controller : public sc_core::sc_module
{
  public:
    using listener = void (*)(void *ctx, unsigned slot, bool level);
    tlm_utils::simple_target_socket<irq_controller> regs;

    explicit irq_controller(const sc_core::sc_module_name &name);
    irq_line &line(unsigned slot) { return *lines_[slot]; }
    /* Told of each edge of an enabled line. */
    void listen(unsigned slot, listener to, void *ctx);
    /* Asserted and enabled. */
    bool pending(unsigned slot) const;
    /* For threads that wait: an enabled line has risen. */
    const sc_core::sc_event &risen(unsigned slot) const { return risen_[slot]; }
    /* The line falls without an edge: whoever looks at it starts anew as well. */
    void power_on(unsigned slot)
    {
        lines_[slot]->power_on();
        enabled_ |= 1u << slot;
    }
    void edge(unsigned slot, bool level);

  private:
    void b_transport(tlm::tlm_generic_payload &access, sc_core::sc_time &delay);
    uint32_t levels() const;

    std::unique_ptr<irq_line> lines_[SLOTS];
    sc_core::sc_event risen_[SLOTS];
    listener listeners_[SLOTS];
    void *ctx_[SLOTS];
    uint32_t enabled_;
};

} // namespace pring_sc

#endif
