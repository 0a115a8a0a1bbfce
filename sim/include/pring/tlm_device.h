/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device in a slot of the SystemC platform, in C++17 on TLM-2.0: what your own class derives from.
 *
 *     class mine : public pring_sc::tlm_device { ... };
 *     PRING_TLM_DEVICE(mine, mine, UINT64_C(1) << 32, 256)    features it can offer, largest QueueSizeMax
 *
 * and in a CMakeLists.txt `pring_add_tlm_device(mine SOURCES mine.cpp)`. It is then the backend
 * `systemc-mine`. Without registers of your own derive from <pring/tlm_registers.h>, which has them. The
 * constructor runs once per process; power_on is the only way back to the start, and after it the device's
 * whole future is a function of its arguments: nothing may depend on sc_time_stamp(), which goes on from run
 * to run. A register access may be dropped while b_transport stands in `wait` (it took too long) or inside a
 * DMA access (the run is abandoned, destructors do not run): power_on must cope, so keep nothing on the stack
 * there that owns memory.
 */
#ifndef PRING_TLM_DEVICE_H
#define PRING_TLM_DEVICE_H

#include <cstddef>
#include <cstdint>

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <pring/backend.h>

namespace pring_sc
{

class tlm_device : public sc_core::sc_module
{
  public:
    tlm_utils::simple_target_socket<tlm_device> regs;   /* 4 KiB of virtio-mmio registers, from offset 0 */
    tlm_utils::simple_initiator_socket<tlm_device> dma; /* to the guest's memory */
    sc_core::sc_out<bool> irq; /* a level; the platform sees an edge at once, not a delta cycle later */

    explicit tlm_device(const sc_core::sc_module_name &name);

    /* A register access: 4 bytes, aligned; byte enables tell which of them a write means. */
    virtual void b_transport(tlm::tlm_generic_payload &access, sc_core::sc_time &delay) = 0;
    virtual void power_on(const pring_setup &setup, const pring_profile &profile) = 0;

    /* What the bench asks beside the bus, as in <pring/backend.h>. As they are they fit a device that has
     * done everything when b_transport returns. */
    virtual uint32_t advance(uint32_t cycles) { return cycles; }
    virtual bool idle() { return true; }
    virtual uint64_t cycle() { return 0; }
    virtual void resize(uint64_t sectors) { (void)sectors; }
    virtual uint64_t state_hash() { return 0; }
    virtual size_t save(void *buf, size_t size_bytes);
    virtual void restore(const void *buf) { (void)buf; }
    virtual int wave_open(const char *path);
    virtual void wave_close() {}
    virtual const char *waiting(uint64_t *since)
    {
        (void)since;
        return nullptr;
    }

    /* One DMA access; time is added to `delay`. False: bus error, and what was read is zeros. */
    bool dma_read(uint64_t addr, void *data, uint32_t len_bytes, sc_core::sc_time &delay);
    bool dma_write(uint64_t addr, const void *data, uint32_t len_bytes, sc_core::sc_time &delay);

  protected:
    /* `enabled`: a byte per byte, 0 or TLM_BYTE_ENABLED; NULL: all. */
    tlm::tlm_response_status dma_access(tlm::tlm_command command, uint64_t addr, uint8_t *data,
                                        uint32_t len_bytes, uint8_t *enabled, sc_core::sc_time &delay);
    /* One for all accesses: a payload made anew for each allocates. */
    tlm::tlm_generic_payload dma_payload_;
};

/* What kinds there are: linked in is registered. */
struct device_kind {
    const char *name;
    uint64_t features;
    uint32_t queue_size_max, caps;
    tlm_device *(*make)(const char *module_name);
    device_kind *next;
};
bool add_kind(device_kind *kind);

} // namespace pring_sc

#define PRING_TLM_DEVICE(name, device_class, its_features, its_queue_size_max)                               \
    static pring_sc::device_kind pring_kind_##name = {                                                       \
        #name,                                                                                               \
        its_features,                                                                                        \
        its_queue_size_max,                                                                                  \
        PRING_CAP_SEES_DMA | PRING_CAP_DETERMINISTIC,                                                        \
        [](const char *module_name) -> pring_sc::tlm_device * { return new device_class(module_name); },     \
        nullptr};                                                                                            \
    [[maybe_unused]] static const bool pring_kind_added_##name = pring_sc::add_kind(&pring_kind_##name)

#endif
