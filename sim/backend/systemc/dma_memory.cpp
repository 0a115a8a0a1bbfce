// SPDX-License-Identifier: Apache-2.0
#include "backend/systemc/dma_memory.h"

#include <algorithm>
#include <cstring>

namespace pring_sc
{

enum : uint64_t { PAGE_BYTES = 4096, BEAT_BYTES = 8 };

dma_memory::dma_memory(const sc_core::sc_module_name &name) : sc_module(name), ports("ports"), state_()
{
    ports.register_b_transport(this, &dma_memory::b_transport);
    ports.register_transport_dbg(this, &dma_memory::transport_dbg);
    ports.register_get_direct_mem_ptr(this, &dma_memory::no_dmi);
}

void dma_memory::attach(unsigned port, const pring_bus_ops *bus, void *ctx)
{
    state_[port].bus = bus;
    state_[port].ctx = ctx;
}

void dma_memory::power_on(unsigned port, const pring_profile &profile, uint64_t seed)
{
    state_[port].manners.power_on(profile, seed);
    state_[port].has_manners = true;
}

// ---- what a payload may ask ----

static tlm::tlm_response_status check(const tlm::tlm_generic_payload &access)
{
    uint64_t len = access.get_data_length(), width = access.get_streaming_width();

    if (len == 0 || width == 0 || !access.get_data_ptr())
        return tlm::TLM_BURST_ERROR_RESPONSE;
    if (access.get_byte_enable_ptr() && access.get_byte_enable_length() == 0)
        return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
    if (!access.is_read() && !access.is_write())
        return tlm::TLM_COMMAND_ERROR_RESPONSE;
    if (std::min(len, width) - 1 > UINT64_MAX - access.get_address()) // beyond the end of all addresses
        return tlm::TLM_ADDRESS_ERROR_RESPONSE;
    return tlm::TLM_OK_RESPONSE;
}

static bool is_plain(const tlm::tlm_generic_payload &access)
{
    uint64_t len = access.get_data_length();

    return !access.get_byte_enable_ptr() && access.get_streaming_width() >= len &&
           len <= PAGE_BYTES - access.get_address() % PAGE_BYTES;
}

// ---- moving bytes ----

static pring_burst burst_of(const tlm::tlm_generic_payload &access, uint64_t at, uint32_t n)
{
    const burst_info *info;

    access.get_extension(info);
    if (info)
        return info->burst;
    return {at, n, 0, BEAT_BYTES, access.is_write(), 0};
}

/* n bytes of the payload from `from`, in one page at address `at`. */
int dma_memory::move(const port_state &p, const tlm::tlm_generic_payload &access, uint64_t at, uint32_t from,
                     uint32_t n)
{
    const uint8_t *enable = access.get_byte_enable_ptr();
    uint32_t period = access.get_byte_enable_length();
    uint8_t *data = access.get_data_ptr() + from;
    pring_burst burst = burst_of(access, at, n);
    bool all = true;

    if (!enable)
        return access.is_write() ? p.bus->dma_write(p.ctx, &burst, 0, n, data, nullptr)
                                 : p.bus->dma_read(p.ctx, &burst, 0, n, data);
    for (uint32_t i = 0; i < n; i++) {
        strobes_[i] = enable[(from + i) % period] != 0;
        all = all && strobes_[i];
    }
    if (access.is_write())
        return p.bus->dma_write(p.ctx, &burst, 0, n, data, all ? nullptr : strobes_);
    int error = p.bus->dma_read(p.ctx, &burst, 0, n, bytes_);
    for (uint32_t i = 0; i < n; i++)
        if (strobes_[i]) // other bytes of the initiator's array stay as they are
            data[i] = bytes_[i];
    return error;
}

/* Bytes beyond the streaming width come back to the first address; no burst crosses a page. */
int dma_memory::move_odd(const port_state &p, const tlm::tlm_generic_payload &access)
{
    uint32_t len = access.get_data_length(), width = std::min(access.get_streaming_width(), len);
    int error = 0;

    for (uint32_t from = 0, n; from < len && error == 0; from += n) {
        uint64_t at = access.get_address() + from % width;

        n = uint32_t(std::min<uint64_t>(PAGE_BYTES - at % PAGE_BYTES, width - from % width));
        n = std::min(n, len - from);
        error = p.bus ? move(p, access, at, from, n) : -1;
    }
    return error;
}

// ---- time ----

/* The address is taken, the memory takes its time, a beat a cycle follows. */
uint64_t dma_memory::delay_cycles(port_state &p, const tlm::tlm_generic_payload &access)
{
    const pring_profile &profile = p.manners.profile();
    uint64_t beats =
        (access.get_address() % BEAT_BYTES + access.get_data_length() + BEAT_BYTES - 1) / BEAT_BYTES;
    uint64_t cycle = 0;

    while (p.manners.chance(access.is_write() ? profile.stall_aw : profile.stall_ar))
        cycle++;
    cycle = p.manners.due(cycle, access.is_write() ? profile.write_latency : profile.read_latency);
    for (; beats > 0; beats--, cycle++)
        while (p.manners.chance(access.is_write() ? profile.stall_w : profile.stall_r))
            cycle++;
    while (access.is_write() && p.manners.chance(profile.stall_b))
        cycle++;
    return cycle;
}

void dma_memory::b_transport(int port, tlm::tlm_generic_payload &access, sc_core::sc_time &delay)
{
    port_state &p = state_[port];
    const burst_info *info;
    tlm::tlm_response_status status = check(access);

    access.set_dmi_allowed(false);
    if (access.get_command() == tlm::TLM_IGNORE_COMMAND)
        status = tlm::TLM_OK_RESPONSE;
    else if (status == tlm::TLM_OK_RESPONSE &&
             (!p.bus || (is_plain(access) ? move(p, access, access.get_address(), 0, access.get_data_length())
                                          : move_odd(p, access)) < 0))
        status = tlm::TLM_ADDRESS_ERROR_RESPONSE;
    access.set_response_status(status);
    access.get_extension(info);
    if (p.has_manners && !(info && info->is_timed))
        delay += cycles_to_time(delay_cycles(p, access));
}

// ---- beside the bus ----

/* What memory holds, as a debugger sees it: nothing of rings that the proxy shows, no event. */
unsigned dma_memory::transport_dbg(int, tlm::tlm_generic_payload &access)
{
    uint64_t at = access.get_address();
    unsigned done = 0, len = access.get_data_length();

    for (; done < len && at + done >= at && pring_memory_exists(at + done, 1); done++) {
        void *byte = reinterpret_cast<void *>(uintptr_t(at + done));

        if (access.is_write())
            pring_copy(byte, access.get_data_ptr() + done, 1);
        else
            pring_copy(access.get_data_ptr() + done, byte, 1);
    }
    return done;
}

bool dma_memory::no_dmi(int, tlm::tlm_generic_payload &, tlm::tlm_dmi &dmi)
{
    dmi.allow_none();
    dmi.set_start_address(0);
    dmi.set_end_address(UINT64_MAX);
    return false;
}

} // namespace pring_sc
