// SPDX-License-Identifier: Apache-2.0
/* The platform without the bench: what the bus and the memory target answer to every kind of payload, and two
 * drivers with two devices in one simulation. */
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstring>

#include "backend/systemc/platform.h"

extern "C" {
#include <cmocka.h>

#include "systemc_driver.h"
}

using namespace pring_sc;

static platform *home;
static cpu *first, *second; /* driver threads of the second test */

/* ---- memory that the test owns ---- */

enum { MEMORY_BYTES = 4 * TEST_MEMORY_BYTES };
alignas(4096) static uint8_t memory[MEMORY_BYTES];
static unsigned bursts, strobed_bursts;

static bool exists(uint64_t addr, uint32_t n)
{
    uint64_t base = reinterpret_cast<uintptr_t>(memory);

    return addr >= base && addr - base <= MEMORY_BYTES && n <= MEMORY_BYTES - (addr - base);
}

static int dma_read(void *, const pring_burst *burst, uint32_t offset, uint32_t n, uint8_t *out)
{
    uint64_t addr = burst->addr + offset;

    bursts++;
    assert_true((addr & 4095) + n <= 4096);
    if (!exists(addr, n)) {
        std::memset(out, 0, n);
        return -1;
    }
    std::memcpy(out, reinterpret_cast<void *>(addr), n);
    return 0;
}

static int dma_write(void *, const pring_burst *burst, uint32_t offset, uint32_t n, const uint8_t *in,
                     const uint8_t *strb)
{
    uint64_t addr = burst->addr + offset;

    bursts++;
    strobed_bursts += strb != nullptr;
    assert_true((addr & 4095) + n <= 4096);
    if (!exists(addr, n))
        return -1;
    for (uint32_t i = 0; i < n; i++)
        if (!strb || strb[i])
            reinterpret_cast<uint8_t *>(addr)[i] = in[i];
    return 0;
}

static void irq(void *, bool, uint64_t) {}
static unsigned violations;
static void violation(void *, uint32_t, uint64_t)
{
    violations++;
}
static const pring_bus_ops ops = {dma_read, dma_write, irq, violation};

static pring_setup setup_of(uint32_t type, uint64_t seed)
{
    pring_setup s = {};

    s.device_type = type;
    s.queue_count = 1;
    s.queue_size_max = 16;
    s.features = UINT64_C(1) << 32 | UINT64_C(1) << 29;
    s.seed = seed;
    s.blk.capacity_sectors = 64;
    s.blk.num_queues = 1;
    return s;
}

/* ---- payloads ---- */

struct access {
    uint64_t addr;
    uint8_t *data;
    unsigned len, width;
    uint8_t *enable;
    unsigned enable_len;
    tlm::tlm_command command;
    pring_bus_error answer;
};

static pring_bus_error answer_to(access a)
{
    static access now;

    now = a;
    home->press.begin(
        [](void *arg) {
            access &it = *static_cast<access *>(arg);
            tlm::tlm_generic_payload p;

            p.set_command(it.command);
            p.set_address(it.addr);
            p.set_data_ptr(it.data);
            p.set_data_length(it.len);
            p.set_streaming_width(it.width);
            p.set_byte_enable_ptr(it.enable);
            p.set_byte_enable_length(it.enable_len);
            it.answer = home->press.access(p);
            assert_false(p.is_dmi_allowed());
        },
        &now);
    assert_true(home->run());
    return now.answer;
}

static access to(uint64_t addr, uint8_t *data, unsigned len, tlm::tlm_command command)
{
    return {addr, data, len, len, nullptr, 0, command, PRING_BUS_OK};
}

static uint64_t at(unsigned offset)
{
    return reinterpret_cast<uintptr_t>(memory) + offset;
}

