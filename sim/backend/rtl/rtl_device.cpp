// SPDX-License-Identifier: Apache-2.0
#include "backend/rtl/rtl_device.h"

#include <cstring>

#include "verilated_fst_c.h"

extern "C" {
#include "device/cow.h"
}
#include "backend/rtl/hash.h"
#include "backend/rtl/verilated_state.h"

namespace pring_rtl
{

enum {
    HANDSHAKE_CYCLES_MAX = 10000, /* a register access that takes longer gets no answer */
    STILL_CYCLES = 8,             /* longer than any chain of plain registers in the design */
    QUEUE_SIZE_MAX = 256,
};

rtl_device::rtl_device(const pring_bus_ops &bus, void *ctx)
    : bus_(bus), ctx_(ctx), top_((context_.traceEverOn(true), new Vvdev_top(&context_, "vdev"))),
      root_(*top_->rootp), cow_(pring_cow_new()), fresh_(new char[root_size()]),
      scratch_(new char[sizeof(root_t)]), state_(), still_(0), two_evals_(false), wave_(nullptr),
      wave_time_(0), wave_armed_(false), wave_on_(false), recording_(false)
{
    // Zero is what --x-initial fast gives; this reaches the padding too, which is part of the hash.
    std::memset(root_bytes(), 0, root_size());
    for (int i = 0; i < 4; i++) {
        root_.clk_i = root_.clk_eng_i = 0;
        top_->eval();
        root_.clk_i = root_.clk_eng_i = 1;
        top_->eval();
    }
    std::memcpy(fresh_.get(), root_bytes(), root_size());
}

rtl_device::~rtl_device()
{
    wave_close();
    top_->final();
    pring_cow_free(cow_);
}

/* The root object's data: behind its base class (a name, a vtable), before the pointer to the symbol table.
 */
char *rtl_device::root_bytes() const
{
    return reinterpret_cast<char *>(&root_) + sizeof(VerilatedModule);
}

size_t rtl_device::root_size() const
{
    return size_t(reinterpret_cast<const char *>(&root_.vlSymsp) - root_bytes());
}

// ---- power ----

void rtl_device::set_up_pins(const pring_setup &setup)
{
    uint32_t limit = QUEUE_SIZE_MAX;
    uint32_t qmax = setup.queue_size_max < limit ? setup.queue_size_max : limit;

    root_.devid_i = setup.device_type;
    root_.offered_i = setup.features;
    root_.nq_i = uint8_t(setup.queue_count & 15);
    root_.qmax_i = uint16_t(qmax);
    root_.seed_i = setup.seed;
    root_.blk_capacity_i = setup.blk.capacity_sectors;
    root_.blk_size_max_i = setup.blk.size_max;
    root_.blk_seg_max_i = setup.blk.seg_max;
    root_.blk_blk_size_i = setup.blk.blk_size;
    root_.blk_topology_i = uint64_t(setup.blk.opt_io_size) << 32 | uint64_t(setup.blk.min_io_size) << 16 |
                           uint64_t(setup.blk.alignment_offset) << 8 | setup.blk.physical_block_exp;
    root_.blk_num_queues_i = setup.blk.num_queues;
}

void rtl_device::power_on(const pring_setup &setup, const pring_profile &profile)
{
    std::memcpy(root_bytes(), fresh_.get(), root_size());
    state_.cycle = 0;
    state_.storage_data = 0;
    state_.storage_valid = state_.line = state_.violated = false;
    state_.memory.power_on(profile, setup.seed);
    pring_cow_reset(cow_, setup.seed);
    still_ = 0;
    setup_ = setup;
    set_up_pins(setup);
    idle_pins();
    record_.clear();
    if (wave_armed_) {
        wave_on_ = true;
        touch_trace(root_, 0);
    }
    root_.rst_ni = 0; // one edge in reset: the design takes its set-up
    tick();
    root_.rst_ni = 1;
}

void rtl_device::idle_pins()
{
    root_.s_awvalid_i = root_.s_wvalid_i = root_.s_arvalid_i = 0;
    root_.s_bready_i = root_.s_rready_i = 1;
    root_.m_awready_i = root_.m_wready_i = root_.m_arready_i = 0;
    root_.m_bvalid_i = root_.m_rvalid_i = 0;
    root_.st_rvalid_i = 0;
    root_.blk_resize_i = 0;
}

// ---- the clock ----

/* Rising edge with the pins as they are. The design has no path from input to output within a cycle, so the
 * falling edge needs no evaluation; and engines that have nothing to do get no edge at all, which makes a
 * register access cost half as much. */
void rtl_device::tick()
{
    if (recording_)
        record_.add(root_);
    bool engines = root_.eng_en_o || two_evals_;

    if (two_evals_ || wave_on_ || !has_clock_history<root_t>::value) {
        root_.clk_i = root_.clk_eng_i = 0;
        top_->eval();
        if (wave_on_)
            wave_->dump(wave_time_++);
        root_.clk_i = 1;
        root_.clk_eng_i = engines;
        top_->eval();
        if (wave_on_)
            wave_->dump(wave_time_++);
    } else {
        arm_clock(root_, 0);
        root_.clk_i = 1;
        root_.clk_eng_i = engines;
        top_->eval();
    }
}

void rtl_device::drive_memory()
{
    axi_out out{};
    axi_in in;

    if (!(root_.m_arvalid_o | root_.m_awvalid_o | root_.m_wvalid_o) && state_.memory.idle()) {
        root_.m_arready_i = root_.m_awready_i = root_.m_wready_i = 0;
        root_.m_rvalid_i = root_.m_bvalid_i = 0;
        return;
    }
    out.awaddr = root_.m_awaddr_o;
    out.araddr = root_.m_araddr_o;
    out.wdata = root_.m_wdata_o;
    out.awuser = root_.m_awuser_o;
    out.aruser = root_.m_aruser_o;
    out.awid = root_.m_awid_o;
    out.awlen = root_.m_awlen_o;
    out.awsize = root_.m_awsize_o;
    out.arid = root_.m_arid_o;
    out.arlen = root_.m_arlen_o;
    out.arsize = root_.m_arsize_o;
    out.wstrb = root_.m_wstrb_o;
    out.awvalid = root_.m_awvalid_o;
    out.wvalid = root_.m_wvalid_o;
    out.wlast = root_.m_wlast_o;
    out.bready = root_.m_bready_o;
    out.arvalid = root_.m_arvalid_o;
    out.rready = root_.m_rready_o;
    state_.memory.step(out, in, state_.cycle, bus_, ctx_);
    root_.m_awready_i = in.awready;
    root_.m_wready_i = in.wready;
    root_.m_arready_i = in.arready;
    root_.m_bvalid_i = in.bvalid;
    root_.m_bid_i = in.bid & 7;
    root_.m_bresp_i = in.bresp;
    root_.m_rvalid_i = in.rvalid;
    root_.m_rdata_i = in.rdata;
    root_.m_rid_i = in.rid & 7;
    root_.m_rresp_i = in.rresp;
    root_.m_rlast_i = in.rlast;
}

/* Read data comes one cycle after the request. */
void rtl_device::storage_step()
{
    root_.st_rvalid_i = state_.storage_valid;
    if (state_.storage_valid)
        root_.st_rdata_i = state_.storage_data;
    state_.storage_valid = false;
    if (!root_.st_req_o)
        return;
    if (root_.st_we_o) {
        pring_cow_write_word(cow_, root_.st_sector_o, root_.st_word_o, root_.st_wdata_o);
    } else {
        state_.storage_data = pring_cow_read_word(cow_, root_.st_sector_o, root_.st_word_o);
        state_.storage_valid = true;
    }
}

/* Events of the edge. The state is complete before anybody is told: the bus may not return. */
void rtl_device::after_edge()
{
    bool line = root_.irq_o != 0, edge = line != state_.line;
    bool violation = (root_.viol_o >> 31) != 0 && !state_.violated;

    state_.line = line;
    state_.violated |= violation;
    if (violation)
        bus_.violation(ctx_, root_.viol_o, state_.cycle);
    if (edge)
        bus_.irq(ctx_, line, state_.cycle);
}

void rtl_device::clock()
{
    drive_memory();
    storage_step();
    tick();
    state_.cycle++;
    after_edge();
}

/* An address that came out with the last edge has not met the memory yet. */
const char *rtl_device::waiting(uint64_t &since) const
{
    const char *channel = state_.memory.waiting(since);
    if (channel)
        return channel;
    since = state_.cycle;
    return root_.m_arvalid_o ? "AR" : root_.m_awvalid_o ? "AW" : nullptr;
}

bool rtl_device::idle() const
{
    return !root_.busy_o && state_.memory.idle();
}

uint32_t rtl_device::advance(uint32_t cycles)
{
    bool line = state_.line;

    for (uint32_t n = 0; n < cycles; n++) {
        still_ = idle() ? still_ + 1 : 0;
        if (still_ > STILL_CYCLES && !recording_ && !wave_on_) {
            // Nothing moves any more, and no pin will: the remaining evaluations would change nothing.
            state_.cycle += cycles - n;
            return cycles;
        }
        clock();
        if (state_.line != line)
            return n + 1;
    }
    return cycles;
}

// ---- register accesses ----

int rtl_device::wait_limit(uint64_t start) const
{
    return state_.cycle - start >= HANDSHAKE_CYCLES_MAX ? -1 : 0;
}

int rtl_device::reg_read(uint32_t offset, uint32_t &value, uint32_t &cycles)
{
    uint64_t start = state_.cycle;
    bool done = false;

    still_ = 0;
    root_.s_araddr_i = uint16_t(offset & 0xfff);
    root_.s_arvalid_i = 1;
    while (!done && wait_limit(start) == 0) {
        bool taken = root_.s_arvalid_i && root_.s_arready_o;

        done = root_.s_rvalid_o && !root_.s_arvalid_i;
        value = root_.s_rdata_o;
        clock();
        if (taken)
            root_.s_arvalid_i = 0;
    }
    root_.s_arvalid_i = 0;
    cycles = uint32_t(state_.cycle - start);
    return done ? 0 : -1;
}

int rtl_device::reg_write(uint32_t offset, uint32_t value, uint8_t strb, uint32_t &cycles)
{
    uint64_t start = state_.cycle;
    bool done = false;

    still_ = 0;
    root_.s_awaddr_i = uint16_t(offset & 0xfff);
    root_.s_wdata_i = value;
    root_.s_wstrb_i = strb & 15;
    root_.s_awvalid_i = root_.s_wvalid_i = 1;
    while (!done && wait_limit(start) == 0) {
        bool aw = root_.s_awvalid_i && root_.s_awready_o, w = root_.s_wvalid_i && root_.s_wready_o;

        done = root_.s_bvalid_o && !root_.s_awvalid_i && !root_.s_wvalid_i;
        clock();
        if (aw)
            root_.s_awvalid_i = 0;
        if (w)
            root_.s_wvalid_i = 0;
    }
    root_.s_awvalid_i = root_.s_wvalid_i = 0;
    cycles = uint32_t(state_.cycle - start);
    return done ? 0 : -1;
}

void rtl_device::resize(uint64_t sectors)
{
    still_ = 0;
    root_.blk_capacity_i = sectors;
    root_.blk_resize_i = 1;
    clock();
    root_.blk_resize_i = 0;
    clock(); // the change itself, so that the next access sees it
}

// ---- state ----

uint64_t rtl_device::design_hash() const
{
    std::memcpy(scratch_.get(), reinterpret_cast<const char *>(&root_), sizeof(root_t));
    scrub_bookkeeping(root_, scratch_.get());
    return hash_bytes(0, scratch_.get() + sizeof(VerilatedModule), root_size());
}

uint64_t rtl_device::state_hash() const
{
    uint64_t h = mix_in(design_hash(), state_.memory.hash());

    h = mix_in(h, state_.cycle);
    h = mix_in(h, state_.storage_valid ? state_.storage_data : 0);
    h = mix_in(h,
               uint64_t(state_.storage_valid) << 2 | uint64_t(state_.line) << 1 | uint64_t(state_.violated));
    return mix_in(h, pring_cow_hash(cow_));
}

size_t rtl_device::save(void *buf, size_t size_bytes) const
{
    char *out = static_cast<char *>(buf);
    size_t head = root_size() + sizeof state_;
    size_t needed = head + pring_cow_save(cow_, nullptr, 0);

    if (size_bytes >= needed) {
        std::memcpy(out, root_bytes(), root_size());
        std::memcpy(out + root_size(), &state_, sizeof state_);
        pring_cow_save(cow_, out + head, size_bytes - head);
    }
    return needed;
}

void rtl_device::restore(const void *buf)
{
    const char *in = static_cast<const char *>(buf);

    std::memcpy(root_bytes(), in, root_size());
    std::memcpy(&state_, in + root_size(), sizeof state_);
    pring_cow_restore(cow_, in + root_size() + sizeof state_);
    still_ = 0;
    if (wave_on_)
        touch_trace(root_, 0);
}

// ---- waves, recording ----

int rtl_device::wave_open(const char *path)
{
    wave_close();
    wave_ = new VerilatedFstC;
    top_->trace(wave_, 99);
    wave_->open(path);
    if (!wave_->isOpen()) {
        delete wave_;
        wave_ = nullptr;
        return -1;
    }
    wave_time_ = 0;
    wave_armed_ = true;
    return 0;
}

void rtl_device::wave_close()
{
    if (!wave_)
        return;
    wave_->close(); // only now the file is readable
    delete wave_;
    wave_ = nullptr;
    wave_armed_ = wave_on_ = false;
}

int rtl_device::record(bool on)
{
    recording_ = on;
    if (!on) {
        record_.forget();
        return 0;
    }
    try {
        record_.start();
    } catch (const std::bad_alloc &) {
        recording_ = false;
        return -1;
    }
    return 0;
}

uint64_t rtl_device::replay()
{
    bool was_recording = recording_;

    recording_ = false;
    std::memcpy(root_bytes(), fresh_.get(), root_size());
    set_up_pins(setup_);
    for (const pin_cycle &c : record_.cycles()) {
        pin_record::apply(c, root_);
        tick();
    }
    recording_ = was_recording;
    return record_.cycles().size();
}

} // namespace pring_rtl
