/* SPDX-License-Identifier: Apache-2.0 */
#include "spec_bench.h"

enum { LOW = 0x100, HIGH = 0x104 };

static void capacity_half(uint32_t offset, uint32_t value)
{
    access_raw(false, offset, 4, value, value, value);
}

static void read_capacity(void)
{
    capacity_half(LOW, 64);
    capacity_half(HIGH, 0);
}

static void change(enum pring_field field)
{
    fire(PRING_FAULT_CHANGE, PRING_F_REG_STATUS, field, false);
}

static void test_each_width_has_its_id(void **state)
{
    static const struct {
        uint32_t offset, width;
        const char *rule; /* NULL: right */
    } cases[] = {
        {LOW, 4, NULL},
        {0x114, 4, NULL},
        {0x122, 2, NULL},
        {0x120, 1, NULL},
        {LOW, 1, "MMIO-DRV-07"},
        {LOW, 8, "MMIO-DRV-07"},
        {0x114, 2, "MMIO-DRV-07"},
        {0x122, 1, "MMIO-DRV-06"},
        {0x120, 4, "MMIO-DRV-05"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bench_reset(PRING_DEVICE_BLK);
        begin_probe();
        init(S_TO_DRIVER);
        read_features(bench_features | 1ull << 11 | 1ull << 12);
        access_raw(false, cases[i].offset, cases[i].width, 0, 0, 0);
        if (cases[i].rule)
            expect(cases[i].rule);
        else
            expect_silence();
    }
}

static void test_a_field_without_its_feature(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_FEATURES);
    rd(PRING_F_CONFIG_BLK_SIZE, 512);
    expect_silence();
    rd(PRING_F_CONFIG_SEG_MAX, 0);
    expect("CFG-DRV-04");
}

static void test_a_field_before_the_features(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_DRIVER);
    read_capacity();
    expect_silence();
    rd(PRING_F_CONFIG_BLK_SIZE, 512);
    expect("CFG-DRV-04");
}

static void test_a_write_during_negotiation(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_DRIVER);
    read_features(bench_features | 1ull << 11);
    access_raw(true, 0x120, 1, 0, 0, 0);
    expect("INIT-DRV-06");
}

static void test_a_write_after_features_ok_is_silent(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_DRIVER);
    read_features(bench_features | 1ull << 11);
    init(S_WRITE_FEATURES | S_FEATURES_OK | S_READ_BACK);
    access_raw(true, 0x120, 1, 0, 0, 0);
    expect_silence();
}

static void test_a_torn_capacity(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_READ_BACK);
    capacity_half(LOW, 64);
    change(PRING_F_CONFIG_CAPACITY);
    capacity_half(HIGH, 1);
    init(S_QUEUE | S_DRIVER_OK);
    expect("CFG-DRV-01");
}

static void test_a_torn_capacity_in_use(void **state)
{
    (void)state;
    probe();
    capacity_half(LOW, 64);
    tell(PRING_EV_ACT, 128);
    capacity_half(HIGH, 0);
    expect_silence();
    post(0, (struct pring_segment[]){part(bench_rings, 16, 0), part(bench_rings, 1, 2)}, 2);
    expect("CFG-DRV-01");
}

static void test_a_capacity_read_again_is_silent(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_READ_BACK);
    rd(PRING_F_REG_CONFIG_GENERATION, 0);
    capacity_half(LOW, 64);
    change(PRING_F_CONFIG_CAPACITY);
    capacity_half(HIGH, 1);
    rd(PRING_F_REG_CONFIG_GENERATION, 1);
    capacity_half(LOW, 0);
    capacity_half(HIGH, 1);
    rd(PRING_F_REG_CONFIG_GENERATION, 1);
    init(S_QUEUE | S_DRIVER_OK);
    expect_silence();
}

static void test_who_was_told_that_nothing_changed_is_not_blamed(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_READ_BACK);
    rd(PRING_F_REG_CONFIG_GENERATION, 0);
    capacity_half(LOW, 64);
    change(PRING_F_CONFIG_CAPACITY);
    capacity_half(HIGH, 1);
    fire(PRING_FAULT_ANSWER, PRING_F_REG_CONFIG_GENERATION, 0, true);
    rd_as(PRING_F_REG_CONFIG_GENERATION, 1, 0);
    init(S_QUEUE | S_DRIVER_OK);
    expect_silence();
}

static void test_fields_of_two_configurations(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_READ_BACK);
    rd(PRING_F_CONFIG_BLK_SIZE, 512);
    change(PRING_F_CONFIG_BLK_SIZE);
    read_capacity();
    init(S_QUEUE | S_DRIVER_OK);
    expect("CFG-DRV-02");
}

static void test_a_change_of_what_is_read_later_is_silent(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_READ_BACK);
    rd(PRING_F_CONFIG_BLK_SIZE, 512);
    change(PRING_F_CONFIG_CAPACITY);
    read_capacity();
    init(S_QUEUE | S_DRIVER_OK);
    change(PRING_F_CONFIG_CAPACITY);
    read_capacity();
    post(0, (struct pring_segment[]){part(bench_rings, 16, 0), part(bench_rings, 1, 2)}, 2);
    expect_silence();
}

static void look_at_block_size_and_negotiate(uint64_t accepted)
{
    begin_probe();
    init(S_TO_DRIVER | S_READ_FEATURES);
    rd(PRING_F_CONFIG_BLK_SIZE, 512);
    change(PRING_F_CONFIG_BLK_SIZE);
    write_features(accepted);
    init(S_FEATURES_OK | S_READ_BACK);
    read_capacity();
    init(S_QUEUE | S_DRIVER_OK);
}

/* Found by a campaign: an MTU that is too much, and so not accepted. */
static void test_a_field_whose_feature_was_declined_is_not_in_use(void **state)
{
    (void)state;
    look_at_block_size_and_negotiate(bench_features & ~(1ull << 6 | 1ull << F_EVENT_IDX));
    expect_silence();
}

static void test_a_field_read_before_its_feature_was_accepted_is_in_use(void **state)
{
    (void)state;
    look_at_block_size_and_negotiate(bench_features & ~(1ull << F_EVENT_IDX));
    expect("CFG-DRV-02");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BLK_TEST(test_each_width_has_its_id),
        BLK_TEST(test_a_field_without_its_feature),
        BLK_TEST(test_a_field_before_the_features),
        BLK_TEST(test_a_write_during_negotiation),
        BLK_TEST(test_a_write_after_features_ok_is_silent),
        BLK_TEST(test_a_torn_capacity),
        BLK_TEST(test_a_torn_capacity_in_use),
        BLK_TEST(test_a_capacity_read_again_is_silent),
        BLK_TEST(test_who_was_told_that_nothing_changed_is_not_blamed),
        BLK_TEST(test_fields_of_two_configurations),
        BLK_TEST(test_a_change_of_what_is_read_later_is_silent),
        BLK_TEST(test_a_field_whose_feature_was_declined_is_not_in_use),
        BLK_TEST(test_a_field_read_before_its_feature_was_accepted_is_in_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
