/* SPDX-License-Identifier: Apache-2.0 */
/* The device side of the split ring, sim/device/TABLE.md, "Rings": When entries are served, and good chains.
 */
#include "model_ring.h"

/* ---- availability ---- */

static void test_entries_are_served_at_a_notification_only(void **state)
{
    (void)state;
    offer_good(0);
    bench_read(b, REG_INTERRUPT_STATUS);
    b->backend->advance(b->self, 100);
    bench_write(b, REG_INTERRUPT_ACK, 3);
    assert_int_equal(b->log_count, 0); /* a device does not poll */
    bench_kick(b);
    assert_int_equal(bench_used_idx(b), 1);
    bench_check_used(b, 0, 0, 1);
}

static void test_one_notification_serves_all_entries(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < 8; i++)
        offer_good((uint16_t)(7 - i));
    bench_kick(b);
    assert_int_equal(bench_used_idx(b), 8);
    for (uint16_t i = 0; i < 8; i++)
        bench_check_used(b, i, 7U - i, 8U - i);
}

static void test_indices_run_over_65535(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 70000; i += 7) {
        for (uint32_t k = 0; k < 7; k++)
            offer_good((uint16_t)k);
        bench_kick(b);
        assert_int_equal(bench_used_idx(b), (uint16_t)(i + 7));
        for (uint32_t k = 0; k < 7; k++)
            bench_check_used(b, (uint16_t)(i + k), k, k + 1);
    }
    assert_int_equal(bench_read(b, REG_STATUS), 15);
}

static void test_queue_of_one_element(void **state)
{
    (void)state;
    bench_start(b, &setup, 0, 1);
    for (uint16_t i = 1; i < 5; i++) {
        offer_good(0);
        bench_kick(b);
        assert_int_equal(bench_used_idx(b), i);
    }
}

static void test_largest_queue_full(void **state)
{
    struct pring_setup large = setup;

    (void)state;
    large.queue_size_max = 1024;
    bench_start(b, &large, 0, 1024);
    for (uint16_t i = 0; i < 1024; i++) {
        bench_desc(b, i, BENCH_DATA, 1, BENCH_WRITE, 0);
        bench_offer(b, (uint16_t)(1023 - i));
    }
    bench_kick(b);
    assert_int_equal(bench_used_idx(b), 1024);
    bench_check_used(b, 1023, 0, 1);
}

static void test_a_notification_without_news_does_nothing(void **state)
{
    (void)state;
    bench_kick(b);
    assert_int_equal(bench_used_idx(b), 0);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 0);
    assert_int_equal(bench_read(b, REG_STATUS), 15);
}

static void test_avail_idx_more_than_size_ahead_breaks_the_device(void **state)
{
    (void)state;
    good(0);
    bench_put(b, BENCH_AVAIL + 2, 9, 2);
    bench_kick(b);
    bench_check_broken(b, 0);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 2);
}

static void test_used_flags_are_never_written(void **state)
{
    (void)state;
    bench_put(b, BENCH_USED, 0xabcd, 2);
    offer_good(3);
    bench_kick(b);
    assert_int_equal(bench_get(b, BENCH_USED, 2), 0xabcd);
    assert_false(touched(BENCH_USED, 2));
}

/* ---- when a notification counts ---- */

static void test_notification_ignored_unless_it_names_a_live_queue(void **state)
{
    (void)state;
    offer_good(0);
    bench_write(b, REG_QUEUE_NOTIFY, 1);
    bench_write(b, REG_QUEUE_NOTIFY, 0x10000);
    bench_write_strb(b, REG_QUEUE_NOTIFY, 0, 1);
    bench_write_strb(b, REG_QUEUE_NOTIFY, 0, 3);
    assert_int_equal(b->log_count, 0);
}

/* STATUS-DEV-01, STATUS-DEV-02 */
static void test_notification_ignored_before_driver_ok(void **state)
{
    (void)state;
    bench_power_on(b, &setup, &bench_ideal_memory);
    bench_accept(b, BENCH_VERSION_1);
    bench_queue(b, 0, 8);
    offer_good(0);
    bench_kick(b);
    assert_int_equal(b->log_count, 0);
    bench_write(b, REG_STATUS, 15);
    assert_int_equal(b->log_count, 0);
    bench_kick(b);
    assert_int_equal(bench_used_idx(b), 1);
}

/* MMIO-DEV-08 */
static void test_notification_ignored_while_queue_is_not_ready(void **state)
{
    (void)state;
    offer_good(0);
    bench_write(b, REG_QUEUE_READY, 0);
    bench_kick(b);
    assert_int_equal(b->log_count, 0);
}

