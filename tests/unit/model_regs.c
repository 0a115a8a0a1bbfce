/* SPDX-License-Identifier: Apache-2.0 */
/* The register block of the model: sim/device/TABLE.md, "Registers" and "Configuration space", row by row. */
#include "model_one.h"

enum { FLUSH = 9, CONFIG_WCE = 11 };

static int power_blk(void **state)
{
    struct pring_setup setup = bench_blk_setup(BENCH_BIT(FLUSH));

    (void)state;
    setup.queue_count = 2;
    bench_power_on(b, &setup, &bench_ideal_memory);
    return 0;
}

/* ---- identification and access ---- */

static void test_identification(void **state)
{
    (void)state;
    assert_int_equal(bench_read(b, 0x00), 0x74726976);
    assert_int_equal(bench_read(b, 0x04), 2);
    assert_int_equal(bench_read(b, 0x08), PRING_DEVICE_BLK);
    assert_int_equal(bench_read(b, 0x0c), 0x474e5250);
}

static bool is_readable(uint32_t offset)
{
    static const uint32_t readable[] = {0x00, 0x04, 0x08, 0x0c, 0x10, 0x34, 0x44,
                                        0x60, 0x70, 0xb0, 0xb4, 0xb8, 0xbc, 0xfc};

    for (size_t i = 0; i < sizeof readable / sizeof *readable; i++)
        if (readable[i] == offset)
            return true;
    return false;
}

static void test_write_only_registers_and_gaps_read_zero(void **state)
{
    (void)state;
    for (uint32_t offset = 0; offset < 0x100; offset += 4)
        if (offset != 0x50)
            bench_write(b, offset, 0xffffffff);
    for (uint32_t offset = 0; offset < 0x100; offset += 4)
        if (!is_readable(offset))
            assert_int_equal(bench_read(b, offset), 0);
}

static void test_writes_of_read_only_registers_and_gaps_change_nothing(void **state)
{
    static const uint32_t offsets[] = {0x00, 0x04, 0x08, 0x0c, 0x10, 0x18, 0x28, 0x2c, 0x34, 0x3c, 0x40,
                                       0x48, 0x60, 0x74, 0xa8, 0xac, 0xb0, 0xbc, 0xc0, 0xf0, 0xfc};
    uint32_t before[64];

    (void)state;
    for (uint32_t i = 0; i < 64; i++)
        before[i] = bench_read(b, 4 * i);
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++)
        bench_write(b, offsets[i], 0xa5a5a5a5);
    for (uint32_t i = 0; i < 64; i++)
        assert_int_equal(bench_read(b, 4 * i), before[i]);
}

static void test_narrow_writes_below_the_configuration_space_are_ignored(void **state)
{
    (void)state;
    for (uint8_t strb = 0; strb < 15; strb++)
        bench_write_strb(b, REG_STATUS, 1, strb);
    assert_int_equal(bench_read(b, REG_STATUS), 0);
    bench_write(b, REG_STATUS, 1);
    bench_write_strb(b, REG_STATUS, 0, 1);
    assert_int_equal(bench_read(b, REG_STATUS), 1);
}

static void test_shared_memory_reads_all_ones(void **state)
{
    (void)state;
    for (uint32_t offset = 0xb0; offset <= 0xbc; offset += 4)
        assert_int_equal(bench_read(b, offset), 0xffffffff);
}

/* ---- features and status ---- */

static void test_device_features_by_word(void **state)
{
    (void)state;
    assert_int_equal(bench_read(b, REG_DEVICE_FEATURES), BENCH_BIT(FLUSH));
    bench_write(b, REG_DEVICE_FEATURES_SEL, 1);
    assert_int_equal(bench_read(b, REG_DEVICE_FEATURES), 1);
    for (uint32_t i = 0; i < 31; i++) { /* the full word is compared: 0x10000 is not 0 */
        bench_write(b, REG_DEVICE_FEATURES_SEL, 2U << i);
        assert_int_equal(bench_read(b, REG_DEVICE_FEATURES), 0);
    }
}

static void accept_word(uint32_t word, uint32_t value)
{
    bench_write(b, REG_DRIVER_FEATURES_SEL, word);
    bench_write(b, REG_DRIVER_FEATURES, value);
}

static uint32_t status_after_features_ok(void)
{
    bench_write(b, REG_STATUS, 3);
    bench_write(b, REG_STATUS, 11);
    return bench_read(b, REG_STATUS);
}

