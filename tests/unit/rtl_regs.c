/* SPDX-License-Identifier: Apache-2.0 */
/* The register block of the hardware device against sim/device/TABLE.md. */
#include "rtl_bench.h"

enum { ALL_BLK = 1 << 1 | 1 << 2 | 1 << 5 | 1 << 6 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12 };

static struct bench *blk(uint64_t features)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = bench_blk_setup(features);

    bench_power_on(b, &setup, &bench_ideal_memory);
    return b;
}

static void identification_and_gaps(void **state)
{
    struct bench *b = blk(0);
    static const uint32_t zero[] = {0x00c + 8, 0x020, 0x024, 0x028, 0x02c, 0x030, 0x038, 0x03c, 0x040, 0x050,
                                    0x064,     0x080, 0x084, 0x090, 0x094, 0x0a0, 0x0a4, 0x0ac, 0x0c0, 0x0f8};

    (void)state;
    assert_int_equal(bench_read(b, 0x000), 0x74726976);
    assert_int_equal(bench_read(b, 0x004), 2);
    assert_int_equal(bench_read(b, 0x008), 2);
    assert_int_equal(bench_read(b, 0x00c), 0x474e5250);
    for (uint32_t at_ = 0x0b0; at_ < 0x0c0; at_ += 4)
        assert_int_equal(bench_read(b, at_), 0xffffffff);
    for (size_t i = 0; i < sizeof zero / sizeof *zero; i++) {
        assert_int_equal(bench_read(b, zero[i]), 0);
        bench_write(b, zero[i] == 0x014 || zero[i] == 0x030 ? 0x018 : zero[i], 0xffffffff);
    }
    assert_int_equal(bench_read(b, 0x070), 0);
    for (uint32_t at_ = 0x124; at_ < 0x1000; at_ += 4)
        assert_int_equal(bench_read(b, at_), 0);
}

static void partial_strobes_change_nothing(void **state)
{
    struct bench *b = blk(0);

    (void)state;
    for (uint8_t strb = 0; strb < 15; strb++) {
        bench_write_strb(b, REG_STATUS, 1, strb);
        assert_int_equal(bench_read(b, REG_STATUS), 0);
    }
    bench_write(b, REG_STATUS, 1);
    bench_write_strb(b, REG_STATUS, 0, 1);
    assert_int_equal(bench_read(b, REG_STATUS), 1);
}

static void status_bits(void **state)
{
    struct bench *b = blk(0);

    (void)state;
    bench_write(b, REG_STATUS, 0x70);
    assert_int_equal(bench_read(b, REG_STATUS), 0);
    bench_write(b, REG_STATUS, 0x81);
    assert_int_equal(bench_read(b, REG_STATUS), 0x81);
    bench_write(b, REG_STATUS, 2); /* sets, never clears */
    assert_int_equal(bench_read(b, REG_STATUS), 0x83);
    bench_write(b, REG_STATUS, 0x100); /* no reset: the value is not 0 */
    assert_int_equal(bench_read(b, REG_STATUS), 0x83);
    bench_write(b, REG_STATUS, 0);
    assert_int_equal(bench_read(b, REG_STATUS), 0);
}

static void offered_words(void **state)
{
    struct bench *b = blk(ALL_BLK | BENCH_EVENT_IDX);

    (void)state;
    for (uint32_t i = 0; i < 6; i++) {
        uint32_t expect = i == 0 ? ALL_BLK | (uint32_t)BENCH_EVENT_IDX : i == 1 ? 1 : 0;

        bench_write(b, REG_DEVICE_FEATURES_SEL, i);
        assert_int_equal(bench_read(b, REG_DEVICE_FEATURES), expect);
    }
    bench_write(b, REG_DEVICE_FEATURES_SEL, 0x10000);
    assert_int_equal(bench_read(b, REG_DEVICE_FEATURES), 0);
}