static void test_queue_started_again_begins_at_index_0(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < 3; i++)
        offer_good(i);
    bench_kick(b);
    bench_write(b, REG_QUEUE_READY, 0);
    bench_put(b, BENCH_AVAIL + 2, 0, 2);
    bench_put(b, BENCH_USED + 2, 0, 2);
    bench_queue(b, 0, 4);
    offer_good(2);
    bench_kick(b);
    assert_int_equal(bench_used_idx(b), 1);
    bench_check_used(b, 0, 2, 3);
}

static void test_ready_written_twice_keeps_the_cursors(void **state)
{
    (void)state;
    offer_good(0);
    bench_kick(b);
    bench_write(b, REG_QUEUE_READY, 1);
    bench_kick(b);
    assert_int_equal(bench_used_idx(b), 1);
}

static void test_nothing_moves_after_a_reset(void **state)
{
    (void)state;
    offer_good(0);
    bench_write(b, REG_STATUS, 0);
    bench_kick(b);
    assert_int_equal(b->log_count, 0);
}

/* ---- chains ---- */

static void test_longest_chain(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < 8; i++)
        bench_desc(b, i, BENCH_DATA + (uint64_t)16 * i, 4, (uint16_t)(BENCH_WRITE | (i < 7 ? BENCH_NEXT : 0)),
                   (uint16_t)(i + 1));
    bench_offer(b, 0);
    bench_kick(b);
    bench_check_used(b, 0, 0, 32);
}

static void test_chain_in_any_order_of_the_table(void **state)
{
    static const uint16_t order[] = {6, 1, 7, 0, 3};

    (void)state;
    for (uint16_t i = 0; i < 5; i++)
        bench_desc(b, order[i], BENCH_DATA + (uint64_t)100 * i, 3,
                   (uint16_t)(BENCH_WRITE | (i < 4 ? BENCH_NEXT : 0)), i < 4 ? order[i + 1] : 0xffff);
    bench_offer(b, 6);
    bench_kick(b);
    bench_check_used(b, 0, 6, 15);
}

static void test_elements_at_any_address_and_over_pages(void **state)
{
    (void)state;
    bench_desc(b, 0, BENCH_DATA + 4096 - 5, 11, BENCH_WRITE | BENCH_NEXT, 1);
    bench_desc(b, 1, BENCH_DATA + 8192 - 1, 3, BENCH_WRITE, 0);
    bench_offer(b, 0);
    bench_kick(b); /* bench_access refuses bursts over a page */
    bench_check_used(b, 0, 0, 14);
    assert_int_equal(bench_get(b, BENCH_DATA + 8192 + 2, 1), 0);
    assert_int_equal(bench_get(b, BENCH_DATA + 4096 + 6, 1), 0);
    assert_int_not_equal(bench_get(b, BENCH_DATA + 4096 - 5, 8), 0);
}

static void test_the_device_never_writes_descriptors_or_the_available_ring(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < 8; i++)
        offer_good(i);
    bench_kick(b);
    for (uint32_t i = 0; i < b->log_count; i++)
        assert_true(!b->log[i].is_write || b->log[i].addr >= BENCH_USED);
}

/* SPLIT-USED-DEV-01: payload, element, index, in this order. */
static void test_completion_order(void **state)
{
    uint32_t writes = 0;
    uint64_t at[3] = {0};

    (void)state;
    offer_good(0);
    bench_kick(b);
    for (uint32_t i = 0; i < b->log_count; i++)
        if (b->log[i].is_write && writes++ < 3)
            at[writes - 1] = b->log[i].addr;
    assert_int_equal(writes, 3);
    assert_int_equal(at[0], BENCH_DATA);
    assert_int_equal(at[1], BENCH_USED + 4);
    assert_int_equal(at[2], BENCH_USED + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_entries_are_served_at_a_notification_only),
        TEST(test_one_notification_serves_all_entries),
        TEST(test_indices_run_over_65535),
        TEST_EVENT_IDX(test_indices_run_over_65535),
        TEST(test_queue_of_one_element),
        TEST(test_largest_queue_full),
        TEST(test_a_notification_without_news_does_nothing),
        TEST_EVENT_IDX(test_a_notification_without_news_does_nothing),
        TEST(test_avail_idx_more_than_size_ahead_breaks_the_device),
        TEST(test_used_flags_are_never_written),
        TEST(test_notification_ignored_unless_it_names_a_live_queue),
        TEST(test_notification_ignored_before_driver_ok),
        TEST(test_notification_ignored_while_queue_is_not_ready),
        TEST(test_queue_started_again_begins_at_index_0),
        TEST(test_ready_written_twice_keeps_the_cursors),
        TEST(test_nothing_moves_after_a_reset),
        TEST(test_longest_chain),
        TEST(test_chain_in_any_order_of_the_table),
        TEST(test_elements_at_any_address_and_over_pages),
        TEST(test_the_device_never_writes_descriptors_or_the_available_ring),
        TEST(test_completion_order),
    };

    return cmocka_run_group_tests(tests, open_ring, close_bench);
}
