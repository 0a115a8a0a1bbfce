/* SPDX-License-Identifier: Apache-2.0 */
/* The backend's own requirements: which memory it touches, and what it writes into the used ring. The driver
 * is honest throughout. */
#include "spec_raw.h"

static void test_an_honest_completion_is_silent(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    dma_read(bus(bench_rings + DESC), 16);
    complete();
    expect_good_device();
    expect_silence();
}

/* ---- memory ---- */

static void test_memory_without_driver_ok(void **state)
{
    (void)state;
    begin_probe();
    init(S_ALL & ~S_DRIVER_OK);
    dma_read(bus(bench_rings), 16);
    expect_device("STATUS-DEV-01");
}

static void test_memory_after_a_reset(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    wr(PRING_F_REG_STATUS, 0);
    payload(0, 16); /* the reset is not over: it drains */
    expect_good_device();
    rd(PRING_F_REG_STATUS, 0);
    payload(0, 16);
    expect_device("RESET-DEV-03");
}

static void test_memory_of_a_stopped_queue(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    wr(PRING_F_REG_QUEUE_READY, 0);
    payload(0, 16);
    rd(PRING_F_REG_QUEUE_READY, 0);
    expect_good_device();
    dma_read(bus(bench_rings + DRIVER), 4);
    expect_device("MMIO-DEV-08");
}

static void test_memory_readable(void **state)
{
    (void)state;
    lent(0);
    payload(0, 1);
    expect_device("SPLIT-DESC-DEV-01");
}

static void test_memory_not_lent(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    payload(8, 17);
    expect_device("SPLIT-DESC-DEV-01");
}

static void test_memory_the_table(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    dma_write(bus(bench_rings + DESC) + 8, "abcd", 4);
    expect_device("SPLIT-DESC-DEV-03");
}

static void test_memory_the_available_ring(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    dma_write(bus(bench_rings + DRIVER), "ab", 2);
    expect_device("SPLIT-DESC-DEV-01");
}

static void test_memory_that_the_driver_changed_in_flight_is_unclear(void **state)
{
    struct pring_event event = event_of(PRING_EV_TOUCH, PRING_F_DESC_ADDR);

    (void)state;
    lent(PRING_DESC_WRITE);
    pring_judge_event(&event);
    payload(32, 40);
    expect_good_device();
}

/* ---- the used ring ---- */

static void test_used_index_before_its_element(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    payload(0, 16);
    used_idx(1);
    element(0, 0, 16);
    expect_device("SPLIT-USED-DEV-01");
}

static void test_used_length_beyond_what_was_written(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    payload(0, 8);
    payload(9, 16);
    element(0, 0, 16);
    used_idx(1);
    expect_device("SPLIT-USED-DEV-02");
}

static void test_used_length_written_out_of_order_is_silent(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    payload(8, 16);
    payload(0, 8);
    element(0, 0, 16);
    used_idx(1);
    expect_good_device();
}

static void test_used_payload_after_the_index(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    payload(0, 16);
    element(0, 0, 16);
    used_idx(1);
    payload(0, 4);
    expect_device("SPLIT-USED-DEV-02");
}

static void test_used_id_not_lent(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    payload(0, 16);
    element(0, 3, 0);
    used_idx(1);
    expect_device("ST-SPLIT-DEV-03");
}

static void test_used_index_jumps(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    used_idx(SIZE + 1);
    expect_device("ST-SPLIT-DEV-02");
}

static void test_used_no_random_byte(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    element(0, 0, 0);
    used_idx(1);
    expect_device("RNG-DEV-01");
}

static void used_flags(uint16_t flags)
{
    dma_write(bus(bench_rings + DEVICE), &flags, 2);
}

static void test_used_flags(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    used_flags(1);
    expect_good_device();
    used_flags(2);
    expect_device("SPLIT-ASUP-DEV-01");
    bench_reset(PRING_DEVICE_RNG);
    lent(PRING_DESC_WRITE);
    bench_observer.features_written |= 1ull << F_EVENT_IDX;
    used_flags(1);
    expect_device("SPLIT-ASUP-DEV-03");
}

static void test_used_avail_event(void **state)
{
    uint64_t addr;

    (void)state;
    lent(PRING_DESC_WRITE);
    addr = bus(bench_rings + DEVICE) + 4 + 8 * SIZE;
    bench_observer.features_written |= 1ull << F_EVENT_IDX;
    dma_write(addr, "ab", 2);
    expect_good_device();
    bench_observer.features_written = 1ull << F_VERSION_1;
    dma_write(addr, "ab", 2);
    expect_device("avail-event");
}

static void test_used_in_one_burst_with_bytes_left_out(void **state)
{
    uint8_t bytes[16] = {9, 9, 1, 0, 0, 0, 0, 0, 16}, strb[16] = {0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    struct pring_event event = event_of(PRING_EV_DEV_WRITE, 0);

    (void)state;
    lent(PRING_DESC_WRITE);
    payload(0, 16);
    event.addr = bus(bench_rings + DEVICE);
    event.len_bytes = sizeof(bytes);
    event.bytes = bytes;
    event.strb = strb;
    pring_judge_event(&event);
    expect_good_device();
    payload(0, 1); /* the chain is over */
    expect_device("SPLIT-USED-DEV-02");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RNG_TEST(test_an_honest_completion_is_silent),
        RNG_TEST(test_memory_without_driver_ok),
        RNG_TEST(test_memory_after_a_reset),
        RNG_TEST(test_memory_of_a_stopped_queue),
        BLK_TEST(test_memory_readable),
        RNG_TEST(test_memory_not_lent),
        RNG_TEST(test_memory_the_table),
        RNG_TEST(test_memory_the_available_ring),
        RNG_TEST(test_memory_that_the_driver_changed_in_flight_is_unclear),
        RNG_TEST(test_used_index_before_its_element),
        RNG_TEST(test_used_length_beyond_what_was_written),
        RNG_TEST(test_used_length_written_out_of_order_is_silent),
        RNG_TEST(test_used_payload_after_the_index),
        RNG_TEST(test_used_id_not_lent),
        RNG_TEST(test_used_index_jumps),
        RNG_TEST(test_used_no_random_byte),
        RNG_TEST(test_used_flags),
        RNG_TEST(test_used_avail_event),
        RNG_TEST(test_used_in_one_burst_with_bytes_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
