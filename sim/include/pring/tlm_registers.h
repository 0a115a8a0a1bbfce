/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device in a slot whose registers are done: virtio-mmio [4.2.2] with feature negotiation, queues, status,
 * interrupts and DEVICE_NEEDS_RESET. What is left for your class is what happens behind the queues:
 *
 *     class mine : public pring_sc::register_device { bool notified(queue &, sc_core::sc_time &) override; };
 *
 * Who has registers already derives from tlm_device itself. Register accesses are whole words, as drivers
 * make them; what is written to the configuration space is not kept.
 */
#ifndef PRING_TLM_REGISTERS_H
#define PRING_TLM_REGISTERS_H

#include <vector>

#include <pring/tlm_device.h>

namespace pring_sc
{

class register_device : public tlm_device
{
  public:
    register_device(const sc_core::sc_module_name &name, uint32_t device_id, unsigned queue_count);
    void power_on(const pring_setup &setup, const pring_profile &profile) override;
    uint64_t state_hash() override;
    void b_transport(tlm::tlm_generic_payload &access, sc_core::sc_time &delay) override;

  protected:
    struct queue {
        unsigned index;
        uint32_t size;
        uint64_t desc, driver, device; /* the three areas, under the registers' names */
        bool ready;
        uint16_t seen, used; /* yours: how far you are in the rings; 0 when the queue begins */
    };

    /* The driver says that buffers of this queue are available. Only between DRIVER_OK and reset, and for a
     * queue that is ready. False: you cannot go on (a bad ring, a bus error), and DEVICE_NEEDS_RESET is set.
     */
    virtual bool notified(queue &q, sc_core::sc_time &delay) = 0;
    /* A word of the configuration space, from offset 0. */
    virtual uint32_t config(uint32_t offset) const;

    bool is_accepted(unsigned feature) const;
    void tell_used() { raise(1); } /* the interrupt for used buffers; whether it is wanted, the ring says */
    void tell_config() { raise(2); }

  private:
    uint32_t read(uint32_t at) const;
    void write(uint32_t at, uint32_t value);
    void write_queue(queue &q, uint32_t at, uint32_t value);
    void write_status(uint32_t value);
    void notify(uint32_t index, sc_core::sc_time &delay);
    void raise(uint32_t causes);
    void reset();
    const queue *selected() const;

    const uint32_t device_id_;
    uint64_t offered_;
    uint32_t queue_size_max_, device_sel_, driver_sel_, queue_sel_, status_, causes_, accepted_[4];
    std::vector<queue> queues_;
};

} // namespace pring_sc

#endif
