/* SPDX-License-Identifier: Apache-2.0 */
/* Queues that are reset alone [2.6.1]: what driver and device owe each other then. */
#include <pring/lie.h>

#include "spec_bench.h"

enum { F_RING_RESET = 40 };

static int start_reset(void **state)
{
    (void)state;
    run_with(1ull << F_RING_RESET);
    return 0;
}

/* As the wire does, from a device that takes its time. */
static void begin_reset(void)
{
    wr(PRING_F_REG_QUEUE_SEL, 0);
    wr(PRING_F_REG_QUEUE_RESET, 1);
    queue()->ready = false;
    queue()->reset_pending = true;
}

static void reset_queue(void)
{
    begin_reset();
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

static void test_a_queue_is_stopped_whose_reset_never_ended(void **state)
{
    (void)state;
    reset_queue();
    rd_as(PRING_F_REG_QUEUE_RESET, 0, 1);
    wr(PRING_F_REG_QUEUE_READY, 0);
    rd(PRING_F_REG_QUEUE_READY, 0);
    device_reset();
    expect_silence();
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

static void touch_queue(void)
{
    struct pring_event event = event_of(PRING_EV_DEV_READ, 0);

    event.addr = bus(bench_rings + DRIVER);
    event.len_bytes = 4;
    pring_judge_event(&event);
}

static void test_a_queue_that_is_touched_after_its_reset(void **state)
{
    (void)state;
    begin_reset();
    touch_queue(); /* it drains */
    tell(PRING_EV_DEV_IDLE, 0);
    rd(PRING_F_REG_QUEUE_RESET, 0);
    expect_good_device();
    touch_queue();
    expect_device("QRESET-DEV-01");
}

static void test_a_reset_that_reads_as_over_and_is_not(void **state)
{
    (void)state;
    begin_reset();
    rd(PRING_F_REG_QUEUE_RESET, 1);
    touch_queue();
    rd(PRING_F_REG_QUEUE_RESET, 0);
    expect_good_device();
    touch_queue();
    expect_device("MMIO-DEV-12");
}

static void test_a_queue_that_goes_on_though_it_was_reset(void **state)
{
    (void)state;
    reset_queue();
    touch_queue();
    expect_device("MMIO-DEV-11");
    start_reset(state);
    reset_queue();
    rd(PRING_F_REG_QUEUE_RESET, 0);
    set_up_queue();
    touch_queue(); /* it is another one now */
    expect_good_device();
}

/* The wire takes the interrupt off the device as soon as it sees the line. */
static void interrupt(uint32_t bits)
{
    struct pring_event event = event_of(PRING_EV_DEV_IRQ, PRING_F_IRQ_LINE);

    event.made = 1;
    pring_judge_event(&event);
    event.field = PRING_F_REG_INTERRUPT_STATUS;
    event.raw = bits;
    pring_judge_event(&event);
}

static void test_an_interrupt_for_a_queue_that_was_reset(void **state)
{
    (void)state;
    begin_reset();
    interrupt(1); /* what was used before */
    tell(PRING_EV_DEV_IDLE, 0);
    rd(PRING_F_REG_QUEUE_RESET, 0);
    interrupt(2); /* for the configuration */
    expect_good_device();
    interrupt(1);
    expect_device("QRESET-DEV-02");
}

static void test_an_interrupt_that_may_be_for_another_queue(void **state)
{
    (void)state;
    bench_observer.setup.queue_count = 2;
    bench_observer.queue[1].ready = true;
    reset_queue();
    rd(PRING_F_REG_QUEUE_RESET, 0);
    interrupt(1);
    bench_observer.queue[1].ready = false;
    set_up_queue();
    interrupt(1);
    expect_good_device();
}

static void write_idx(uint16_t idx)
{
    struct pring_event event = event_of(PRING_EV_DEV_WRITE, 0);

    event.addr = bus(bench_rings + DEVICE) + 2;
    event.len_bytes = 2;
    event.bytes = (const uint8_t *)&idx;
    pring_judge_event(&event);
}

static void test_a_queue_that_goes_on_where_it_was(void **state)
{
    (void)state;
    reset_queue();
    rd(PRING_F_REG_QUEUE_RESET, 0);
    set_up_queue();
    write_idx(3); /* and of the elements none was written */
    expect_device("QRESET-DEV-03");
    start_reset(state);
    write_idx(3);
    expect_device("SPLIT-USED-DEV-01");
}

static void test_a_packed_queue_that_goes_on_where_it_was(void **state)
{
    static const uint8_t bytes[16];
    struct pring_event event = event_of(PRING_EV_DEV_WRITE, 0);

    (void)state;
    reset_queue();
    rd(PRING_F_REG_QUEUE_RESET, 0);
    set_up_queue();
    queue()->packed = true;
    queue()->ring_count = 1;
    event.addr = bus(bench_rings + DESC) + 16 * 2;
    event.len_bytes = 16;
    event.bytes = bytes;
    pring_judge_event(&event);
    expect_device("QRESET-DEV-03");
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

#define RESET(name) cmocka_unit_test_setup(name, start_reset)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RESET(test_a_queue_is_reset_and_set_up_again),
        RESET(test_a_reset_nobody_looked_at),
        RESET(test_a_reset_that_was_not_over),
        RESET(test_a_queue_is_stopped_whose_reset_never_ended),
        RESET(test_rings_freed_before_the_reset_was_over),
        RESET(test_a_device_reset_is_as_good),
        RESET(test_without_the_feature_it_is_a_register_like_any_other),
        RESET(test_a_reset_that_nobody_asked_for),
        RESET(test_a_reset_that_never_ends),
        RESET(test_a_queue_that_is_ready_after_its_reset),
        RESET(test_a_queue_that_is_touched_after_its_reset),
        RESET(test_a_reset_that_reads_as_over_and_is_not),
        RESET(test_a_queue_that_goes_on_though_it_was_reset),
        RESET(test_an_interrupt_for_a_queue_that_was_reset),
        RESET(test_an_interrupt_that_may_be_for_another_queue),
        RESET(test_a_queue_that_goes_on_where_it_was),
        RESET(test_a_packed_queue_that_goes_on_where_it_was),
        RESET(test_lies_about_a_reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
