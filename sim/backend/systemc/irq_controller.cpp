// SPDX-License-Identifier: Apache-2.0
#include "backend/systemc/irq_controller.h"

#include <cstring>
#include <string>

namespace pring_sc
{

enum { REG_PENDING = 0x0, REG_ENABLE = 0x4 };

irq_line::irq_line(const char *name, irq_controller &controller, unsigned slot)
    : sc_signal(name), controller_(controller), slot_(slot), level_(false)
{
}

void irq_line::write(const bool &level)
{
    bool is_edge = level != level_;

    sc_signal::write(level);
    level_ = level;
    if (is_edge)
        controller_.edge(slot_, level); // last: it may not return
}

irq_controller::irq_controller(const sc_core::sc_module_name &name)
    : sc_module(name), regs("regs"), listeners_(), ctx_(), enabled_((1u << SLOTS) - 1)
{
    regs.register_b_transport(this, &irq_controller::b_transport);
    for (unsigned slot = 0; slot < SLOTS; slot++)
        lines_[slot].reset(new irq_line(("line" + std::to_string(slot)).c_str(), *this, slot));
}

void irq_controller::listen(unsigned slot, listener to, void *ctx)
{
    listeners_[slot] = to;
    ctx_[slot] = ctx;
}

bool irq_controller::pending(unsigned slot) const
{
    return lines_[slot]->level() && (enabled_ >> slot & 1) != 0;
}

void irq_controller::edge(unsigned slot, bool level)
{
    if ((enabled_ >> slot & 1) == 0)
        return;
    if (level)
        risen_[slot].notify(sc_core::SC_ZERO_TIME);
    if (listeners_[slot])
        listeners_[slot](ctx_[slot], slot, level);
}

uint32_t irq_controller::levels() const
{
    uint32_t levels = 0;

    for (unsigned slot = 0; slot < SLOTS; slot++)
        levels |= uint32_t(lines_[slot]->level()) << slot;
    return levels;
}

void irq_controller::b_transport(tlm::tlm_generic_payload &access, sc_core::sc_time &)
{
    uint64_t offset = access.get_address();
    uint32_t value = offset == REG_PENDING ? levels() : enabled_;

    if (access.get_data_length() != sizeof value || access.get_streaming_width() < sizeof value) {
        access.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    } else if (access.get_byte_enable_ptr()) {
        access.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    } else if (offset != REG_ENABLE && (offset != REG_PENDING || access.is_write())) {
        access.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    } else {
        if (access.is_write())
            std::memcpy(&enabled_, access.get_data_ptr(), sizeof enabled_);
        else
            std::memcpy(access.get_data_ptr(), &value, sizeof value);
        access.set_response_status(tlm::TLM_OK_RESPONSE);
    }
}

} // namespace pring_sc
