/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A backend of the bench as a device in a slot: the RTL, or the C model. Its accesses become transactions
 * here, and nothing else does: what turns pins into accesses is pring_rtl::rtl_device, in one copy for both
 * ways.
 */
#ifndef PRING_SC_BACKEND_DEVICE_H
#define PRING_SC_BACKEND_DEVICE_H

#include <pring/tlm_device.h>

#include "backend/systemc/bus.h"

namespace pring_sc
{

class backend_device : public tlm_device
{
  public:
    backend_device(const sc_core::sc_module_name &name, const pring_backend &inner);
    /* Where violations of the design are told. */
    void attach(const pring_bus_ops *bus, void *ctx);
    bool is_open() const { return self_ != nullptr; }

    void b_transport(tlm::tlm_generic_payload &access, sc_core::sc_time &delay) override;
    void power_on(const pring_setup &setup, const pring_profile &profile) override;
    uint32_t advance(uint32_t cycles) override { return inner_.advance(self_, cycles); }
    bool idle() override { return inner_.idle(self_); }
    uint64_t cycle() override { return inner_.cycle(self_); }
    void resize(uint64_t sectors) override { inner_.resize(self_, sectors); }
    uint64_t state_hash() override { return inner_.state_hash(self_); }
    size_t save(void *buf, size_t size_bytes) override { return inner_.save(self_, buf, size_bytes); }
    void restore(const void *buf) override { inner_.restore(self_, buf); }
    int wave_open(const char *path) override;
    void wave_close() override;
    const char *waiting(uint64_t *since) override;

  private:
    static int on_read(void *ctx, const pring_burst *burst, uint32_t offset, uint32_t n, uint8_t *out);
    static int on_write(void *ctx, const pring_burst *burst, uint32_t offset, uint32_t n, const uint8_t *in,
                        const uint8_t *strb);
    static void on_irq(void *ctx, bool level, uint64_t cycle);
    static void on_violation(void *ctx, uint32_t code, uint64_t cycle);
    static const pring_bus_ops bus_ops_;

    const pring_backend &inner_;
    void *self_;
    const pring_bus_ops *bus_;
    void *ctx_;
    burst_info *info_;          /* of the payload, which owns it */
    sc_core::sc_time dma_time_; /* of accesses since the last register access */
    uint8_t enables_[4096];
};

} // namespace pring_sc

#endif
