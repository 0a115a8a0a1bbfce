/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DMA memory of the Verilated device: an AXI4 target with the manners of a struct pring_profile. It holds
 * no bytes of its own: data comes from and goes to pring_bus_ops.
 *
 * Plain data, so that it is copied with a snapshot. Deterministic: all chance comes from its own generator.
 * A read is sampled when its first beat is due. A write becomes visible when its last beat has arrived; where
 * writes have a latency, a small one (ring fields, a status) at some time between that and its answer, so
 * that an initiator that does not wait for B is seen to publish too early. Writes to the same bytes stay in
 * order.
 */
#ifndef PRING_RTL_AXI_MEMORY_H
#define PRING_RTL_AXI_MEMORY_H

#include <cstdint>

#include <pring/backend.h>

#include "backend/rtl/memory_manners.h"

namespace pring_rtl
{

enum { AXI_BURSTS_MAX = 16, AXI_BURST_BYTES_MAX = 4096, AXI_BEAT_BYTES = 8, AXI_SMALL_BYTES = 64 };

struct axi_burst {
    uint64_t addr, issued, due;
    uint64_t complete;         /* of a write: when its last beat arrived */
    uint64_t visible, strobes; /* of a write that waits: when it lands, and which bytes */
    uint16_t len_bytes;
    uint16_t beats;
    uint8_t id, beat_log2, resp;
    bool has_data; /* a write whose last beat arrived */
    bool waits;    /* and is not visible yet */
    uint8_t data[AXI_SMALL_BYTES];
};

/* What the initiator drives in a cycle, and what it gets. */
struct axi_out {
    uint64_t awaddr, araddr, wdata;
    uint16_t awuser, aruser; /* bytes; 0: not known, as many as the beats hold */
    uint8_t awid, awlen, awsize, arid, arlen, arsize, wstrb;
    bool awvalid, wvalid, wlast, bready, arvalid, rready;
};
struct axi_in {
    uint64_t rdata;
    uint8_t bid, bresp, rid, rresp;
    bool awready, wready, bvalid, arready, rvalid, rlast;
};

class axi_memory
{
  public:
    void power_on(const pring_profile &profile, uint64_t seed);
    /* One clock cycle: answers what is offered, and takes every handshake of the cycle. May leave by a jump.
     */
    void step(const axi_out &out, axi_in &in, uint64_t cycle, const pring_bus_ops &bus, void *ctx);
    bool idle() const { return reads_n_ == 0 && writes_n_ == 0; }
    /* The channel that has not moved for longest, though an address is offered ("AR", "AW") or an open burst
     * is owed a beat ("R", "W", "B"); nullptr: none. */
    const char *waiting(uint64_t &since) const;
    uint64_t hash() const;
    uint64_t reads_total() const { return reads_total_; }
    uint64_t writes_total() const { return writes_total_; }

  private:
    void take_ar(const axi_out &out, uint64_t cycle);
    void take_aw(const axi_out &out, uint64_t cycle);
    void take_w(const axi_out &out, uint64_t cycle, const pring_bus_ops &bus, void *ctx);
    void publish(axi_burst &burst, const pring_bus_ops &bus, void *ctx);
    void hold_back(axi_burst &burst, uint64_t cycle);
    void publish_waiting(uint64_t cycle, const pring_bus_ops &bus, void *ctx);
    void offer_r(axi_in &in, uint64_t cycle, const pring_bus_ops &bus, void *ctx);
    void offer_b(axi_in &in, uint64_t cycle);
    uint64_t read_beat(const axi_burst &burst) const;

    memory_manners manners_;
    uint64_t reads_total_, writes_total_;
    uint32_t reads_n_, writes_n_;
    uint32_t w_open_; /* index of the burst whose beats arrive: those before have their data */
    uint32_t w_beat_, w_strobed_;
    uint32_t waiting_; /* writes that have their data and are not visible */
    uint32_t r_beat_;
    int32_t r_burst_, b_burst_; /* being answered, or -1: an offer stays until it is taken */
    bool r_held_;
    /* Only told, never acted on, so no part of the hash: when an address was offered first that is not taken
     * yet, or NEVER; and the last handshake. */
    uint64_t ar_since_, aw_since_, r_moved_, w_moved_, b_moved_;
    axi_burst reads_[AXI_BURSTS_MAX], writes_[AXI_BURSTS_MAX];
    uint8_t r_data_[AXI_BURST_BYTES_MAX];
    uint8_t w_data_[AXI_BURST_BYTES_MAX];
    uint8_t w_strb_[AXI_BURST_BYTES_MAX];
};

} // namespace pring_rtl

#endif
