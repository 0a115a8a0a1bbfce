/* SPDX-License-Identifier: Apache-2.0 */
#include "spec_bench.h"

static void begin(void)
{
    begin_probe();
    init(S_TO_DRIVER);
}

static void accept_word(uint32_t word, uint32_t value)
{
    wr(PRING_F_REG_DRIVER_FEATURES_SEL, word);
    wr(PRING_F_REG_DRIVER_FEATURES, value);
}

static void test_a_feature_that_was_not_offered(void **state)
{
    (void)state;
    begin();
    read_features(bench_features & ~(1ull << F_FLUSH)); /* withheld from the driver */
    accept_word(0, 1u << F_FLUSH);
    expect("FEAT-DRV-01");
}

static void test_a_feature_that_was_shown_but_is_not_there_is_silent(void **state)
{
    (void)state;
    begin();
    read_features(bench_features | 1ull << 12);
    accept_word(0, 1u << 12);
    expect_silence();
}

static void test_a_device_that_answers_twice_has_offered_both(void **state)
{
    (void)state;
    begin();
    read_features(bench_features);
    read_features(1ull << F_VERSION_1);
    accept_word(0, 1u << F_FLUSH);
    expect_silence();
}

static void test_a_word_that_was_never_read_is_offered_as_it_is(void **state)
{
    (void)state;
    begin();
    wr(PRING_F_REG_DEVICE_FEATURES_SEL, 0);
    rd(PRING_F_REG_DEVICE_FEATURES, (uint32_t)bench_features);
    accept_word(1, 1);
    expect_silence();
    accept_word(2, 1);
    expect("FEAT-DRV-01");
}

static void test_a_bit_that_means_nothing_here(void **state)
{
    (void)state;
    begin();
    read_features(bench_features | 1ull << 41); /* ADMIN_VQ: not on mmio */
    accept_word(1, 1u | 1u << 9);
    expect("FEAT-DRV-05");
}

static void test_more_features_after_features_ok(void **state)
{
    (void)state;
    begin();
    read_features(bench_features);
    write_features(1ull << F_VERSION_1);
    status(8);
    accept_word(0, 1u << F_FLUSH);
    expect("INIT-DRV-08");
}

static void test_another_set_after_a_refusal_is_silent(void **state)
{
    (void)state;
    begin();
    read_features(bench_features);
    write_features(1ull << F_VERSION_1);
    status(8);
    rd(PRING_F_REG_STATUS, 3);
    accept_word(0, 1u << F_FLUSH);
    expect_silence();
}

static void test_version_1_is_not_accepted(void **state)
{
    (void)state;
    begin();
    read_features(bench_features);
    write_features(1ull << F_FLUSH);
    status(8);
    expect("RFEAT-DRV-01");
}

static void test_version_1_need_not_be_accepted_if_it_was_not_shown(void **state)
{
    (void)state;
    begin();
    read_features(1ull << F_FLUSH);
    write_features(1ull << F_FLUSH);
    status(8);
    expect_silence();
}

static void test_features_are_read_without_a_selected_word(void **state)
{
    (void)state;
    begin();
    rd(PRING_F_REG_DEVICE_FEATURES, (uint32_t)bench_features);
    expect("MMIO-DRV-14");
}

static void test_features_are_written_without_a_selected_word(void **state)
{
    (void)state;
    begin();
    read_features(bench_features);
    wr(PRING_F_REG_DRIVER_FEATURES, 0);
    expect("MMIO-DRV-15");
}

static void test_a_restart_may_use_what_the_probe_was_shown(void **state)
{
    (void)state;
    probe();
    tell(PRING_EV_BEGIN, PRING_ENTRY_RESET);
    init(S_ALL & ~(S_TO_ID | S_READ_FEATURES));
    end_with(PRING_ENTRY_RESET, 0);
    expect_silence();
}

static void test_giving_up_without_failed(void **state)
{
    (void)state;
    begin();
    read_features(0);
    end_with(PRING_ENTRY_PROBE, -1);
    expect("FEAT-DRV-07");
}

static void test_giving_up_with_failed_or_a_reset_is_silent(void **state)
{
    (void)state;
    begin();
    read_features(0);
    status(0x80);
    end_with(PRING_ENTRY_PROBE, -1);
    begin();
    read_features(0);
    device_reset();
    end_with(PRING_ENTRY_PROBE, -1);
    expect_silence();
}

static void test_giving_up_later_has_other_reasons(void **state)
{
    (void)state;
    begin();
    read_features(0);
    rd(PRING_F_CONFIG_CAPACITY, 64);
    end_with(PRING_ENTRY_PROBE, -1);
    expect_silence();
}

/* A block device that offers all that is usual. */
static void offer_all(void)
{
    bench_setup.features = 0x1646ull | 1ull << F_EVENT_IDX | 1ull << F_VERSION_1 | 1ull << 11;
    bench_apply();
}

static void test_failing_at_a_feature_that_nobody_knows(void **state)
{
    (void)state;
    offer_all();
    begin();
    read_features(bench_features | 1ull << 45);
    status(0x80);
    end_with(PRING_ENTRY_PROBE, -1);
    expect("FEAT-DRV-08");
}

static void test_failing_where_something_is_missing_too_is_silent(void **state)
{
    (void)state;
    begin(); /* no SIZE_MAX: perhaps it needs that */
    read_features(bench_features | 1ull << 45);
    status(0x80);
    end_with(PRING_ENTRY_PROBE, -1);
    expect_silence();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BLK_TEST(test_a_feature_that_was_not_offered),
        BLK_TEST(test_a_feature_that_was_shown_but_is_not_there_is_silent),
        BLK_TEST(test_a_device_that_answers_twice_has_offered_both),
        BLK_TEST(test_a_word_that_was_never_read_is_offered_as_it_is),
        BLK_TEST(test_a_bit_that_means_nothing_here),
        BLK_TEST(test_more_features_after_features_ok),
        BLK_TEST(test_another_set_after_a_refusal_is_silent),
        BLK_TEST(test_version_1_is_not_accepted),
        BLK_TEST(test_version_1_need_not_be_accepted_if_it_was_not_shown),
        BLK_TEST(test_features_are_read_without_a_selected_word),
        BLK_TEST(test_features_are_written_without_a_selected_word),
        BLK_TEST(test_a_restart_may_use_what_the_probe_was_shown),
        BLK_TEST(test_giving_up_without_failed),
        BLK_TEST(test_giving_up_with_failed_or_a_reset_is_silent),
        BLK_TEST(test_giving_up_later_has_other_reasons),
        BLK_TEST(test_failing_at_a_feature_that_nobody_knows),
        BLK_TEST(test_failing_where_something_is_missing_too_is_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