/* FEAT-DEV-03: a subset that includes VERSION_1, or FEATURES_OK does not stick; in any word. */
static void features_ok(void **state)
{
    static const struct {
        uint32_t word[4];
        bool good;
    } cases[] = {
        {{0, 1, 0, 0}, true},           {{1 << 9, 1, 0, 0}, true},  {{0, 0, 0, 0}, false},
        {{1 << 6, 1, 0, 0}, false},     {{0, 3, 0, 0}, false},      {{0, 1, 1, 0}, false},
        {{0, 1, 0, 0x80000000}, false}, {{1 << 9, 0, 0, 0}, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench *b = blk(FLUSH_BIT);

        for (uint32_t w = 0; w < 4; w++) {
            bench_write(b, REG_DRIVER_FEATURES_SEL, w);
            bench_write(b, REG_DRIVER_FEATURES, cases[i].word[w]);
        }
        bench_write(b, REG_DRIVER_FEATURES_SEL, 4);
        bench_write(b, REG_DRIVER_FEATURES, 0xffffffff); /* words from 4 on do not exist */
        bench_write(b, REG_STATUS, 11);
        assert_int_equal(bench_read(b, REG_STATUS), cases[i].good ? 11 : 3);
    }
}

/* Locked after FEATURES_OK: a later write cannot turn FLUSH on. */
static void features_locked(void **state)
{
    struct bench *b = blk(FLUSH_BIT);

    (void)state;
    bench_bring_up(b, 0, 8);
    bench_write(b, REG_DRIVER_FEATURES_SEL, 0);
    bench_write(b, REG_DRIVER_FEATURES, 1 << 9);
    put_request(b, 0, 4, 0, payload(0), 1);
    bench_desc(b, 0, BENCH_DATA, 16, BENCH_NEXT, 2);
    bench_offer(b, 0);
    bench_kick_and_settle(b);
    assert_int_equal(request_status(b, 0), 2);
}

static void queue_registers(void **state)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = bench_blk_setup(0);
    static const struct {
        uint32_t size;
        bool good;
    } sizes[] = {{0, false}, {1, true},   {2, true},        {3, false},
                 {16, true}, {32, false}, {0x10010, false}, {0x8000, false}};

    (void)state;
    setup.queue_count = 3;
    setup.queue_size_max = 16;
    bench_power_on(b, &setup, &bench_ideal_memory);
    for (uint32_t q = 0; q < 5; q++) {
        bench_write(b, REG_QUEUE_SEL, q);
        assert_int_equal(bench_read(b, REG_QUEUE_SIZE_MAX), q < 3 ? 16 : 0);
    }
    bench_write(b, REG_QUEUE_SEL, 0x10000);
    assert_int_equal(bench_read(b, REG_QUEUE_SIZE_MAX), 0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        bench_power_on(b, &setup, &bench_ideal_memory);
        bench_write(b, REG_QUEUE_SEL, 2);
        bench_write(b, REG_QUEUE_SIZE, sizes[i].size);
        bench_write(b, REG_QUEUE_READY, 1);
        assert_int_equal(bench_read(b, REG_QUEUE_READY), sizes[i].good);
        bench_write(b, REG_QUEUE_SEL, 1);
        assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
        bench_write(b, REG_QUEUE_SEL, 2);
        bench_write(b, REG_QUEUE_SIZE, 0); /* frozen while ready */
        bench_write(b, REG_QUEUE_READY, 2);
        assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
        bench_write(b, REG_QUEUE_READY, 3);
        assert_int_equal(bench_read(b, REG_QUEUE_READY), sizes[i].good);
        bench_write(b, REG_QUEUE_SEL, 3);
        bench_write(b, REG_QUEUE_SIZE, 4);
        bench_write(b, REG_QUEUE_READY, 1);
        assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
    }
}

/* After a reset the addresses are 0 too, though nobody can read them: the first word written shows the
 * others. */
static void reset_clears_addresses(void **state)
{
    struct bench *b = blk(0);

    (void)state;
    bench_bring_up(b, 0, 8);
    bench_write(b, REG_STATUS, 0);
    bench_accept(b, BENCH_VERSION_1);
    bench_write(b, REG_QUEUE_SIZE, 8);
    bench_write(b, REG_QUEUE_READY, 1);
    bench_write(b, REG_STATUS, 15);
    b->log_count = 0;
    bench_kick_and_settle(b); /* idx is asked for at address 0: a bus error here */
    assert_int_equal(b->log_count, 1);
    assert_int_equal(b->log[0].addr, 0);
    assert_int_equal(bench_read(b, REG_STATUS), 0x4f);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 2);
    assert_int_equal(pring_rtl_bad_reason(b->self) >> 16 & 0xff, 8);
}

