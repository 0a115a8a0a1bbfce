/* SPDX-License-Identifier: Apache-2.0 */
/* What a split ring can have beside the plain things: queues that are reset alone, notifications with data,
 * buffers in order.
 */
#include <pring/lie.h>

#include "spec_bench.h"

enum { F_IN_ORDER = 35, F_NOTIFICATION_DATA = 38, F_RING_RESET = 40 };

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

/* ---- buffers in order ---- */

enum { BYTES = 16 };
static uint8_t *buffers;
static uint32_t serial;

static int start_order(void **state)
{
    (void)state;
    run_with(1ull << F_IN_ORDER);
    buffers = pring_memory_alloc(SIZE * BYTES, 16, true);
    return 0;
}

/* Chain of `count` descriptors from `head` on; the first leads to `next`. */
static void lend_linked(uint16_t head, uint16_t count, uint16_t next)
{
    struct pring_segment s[2] = {part(buffers + head * BYTES, BYTES, PRING_DESC_WRITE),
                                 part(buffers, 1, PRING_DESC_WRITE)};
    struct pring_event event = event_of(PRING_EV_LEND, PRING_F_AVAIL_RING);
    struct pring_chain *chain = &queue()->chain[head];

    *chain = (struct pring_chain){.head = head,
                                  .id = head,
                                  .count = count,
                                  .direct = count,
                                  .state = PRING_CHAIN_GATED,
                                  .writable_bytes = BYTES,
                                  .serial = ++serial};
    queue()->lent_count++;
    queue()->size = SIZE;
    queue()->segment[head] = s[0];
    queue()->segment[head].next = next;
    queue()->segment[next % SIZE] = count > 1 ? s[1] : queue()->segment[next % SIZE];
    event.chain = chain;
    event.made = event.seen = head;
    pring_judge_event(&event);
}

static void test_descriptors_are_used_round_and_round(void **state)
{
    (void)state;
    lend_linked(0, 2, 1);
    lend_linked(2, 1, 0);
    lend_linked(3, 2, 4);
    lend_linked(5, 2, 6);
    lend_linked(7, 2, 0);
    lend_linked(1, 1, 0);
    expect_silence();
}

static void test_a_descriptor_whose_turn_it_is_not(void **state)
{
    (void)state;
    lend_linked(0, 2, 1);
    lend_linked(1, 1, 0);
    expect("ST-INORD-DRV-01");
}

static void test_links_out_of_order(void **state)
{
    (void)state;
    lend_linked(0, 2, 2);
    expect("SPLIT-DESC-DRV-03");
    start_order(state);
    lend_linked(0, 1, 0);
    lend_linked(1, 2, 2);
    lend_linked(3, 2, 4);
    lend_linked(5, 2, 6);
    lend_linked(7, 2, 1);
    expect("SPLIT-DESC-DRV-02");
}

static void write_used(uint16_t slot, uint32_t id, uint32_t len, uint16_t idx)
{
    uint32_t words[2] = {id, len};
    struct pring_event event = event_of(PRING_EV_DEV_WRITE, 0);

    event.addr = bus(bench_rings + DEVICE) + 4 + 8u * slot;
    event.len_bytes = 8;
    event.bytes = (const uint8_t *)words;
    pring_judge_event(&event);
    event.addr = bus(bench_rings + DEVICE) + 2;
    event.len_bytes = 2;
    event.bytes = (const uint8_t *)&idx;
    pring_judge_event(&event);
}

static void write_payload(uint16_t head, uint32_t bytes)
{
    static const uint8_t zeros[BYTES];
    struct pring_event event = event_of(PRING_EV_DEV_WRITE, 0);

    event.addr = bus(buffers + head * BYTES);
    event.len_bytes = bytes;
    event.bytes = zeros;
    pring_judge_event(&event);
}

static void test_one_element_stands_for_those_before_it(void **state)
{
    (void)state;
    lend_linked(0, 1, 0);
    lend_linked(1, 1, 0);
    write_payload(0, BYTES);
    write_payload(1, 1);
    write_used(0, 1, 1, 2);
    expect_good_device();
    start_order(state);
    lend_linked(0, 1, 0);
    lend_linked(1, 1, 0);
    write_payload(0, BYTES - 1); /* but it counts as written to the end */
    write_payload(1, 1);
    write_used(0, 1, 1, 2);
    expect_device("SPLIT-USED-DEV-02");
}

static void test_a_buffer_used_before_an_older_one(void **state)
{
    (void)state;
    lend_linked(0, 1, 0);
    lend_linked(1, 1, 0);
    write_payload(1, 1);
    write_used(0, 1, 1, 1);
    expect_device("RFEAT-DEV-05");
}

static void test_without_the_feature_any_order_will_do(void **state)
{
    (void)state;
    bench_observer.features_written &= ~(1ull << F_IN_ORDER);
    assert_null(pring_lie_order(&bench_observer));
    lend_linked(3, 2, 6);
    lend_linked(1, 1, 0);
    write_payload(1, 1);
    write_used(0, 1, 1, 1);
    expect_silence();
    expect_good_device();
    bench_observer.features_written |= 1ull << F_IN_ORDER;
    assert_string_equal(pring_lie_order(&bench_observer), "RFEAT-DEV-05");
}

#define ORDER(name) cmocka_unit_test_setup(name, start_order)
#define DATA(name)  cmocka_unit_test_setup(name, start_data)
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
        RESET(test_lies_about_a_reset),
        DATA(test_a_notification_says_what_comes_next),
        DATA(test_a_notification_of_a_packed_ring_says_place_and_lap),
        DATA(test_a_notification_without_its_data),
        DATA(test_a_notification_of_no_queue),
        ORDER(test_descriptors_are_used_round_and_round),
        ORDER(test_a_descriptor_whose_turn_it_is_not),
        ORDER(test_links_out_of_order),
        ORDER(test_one_element_stands_for_those_before_it),
        ORDER(test_a_buffer_used_before_an_older_one),
        ORDER(test_without_the_feature_any_order_will_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
