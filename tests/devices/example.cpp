// SPDX-License-Identifier: Apache-2.0
// A TLM device of one's own in a slot of the SystemC platform: entropy [5.4], one split queue, no EVENT_IDX.
// Try it: ./pring run corpus/seeds/rng/no_event_idx.scn --backend model,systemc-example
#include <algorithm>

#include <pring/tlm_registers.h>

class example : public pring_sc::register_device
{
  public:
    explicit example(const sc_core::sc_module_name &name) : register_device(name, 4, 1) {}
    void power_on(const pring_setup &setup, const pring_profile &profile) override
    {
        register_device::power_on(setup, profile);
        random_ = setup.seed ? setup.seed : 1;
    }
    uint64_t state_hash() override { return register_device::state_hash() ^ random_; }

  private:
    bool notified(queue &q, sc_core::sc_time &t) override // all that is available, until there is no more
    {
        uint16_t avail[2]; // flags and index; read again behind the index of what is used
        for (bool published = false; dma_read(q.driver, avail, 4, t); published = true) {
            if (published && !(avail[0] & 1))
                tell_used();
            if (avail[1] == q.seen || uint16_t(avail[1] - q.seen) > q.size)
                return avail[1] == q.seen;
            for (; q.seen != avail[1]; q.seen++, q.used++)
                if (!serve(q, t))
                    return false;
            if (!dma_write(q.device + 2, &q.used, 2, t)) // behind the elements
                return false;
        }
        return false;
    }
    bool serve(const queue &q, sc_core::sc_time &t) // one chain
    {
        struct {
            uint64_t addr;
            uint32_t len;
            uint16_t flags, next;
        } desc;
        uint16_t at;
        if (!dma_read(q.driver + 4 + 2 * (q.seen % q.size), &at, 2, t))
            return false;
        uint32_t element[2] = {at, 0}, hops = 0; // head, bytes
        do {
            if (at >= q.size || hops++ == q.size || !dma_read(q.desc + 16 * at, &desc, 16, t) || !desc.len)
                return false;
            if (desc.flags & 2 && !fill(desc.addr, desc.len, element[1], t))
                return false;
            at = desc.next;
        } while (desc.flags & 1);
        return dma_write(q.device + 4 + 8 * (q.used % q.size), element, 8, t);
    }
    bool fill(uint64_t addr, uint32_t len, uint32_t &done, sc_core::sc_time &t) // 64 bytes a request at most
    {
        for (uint32_t n; len > 0 && done < 64; addr += n, len -= n, done += n) {
            n = std::min({len, 64 - done, uint32_t(sizeof random_)});
            random_ ^= random_ << 13, random_ ^= random_ >> 7, random_ ^= random_ << 17;
            if (!dma_write(addr, &random_, n, t))
                return false;
        }
        return true;
    }
    uint64_t random_ = 1;
};
PRING_TLM_DEVICE(example, example, UINT64_C(1) << 32, 1024);