/* FEAT-DEV-02, FEAT-DEV-03 */
static void test_features_ok_sticks_for_a_subset_with_version_1(void **state)
{
    (void)state;
    accept_word(1, 1);
    assert_int_equal(status_after_features_ok(), 11);
}

static void test_features_ok_is_refused_without_version_1(void **state)
{
    (void)state;
    accept_word(0, BENCH_BIT(FLUSH));
    assert_int_equal(status_after_features_ok(), 3);
    accept_word(1, 1);
    assert_int_equal(status_after_features_ok(), 11);
}

static void test_features_ok_is_refused_for_bits_not_offered(void **state)
{
    (void)state;
    for (uint32_t word = 0; word < 4; word++) {
        bench_write(b, REG_STATUS, 0);
        accept_word(1, 1);
        accept_word(word, word == 1 ? 3 : 2);
        assert_int_equal(status_after_features_ok(), 3);
    }
}

static void test_driver_features_beyond_word_3_are_ignored(void **state)
{
    (void)state;
    accept_word(1, 1);
    accept_word(4, 2);
    accept_word(0x10000, 2);
    assert_int_equal(status_after_features_ok(), 11);
}

static void test_driver_features_are_locked_by_features_ok(void **state)
{
    (void)state;
    accept_word(1, 1);
    assert_int_equal(status_after_features_ok(), 11);
    accept_word(1, 0);
    accept_word(0, 1);
    assert_int_equal(status_after_features_ok(), 11);
}

static void test_status_bits_are_set_and_never_cleared(void **state)
{
    (void)state;
    bench_write(b, REG_STATUS, 1);
    bench_write(b, REG_STATUS, 2);
    assert_int_equal(bench_read(b, REG_STATUS), 3);
    bench_write(b, REG_STATUS, 0x80);
    assert_int_equal(bench_read(b, REG_STATUS), 0x83);
    bench_write(b, REG_STATUS, 0xffffff00); /* not 0: no reset, and no bit of ours */
    assert_int_equal(bench_read(b, REG_STATUS), 0x83);
    bench_write(b, REG_STATUS, 0x70); /* bits 4, 5 and 6 are not the driver's */
    assert_int_equal(bench_read(b, REG_STATUS), 0x83);
}

/* ---- reset: MMIO-DEV-05, MMIO-DEV-06 ---- */

static void test_reset_clears_status_selectors_features_and_queues(void **state)
{
    (void)state;
    bench_accept(b, BENCH_VERSION_1);
    bench_write(b, REG_DEVICE_FEATURES_SEL, 1);
    bench_queue(b, 1, 16);
    bench_write(b, REG_STATUS, 0);
    assert_int_equal(bench_read(b, REG_STATUS), 0);
    assert_int_equal(bench_read(b, REG_DEVICE_FEATURES), BENCH_BIT(FLUSH));
    assert_int_equal(status_after_features_ok(), 3);
    bench_write(b, REG_QUEUE_SEL, 1);
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
    bench_write(b, REG_QUEUE_READY, 1); /* its size is 0 again */
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
}

static void test_reset_selects_queue_0(void **state)
{
    (void)state;
    bench_write(b, REG_QUEUE_SEL, 2);
    assert_int_equal(bench_read(b, REG_QUEUE_SIZE_MAX), 0);
    bench_write(b, REG_STATUS, 0);
    assert_int_equal(bench_read(b, REG_QUEUE_SIZE_MAX), 256);
}

static void test_reset_clears_the_interrupt_and_the_line(void **state)
{
    (void)state;
    bench_accept(b, BENCH_VERSION_1);
    bench_write(b, REG_STATUS, 15);
    b->backend->resize(b->self, 10);
    assert_true(b->irq_level);
    bench_write(b, REG_STATUS, 0);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 0);
    assert_false(b->irq_level);
    assert_int_equal(b->irq_edges, 2);
}

static void test_reset_keeps_capacity_and_config_generation(void **state)
{
    (void)state;
    b->backend->resize(b->self, 10);
    bench_write(b, REG_STATUS, 0);
    assert_int_equal(bench_read(b, REG_CONFIG), 10);
    assert_int_equal(bench_read(b, REG_CONFIG_GENERATION), 1);
}

/* ---- queue set-up ---- */

