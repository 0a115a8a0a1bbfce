/* SPDX-License-Identifier: Apache-2.0 */
/* What rings can have beside the plain things: notifications with data, buffers in order. */
#include <pring/lie.h>

#include "spec_bench.h"

enum { F_IN_ORDER = 35, F_NOTIFICATION_DATA = 38 };

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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
