/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's memory as devices see it: a TLM target with a port for each slot and one for CPUs. It holds no
 * bytes: they come from and go to pring_bus_ops, which is the wire in a run.
 *
 * No DMI. A ring is written by driver and device at the same time, and each access to it must be seen, cut
 * into fields and perhaps falsified; a pointer into it would go around all of that. Debug transport is there:
 * it moves bytes without time and without an event.
 *
 * Delays are those of struct pring_profile, by the same function as at the pins of the RTL (memory_manners).
 * They are added for initiators without a clock; the RTL has had them at its pins already, stalls, reordering
 * and late visibility included. A blocking initiator has one access at a time: nothing of its own to reorder.
 */
#ifndef PRING_SC_DMA_MEMORY_H
#define PRING_SC_DMA_MEMORY_H

#include <tlm_utils/multi_passthrough_target_socket.h>

#include "backend/rtl/memory_manners.h"
#include "backend/systemc/bus.h"

namespace pring_sc
{

class dma_memory : public sc_core::sc_module
{
  public:
    tlm_utils::multi_passthrough_target_socket<dma_memory> ports;

    explicit dma_memory(const sc_core::sc_module_name &name);
    /* Whose memory it is that this port shows. Without it the port answers with an address error. */
    void attach(unsigned port, const pring_bus_ops *bus, void *ctx);
    void power_on(unsigned port, const pring_profile &profile, uint64_t seed);

  private:
    struct port_state {
        const pring_bus_ops *bus;
        void *ctx;
        pring_rtl::memory_manners manners;
        bool has_manners;
    };

    void b_transport(int port, tlm::tlm_generic_payload &access, sc_core::sc_time &delay);
    unsigned transport_dbg(int port, tlm::tlm_generic_payload &access);
    bool no_dmi(int port, tlm::tlm_generic_payload &access, tlm::tlm_dmi &dmi);
    int move(const port_state &p, const tlm::tlm_generic_payload &access, uint64_t at, uint32_t from,
             uint32_t n);
    int move_odd(const port_state &p, const tlm::tlm_generic_payload &access);
    uint64_t delay_cycles(port_state &p, const tlm::tlm_generic_payload &access);

    port_state state_[PORTS];
    uint8_t bytes_[4096], strobes_[4096];
};

} // namespace pring_sc

#endif
