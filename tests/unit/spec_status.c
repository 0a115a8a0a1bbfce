/* SPDX-License-Identifier: Apache-2.0 */
/* The order of initialisation: one step left out, misplaced or doubled, and what must not be taken for that.
 */
#include "spec_bench.h"

static void probe_with(unsigned steps)
{
    begin_probe();
    init(steps);
    end_with(PRING_ENTRY_PROBE, 0);
}

static void test_an_honest_probe_is_silent(void **state)
{
    (void)state;
    probe();
    expect_silence();
    expect_good_device();
}

static void test_each_missing_step_has_its_id(void **state)
{
    static const struct {
        unsigned missing;
        const char *rule;
    } cases[] = {
        {S_RESET, "INIT-DRV-01"},          {S_ACKNOWLEDGE, "INIT-DRV-02"},
        {S_DRIVER, "INIT-DRV-03"},         {S_FEATURES_OK | S_READ_BACK, "INIT-DRV-07"},
        {S_READ_BACK, "INIT-DRV-09"},      {S_READ_FEATURES, "INIT-DRV-04"},
        {S_WRITE_FEATURES, "INIT-DRV-04"}, {S_MAGIC, "MMIO-INIT-DRV-01"},
        {S_VERSION, "MMIO-INIT-DRV-01"},   {S_ID, "MMIO-INIT-DRV-02"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bench_reset(PRING_DEVICE_BLK);
        probe_with(S_ALL & ~cases[i].missing);
        expect(cases[i].rule);
    }
}

static void test_a_second_probe_needs_a_reset_of_its_own(void **state)
{
    (void)state;
    probe();
    probe_with(S_ALL);
    expect_silence();
    wr(PRING_F_REG_STATUS, 0);
    begin_probe();
    init(S_TO_ID);
    status(1);
    expect("INIT-DRV-01");
}

static void test_features_ok_and_driver_ok_by_one_write(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_FEATURES | S_QUEUE);
    status(8 | 4);
    expect("STATUS-DRV-01");
}

static void test_acknowledge_and_driver_by_one_write_is_silent(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_ID | S_RESET);
    status(1 | 2);
    init(S_ALL & ~S_TO_DRIVER);
    expect_silence();
}

static void test_features_ok_after_driver_ok(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_FEATURES | S_QUEUE | S_DRIVER_OK);
    expect("INIT-DRV-07");
}

static void test_a_cleared_bit(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_ID | S_RESET | S_ACKNOWLEDGE);
    wr(PRING_F_REG_STATUS, 2);
    expect("STATUS-DRV-02");
}

static void test_failed_alone_clears_the_others(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_DRIVER);
    wr(PRING_F_REG_STATUS, 0x80);
    expect("STATUS-DRV-02");
}

static void test_writing_back_what_was_shown_is_silent(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_FEATURES | S_FEATURES_OK);
    rd(PRING_F_REG_STATUS, 3); /* refused */
    wr(PRING_F_REG_STATUS, 3 | 0x80);
    wr(PRING_F_REG_STATUS, 0);
    end_with(PRING_ENTRY_PROBE, -1);
    expect_silence();
}

static void test_needs_reset_need_not_be_written_back(void **state)
{
    (void)state;
    probe();
    rd(PRING_F_REG_STATUS, 0x4f);
    status(0x80);
    device_reset();
    expect_silence();
}

static void test_going_on_after_failed(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_READ_BACK | S_QUEUE);
    status(0x80);
    status(4);
    expect("STATUS-DRV-03");
}

static void test_a_new_probe_after_failed_without_a_reset(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_DRIVER);
    status(0x80);
    end_with(PRING_ENTRY_PROBE, -1);
    begin_probe();
    init(S_TO_ID);
    wr(PRING_F_REG_STATUS, 1);
    expect("STATUS-DRV-03");
}

static void test_failed_in_a_probe_that_never_began_is_silent(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_ID);
    wr(PRING_F_REG_STATUS, 0x80);
    end_with(PRING_ENTRY_PROBE, -1);
    probe_with(S_ALL);
    expect_silence();
}

static void test_queues_before_features_ok(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_FEATURES);
    set_up_queue();
    init(S_FEATURES_OK | S_READ_BACK | S_DRIVER_OK);
    expect("INIT-DRV-10");
}

static void test_queues_between_features_ok_and_its_read_back(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_FEATURES | S_FEATURES_OK);
    set_up_queue();
    init(S_READ_BACK | S_DRIVER_OK);
    expect("INIT-DRV-10");
}

