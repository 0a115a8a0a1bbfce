/* SPDX-License-Identifier: Apache-2.0 */
/* What a split ring can have beside the plain things: queues that are reset alone, notifications with data.
 */
#include <pring/lie.h>

#include "spec_bench.h"

enum { F_NOTIFICATION_DATA = 38, F_RING_RESET = 40 };

/* An entropy device that runs, with these features besides. */
static void run_with(uint64_t features)
{
    bench_reset(PRING_DEVICE_RNG);
    bench_setup.features |= features;
    bench_apply();
    probe();
}

/* ---- queues that are reset alone ---- */

static int start_reset(void **state)
{
    (void)state;
    run_with(1ull << F_RING_RESET);
    return 0;
}

/* As the wire does. */
static void reset_queue(void)
{
    wr(PRING_F_REG_QUEUE_SEL, 0);
    wr(PRING_F_REG_QUEUE_RESET, 1);
    queue()->ready = false;
    queue()->reset_pending = true;
    tell(PRING_EV_DEV_IDLE, 0);
}

static void test_a_queue_is_reset_and_set_up_again(void **state)
{
    (void)state;
    reset_queue();
    rd(PRING_F_REG_QUEUE_RESET, 0);
    set_up_queue();
    rd(PRING_F_REG_QUEUE_RESET, 0);
    expect_silence();
    expect_good_device();
}

static void test_a_reset_nobody_looked_at(void **state)
{
    (void)state;
    reset_queue();
    set_up_queue();
    expect("QRESET-DRV-01");
}

static void test_a_reset_that_was_not_over(void **state)
{
    (void)state;
    reset_queue();
    rd_as(PRING_F_REG_QUEUE_RESET, 0, 1);
    wr(PRING_F_REG_QUEUE_READY, 1);
    expect("MMIO-DRV-23");
}

static void test_rings_freed_before_the_reset_was_over(void **state)
{
    struct pring_call call = {.kind = PRING_CALL_DMA_FREE, .len_bytes = RING_BYTES};
    struct pring_event event = event_of(PRING_EV_CALL, 0);

    (void)state;
    reset_queue();
    call.addr = bus(bench_rings);
    event.call = &call;
    pring_judge_event(&event);
    expect("QRESET-DRV-01");
}

static void test_a_device_reset_is_as_good(void **state)
{
    (void)state;
    reset_queue();
    device_reset();
    begin_probe();
    init(S_ALL);
    expect_silence();
    expect_good_device();
}

static void test_without_the_feature_it_is_a_register_like_any_other(void **state)
{
    (void)state;
    run_with(0);
    wr(PRING_F_REG_QUEUE_RESET, 1);
    wr(PRING_F_REG_QUEUE_READY, 0);
    rd(PRING_F_REG_QUEUE_READY, 0);
    set_up_queue();
    expect_silence();
}

static void test_a_reset_that_nobody_asked_for(void **state)
{
    (void)state;
    rd(PRING_F_REG_QUEUE_RESET, 1);
    expect_device("MMIO-DEV-10");
    start_reset(state);
    reset_queue();
    rd(PRING_F_REG_QUEUE_RESET, 0);
    rd(PRING_F_REG_QUEUE_RESET, 1);
    expect_device("MMIO-DEV-09");
}

static void test_a_reset_that_never_ends(void **state)
{
    (void)state;
    reset_queue();
    rd(PRING_F_REG_QUEUE_RESET, 1);
    expect_device("MMIO-DEV-13");
}

static void test_a_queue_that_is_ready_after_its_reset(void **state)
{
    (void)state;
    reset_queue();
    rd(PRING_F_REG_QUEUE_RESET, 0);
    rd(PRING_F_REG_QUEUE_READY, 1);
    expect_device("MMIO-DEV-14");
}

