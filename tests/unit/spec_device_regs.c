/* SPDX-License-Identifier: Apache-2.0 */
/* The backend's own requirements: what its registers say. The driver is honest throughout. */
#include "spec_raw.h"

static void test_identity(void **state)
{
    (void)state;
    rd_as(PRING_F_REG_MAGIC_VALUE, 1, 0x74726976);
    expect_device("MMIO-DEV-01");
    bench_reset(PRING_DEVICE_RNG);
    rd_as(PRING_F_REG_VERSION, 1, 2);
    expect_device("MMIO-DEV-02");
}

static void test_a_faults_answer_is_not_the_backends(void **state)
{
    (void)state;
    rd_as(PRING_F_REG_MAGIC_VALUE, 0x74726976, 1);
    rd_as(PRING_F_REG_VERSION, 2, 1);
    expect_good_device();
}

static void offer(uint32_t word, uint32_t value)
{
    wr(PRING_F_REG_DEVICE_FEATURES_SEL, word);
    rd(PRING_F_REG_DEVICE_FEATURES, value);
}

static void test_features_not_asked_for(void **state)
{
    (void)state;
    offer(0, 1u << 12 | 1u << F_FLUSH);
    expect_device("FEAT-DEV-04");
    bench_reset(PRING_DEVICE_BLK);
    offer(2, 1);
    expect_device("FEAT-DEV-04");
}

static void test_features_without_version_1(void **state)
{
    (void)state;
    offer(1, 0);
    expect_device("RFEAT-DEV-01");
}

static void test_features_without_what_they_need(void **state)
{
    (void)state;
    bench_setup.features |= 1ull << 11; /* CONFIG_WCE, asked for together with FLUSH */
    bench_apply();
    offer(0, 1u << 11);
    expect_device("FEAT-DEV-01");
}

static void test_an_odd_set_up_is_not_the_backends_fault(void **state)
{
    (void)state;
    bench_setup.features = 1ull << 11 | 1ull << 45;
    bench_apply();
    offer(0, 1u << 11);
    offer(1, 1u << 13);
    expect_good_device();
}

static void negotiate(uint64_t accepted)
{
    begin_probe();
    init(S_TO_DRIVER | S_READ_FEATURES);
    write_features(accepted);
    status(8);
}

static void test_features_ok_for_a_set_that_cannot_work(void **state)
{
    (void)state;
    negotiate(1ull << F_FLUSH);
    rd(PRING_F_REG_STATUS, 3);
    expect_good_device();
    rd(PRING_F_REG_STATUS, 11);
    expect_device("FEAT-DEV-03");
}

static void test_a_reset_that_does_not_end(void **state)
{
    (void)state;
    probe();
    wr(PRING_F_REG_STATUS, 0);
    rd(PRING_F_REG_STATUS, 15); /* not settled yet */
    expect_good_device();
    idle();
    rd(PRING_F_REG_STATUS, 15);
    expect_device("RESET-DEV-01");
}

/* Oracles hear of a poll no longer when it tells them nothing. What ends that: anything else that is told ...
 */
static void test_a_poll_is_heard_again_when_something_was_told(void **state)
{
    (void)state;
    probe();
    wr(PRING_F_REG_STATUS, 0);
    for (int i = 0; i < 10; i++)
        rd(PRING_F_REG_STATUS, 15);
    expect_good_device();
    idle();
    rd(PRING_F_REG_STATUS, 15);
    expect_device("RESET-DEV-01");
}

/* ... and anything that is said. */
static void test_each_turn_of_a_poll_that_accuses_counts(void **state)
{
    struct pring_result result = {0};

    (void)state;
    for (int i = 0; i < 10; i++)
        rd_as(PRING_F_REG_MAGIC_VALUE, 1, 0x74726976);
    for (int i = 0; i < 10; i++)
        rd(PRING_F_REG_MAGIC_VALUE, 0x74726976);
    pring_judge_verdict(&result);
    assert_int_equal(result.device_findings, 10);
    assert_int_equal(result.reg_accesses, 20);
}

static void test_what_a_reset_leaves_behind(void **state)
{
    (void)state;
    probe();
    device_reset();
    rd(PRING_F_REG_INTERRUPT_STATUS, 1);
    expect_device("MMIO-DEV-05");
    bench_reset(PRING_DEVICE_BLK);
    probe();
    device_reset();
    rd(PRING_F_REG_QUEUE_READY, 1);
    expect_device("MMIO-DEV-06");
}

static void config_word(uint32_t offset, uint32_t value)
{
    access_raw(false, offset, 4, value, value, value);
}

static void test_configuration_changes_under_one_generation(void **state)
{
    (void)state;
    rd(PRING_F_REG_CONFIG_GENERATION, 7);
    config_word(0x100, 64);
    config_word(0x100, 65);
    rd(PRING_F_REG_CONFIG_GENERATION, 7);
    expect_device("MMIO-DEV-07");
}

static void test_configuration_changes_with_its_generation(void **state)
{
    (void)state;
    config_word(0x100, 63);
    rd(PRING_F_REG_CONFIG_GENERATION, 7);
    config_word(0x100, 64);
    config_word(0x100, 65);
    rd(PRING_F_REG_CONFIG_GENERATION, 8);
    config_word(0x100, 65);
    rd(PRING_F_REG_CONFIG_GENERATION, 8);
    expect_good_device();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RNG_TEST(test_identity),
        RNG_TEST(test_a_faults_answer_is_not_the_backends),
        BLK_TEST(test_features_not_asked_for),
        BLK_TEST(test_features_without_version_1),
        BLK_TEST(test_features_without_what_they_need),
        BLK_TEST(test_an_odd_set_up_is_not_the_backends_fault),
        BLK_TEST(test_features_ok_for_a_set_that_cannot_work),
        BLK_TEST(test_a_reset_that_does_not_end),
        BLK_TEST(test_a_poll_is_heard_again_when_something_was_told),
        BLK_TEST(test_each_turn_of_a_poll_that_accuses_counts),
        BLK_TEST(test_what_a_reset_leaves_behind),
        BLK_TEST(test_configuration_changes_under_one_generation),
        BLK_TEST(test_configuration_changes_with_its_generation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
