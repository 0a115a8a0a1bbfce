// SPDX-License-Identifier: Apache-2.0
/* What every device in a slot can do: see <pring/tlm_device.h>. */
#include <pring/tlm_device.h>

#include <cstring>

#include "backend/systemc/kinds.h"

namespace pring_sc
{

static device_kind *first_kind;

device_kind *kinds()
{
    return first_kind;
}

/* Sorted by name: the order of static constructors is the linker's. */
bool add_kind(device_kind *kind)
{
    device_kind **at = &first_kind;

    while (*at && std::strcmp((*at)->name, kind->name) < 0)
        at = &(*at)->next;
    kind->next = *at;
    *at = kind;
    return true;
}

tlm_device::tlm_device(const sc_core::sc_module_name &name)
    : sc_module(name), regs("regs"), dma("dma"), irq("irq")
{
    regs.register_b_transport(this, &tlm_device::b_transport);
}

size_t tlm_device::save(void *, size_t)
{
    return 0;
}

int tlm_device::wave_open(const char *)
{
    return -1;
}

tlm::tlm_response_status tlm_device::dma_access(tlm::tlm_command command, uint64_t addr, uint8_t *data,
                                                uint32_t len_bytes, uint8_t *enabled, sc_core::sc_time &delay)
{
    dma_payload_.set_command(command);
    dma_payload_.set_address(addr);
    dma_payload_.set_data_ptr(data);
    dma_payload_.set_data_length(len_bytes);
    dma_payload_.set_streaming_width(len_bytes);
    dma_payload_.set_byte_enable_ptr(enabled);
    dma_payload_.set_byte_enable_length(enabled ? len_bytes : 0);
    dma_payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    dma->b_transport(dma_payload_, delay);
    return dma_payload_.get_response_status();
}

bool tlm_device::dma_read(uint64_t addr, void *data, uint32_t len_bytes, sc_core::sc_time &delay)
{
    bool is_ok = dma_access(tlm::TLM_READ_COMMAND, addr, static_cast<uint8_t *>(data), len_bytes, nullptr,
                            delay) == tlm::TLM_OK_RESPONSE;
    if (!is_ok)
        std::memset(data, 0, len_bytes);
    return is_ok;
}

bool tlm_device::dma_write(uint64_t addr, const void *data, uint32_t len_bytes, sc_core::sc_time &delay)
{
    /* TLM has one pointer for both directions; a target does not write to the data of a write. */
    return dma_access(tlm::TLM_WRITE_COMMAND, addr, static_cast<uint8_t *>(const_cast<void *>(data)),
                      len_bytes, nullptr, delay) == tlm::TLM_OK_RESPONSE;
}

} // namespace pring_sc