static void test_a_queue_that_is_touched_after_its_reset(void **state)
{
    struct pring_event event = event_of(PRING_EV_DEV_READ, 0);

    (void)state;
    event.addr = bus(bench_rings + DRIVER);
    event.len_bytes = 4;
    reset_queue();
    pring_judge_event(&event); /* it drains */
    expect_good_device();
    rd(PRING_F_REG_QUEUE_RESET, 0);
    pring_judge_event(&event);
    expect_device("QRESET-DEV-01");
}

static void test_lies_about_a_reset(void **state)
{
    const struct pring_observer *o = &bench_observer;

    (void)state;
    assert_string_equal(pring_lie_reg_read(o, PRING_F_REG_QUEUE_RESET, 0xc0, 4, 0, 1), "MMIO-DEV-10");
    reset_queue();
    assert_null(pring_lie_reg_read(o, PRING_F_REG_QUEUE_RESET, 0xc0, 4, 0, 1)); /* slow */
    assert_string_equal(pring_lie_reg_read(o, PRING_F_REG_QUEUE_RESET, 0xc0, 4, 0, 3), "MMIO-DEV-13");
    queue()->reset_pending = false;
    assert_string_equal(pring_lie_reg_read(o, PRING_F_REG_QUEUE_RESET, 0xc0, 4, 0, 1), "MMIO-DEV-09");
    bench_observer.features_written = 0;
    assert_null(pring_lie_reg_read(o, PRING_F_REG_QUEUE_RESET, 0xc0, 4, 0, 1));
}

/* ---- notifications with data ---- */

static int start_data(void **state)
{
    (void)state;
    run_with(1ull << F_NOTIFICATION_DATA);
    queue()->avail_idx = 0x8003;
    return 0;
}

static void test_a_notification_says_what_comes_next(void **state)
{
    (void)state;
    wr(PRING_F_REG_QUEUE_NOTIFY, 0x80030000);
    expect_silence();
    wr(PRING_F_REG_QUEUE_NOTIFY, 0x80020000);
    expect("ST-MMIO-DRV-03");
}

static void test_a_notification_of_a_packed_ring_says_place_and_lap(void **state)
{
    (void)state;
    queue()->packed = queue()->avail_wrap = true;
    queue()->avail_place = 5;
    wr(PRING_F_REG_QUEUE_NOTIFY, 0x80050000);
    expect_silence();
    queue()->avail_wrap = false;
    wr(PRING_F_REG_QUEUE_NOTIFY, 0x80050000);
    expect("ST-MMIO-DRV-03");
}

static void test_a_notification_without_its_data(void **state)
{
    (void)state;
    wr(PRING_F_REG_QUEUE_NOTIFY, 0);
    expect("ST-MMIO-DRV-03");
}

static void test_a_notification_of_no_queue(void **state)
{
    (void)state;
    wr(PRING_F_REG_QUEUE_NOTIFY, 0x80030001);
    expect("ST-MMIO-DRV-02");
    run_with(0);
    wr(PRING_F_REG_QUEUE_NOTIFY, 0x10000);
    expect("ST-MMIO-DRV-02");
}

#define DATA(name)  cmocka_unit_test_setup(name, start_data)
#define RESET(name) cmocka_unit_test_setup(name, start_reset)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RESET(test_a_queue_is_reset_and_set_up_again),
        RESET(test_a_reset_nobody_looked_at),
        RESET(test_a_reset_that_was_not_over),
        RESET(test_rings_freed_before_the_reset_was_over),
        RESET(test_a_device_reset_is_as_good),
        RESET(test_without_the_feature_it_is_a_register_like_any_other),
        RESET(test_a_reset_that_nobody_asked_for),
        RESET(test_a_reset_that_never_ends),
        RESET(test_a_queue_that_is_ready_after_its_reset),
        RESET(test_a_queue_that_is_touched_after_its_reset),
        RESET(test_lies_about_a_reset),
        DATA(test_a_notification_says_what_comes_next),
        DATA(test_a_notification_of_a_packed_ring_says_place_and_lap),
        DATA(test_a_notification_without_its_data),
        DATA(test_a_notification_of_no_queue),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