static void test_queue_size_max_and_queues_that_do_not_exist(void **state)
{
    (void)state;
    for (uint32_t queue = 0; queue < 4; queue++) {
        bench_write(b, REG_QUEUE_SEL, queue);
        assert_int_equal(bench_read(b, REG_QUEUE_SIZE_MAX), queue < 2 ? 256 : 0);
    }
    bench_write(b, REG_QUEUE_SEL, 0x10000); /* the full value counts */
    assert_int_equal(bench_read(b, REG_QUEUE_SIZE_MAX), 0);
    bench_queue(b, 0x10000, 16);
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
    bench_write(b, REG_QUEUE_SEL, 0);
    bench_write(b, REG_QUEUE_READY, 1); /* queue 0 got no size by that */
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
}

static void test_queue_ready_needs_a_legal_size(void **state)
{
    static const struct {
        uint32_t size, ready;
    } cases[] = {{0, 0},
                 {1, 1},
                 {2, 1},
                 {3, 0},
                 {4, 1},
                 {255, 0},
                 {256, 1},
                 {512, 0},
                 {32768, 0},
                 {65536, 0},
                 {0x10000 + 16, 0},
                 {0xffffffff, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bench_write(b, REG_QUEUE_SIZE, cases[i].size);
        bench_write(b, REG_QUEUE_READY, 1);
        assert_int_equal(bench_read(b, REG_QUEUE_READY), cases[i].ready);
        bench_write(b, REG_QUEUE_READY, 0);
        assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
    }
}

static void test_queue_ready_takes_bit_0(void **state)
{
    (void)state;
    bench_write(b, REG_QUEUE_SIZE, 4);
    bench_write(b, REG_QUEUE_READY, 2);
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
    bench_write(b, REG_QUEUE_READY, 3);
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 1);
    bench_write(b, REG_QUEUE_READY, 2);
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
}

static void test_queue_registers_are_frozen_while_ready(void **state)
{
    (void)state;
    bench_write(b, REG_QUEUE_SIZE, 4);
    bench_write(b, REG_QUEUE_READY, 1);
    bench_write(b, REG_QUEUE_SIZE, 3); /* had it an effect, the queue could not become ready again */
    bench_write(b, REG_QUEUE_READY, 0);
    bench_write(b, REG_QUEUE_READY, 1);
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 1);
}

static void test_queue_reset_reads_zero(void **state)
{
    (void)state;
    bench_queue(b, 0, 4);
    bench_write(b, 0xc0, 1);
    assert_int_equal(bench_read(b, 0xc0), 0);
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 1);
}

/* ---- configuration changes and interrupts ---- */

static void test_resize_tells_generation_capacity_and_interrupt(void **state)
{
    (void)state;
    bench_accept(b, BENCH_VERSION_1);
    bench_write(b, REG_STATUS, 15);
    assert_int_equal(bench_read(b, REG_CONFIG_GENERATION), 0);
    b->backend->resize(b->self, 0x123456789a);
    assert_int_equal(bench_read(b, REG_CONFIG_GENERATION), 1);
    assert_int_equal(bench_read(b, REG_CONFIG), 0x3456789a);
    assert_int_equal(bench_read(b, REG_CONFIG + 4), 0x12);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 2);
    bench_write(b, REG_INTERRUPT_ACK, 1);
    assert_true(b->irq_level);
    bench_write(b, REG_INTERRUPT_ACK, 0xfffffffe);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 0);
    assert_false(b->irq_level);
}

static void test_resize_before_driver_ok_gives_no_interrupt(void **state)
{
    (void)state;
    b->backend->resize(b->self, 1);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 0);
    assert_int_equal(bench_read(b, REG_CONFIG_GENERATION), 1);
}

/* ---- configuration space ---- */

struct field {
    unsigned feature; /* 64: none */
    uint32_t offset, len_bytes;
    uint64_t value;
};
static const struct field fields[] = {
    {64, 0, 8, 64}, {1, 8, 4, 0x11223344}, {2, 12, 4, 0x55667788}, {6, 20, 4, 4096}, {10, 24, 1, 3},
    {10, 25, 1, 4}, {10, 26, 2, 0x0506},   {10, 28, 4, 0x708090a}, {11, 32, 1, 1},   {12, 34, 2, 0x0102},
};

/* What the fields of the features in `offered` say about one byte. */
static uint8_t expected_byte(uint64_t offered, uint32_t offset)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        bool there = fields[i].feature == 64 || ((offered >> fields[i].feature) & 1) != 0;

        if (there && offset >= fields[i].offset && offset - fields[i].offset < fields[i].len_bytes)
            return (uint8_t)(fields[i].value >> (8 * (offset - fields[i].offset)));
    }
    return 0;
}

