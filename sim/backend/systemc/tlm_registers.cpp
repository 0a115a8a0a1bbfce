// SPDX-License-Identifier: Apache-2.0
/* Registers of a device in a slot: see <pring/tlm_registers.h>. */
#include <pring/tlm_registers.h>

#include <cstring>

#include "backend/rtl/hash.h"

namespace pring_sc
{

namespace
{
enum : uint32_t {
    DEVICE_FEATURES = 0x10,
    DEVICE_FEATURES_SEL = 0x14,
    DRIVER_FEATURES = 0x20,
    DRIVER_FEATURES_SEL = 0x24,
    QUEUE_SEL = 0x30,
    QUEUE_SIZE_MAX = 0x34,
    QUEUE_SIZE = 0x38,
    QUEUE_READY = 0x44,
    QUEUE_NOTIFY = 0x50,
    INTERRUPT_STATUS = 0x60,
    INTERRUPT_ACK = 0x64,
    STATUS = 0x70,
    QUEUE_DESC = 0x80,
    QUEUE_DRIVER = 0x90,
    QUEUE_DEVICE = 0xa0,
    QUEUE_END = 0xb0,
    SHM_LEN = 0xb0,
    SHM_END = 0xc0,
    CONFIG = 0x100,
};
enum : uint32_t { DRIVER_OK = 4, FEATURES_OK = 8, NEEDS_RESET = 64, FAILED = 128, VERSION_1_WORD = 1 };
} // namespace

register_device::register_device(const sc_core::sc_module_name &name, uint32_t device_id,
                                 unsigned queue_count)
    : tlm_device(name), device_id_(device_id), offered_(0), queue_size_max_(0), queues_(queue_count)
{
    reset();
}

void register_device::power_on(const pring_setup &setup, const pring_profile &)
{
    offered_ = setup.features;
    queue_size_max_ = setup.queue_size_max;
    reset();
    irq.write(false);
}

/* Status stays as it is: who resets says what it becomes. */
void register_device::reset()
{
    device_sel_ = driver_sel_ = queue_sel_ = status_ = causes_ = 0;
    std::memset(accepted_, 0, sizeof accepted_);
    for (unsigned i = 0; i < queues_.size(); i++)
        queues_[i] = queue{i, 0, 0, 0, 0, false, 0, 0};
}

uint64_t register_device::state_hash()
{
    uint64_t h = pring_rtl::mix_in(uint64_t(status_) << 32 | causes_, queue_sel_);

    for (const queue &q : queues_) {
        h = pring_rtl::mix_in(pring_rtl::mix_in(h, q.desc), q.driver);
        h = pring_rtl::mix_in(pring_rtl::mix_in(h, q.device), uint64_t(q.size) << 1 | q.ready);
        h = pring_rtl::mix_in(h, uint64_t(q.seen) << 16 | q.used);
    }
    for (uint32_t word : accepted_)
        h = pring_rtl::mix_in(h, word);
    return pring_rtl::mix_in(h, uint64_t(device_sel_) << 32 | driver_sel_);
}

void register_device::b_transport(tlm::tlm_generic_payload &access, sc_core::sc_time &delay)
{
    uint32_t at = uint32_t(access.get_address()), value = 0;

    if (access.is_read()) {
        value = read(at);
        std::memcpy(access.get_data_ptr(), &value, sizeof value);
    } else if (!access.get_byte_enable_ptr()) { // a whole word
        std::memcpy(&value, access.get_data_ptr(), sizeof value);
        write(at, value);
        if (at == QUEUE_NOTIFY)
            notify(value, delay);
    }
    access.set_response_status(tlm::TLM_OK_RESPONSE);
}

void register_device::notify(uint32_t index, sc_core::sc_time &delay)
{
    bool is_running = (status_ & (DRIVER_OK | NEEDS_RESET)) == DRIVER_OK;

    if (!is_running || index >= queues_.size() || !queues_[index].ready || notified(queues_[index], delay))
        return;
    status_ |= NEEDS_RESET;
    tell_config();
}

uint32_t register_device::config(uint32_t) const
{
    return 0;
}

bool register_device::is_accepted(unsigned feature) const
{
    return feature < 128 && accepted_[feature / 32] >> feature % 32 & 1;
}

void register_device::raise(uint32_t causes)
{
    causes_ |= causes;
    irq.write(true);
}

const register_device::queue *register_device::selected() const
{
    return queue_sel_ < queues_.size() ? &queues_[queue_sel_] : nullptr;
}

uint32_t register_device::read(uint32_t at) const
{
    static const uint32_t magic_version[] = {0x74726976, 2};
    const queue *q = selected();

    switch (at) {
    case 0x00:
    case 0x04:
        return magic_version[at / 4];
    case 0x08:
        return device_id_;
    case 0x0c:
        return 0x474e5250; // PRNG, as the other backends say
    case DEVICE_FEATURES:
        return device_sel_ < 2 ? uint32_t(offered_ >> 32 * device_sel_) : 0;
    case QUEUE_SIZE_MAX:
        return q ? queue_size_max_ : 0;
    case QUEUE_READY:
        return q && q->ready;
    case INTERRUPT_STATUS:
        return causes_;
    case STATUS:
        return status_;
    default:
        return at >= CONFIG ? config(at - CONFIG) : at >= SHM_LEN && at < SHM_END ? UINT32_MAX : 0;
    }
}

void register_device::write(uint32_t at, uint32_t value)
{
    switch (at) {
    case DEVICE_FEATURES_SEL:
        device_sel_ = value;
        break;
    case DRIVER_FEATURES_SEL:
        driver_sel_ = value;
        break;
    case DRIVER_FEATURES:
        if (driver_sel_ < 4 && !(status_ & FEATURES_OK))
            accepted_[driver_sel_] = value;
        break;
    case QUEUE_SEL:
        queue_sel_ = value;
        break;
    case INTERRUPT_ACK:
        causes_ &= ~value;
        irq.write(causes_ != 0);
        break;
    case STATUS:
        write_status(value);
        break;
    default:
        if (queue_sel_ < queues_.size())
            write_queue(queues_[queue_sel_], at, value);
    }
}

static void put_half(uint64_t &address, bool is_high, uint32_t value)
{
    uint64_t half = is_high ? uint64_t(value) << 32 : value;

    address = (address & (is_high ? UINT32_MAX : ~uint64_t(UINT32_MAX))) | half;
}

void register_device::write_queue(queue &q, uint32_t at, uint32_t value)
{
    bool is_size = q.size && q.size <= queue_size_max_ && !(q.size & (q.size - 1));

    if (at == QUEUE_READY && !(q.ready && value & 1)) {
        q.ready = value & 1 && is_size;
        q.seen = q.used = 0;
    }
    if (q.ready) // what it was made with stays
        return;
    if (at == QUEUE_SIZE)
        q.size = value;
    else if (at >= QUEUE_DESC && at < QUEUE_END && !(at & 8))
        put_half(at < QUEUE_DRIVER ? q.desc : at < QUEUE_DEVICE ? q.driver : q.device, at & 4, value);
}

/* 0 resets; else bits are added, FEATURES_OK only for a subset of what is offered that has VERSION_1. */
void register_device::write_status(uint32_t value)
{
    uint64_t accepted = uint64_t(accepted_[1]) << 32 | accepted_[0];
    bool is_subset = !(accepted & ~offered_) && !accepted_[2] && !accepted_[3];
    bool is_good = is_subset && accepted_[1] & VERSION_1_WORD;

    if (value == 0) {
        reset();
        irq.write(false);
        return;
    }
    if (!is_good && !(status_ & FEATURES_OK))
        value &= ~uint32_t(FEATURES_OK);
    status_ |= value & (FAILED | 15);
}

} // namespace pring_sc