static void test_queues_after_driver_ok(void **state)
{
    (void)state;
    begin_probe();
    init(S_ALL & ~S_QUEUE);
    set_up_queue();
    expect("INIT-DRV-11");
}

static void test_a_queue_that_starts_again_after_driver_ok_is_silent(void **state)
{
    (void)state;
    probe();
    wr(PRING_F_REG_QUEUE_READY, 0);
    rd(PRING_F_REG_QUEUE_READY, 0);
    queue_addresses();
    wr(PRING_F_REG_QUEUE_READY, 1);
    expect_silence();
}

static void test_going_on_although_features_ok_was_refused(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_FEATURES | S_FEATURES_OK);
    rd(PRING_F_REG_STATUS, 3);
    set_up_queue();
    expect("INIT-DRV-09");
}

static void test_a_queue_that_is_not_there_is_set_up(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_READ_BACK);
    rd_as(PRING_F_REG_QUEUE_SIZE_MAX, SIZE, 0);
    wr(PRING_F_REG_QUEUE_SIZE, 4);
    expect("INIT-DRV-13");
}

static void test_a_notification_before_driver_ok(void **state)
{
    (void)state;
    begin_probe();
    init(S_ALL & ~S_DRIVER_OK);
    wr(PRING_F_REG_QUEUE_NOTIFY, 0);
    expect("INIT-DRV-14");
}

static void test_status_may_be_read_at_any_time(void **state)
{
    (void)state;
    begin_probe();
    init(S_TO_DRIVER);
    rd(PRING_F_REG_STATUS, bench_flags);
    init(S_ALL & ~S_TO_DRIVER);
    rd(PRING_F_REG_STATUS, bench_flags);
    expect_silence();
}

static void test_an_unplugged_device_excuses_all(void **state)
{
    (void)state;
    probe();
    bench_observer.unplugged = true;
    wr(PRING_F_REG_STATUS, 0x80);
    wr(PRING_F_REG_QUEUE_READY, 0);
    wr(PRING_F_REG_QUEUE_NOTIFY, 0);
    rd(PRING_F_REG_QUEUE_NOTIFY, 0xffffffff);
    expect_silence();
}

static void test_a_legacy_driver_on_version_1_is_left_alone(void **state)
{
    (void)state;
    bench_dut.traits = PRING_TRAIT_LEGACY;
    begin_probe();
    rd(PRING_F_REG_MAGIC_VALUE, 0x74726976);
    rd_as(PRING_F_REG_VERSION, 2, 1);
    rd(PRING_F_REG_DEVICE_ID, bench_setup.device_type);
    wr(PRING_F_REG_STATUS, 3);
    wr(PRING_F_REG_OTHER, 4096);
    expect_silence();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BLK_TEST(test_an_honest_probe_is_silent),
        RNG_TEST(test_an_honest_probe_is_silent),
        BLK_TEST(test_each_missing_step_has_its_id),
        BLK_TEST(test_a_second_probe_needs_a_reset_of_its_own),
        BLK_TEST(test_features_ok_and_driver_ok_by_one_write),
        BLK_TEST(test_acknowledge_and_driver_by_one_write_is_silent),
        BLK_TEST(test_features_ok_after_driver_ok),
        BLK_TEST(test_a_cleared_bit),
        BLK_TEST(test_failed_alone_clears_the_others),
        BLK_TEST(test_writing_back_what_was_shown_is_silent),
        BLK_TEST(test_needs_reset_need_not_be_written_back),
        BLK_TEST(test_going_on_after_failed),
        BLK_TEST(test_a_new_probe_after_failed_without_a_reset),
        BLK_TEST(test_failed_in_a_probe_that_never_began_is_silent),
        BLK_TEST(test_queues_before_features_ok),
        BLK_TEST(test_queues_between_features_ok_and_its_read_back),
        BLK_TEST(test_queues_after_driver_ok),
        BLK_TEST(test_a_queue_that_starts_again_after_driver_ok_is_silent),
        BLK_TEST(test_going_on_although_features_ok_was_refused),
        BLK_TEST(test_a_queue_that_is_not_there_is_set_up),
        BLK_TEST(test_a_notification_before_driver_ok),
        BLK_TEST(test_status_may_be_read_at_any_time),
        BLK_TEST(test_an_unplugged_device_excuses_all),
        BLK_TEST(test_a_legacy_driver_on_version_1_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