static void doorbells_that_do_not_count(void **state)
{
    struct bench *b = blk(0);

    (void)state;
    bench_accept(b, BENCH_VERSION_1);
    bench_queue(b, 0, 8);
    b->quiet = true;
    bench_kick_and_settle(b); /* no DRIVER_OK */
    bench_write(b, REG_STATUS, 15);
    bench_write(b, REG_QUEUE_NOTIFY, 1);
    bench_write(b, REG_QUEUE_NOTIFY, 0x10000);
    bench_write_strb(b, REG_QUEUE_NOTIFY, 0, 3);
    bench_settle(b);
    bench_write(b, REG_QUEUE_READY, 0);
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
    bench_kick_and_settle(b);
}

static void config_space(void **state)
{
    struct bench *b = blk(ALL_BLK);

    (void)state;
    assert_int_equal(bench_read(b, 0x100), 64);
    assert_int_equal(bench_read(b, 0x104), 0);
    assert_int_equal(bench_read(b, 0x108), 0x11223344);
    assert_int_equal(bench_read(b, 0x10c), 0x55667788);
    assert_int_equal(bench_read(b, 0x110), 0);
    assert_int_equal(bench_read(b, 0x114), 4096);
    assert_int_equal(bench_read(b, 0x118), 0x05060403);
    assert_int_equal(bench_read(b, 0x11c), 0x0708090a);
    assert_int_equal(bench_read(b, 0x120), 0x01020001);
    bench_write_strb(b, 0x120, 0, 1);
    assert_int_equal(bench_read(b, 0x120), 0x01020000);
    bench_write_strb(b, 0x120, 0xffffffff, 0xe);
    assert_int_equal(bench_read(b, 0x120), 0x01020000);
    bench_write(b, 0x120, 0xff);
    assert_int_equal(bench_read(b, 0x120), 0x01020001);
    bench_write(b, 0x120, 0);
    bench_write(b, REG_STATUS, 0);
    assert_int_equal(bench_read(b, 0x120), 0x01020001); /* back by reset */
    b = blk(0);
    assert_int_equal(bench_read(b, 0x100), 64);
    for (uint32_t i = 0x104; i < 0x140; i += 4)
        assert_int_equal(bench_read(b, i), 0);
}

static void resize(void **state)
{
    struct bench *b = blk(0);

    (void)state;
    assert_int_equal(bench_read(b, REG_CONFIG_GENERATION), 0);
    b->backend->resize(b->self, 3);
    assert_int_equal(bench_read(b, REG_CONFIG_GENERATION), 1);
    assert_int_equal(bench_read(b, 0x100), 3);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 0); /* the driver is not ready */
    bench_bring_up(b, 0, 8);
    b->backend->resize(b->self, UINT64_C(0x123456789));
    assert_true(b->irq_level);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 2);
    assert_int_equal(bench_read(b, 0x100), 0x23456789);
    assert_int_equal(bench_read(b, 0x104), 1);
    bench_write(b, REG_STATUS, 0);
    assert_int_equal(bench_read(b, REG_CONFIG_GENERATION), 2);
    assert_int_equal(bench_read(b, 0x104), 1);
    assert_false(b->irq_level);
}

/* The register block has a second life as a design of its own, for measuring. */
static void register_block_alone(void **state)
{
    (void)state;
    assert_int_equal(pring_rtl_regs_idle(1001), 1001);
    assert_int_equal(pring_rtl_regs_idle(1), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identification_and_gaps),
        cmocka_unit_test(partial_strobes_change_nothing),
        cmocka_unit_test(status_bits),
        cmocka_unit_test(offered_words),
        cmocka_unit_test(features_ok),
        cmocka_unit_test(features_locked),
        cmocka_unit_test(queue_registers),
        cmocka_unit_test(reset_clears_addresses),
        cmocka_unit_test(doorbells_that_do_not_count),
        cmocka_unit_test(config_space),
        cmocka_unit_test(resize),
        cmocka_unit_test(register_block_alone),
    };

    return cmocka_run_group_tests_name("rtl_regs", tests, NULL, NULL);
}
