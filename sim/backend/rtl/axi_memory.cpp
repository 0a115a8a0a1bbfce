// SPDX-License-Identifier: Apache-2.0
#include "backend/rtl/axi_memory.h"

#include <cstring>

#include "backend/rtl/hash.h"

namespace pring_rtl
{

enum { AXI_DECERR = 3 };
static const uint64_t NEVER = UINT64_MAX;

void axi_memory::power_on(const pring_profile &profile, uint64_t seed)
{
    manners_.power_on(profile, seed);
    reads_total_ = writes_total_ = 0;
    reads_n_ = writes_n_ = 0;
    w_open_ = w_beat_ = w_strobed_ = waiting_ = 0;
    r_beat_ = 0;
    r_burst_ = b_burst_ = -1;
    r_held_ = false;
    ar_since_ = aw_since_ = NEVER;
    r_moved_ = w_moved_ = b_moved_ = 0;
}

// ---- addresses ----

static axi_burst make_burst(uint64_t addr, uint8_t len, uint8_t size, uint16_t user, uint8_t id,
                            uint64_t cycle)
{
    axi_burst b{};
    uint32_t beat = UINT32_C(1) << size;
    uint64_t held = uint64_t(len + 1) * beat - (addr & (beat - 1));
    uint64_t page = 4096 - (addr & 4095);

    if (user != 0 && user < held)
        held = user;
    b.addr = addr;
    b.issued = cycle;
    b.len_bytes = uint16_t(held < page ? held : page);
    b.beats = uint16_t(len + 1);
    b.id = id;
    b.beat_log2 = size;
    return b;
}

/* The bus word of a beat. */
static uint64_t word_of(const axi_burst &b, uint32_t beat)
{
    uint64_t size = UINT64_C(1) << b.beat_log2;

    return ((b.addr & ~(size - 1)) + beat * size) & ~UINT64_C(7);
}

static pring_burst public_burst(const axi_burst &b, bool is_write)
{
    return {b.addr, b.len_bytes, b.id, AXI_BEAT_BYTES, is_write, b.issued};
}

void axi_memory::take_ar(const axi_out &out, uint64_t cycle)
{
    axi_burst b = make_burst(out.araddr, out.arlen, out.arsize, out.aruser, out.arid, cycle);

    b.due = manners_.due(cycle, manners_.profile().read_latency);
    reads_[reads_n_++] = b;
    reads_total_++;
}

void axi_memory::take_aw(const axi_out &out, uint64_t cycle)
{
    writes_[writes_n_++] = make_burst(out.awaddr, out.awlen, out.awsize, out.awuser, out.awid, cycle);
    writes_total_++;
}

// ---- write data ----

void axi_memory::publish(axi_burst &burst, const pring_bus_ops &bus, void *ctx)
{
    pring_burst b = public_burst(burst, true);

    if (w_strobed_ == 0) // nothing of an aborted burst
        return;
    if (bus.dma_write(ctx, &b, 0, burst.len_bytes, w_data_,
                      w_strobed_ == burst.len_bytes ? nullptr : w_strb_) < 0)
        burst.resp = AXI_DECERR;
}

/* Keeps a small write back until some time before its answer, but behind earlier ones to the same bytes. */
void axi_memory::hold_back(axi_burst &burst, uint64_t cycle)
{
    burst.visible = manners_.before(cycle, burst.due);
    for (uint32_t i = 0; i + 1 < w_open_; i++) {
        const axi_burst &b = writes_[i];

        if (b.waits && b.addr < burst.addr + burst.len_bytes && burst.addr < b.addr + b.len_bytes &&
            b.visible > burst.visible)
            burst.visible = b.visible;
    }
    if (burst.due <= burst.visible)
        burst.due = burst.visible + 1;
    burst.strobes = 0;
    for (uint32_t i = 0; i < burst.len_bytes; i++) {
        burst.data[i] = w_data_[i];
        burst.strobes |= uint64_t(w_strb_[i]) << i;
    }
    burst.waits = true;
    waiting_++;
}

void axi_memory::publish_waiting(uint64_t cycle, const pring_bus_ops &bus, void *ctx)
{
    for (uint32_t i = 0; i < w_open_; i++) {
        axi_burst &b = writes_[i];
        pring_burst p = public_burst(b, true);
        uint8_t strb[AXI_SMALL_BYTES];
        bool all = true;

        if (!b.waits || b.visible > cycle)
            continue;
        b.waits = false;
        waiting_--;
        for (uint32_t k = 0; k < b.len_bytes; k++) {
            strb[k] = (b.strobes >> k) & 1;
            all = all && strb[k];
        }
        if (b.strobes != 0 && bus.dma_write(ctx, &p, 0, b.len_bytes, b.data, all ? nullptr : strb) < 0)
            b.resp = AXI_DECERR;
    }
}

void axi_memory::take_w(const axi_out &out, uint64_t cycle, const pring_bus_ops &bus, void *ctx)
{
    axi_burst &b = writes_[w_open_];

    if (w_beat_ == 0) {
        std::memset(w_strb_, 0, b.len_bytes);
        w_strobed_ = 0;
    }
    uint64_t first = word_of(b, w_beat_) - b.addr; // may be "negative" by up to 7

    if (out.wstrb == 0xff && first < b.len_bytes && b.len_bytes - first >= AXI_BEAT_BYTES) {
        std::memcpy(w_data_ + first, &out.wdata, AXI_BEAT_BYTES);
        std::memset(w_strb_ + first, 1, AXI_BEAT_BYTES);
        w_strobed_ += AXI_BEAT_BYTES;
    } else {
        for (uint32_t lane = 0; lane < AXI_BEAT_BYTES; lane++) {
            if (((out.wstrb >> lane) & 1) == 0 || first + lane >= b.len_bytes)
                continue;
            w_data_[first + lane] = uint8_t(out.wdata >> (8 * lane));
            w_strb_[first + lane] = 1;
            w_strobed_++;
        }
    }
    w_beat_++;
    w_moved_ = cycle;
    if (!out.wlast)
        return;
    w_beat_ = 0;
    w_open_++;
    b.complete = cycle;
    b.due = manners_.due(cycle, manners_.profile().write_latency);
    b.has_data = true;
    if (b.len_bytes <= AXI_SMALL_BYTES && b.due > cycle + 1)
        hold_back(b, cycle);
    else
        publish(b, bus, ctx);
}

// ---- answers ----

uint64_t axi_memory::read_beat(const axi_burst &b) const
{
    uint64_t first = word_of(b, r_beat_) - b.addr, value = 0; // may be "negative" by up to 7

    if (first < b.len_bytes && b.len_bytes - first >= AXI_BEAT_BYTES) {
        std::memcpy(&value, r_data_ + first, sizeof value);
        return value;
    }
    for (uint32_t lane = 0; lane < AXI_BEAT_BYTES; lane++)
        if (first + lane < b.len_bytes)
            value |= uint64_t(r_data_[first + lane]) << (8 * lane);
    return value;
}

void axi_memory::offer_r(axi_in &in, uint64_t cycle, const pring_bus_ops &bus, void *ctx)
{
    if (r_burst_ < 0) {
        r_burst_ = manners_.pick(reads_, reads_n_, [=](const axi_burst &b) { return b.due <= cycle; });
        if (r_burst_ < 0)
            return;
        axi_burst &b = reads_[r_burst_];
        pring_burst p = public_burst(b, false);

        r_beat_ = 0;
        if (bus.dma_read(ctx, &p, 0, b.len_bytes, r_data_) < 0) {
            std::memset(r_data_, 0, b.len_bytes);
            b.resp = AXI_DECERR;
        }
    }
    if (!r_held_ && manners_.chance(manners_.profile().stall_r))
        return;
    const axi_burst &b = reads_[r_burst_];

    in.rvalid = true;
    in.rdata = read_beat(b);
    in.rid = b.id;
    in.rresp = b.resp;
    in.rlast = r_beat_ + 1 == b.beats;
}

void axi_memory::offer_b(axi_in &in, uint64_t cycle)
{
    if (b_burst_ < 0) {
        b_burst_ = manners_.pick(
            writes_, w_open_, [=](const axi_burst &b) { return b.due <= cycle && b.has_data && !b.waits; });
        if (b_burst_ < 0)
            return;
        if (manners_.chance(manners_.profile().stall_b)) {
            b_burst_ = -1;
            return;
        }
    }
    in.bvalid = true;
    in.bid = writes_[b_burst_].id;
    in.bresp = writes_[b_burst_].resp;
}

static void remove(axi_burst *bursts, uint32_t &count, int at)
{
    count--;
    std::memmove(bursts + at, bursts + at + 1, (count - uint32_t(at)) * sizeof *bursts);
}

static void note_offer(uint64_t &since, bool valid, bool ready, uint64_t cycle)
{
    if (!valid || ready)
        since = NEVER;
    else if (since == NEVER)
        since = cycle;
}

void axi_memory::step(const axi_out &out, axi_in &in, uint64_t cycle, const pring_bus_ops &bus, void *ctx)
{
    in = axi_in{};
    in.awready = out.awvalid && writes_n_ < AXI_BURSTS_MAX && !manners_.chance(manners_.profile().stall_aw);
    in.arready = out.arvalid && reads_n_ < AXI_BURSTS_MAX && !manners_.chance(manners_.profile().stall_ar);
    note_offer(aw_since_, out.awvalid, in.awready, cycle);
    note_offer(ar_since_, out.arvalid, in.arready, cycle);
    if (reads_n_ != 0)
        offer_r(in, cycle, bus, ctx);
    if (waiting_ != 0)
        publish_waiting(cycle, bus, ctx);
    if (w_open_ != 0)
        offer_b(in, cycle);

    if (in.awready)
        take_aw(out, cycle);
    in.wready = out.wvalid && w_open_ < writes_n_ &&
                !manners_.chance(manners_.profile().stall_w); // data only behind its address
    if (in.wready)
        take_w(out, cycle, bus, ctx);
    r_held_ = in.rvalid && !out.rready;
    if (in.rvalid && out.rready) {
        r_beat_++;
        r_moved_ = cycle;
        if (in.rlast) {
            remove(reads_, reads_n_, r_burst_);
            r_burst_ = -1;
        }
    }
    if (in.bvalid && out.bready) {
        remove(writes_, writes_n_, b_burst_);
        w_open_--;
        b_burst_ = -1;
        b_moved_ = cycle;
    }
    if (in.arready)
        take_ar(out, cycle);
}

const char *axi_memory::waiting(uint64_t &since) const
{
    const char *channel = nullptr;
    auto consider = [&](const char *name, uint64_t owed, uint64_t moved) {
        uint64_t from = owed > moved ? owed : moved;
        if (owed == NEVER || (channel && from >= since))
            return;
        channel = name;
        since = from;
    };

    consider("AR", ar_since_, 0);
    consider("AW", aw_since_, 0);
    for (uint32_t i = 0; i < reads_n_; i++)
        consider("R", reads_[i].issued, r_moved_);
    for (uint32_t i = 0; i < w_open_; i++)
        consider("B", writes_[i].complete, b_moved_);
    if (w_open_ < writes_n_)
        consider("W", writes_[w_open_].issued, w_moved_);
    return channel;
}

// ---- state ----

static uint64_t burst_hash(uint64_t h, const axi_burst &b)
{
    h = mix_in(h, b.addr);
    h = mix_in(h, b.issued);
    h = mix_in(h, b.due);
    if (b.waits)
        h = hash_bytes(mix_in(mix_in(h, b.visible), b.strobes), b.data, b.len_bytes);
    return mix_in(h, uint64_t(b.len_bytes) << 32 | uint64_t(b.beats) << 16 | uint64_t(b.id) << 8 | b.resp);
}

uint64_t axi_memory::hash() const
{
    uint64_t h = mix_in(0, manners_.state());

    h = mix_in(h, uint64_t(reads_n_) << 32 | writes_n_);
    h = mix_in(h, uint64_t(w_open_) << 32 | w_beat_);
    for (uint32_t i = 0; i < reads_n_; i++)
        h = burst_hash(h, reads_[i]);
    for (uint32_t i = 0; i < writes_n_; i++)
        h = burst_hash(h, writes_[i]);
    if (r_burst_ >= 0)
        h = hash_bytes(mix_in(h, r_beat_), r_data_, reads_[r_burst_].len_bytes);
    if (w_beat_ != 0)
        for (uint32_t i = 0; i < writes_[w_open_].len_bytes; i++)
            h = mix_in(h, w_strb_[i] ? w_data_[i] : 256);
    return h;
}

} // namespace pring_rtl