static void test_byte_enables_choose_bytes_and_repeat(void **)
{
    uint8_t data[8] = {1, 2, 3, 4, 5, 6, 7, 8}, enable[3] = {TLM_BYTE_ENABLED, 0, 0}, none[1] = {0};
    access a = to(at(100), data, 8, tlm::TLM_WRITE_COMMAND);

    std::memset(memory, 0xee, 200);
    strobed_bursts = 0;
    a.enable = enable;
    a.enable_len = 3; /* shorter than the data: 0, 3 and 6 */
    assert_int_equal(answer_to(a), PRING_BUS_OK);
    const uint8_t expected[8] = {1, 0xee, 0xee, 4, 0xee, 0xee, 7, 0xee};
    assert_memory_equal(memory + 100, expected, 8);
    assert_int_equal(strobed_bursts, 1);

    uint8_t back[8] = {9, 9, 9, 9, 9, 9, 9, 9};
    a.data = back;
    a.command = tlm::TLM_READ_COMMAND;
    assert_int_equal(answer_to(a), PRING_BUS_OK);
    const uint8_t seen[8] = {1, 9, 9, 4, 9, 9, 7, 9}; /* others stay as they are */
    assert_memory_equal(back, seen, 8);

    a = to(at(100), data, 8, tlm::TLM_WRITE_COMMAND);
    a.enable = none;
    a.enable_len = 0;
    assert_int_equal(answer_to(a), PRING_BUS_BYTE_ENABLE);
}

static void test_streaming_comes_back_to_the_first_address(void **)
{
    uint8_t data[8] = {1, 2, 3, 4, 5, 6, 7, 8}, back[8];
    access a = to(at(300), data, 8, tlm::TLM_WRITE_COMMAND);

    std::memset(memory + 296, 0xee, 16);
    a.width = 3;
    assert_int_equal(answer_to(a), PRING_BUS_OK);
    const uint8_t expected[5] = {7, 8, 6, 0xee, 0xee};
    assert_memory_equal(memory + 300, expected, 5);
    a.data = back;
    a.command = tlm::TLM_READ_COMMAND;
    assert_int_equal(answer_to(a), PRING_BUS_OK);
    const uint8_t seen[8] = {7, 8, 6, 7, 8, 6, 7, 8};
    assert_memory_equal(back, seen, 8);
    a.width = 0;
    assert_int_equal(answer_to(a), PRING_BUS_BURST);
}

static void test_a_long_access_is_cut_at_pages(void **)
{
    static uint8_t data[10000], back[10000];

    for (unsigned i = 0; i < sizeof data; i++)
        data[i] = uint8_t(i * 31 + i / 256);
    bursts = 0;
    assert_int_equal(answer_to(to(at(4000), data, sizeof data, tlm::TLM_WRITE_COMMAND)), PRING_BUS_OK);
    assert_int_equal(bursts, 4); /* 96, 4096, 4096, 1712 */
    assert_int_equal(answer_to(to(at(4000), back, sizeof back, tlm::TLM_READ_COMMAND)), PRING_BUS_OK);
    assert_memory_equal(data, back, sizeof data);
}

static void test_what_memory_cannot_do_has_a_name(void **)
{
    uint8_t data[16] = {0};

    bursts = 0;
    assert_int_equal(answer_to(to(at(0), data, 0, tlm::TLM_READ_COMMAND)), PRING_BUS_BURST);
    assert_int_equal(answer_to(to(at(0), nullptr, 4, tlm::TLM_READ_COMMAND)), PRING_BUS_BURST);
    assert_int_equal(answer_to(to(UINT64_MAX - 7, data, 16, tlm::TLM_READ_COMMAND)), PRING_BUS_ADDRESS);
    assert_int_equal(answer_to(to(at(0), data, 4, tlm::TLM_IGNORE_COMMAND)), PRING_BUS_OK);
    assert_int_equal(bursts, 0);
    assert_int_equal(answer_to(to(at(MEMORY_BYTES), data, 4, tlm::TLM_READ_COMMAND)), PRING_BUS_ADDRESS);
    assert_int_equal(answer_to(to(at(MEMORY_BYTES - 4), data, 8, tlm::TLM_WRITE_COMMAND)), PRING_BUS_ADDRESS);
}

