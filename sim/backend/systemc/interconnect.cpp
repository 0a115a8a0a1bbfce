// SPDX-License-Identifier: Apache-2.0
#include "backend/systemc/interconnect.h"

#include <cstring>

namespace pring_sc
{

interconnect::interconnect(const sc_core::sc_module_name &name)
    : sc_module(name), from_cpus("from_cpus"), from_slots("from_slots"), to_slots("to_slots"),
      to_irq_controller("to_irq_controller"), to_memory("to_memory"), is_memory_mapped_(true),
      listener_(nullptr), listener_ctx_(nullptr), fault_(nullptr), fault_ctx_(nullptr)
{
    from_cpus.register_b_transport(this, &interconnect::from_cpu);
    from_cpus.register_transport_dbg(this, &interconnect::debug_from_cpu);
    from_cpus.register_get_direct_mem_ptr(this, &interconnect::no_dmi);
    from_slots.register_b_transport(this, &interconnect::from_slot);
    from_slots.register_transport_dbg(this, &interconnect::debug_from_slot);
    from_slots.register_get_direct_mem_ptr(this, &interconnect::no_dmi);
    for (uint64_t slot = 0; slot < SLOTS; slot++)
        map_.push_back(
            {SLOTS_BASE + slot * SLOT_BYTES, SLOTS_BASE + slot * SLOT_BYTES + SLOT_BYTES - 1, target::slot});
    map_.push_back({IRQ_CONTROLLER_BASE, IRQ_CONTROLLER_BASE + SLOT_BYTES - 1, target::irq_controller});
    // All the rest: which addresses have memory behind them is the guest's affair and changes from run to
    // run, so the memory itself decides that, page by page.
    map_.push_back({0, SLOTS_BASE - 1, target::memory});
    map_.push_back({IRQ_CONTROLLER_BASE + SLOT_BYTES, UINT64_MAX, target::memory});
}

void interconnect::listen(void (*listener)(void *, const pring_systemc_access *), void *ctx)
{
    listener_ = listener;
    listener_ctx_ = ctx;
}

void interconnect::on_fault(void (*fault)(void *, unsigned, pring_bus_error), void *ctx)
{
    fault_ = fault;
    fault_ctx_ = ctx;
}

const interconnect::region *interconnect::decode(const tlm::tlm_generic_payload &access,
                                                 unsigned &index) const
{
    uint64_t addr = access.get_address();
    unsigned len = access.get_data_length();

    for (index = 0; index < map_.size(); index++) {
        const region &r = map_[index];

        if (addr < r.base || addr > r.last)
            continue;
        if (len != 0 && len - 1 > r.last - addr)
            return nullptr;
        return r.where != target::memory || is_memory_mapped_ ? &r : nullptr;
    }
    return nullptr;
}

void interconnect::tell(bool is_dma, unsigned slot, uint64_t addr, const tlm::tlm_generic_payload &access)
{
    pring_systemc_access told = {
        is_dma, access.is_write(), access.is_response_error(), uint8_t(slot), addr, access.get_data_length(),
        0};

    if (!is_dma && told.len_bytes == sizeof told.value)
        std::memcpy(&told.value, access.get_data_ptr(), sizeof told.value);
    listener_(listener_ctx_, &told);
}

void interconnect::from_cpu(int, tlm::tlm_generic_payload &access, sc_core::sc_time &delay)
{
    uint64_t addr = access.get_address();
    unsigned index;
    const region *r = decode(access, index);

    if (!r) {
        access.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    if (r->where == target::memory) {
        to_memory[CPU_PORT]->b_transport(access, delay);
        return;
    }
    access.set_address(addr - r->base);
    if (r->where == target::slot)
        to_slots[int(index)]->b_transport(access, delay);
    else
        to_irq_controller->b_transport(access, delay);
    access.set_address(addr);
    if (listener_ && r->where == target::slot)
        tell(false, index, addr - r->base, access);
}

void interconnect::from_slot(int slot, tlm::tlm_generic_payload &access, sc_core::sc_time &delay)
{
    if (is_memory_mapped_)
        to_memory[slot]->b_transport(access, delay);
    else
        access.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    if (listener_)
        tell(true, unsigned(slot), access.get_address(), access);
    if (access.get_response_status() == tlm::TLM_OK_RESPONSE || !fault_)
        return;
    // Memory that does not exist at an address is for the judge: the wire has seen that access.
    if (!is_memory_mapped_ || access.get_response_status() != tlm::TLM_ADDRESS_ERROR_RESPONSE)
        fault_(fault_ctx_, unsigned(slot), bus_error(access.get_response_status()));
}

unsigned interconnect::debug_from_cpu(int, tlm::tlm_generic_payload &access)
{
    unsigned index;
    const region *r = decode(access, index);

    return r && r->where == target::memory ? to_memory[CPU_PORT]->transport_dbg(access) : 0;
}

unsigned interconnect::debug_from_slot(int slot, tlm::tlm_generic_payload &access)
{
    return is_memory_mapped_ ? to_memory[slot]->transport_dbg(access) : 0;
}

/* Nobody gets a pointer: see dma_memory.h. */
bool interconnect::no_dmi(int, tlm::tlm_generic_payload &, tlm::tlm_dmi &dmi)
{
    dmi.allow_none();
    dmi.set_start_address(0);
    dmi.set_end_address(UINT64_MAX);
    return false;
}

} // namespace pring_sc
