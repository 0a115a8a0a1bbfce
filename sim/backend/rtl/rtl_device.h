/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Verilated device with its clock, its DMA memory and its block storage: pins in, transactions out. One
 * thread. It allocates in its constructor and in record()/wave_open() only. Bus operations may leave by a
 * jump; then only power_on, restore and the destructor may follow.
 */
#ifndef PRING_RTL_RTL_DEVICE_H
#define PRING_RTL_RTL_DEVICE_H

#include <memory>

#include "Vvdev_top.h"
#include "Vvdev_top___024root.h"
#include "verilated.h"

#include "backend/rtl/axi_memory.h"
#include "backend/rtl/pin_record.h"

struct pring_cow;
class VerilatedFstC;

namespace pring_rtl
{

class rtl_device
{
  public:
    rtl_device(const pring_bus_ops &bus, void *ctx);
    ~rtl_device();
    rtl_device(const rtl_device &) = delete;
    rtl_device &operator=(const rtl_device &) = delete;

    void power_on(const pring_setup &setup, const pring_profile &profile);
    int reg_read(uint32_t offset, uint32_t &value, uint32_t &cycles);
    int reg_write(uint32_t offset, uint32_t value, uint8_t strb, uint32_t &cycles);
    uint32_t advance(uint32_t cycles);
    bool idle() const;
    uint64_t cycle() const { return state_.cycle; }
    void resize(uint64_t sectors);

    const char *waiting(uint64_t &since) const;
    uint64_t state_hash() const;
    uint64_t design_hash() const;
    size_t save(void *buf, size_t size_bytes) const;
    void restore(const void *buf);

    int wave_open(const char *path);
    void wave_close();
    int record(bool on);
    uint64_t replay();
    void two_evals(bool on) { two_evals_ = on; }
    uint32_t bad_reason() const { return root_.bad_o; }
    const axi_memory &memory() const { return state_.memory; }

  private:
    /* Everything outside the design and the block contents that a power-on resets. */
    struct plain_state {
        uint64_t cycle;
        uint64_t storage_data; /* answers the storage request of the last cycle */
        bool storage_valid, line, violated;
        axi_memory memory;
    };
    using root_t = Vvdev_top___024root;

    void clock();
    void tick();
    void storage_step();
    void drive_memory();
    void after_edge();
    void set_up_pins(const pring_setup &setup);
    void idle_pins();
    int wait_limit(uint64_t start) const;
    char *root_bytes() const;
    size_t root_size() const;

    const pring_bus_ops &bus_;
    void *ctx_;
    VerilatedContext context_;
    std::unique_ptr<Vvdev_top> top_;
    root_t &root_;
    pring_cow *cow_;
    std::unique_ptr<char[]> fresh_;   /* root object in reset */
    std::unique_ptr<char[]> scratch_; /* for hashing */
    plain_state state_;
    pring_setup setup_; /* of the last power-on, for replay */
    uint32_t still_;    /* idle cycles in a row: after a few of them nothing can change any more */
    bool two_evals_;

    VerilatedFstC *wave_;
    uint64_t wave_time_;
    bool wave_armed_, wave_on_;
    pin_record record_;
    bool recording_;
};

} // namespace pring_rtl

#endif