static void test_registers_are_words(void **)
{
    uint8_t data[8] = {0};
    const uint64_t slot = platform::slot_base(0);
    const pring_profile ideal = {};

    home->power_on(0, setup_of(PRING_DEVICE_BLK, 1), ideal);

    assert_int_equal(answer_to(to(slot, data, 4, tlm::TLM_READ_COMMAND)), PRING_BUS_OK);
    assert_memory_equal(data, "virt", 4);
    assert_int_equal(answer_to(to(slot, data, 2, tlm::TLM_READ_COMMAND)), PRING_BUS_BURST);
    assert_int_equal(answer_to(to(slot + 2, data, 4, tlm::TLM_READ_COMMAND)), PRING_BUS_BURST);
    assert_int_equal(answer_to(to(slot + 0xffc, data, 8, tlm::TLM_READ_COMMAND)), PRING_BUS_ADDRESS);
    assert_int_equal(answer_to(to(slot, data, 4, tlm::TLM_IGNORE_COMMAND)), PRING_BUS_COMMAND);
}

static void test_an_empty_slot_says_so(void **)
{
    struct {
        uint32_t magic, type;
    } static seen;

    home->press.begin(
        [](void *) {
            uint32_t took;
            assert_int_equal(home->press.read(platform::slot_base(7), seen.magic, took), PRING_BUS_OK);
            assert_int_equal(home->press.read(platform::slot_base(7) + 8, seen.type, took), PRING_BUS_OK);
        },
        nullptr);
    assert_true(home->run());
    assert_int_equal(seen.magic, 0x74726976);
    assert_int_equal(seen.type, 0);
}

static void test_nobody_gets_a_pointer(void **)
{
    tlm::tlm_generic_payload p;
    tlm::tlm_dmi dmi;

    p.set_address(at(0));
    p.set_read();
    assert_false(home->press.bus->get_direct_mem_ptr(p, dmi));
    assert_true(dmi.is_none_allowed());
}

static void test_the_interrupt_controller_masks(void **)
{
    uint8_t word[4] = {0}, none[4] = {0}, all[4] = {0xff, 0, 0, 0};

    home->irqs.line(5).write(true);
    assert_true(home->irqs.pending(5));
    assert_int_equal(answer_to(to(IRQ_CONTROLLER_BASE, word, 4, tlm::TLM_READ_COMMAND)), PRING_BUS_OK);
    assert_int_equal(word[0], 1 << 5);
    assert_int_equal(answer_to(to(IRQ_CONTROLLER_BASE + 4, none, 4, tlm::TLM_WRITE_COMMAND)), PRING_BUS_OK);
    assert_false(home->irqs.pending(5));
    assert_int_equal(answer_to(to(IRQ_CONTROLLER_BASE + 4, all, 4, tlm::TLM_WRITE_COMMAND)), PRING_BUS_OK);
    assert_true(home->irqs.pending(5));
    assert_int_equal(answer_to(to(IRQ_CONTROLLER_BASE, all, 4, tlm::TLM_WRITE_COMMAND)), PRING_BUS_ADDRESS);
    assert_int_equal(answer_to(to(IRQ_CONTROLLER_BASE + 8, all, 4, tlm::TLM_READ_COMMAND)),
                     PRING_BUS_ADDRESS);
    assert_int_equal(answer_to(to(IRQ_CONTROLLER_BASE, all, 1, tlm::TLM_READ_COMMAND)), PRING_BUS_BURST);
    home->irqs.line(5).write(false);
    assert_false(home->irqs.pending(5));
}

/* ---- two drivers, two devices ---- */

struct driver_thread {
    cpu *thread;
    unsigned slot;
    uint8_t *memory;
    int failed;
};

static uint32_t thread_read(void *ctx, uint32_t offset)
{
    driver_thread *d = static_cast<driver_thread *>(ctx);
    uint32_t value = 0, cycles;

    assert_int_equal(d->thread->read(platform::slot_base(d->slot) + offset, value, cycles), PRING_BUS_OK);
    return value;
}

static void thread_write(void *ctx, uint32_t offset, uint32_t value)
{
    driver_thread *d = static_cast<driver_thread *>(ctx);
    uint32_t cycles;

    assert_int_equal(d->thread->write(platform::slot_base(d->slot) + offset, value, 15, cycles),
                     PRING_BUS_OK);
}