static void check_config(uint64_t offered)
{
    for (uint32_t offset = 0; offset < 0xf00; offset += 4) {
        uint32_t word = bench_read(b, REG_CONFIG + offset);

        for (uint32_t i = 0; i < 4; i++)
            assert_int_equal((uint8_t)(word >> (8 * i)), expected_byte(offered, offset + i));
    }
}

static void test_config_fields_with_and_without_their_features(void **state)
{
    (void)state;
    for (uint64_t offered = 0; offered < BENCH_BIT(13); offered += offered < 16 ? 1 : 61) {
        struct pring_setup setup = bench_blk_setup(offered);

        bench_power_on(b, &setup, &bench_ideal_memory);
        check_config(offered);
    }
}

static void test_config_only_writeback_is_writable(void **state)
{
    struct pring_setup setup = bench_blk_setup(BENCH_BIT(FLUSH) | BENCH_BIT(CONFIG_WCE) | 0x1446);

    (void)state;
    bench_power_on(b, &setup, &bench_ideal_memory);
    for (uint32_t offset = 0; offset < 0xf00; offset += 4)
        if (offset != 32)
            bench_write(b, REG_CONFIG + offset, 0xa5a5a5a5);
    bench_write_strb(b, REG_CONFIG + 32, 0, 0xe);
    check_config(setup.features);
    bench_write_strb(b, REG_CONFIG + 32, 0xfffffffe, 1); /* bit 0 is kept */
    assert_int_equal(bench_read(b, REG_CONFIG + 32) & 0xff, 0);
    bench_write(b, REG_CONFIG + 32, 0xffffffff);
    assert_int_equal(bench_read(b, REG_CONFIG + 32), 0x01020001);
}

static void test_config_reset_restores_writeback(void **state)
{
    struct pring_setup setup = bench_blk_setup(BENCH_BIT(FLUSH) | BENCH_BIT(CONFIG_WCE));

    (void)state;
    bench_power_on(b, &setup, &bench_ideal_memory);
    bench_write_strb(b, REG_CONFIG + 32, 0, 1);
    bench_write(b, REG_STATUS, 0);
    assert_int_equal(bench_read(b, REG_CONFIG + 32), 1);
}

static void test_config_writeback_needs_its_feature(void **state)
{
    (void)state;
    bench_write(b, REG_CONFIG + 32, 1);
    assert_int_equal(bench_read(b, REG_CONFIG + 32), 0);
}

static void test_config_of_the_entropy_device_is_empty(void **state)
{
    struct pring_setup setup = bench_rng_setup(1);

    (void)state;
    bench_power_on(b, &setup, &bench_ideal_memory);
    for (uint32_t offset = REG_CONFIG; offset < 0x1000; offset += 4) {
        bench_write(b, offset, 0xffffffff);
        assert_int_equal(bench_read(b, offset), 0);
    }
    b->backend->resize(b->self, 1);
    assert_int_equal(bench_read(b, REG_CONFIG_GENERATION), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, power_blk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_identification),
        TEST(test_write_only_registers_and_gaps_read_zero),
        TEST(test_writes_of_read_only_registers_and_gaps_change_nothing),
        TEST(test_narrow_writes_below_the_configuration_space_are_ignored),
        TEST(test_shared_memory_reads_all_ones),
        TEST(test_device_features_by_word),
        TEST(test_features_ok_sticks_for_a_subset_with_version_1),
        TEST(test_features_ok_is_refused_without_version_1),
        TEST(test_features_ok_is_refused_for_bits_not_offered),
        TEST(test_driver_features_beyond_word_3_are_ignored),
        TEST(test_driver_features_are_locked_by_features_ok),
        TEST(test_status_bits_are_set_and_never_cleared),
        TEST(test_reset_clears_status_selectors_features_and_queues),
        TEST(test_reset_selects_queue_0),
        TEST(test_reset_clears_the_interrupt_and_the_line),
        TEST(test_reset_keeps_capacity_and_config_generation),
        TEST(test_queue_size_max_and_queues_that_do_not_exist),
        TEST(test_queue_ready_needs_a_legal_size),
        TEST(test_queue_ready_takes_bit_0),
        TEST(test_queue_registers_are_frozen_while_ready),
        TEST(test_queue_reset_reads_zero),
        TEST(test_resize_tells_generation_capacity_and_interrupt),
        TEST(test_resize_before_driver_ok_gives_no_interrupt),
        TEST(test_config_fields_with_and_without_their_features),
        TEST(test_config_only_writeback_is_writable),
        TEST(test_config_reset_restores_writeback),
        TEST(test_config_writeback_needs_its_feature),
        TEST(test_config_of_the_entropy_device_is_empty),
    };

    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
