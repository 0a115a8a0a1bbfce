/* SPDX-License-Identifier: Apache-2.0 */
/* What all parts of the platform agree on: addresses, the clock, limits, and how a transaction fails. */
#ifndef PRING_SC_BUS_H
#define PRING_SC_BUS_H

#include <cstdint>

#include <systemc>
#include <tlm>

#include <pring/backend.h>
#include <pring/memory.h>

namespace pring_sc
{

enum : uint64_t {
    SLOTS_BASE = PRING_REG_BASE,
    SLOT_BYTES = 0x1000,
    IRQ_CONTROLLER_BASE = SLOTS_BASE + 8 * SLOT_BYTES,
    CYCLE_PS = 10000,          /* the wire's cycle: 10 ns */
    ANSWER_CYCLES_MAX = 10000, /* a register access that takes longer gets no answer; as on the RTL */
    QUANTUM_CYCLES = 10000,    /* how far a driver thread may run ahead of the kernel */
};
enum : unsigned {
    SLOTS = 8,
    CPU_PORT = SLOTS, /* of the memory: behind those of the slots */
    PORTS,
};

inline sc_core::sc_time cycles_to_time(uint64_t cycles)
{
    return sc_core::sc_time::from_value(cycles * CYCLE_PS);
}

inline uint64_t time_to_cycles(const sc_core::sc_time &time)
{
    return time.value() / CYCLE_PS;
}

inline pring_bus_error bus_error(tlm::tlm_response_status status)
{
    switch (status) {
    case tlm::TLM_OK_RESPONSE:
        return PRING_BUS_OK;
    case tlm::TLM_INCOMPLETE_RESPONSE:
        return PRING_BUS_NO_ANSWER;
    case tlm::TLM_ADDRESS_ERROR_RESPONSE:
        return PRING_BUS_ADDRESS;
    case tlm::TLM_COMMAND_ERROR_RESPONSE:
        return PRING_BUS_COMMAND;
    case tlm::TLM_BURST_ERROR_RESPONSE:
        return PRING_BUS_BURST;
    case tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE:
        return PRING_BUS_BYTE_ENABLE;
    default:
        return PRING_BUS_GENERIC;
    }
}

/* What a burst of the design was at its pins. A device with a clock of its own has counted the memory's
 * delays there, cycle by cycle (is_timed); to others the memory adds them. */
struct burst_info : tlm::tlm_extension<burst_info> {
    pring_burst burst;
    bool is_timed;

    burst_info() : burst(), is_timed(false) {}
    tlm::tlm_extension_base *clone() const override { return new burst_info(*this); }
    void copy_from(const tlm::tlm_extension_base &other) override
    {
        *this = static_cast<const burst_info &>(other);
    }
};

} // namespace pring_sc

#endif