static int thread_wait(void *ctx)
{
    driver_thread *d = static_cast<driver_thread *>(ctx);

    return home->wait_irq(*d->thread, d->slot, 100);
}

static void run_driver(void *arg)
{
    driver_thread *d = static_cast<driver_thread *>(arg);
    const test_bus bus = {thread_read, thread_write, thread_wait, d};

    d->failed = test_driver_run(&bus, d->memory, 40);
}

static unsigned accesses[2], turns, last_slot;
static void count_turns(void *, const pring_systemc_access *access)
{
    assert_true(access->slot < 2);
    accesses[access->slot]++;
    turns += access->slot != last_slot;
    last_slot = access->slot;
}

struct outcome {
    uint64_t hash[2], cycles[2];
    unsigned turns, accesses[2];
};

/* Which of them is left out: 2 for neither. */
static outcome drive(unsigned left_out)
{
    static driver_thread threads[2];
    const pring_profile slow = {5, 5, 3, 0, 0, 0, 0, 0, false};
    outcome o = {};

    threads[0] = {first, 0, memory, 0};
    threads[1] = {second, 1, memory + TEST_MEMORY_BYTES, 0};
    std::memset(memory, 0, sizeof memory);
    home->power_on(0, setup_of(PRING_DEVICE_BLK, 3), slow);
    home->power_on(1, setup_of(PRING_DEVICE_RNG, 4), slow);
    accesses[0] = accesses[1] = turns = last_slot = violations = 0;
    home->bus.listen(count_turns, nullptr);
    for (unsigned i = 0; i < 2; i++)
        if (i != left_out)
            threads[i].thread->begin(run_driver, &threads[i]);
    assert_true(home->run());
    home->bus.listen(nullptr, nullptr);
    assert_int_equal(violations, 0);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(threads[i].failed, 0);
        o.hash[i] = home->device(i).state_hash();
        o.cycles[i] = home->device(i).cycle();
        o.accesses[i] = accesses[i];
    }
    o.turns = turns;
    return o;
}

static void test_two_drivers_with_two_devices_in_one_simulation(void **)
{
    if (slot_plans()[1].name.empty()) // no RTL in this build, so only one device
        skip();
    outcome both = drive(2), again = drive(2), only_first = drive(1), only_second = drive(0);

    print_message("%u and %u transactions in %u turns\n", both.accesses[0], both.accesses[1], both.turns);
    assert_true(both.accesses[0] > 1000 && both.accesses[1] > 500);
    assert_true(both.turns > 20); /* side by side, not one after the other */
    assert_int_equal(only_second.accesses[0] + only_first.accesses[1], 0);
    assert_true(both.turns == again.turns && both.hash[0] == again.hash[0] && both.hash[1] == again.hash[1]);
    /* Each is as exact as alone: what the other does costs it not a cycle. */
    assert_true(both.hash[0] == only_first.hash[0] && both.cycles[0] == only_first.cycles[0]);
    assert_true(both.hash[1] == only_second.hash[1]);
}

int main()
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_byte_enables_choose_bytes_and_repeat),
        cmocka_unit_test(test_streaming_comes_back_to_the_first_address),
        cmocka_unit_test(test_a_long_access_is_cut_at_pages),
        cmocka_unit_test(test_what_memory_cannot_do_has_a_name),
        cmocka_unit_test(test_registers_are_words),
        cmocka_unit_test(test_an_empty_slot_says_so),
        cmocka_unit_test(test_nobody_gets_a_pointer),
        cmocka_unit_test(test_the_interrupt_controller_masks),
        cmocka_unit_test(test_two_drivers_with_two_devices_in_one_simulation),
    };
    home = platform::get();
    if (!home)
        return 1;
    first = &home->add_cpu("first");
    second = &home->add_cpu("second");
    if (home->elaborate() < 0)
        return 1;
    home->attach(0, &ops, nullptr);
    home->attach(1, &ops, nullptr);
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
