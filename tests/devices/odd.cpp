// SPDX-License-Identifier: Apache-2.0
/* Devices that fail on the bus, each in its own way: the platform must name it, and go on with the next run.
 */
#include <cstring>
#include <stdexcept>

#include <pring/tlm_device.h>

namespace
{

/* Identifies itself, then does what it is named for when the driver writes Status. */
class odd : public pring_sc::tlm_device
{
  public:
    using tlm_device::tlm_device;
    void power_on(const pring_setup &, const pring_profile &) override {}
    void b_transport(tlm::tlm_generic_payload &access, sc_core::sc_time &delay) override
    {
        static const uint32_t identity[] = {0x74726976, 2, 4, 0};
        uint64_t at = access.get_address();

        if (access.is_write() && at == 0x70) {
            fail(access, delay);
            return;
        }
        if (access.is_read())
            std::memcpy(access.get_data_ptr(), &identity[at < 16 ? at / 4 : 3], 4);
        access.set_response_status(tlm::TLM_OK_RESPONSE);
    }

  private:
    virtual void fail(tlm::tlm_generic_payload &access, sc_core::sc_time &delay) = 0;
};

/* Waits for what never comes. */
class silent : public odd
{
    using odd::odd;
    void fail(tlm::tlm_generic_payload &, sc_core::sc_time &) override { wait(never_); }
    sc_core::sc_event never_;
};

/* Time goes on, and it still has no answer. */
class endless : public odd
{
    using odd::odd;
    void fail(tlm::tlm_generic_payload &, sc_core::sc_time &) override
    {
        for (;;)
            wait(1, sc_core::SC_US);
    }
};

/* An answer, but annotated with more time than there is. */
class late : public odd
{
    using odd::odd;
    void fail(tlm::tlm_generic_payload &access, sc_core::sc_time &delay) override
    {
        delay += sc_core::sc_time(1, sc_core::SC_SEC);
        access.set_response_status(tlm::TLM_OK_RESPONSE);
    }
};

class thrower : public odd
{
    using odd::odd;
    void fail(tlm::tlm_generic_payload &, sc_core::sc_time &) override { throw std::runtime_error("no"); }
};

/* A DMA access of no bytes. */
class burster : public odd
{
    using odd::odd;
    void fail(tlm::tlm_generic_payload &access, sc_core::sc_time &delay) override
    {
        uint8_t byte;

        dma_read(0x20000000, &byte, 0, delay);
        access.set_response_status(tlm::TLM_OK_RESPONSE);
    }
};

PRING_TLM_DEVICE(silent, silent, UINT64_MAX, 1024);
PRING_TLM_DEVICE(endless, endless, UINT64_MAX, 1024);
PRING_TLM_DEVICE(late, late, UINT64_MAX, 1024);
PRING_TLM_DEVICE(thrower, thrower, UINT64_MAX, 1024);
PRING_TLM_DEVICE(burster, burster, UINT64_MAX, 1024);

} // namespace
