/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long a DMA memory takes and whom it answers first: struct pring_profile put to work. Used by the AXI4
 * memory at the pins of the RTL, cycle by cycle, and by the memory target of the SystemC platform,
 * transaction by transaction. Plain data with a generator of its own: all of it belongs to a snapshot.
 */
#ifndef PRING_RTL_MEMORY_MANNERS_H
#define PRING_RTL_MEMORY_MANNERS_H

#include <cstdint>

#include <pring/setup.h>

#include "backend/rtl/hash.h"

namespace pring_rtl
{

class memory_manners
{
  public:
    void power_on(const pring_profile &profile, uint64_t seed)
    {
        profile_ = profile;
        random_ = mix(seed ^ UINT64_C(0x9e3779b97f4a7c15)) | 1;
    }
    const pring_profile &profile() const { return profile_; }
    uint64_t state() const { return random_; }

    uint64_t next()
    {
        random_ ^= random_ << 13;
        random_ ^= random_ >> 7;
        random_ ^= random_ << 17;
        return random_ * UINT64_C(0x2545f4914f6cdd1d);
    }
    /* Does a READY or VALID stay away in this cycle? */
    bool chance(uint16_t share) { return share != 0 && (next() >> 48) < share; }
    /* When what was accepted at `cycle` may be answered. */
    uint64_t due(uint64_t cycle, uint32_t latency)
    {
        uint64_t at = cycle + 1 + latency;

        if (profile_.latency_jitter != 0)
            at += (next() >> 32) % (uint64_t(profile_.latency_jitter) + 1);
        return at;
    }
    /* A cycle from now until before `due`: when a write that is answered then becomes visible. */
    uint64_t before(uint64_t cycle, uint64_t due_at) { return cycle + (next() >> 32) % (due_at - cycle); }
    /* Which burst is answered next, or -1: the oldest, or with reorder_ids any that is the oldest of its id.
     * is_ready(burst): its answer is due. */
    template <class Burst, class Ready> int pick(const Burst *bursts, uint32_t count, Ready is_ready)
    {
        uint32_t ids = 0, found = 0;
        int choice = -1;

        for (uint32_t i = 0; i < count; i++) {
            bool first_of_id = ((ids >> (bursts[i].id & 31)) & 1) == 0;

            ids |= UINT32_C(1) << (bursts[i].id & 31);
            if (first_of_id && is_ready(bursts[i])) {
                found++;
                if (choice < 0 || next() % found == 0)
                    choice = int(i);
            }
            if (!profile_.reorder_ids)
                break;
        }
        return choice;
    }

  private:
    pring_profile profile_;
    uint64_t random_;
};

} // namespace pring_rtl

#endif
