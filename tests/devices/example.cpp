// SPDX-License-Identifier: Apache-2.0
// A TLM device of one's own in a slot of the SystemC platform: entropy [5.4], one split queue, no EVENT_IDX.
// Try it:
// ./pring run corpus/seeds/rng/no_event_idx.scn --backend model,systemc-example
#include <cstring>

#include <pring/tlm_device.h>

class example : public pring_sc::tlm_device
{
  public:
    using tlm_device::tlm_device;
    void power_on(const pring_setup &setup, const pring_profile &) override
    {
        offered_ = setup.features, size_max_ = setup.queue_size_max, random_ = setup.seed ? setup.seed : 1;
        write(0x70, 0);
    }
    uint64_t state_hash() override { return random_ ^ uint64_t(seen_) << 16 ^ used_ ^ status_ << 8; }
    void b_transport(tlm::tlm_generic_payload &access, sc_core::sc_time &delay) override
    {
        uint32_t at = uint32_t(access.get_address()), value = access.is_read() ? read(at) : 0;
        if (access.is_read())
            std::memcpy(access.get_data_ptr(), &value, 4);
        else
            std::memcpy(&value, access.get_data_ptr(), 4);
        if (access.is_write() && !access.get_byte_enable_ptr()) // this device knows whole words only
            write(at, value);
        if (access.is_write() && at == 0x50 && value == 0 && ready_ && (status_ & 0x44) == 4 && !serve(delay))
            status_ |= 0x40, raise(2); // DEVICE_NEEDS_RESET
        access.set_response_status(tlm::TLM_OK_RESPONSE);
    }

  private:
    uint32_t read(uint32_t at) const
    {
        const uint32_t identity[] = {0x74726976, 2, 4, 0x474e5250}, sel = reg_[0x14 / 4];
        bool queue = reg_[0x30 / 4] == 0;
        return at < 0x10                 ? identity[at / 4]
               : at == 0x10              ? (sel < 2 ? uint32_t(offered_ >> 32 * sel) : 0)
               : at == 0x34              ? size_max_ * queue
               : at == 0x44              ? ready_ && queue
               : at == 0x60              ? isr_
               : at == 0x70              ? status_
               : at >= 0xb0 && at < 0xc0 ? UINT32_MAX
                                         : 0; // no shared memory
    }
    void write(uint32_t at, uint32_t value)
    {
        uint32_t size = reg_[0x38 / 4], sel = reg_[0x24 / 4];
        if (at == 0x14 || at == 0x24 || at == 0x30) // selectors
            reg_[at / 4] = value;
        else if (at == 0x20 && sel < 4 && !(status_ & 8))
            accepted_[sel] = value;
        else if (at == 0x64)
            isr_ &= ~value, irq.write(isr_ != 0);
        else if (at == 0x44 && reg_[0x30 / 4] == 0 && !(ready_ && value & 1)) // cursors begin anew
            ready_ = value & 1 && size && size <= size_max_ && !(size & (size - 1)), seen_ = used_ = 0;
        else if ((at == 0x38 || (at >= 0x80 && at < 0xb0)) && reg_[0x30 / 4] == 0 && !ready_)
            reg_[at / 4] = value;
        else if (at == 0x70 && value == 0) {
            std::memset(reg_, 0, sizeof reg_), std::memset(accepted_, 0, sizeof accepted_);
            ready_ = false, status_ = isr_ = seen_ = used_ = 0, irq.write(false);
        } else if (at == 0x70) { // FEATURES_OK stays only with a subset of the offer that has VERSION_1
            uint64_t accepted = uint64_t(accepted_[1]) << 32 | accepted_[0];
            bool good = !(accepted & ~offered_) && !accepted_[2] && !accepted_[3] && accepted >> 32 & 1;
            status_ |= value & (good || status_ & 8 ? 0x8fu : 0x87u);
        }
    }
    void raise(uint32_t bits) { isr_ |= bits, irq.write(true); }
    bool serve(sc_core::sc_time &t) // all that is available; false: the ring, a chain or the memory is bad
    {
        struct {
            uint64_t addr;
            uint32_t len;
            uint16_t flags, next;
        } desc;
        auto base = [&](uint32_t at) { return reg_[at / 4] | uint64_t(reg_[at / 4 + 1]) << 32; };
        uint64_t table = base(0x80), avail = base(0x90), ring = base(0xa0), size = reg_[0x38 / 4];
        uint16_t line[2], head; // flags and idx of the available ring
        for (bool published = false; dma_read(avail, line, 4, t); published = true) {
            if (published && !(line[0] & 1))
                raise(1);
            if (line[1] == seen_ || uint16_t(line[1] - seen_) > size)
                return line[1] == seen_;
            for (; seen_ != line[1]; seen_++, used_++) {
                uint32_t used[2] = {0, 0}, at, hops = 0;
                if (!dma_read(avail + 4 + 2 * (seen_ % size), &head, 2, t))
                    return false;
                for (at = used[0] = head, desc.flags = 1; desc.flags & 1; at = desc.next) {
                    if (at >= size || hops++ == size || !dma_read(table + 16 * at, &desc, 16, t) || !desc.len)
                        return false;
                    for (uint32_t n = 0; desc.flags & 2 && n < desc.len && used[1] < 64; n++, used[1]++) {
                        if (used[1] % 8 == 0)
                            random_ ^= random_ << 13, random_ ^= random_ >> 7, random_ ^= random_ << 17;
                        if (!dma_write(desc.addr + n, reinterpret_cast<uint8_t *>(&random_) + used[1] % 8, 1,
                                       t))
                            return false;
                    }
                }
                if (!dma_write(ring + 4 + 8 * (used_ % size), used, 8, t))
                    return false;
            }
            if (!dma_write(ring + 2, &used_, 2, t)) // behind the elements
                return false;
        }
        return false;
    }
    uint64_t offered_ = 0, random_ = 1;
    uint32_t size_max_ = 0, status_ = 0, isr_ = 0, reg_[64] = {}, accepted_[4] = {};
    uint16_t seen_ = 0, used_ = 0;
    bool ready_ = false;
};
PRING_TLM_DEVICE(example, example, UINT64_C(1) << 32, 1024);
