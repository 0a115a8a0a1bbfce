/* SPDX-License-Identifier: Apache-2.0 */
/* The input pins of a run, cycle by cycle, for replaying it as a bare loop. */
#ifndef PRING_RTL_PIN_RECORD_H
#define PRING_RTL_PIN_RECORD_H

#include <cstdint>
#include <vector>

#include "Vvdev_top___024root.h"

namespace pring_rtl
{

struct pin_cycle {
    uint64_t m_rdata, st_rdata, blk_capacity;
    uint32_t s_wdata;
    uint16_t s_awaddr, s_araddr;
    uint8_t m_bid, m_rid, s_wstrb;
    uint8_t m_bresp : 2, m_rresp : 2, rst_n : 1, s_awvalid : 1, s_wvalid : 1, s_bready : 1;
    uint8_t s_arvalid : 1, s_rready : 1, m_awready : 1, m_wready : 1, m_bvalid : 1, m_arready : 1,
        m_rvalid : 1, m_rlast : 1;
    uint8_t st_rvalid : 1, blk_resize : 1;
};

class pin_record
{
  public:
    enum : uint32_t { cycles_max = 1 << 20 };

    void start() { cycles_.reserve(cycles_max); }
    void clear() { cycles_.clear(); }
    void forget() { cycles_ = {}; }
    void add(const Vvdev_top___024root &pins);
    static void apply(const pin_cycle &c, Vvdev_top___024root &pins);
    const std::vector<pin_cycle> &cycles() const { return cycles_; }

  private:
    std::vector<pin_cycle> cycles_;
};

} // namespace pring_rtl

#endif
