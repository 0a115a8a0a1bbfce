/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bus. CPUs reach the registers of the slots, the interrupt controller, and memory; devices reach memory
 * only, each through a port of its own. What lies nowhere is an address error, and so is an access that runs
 * out of its target.
 */
#ifndef PRING_SC_INTERCONNECT_H
#define PRING_SC_INTERCONNECT_H

#include <vector>

#include <tlm_utils/multi_passthrough_initiator_socket.h>
#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <pring/systemc.h>

#include "backend/systemc/bus.h"

namespace pring_sc
{

class interconnect : public sc_core::sc_module
{
  public:
    tlm_utils::multi_passthrough_target_socket<interconnect> from_cpus;
    tlm_utils::multi_passthrough_target_socket<interconnect> from_slots; /* bound in the order of slots */
    tlm_utils::multi_passthrough_initiator_socket<interconnect> to_slots;
    tlm_utils::simple_initiator_socket<interconnect> to_irq_controller;
    tlm_utils::multi_passthrough_initiator_socket<interconnect> to_memory; /* one for each port */

    explicit interconnect(const sc_core::sc_module_name &name);
    void map_memory(bool is_mapped) { is_memory_mapped_ = is_mapped; }
    void listen(void (*listener)(void *, const pring_systemc_access *), void *ctx);
    /* Told of each access of a device that failed through the platform's or the device's own fault. */
    void on_fault(void (*fault)(void *ctx, unsigned slot, pring_bus_error error), void *ctx);

  private:
    enum class target { slot, irq_controller, memory };
    struct region {
        uint64_t base, last;
        target where;
    };

    const region *decode(const tlm::tlm_generic_payload &access, unsigned &index) const;
    void from_cpu(int cpu, tlm::tlm_generic_payload &access, sc_core::sc_time &delay);
    void from_slot(int slot, tlm::tlm_generic_payload &access, sc_core::sc_time &delay);
    unsigned debug_from_cpu(int cpu, tlm::tlm_generic_payload &access);
    unsigned debug_from_slot(int slot, tlm::tlm_generic_payload &access);
    bool no_dmi(int id, tlm::tlm_generic_payload &access, tlm::tlm_dmi &dmi);
    void tell(bool is_dma, unsigned slot, uint64_t addr, const tlm::tlm_generic_payload &access);

    std::vector<region> map_; /* as CPUs see it */
    bool is_memory_mapped_;
    void (*listener_)(void *, const pring_systemc_access *);
    void *listener_ctx_;
    void (*fault_)(void *ctx, unsigned slot, pring_bus_error error);
    void *fault_ctx_;
};

} // namespace pring_sc

#endif
