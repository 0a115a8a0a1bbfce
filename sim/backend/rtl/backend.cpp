// SPDX-License-Identifier: Apache-2.0
/* The C face of the RTL backend: see <pring/backend.h> and <pring/rtl_bench.h>. */
#include <cstdio>
#include <new>

#include <pring/rtl_bench.h>

#include "backend/rtl/regs_alone.h"
#include "backend/rtl/rtl_device.h"

using pring_rtl::rtl_device;

namespace
{

rtl_device *device_of(void *self)
{
    return static_cast<rtl_device *>(self);
}

int rtl_open(const pring_bus_ops *bus, void *ctx, void **self)
{
    try {
        *self = new rtl_device(*bus, ctx);
    } catch (const std::bad_alloc &) {
        std::fputs("pring: rtl: out of memory\n", stderr);
        return -1;
    }
    return 0;
}

void rtl_power_on(void *self, const pring_setup *setup, const pring_profile *profile)
{
    device_of(self)->power_on(*setup, *profile);
}

int rtl_reg_read(void *self, uint32_t offset, uint32_t *value, uint32_t *cycles)
{
    return device_of(self)->reg_read(offset, *value, *cycles);
}

int rtl_reg_write(void *self, uint32_t offset, uint32_t value, uint8_t strb, uint32_t *cycles)
{
    return device_of(self)->reg_write(offset, value, strb, *cycles);
}

uint32_t rtl_advance(void *self, uint32_t cycles)
{
    return device_of(self)->advance(cycles);
}

bool rtl_idle(void *self)
{
    return device_of(self)->idle();
}

uint64_t rtl_cycle(void *self)
{
    return device_of(self)->cycle();
}

void rtl_resize(void *self, uint64_t sectors)
{
    device_of(self)->resize(sectors);
}

uint64_t rtl_state_hash(void *self)
{
    return device_of(self)->state_hash();
}

size_t rtl_save(void *self, void *buf, size_t size_bytes)
{
    return device_of(self)->save(buf, size_bytes);
}

void rtl_restore(void *self, const void *buf)
{
    device_of(self)->restore(buf);
}

int rtl_wave_open(void *self, const char *path)
{
    return device_of(self)->wave_open(path);
}

void rtl_wave_close(void *self)
{
    device_of(self)->wave_close();
}

const char *rtl_waiting(void *self, uint64_t *since)
{
    return device_of(self)->waiting(*since);
}

constexpr uint64_t bit(unsigned n)
{
    return UINT64_C(1) << n;
}

} // namespace

extern "C" {

const struct pring_backend pring_backend_rtl = {
    "rtl",
    PRING_CAP_SEES_DMA | PRING_CAP_SNAPSHOT | PRING_CAP_EXACT_CYCLES | PRING_CAP_DETERMINISTIC |
        PRING_CAP_WAVES,
    // VERSION_1, EVENT_IDX, ACCESS_PLATFORM; block: SIZE_MAX, SEG_MAX, RO, BLK_SIZE, FLUSH, TOPOLOGY,
    // CONFIG_WCE, MQ
    bit(32) | bit(29) | bit(33) | bit(1) | bit(2) | bit(5) | bit(6) | bit(9) | bit(10) | bit(11) | bit(12),
    256,
    rtl_open,
    rtl_power_on,
    rtl_reg_read,
    rtl_reg_write,
    rtl_advance,
    rtl_idle,
    rtl_cycle,
    rtl_resize,
    rtl_state_hash,
    rtl_save,
    rtl_restore,
    rtl_wave_open,
    rtl_wave_close,
    0, // no network card, no console
    0,
    nullptr,
    nullptr,
    nullptr,
    rtl_waiting,
};

int pring_rtl_record(void *self, bool on)
{
    return device_of(self)->record(on);
}

uint64_t pring_rtl_replay(void *self, uint64_t *hash)
{
    uint64_t cycles = device_of(self)->replay();

    if (hash)
        *hash = device_of(self)->design_hash();
    return cycles;
}

uint64_t pring_rtl_design_hash(void *self)
{
    return device_of(self)->design_hash();
}

void pring_rtl_two_evals(void *self, bool on)
{
    device_of(self)->two_evals(on);
}

uint32_t pring_rtl_bad_reason(void *self)
{
    return device_of(self)->bad_reason();
}

uint64_t pring_rtl_regs_idle(uint64_t cycles)
{
    return pring_rtl::regs_alone(cycles);
}

void pring_rtl_handshakes(void *self, uint64_t *reads, uint64_t *writes)
{
    *reads = device_of(self)->memory().reads_total();
    *writes = device_of(self)->memory().writes_total();
}

} // extern "C"
