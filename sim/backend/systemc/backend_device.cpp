// SPDX-License-Identifier: Apache-2.0
#include "backend/systemc/backend_device.h"

#include <cstring>

namespace pring_sc
{

const pring_bus_ops backend_device::bus_ops_ = {on_read, on_write, on_irq, on_violation};

backend_device::backend_device(const sc_core::sc_module_name &name, const pring_backend &inner)
    : tlm_device(name), inner_(inner), self_(nullptr), bus_(nullptr), ctx_(nullptr), info_(new burst_info),
      enables_()
{
    info_->is_timed = (inner.caps & PRING_CAP_EXACT_CYCLES) != 0;
    dma_payload_.set_extension(info_);
    if (inner_.open(&bus_ops_, this, &self_) < 0)
        self_ = nullptr;
}

void backend_device::attach(const pring_bus_ops *bus, void *ctx)
{
    bus_ = bus;
    ctx_ = ctx;
}

void backend_device::power_on(const pring_setup &setup, const pring_profile &profile)
{
    dma_time_ = sc_core::SC_ZERO_TIME;
    inner_.power_on(self_, &setup, &profile);
}

int backend_device::wave_open(const char *path)
{
    return inner_.wave_open ? inner_.wave_open(self_, path) : -1;
}

void backend_device::wave_close()
{
    if (inner_.wave_close)
        inner_.wave_close(self_);
}

const char *backend_device::waiting(uint64_t *since)
{
    return inner_.waiting ? inner_.waiting(self_, since) : nullptr;
}

// ---- registers ----

static uint8_t strobes(const tlm::tlm_generic_payload &access)
{
    const uint8_t *enable = access.get_byte_enable_ptr();
    uint8_t strb = 0;

    if (!enable)
        return 15;
    for (unsigned i = 0; i < 4; i++)
        strb |= uint8_t((enable[i % access.get_byte_enable_length()] != 0) << i);
    return strb;
}

/* As for every TLM target: what it cannot do is answered with the matching error. */
static tlm::tlm_response_status check(const tlm::tlm_generic_payload &access)
{
    if (!access.is_read() && !access.is_write())
        return tlm::TLM_COMMAND_ERROR_RESPONSE;
    if (access.get_address() > 0xffc)
        return tlm::TLM_ADDRESS_ERROR_RESPONSE;
    if (access.get_data_length() != 4 || access.get_streaming_width() < 4 || access.get_address() % 4 != 0)
        return tlm::TLM_BURST_ERROR_RESPONSE;
    if (access.get_byte_enable_ptr() && access.get_byte_enable_length() == 0)
        return tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
    return tlm::TLM_OK_RESPONSE;
}

void backend_device::b_transport(tlm::tlm_generic_payload &access, sc_core::sc_time &delay)
{
    uint32_t offset = uint32_t(access.get_address()), value = 0, cycles = 0;
    tlm::tlm_response_status status = check(access);
    int error;

    if (status != tlm::TLM_OK_RESPONSE) {
        access.set_response_status(status);
        return;
    }
    if (access.is_read()) {
        error = inner_.reg_read(self_, offset, &value, &cycles);
        std::memcpy(access.get_data_ptr(), &value, sizeof value);
    } else {
        std::memcpy(&value, access.get_data_ptr(), sizeof value);
        error = inner_.reg_write(self_, offset, value, strobes(access), &cycles);
    }
    delay += cycles_to_time(cycles) + dma_time_;
    dma_time_ = sc_core::SC_ZERO_TIME;
    access.set_response_status(error < 0 ? tlm::TLM_INCOMPLETE_RESPONSE : tlm::TLM_OK_RESPONSE);
}

// ---- what the device does ----

int backend_device::on_read(void *ctx, const pring_burst *burst, uint32_t offset, uint32_t n, uint8_t *out)
{
    backend_device *d = static_cast<backend_device *>(ctx);

    d->info_->burst = *burst;
    return d->dma_access(tlm::TLM_READ_COMMAND, burst->addr + offset, out, n, nullptr, d->dma_time_) ==
                   tlm::TLM_OK_RESPONSE
               ? 0
               : -1;
}

int backend_device::on_write(void *ctx, const pring_burst *burst, uint32_t offset, uint32_t n,
                             const uint8_t *in, const uint8_t *strb)
{
    backend_device *d = static_cast<backend_device *>(ctx);

    d->info_->burst = *burst;
    for (uint32_t i = 0; strb && i < n; i++)
        d->enables_[i] = strb[i] ? TLM_BYTE_ENABLED : TLM_BYTE_DISABLED;
    return d->dma_access(tlm::TLM_WRITE_COMMAND, burst->addr + offset, const_cast<uint8_t *>(in), n,
                         strb ? d->enables_ : nullptr, d->dma_time_) == tlm::TLM_OK_RESPONSE
               ? 0
               : -1;
}

void backend_device::on_irq(void *ctx, bool level, uint64_t)
{
    static_cast<backend_device *>(ctx)->irq.write(level);
}

void backend_device::on_violation(void *ctx, uint32_t code, uint64_t cycle)
{
    backend_device *d = static_cast<backend_device *>(ctx);

    if (d->bus_)
        d->bus_->violation(d->ctx_, code, cycle);
}

} // namespace pring_sc
