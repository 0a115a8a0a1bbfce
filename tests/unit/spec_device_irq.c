/* SPDX-License-Identifier: Apache-2.0 */
/* The backend's own requirements: when it interrupts, and why. The driver is honest throughout. */
#include "spec_raw.h"

static void lose_interrupt(void)
{
    payload(0, 16);
    element(0, 0, 16);
    used_idx(1);
    idle();
    made(0);
    wr(PRING_F_REG_STATUS, bench_flags);
    idle();
}

static void test_no_interrupt(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    lose_interrupt();
    expect_device("SPLIT-USUP-DEV-03");
}

static void test_no_interrupt_where_none_is_wanted(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    bench_rings[DRIVER] = 1;
    lose_interrupt();
    expect_good_device();
}

static void test_no_interrupt_at_the_event_index(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    bench_observer.features_written |= 1ull << F_EVENT_IDX;
    bench_rings[DRIVER + 4 + 2 * SIZE] = 5;
    lose_interrupt();
    expect_good_device();
    bench_rings[DRIVER + 4 + 2 * SIZE] = 0;
    made(0);
    idle();
    expect_device("SPLIT-USUP-DEV-05");
}

static void test_interrupt_before_driver_ok(void **state)
{
    (void)state;
    begin_probe();
    init(S_ALL & ~S_DRIVER_OK);
    interrupt(1);
    expect_device("STATUS-DEV-02");
}

static void test_interrupt_after_a_reset(void **state)
{
    (void)state;
    probe();
    device_reset();
    interrupt(2);
    expect_device("RESET-DEV-02");
}

static void test_interrupt_status_bits(void **state)
{
    (void)state;
    probe();
    interrupt(4);
    expect_device("MMIO-DEV-04");
    bench_reset(PRING_DEVICE_RNG);
    probe();
    interrupt(0);
    expect_device("ST-MMIO-DEV-09");
    bench_reset(PRING_DEVICE_RNG);
    lent(PRING_DESC_WRITE);
    made(0);
    interrupt(2);
    expect_device("MMIO-DEV-03");
}

static void test_needs_reset_without_a_word(void **state)
{
    (void)state;
    probe();
    interrupt(2);
    rd(PRING_F_REG_STATUS, 0x4f);
    expect_good_device();
    device_reset();
    begin_probe();
    init(S_ALL);
    rd(PRING_F_REG_STATUS, 0x4f); /* it may be on its way */
    expect_good_device();
    rd(PRING_F_REG_STATUS, 0x4f);
    expect_device("STATUS-DEV-04");
}

static void test_a_disk_that_grows_says_so(void **state)
{
    (void)state;
    probe();
    tell(PRING_EV_ACT, 64); /* no change */
    interrupt(1);
    tell(PRING_EV_ACT, 128);
    interrupt(2);
    expect_good_device();
    tell(PRING_EV_ACT, 256);
    interrupt(1);
    expect_device("MMIO-DEV-03");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RNG_TEST(test_no_interrupt),
        RNG_TEST(test_no_interrupt_where_none_is_wanted),
        RNG_TEST(test_no_interrupt_at_the_event_index),
        RNG_TEST(test_interrupt_before_driver_ok),
        RNG_TEST(test_interrupt_after_a_reset),
        RNG_TEST(test_interrupt_status_bits),
        RNG_TEST(test_needs_reset_without_a_word),
        BLK_TEST(test_a_disk_that_grows_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
