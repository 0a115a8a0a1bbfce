/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device side of the split ring: sim/device/TABLE.md, "Rings". The entropy device serves, because it
 * takes every good chain: used.len is the number of writable bytes up to 64.
 */
#include "model_bench.h"

#include "backend/model/model_odd.h"

static struct bench *b;
static struct pring_setup setup;

static int open_bench(void **state)
{
    (void)state;
    b = bench_new(&pring_backend_model);
    setup = bench_rng_setup(1);
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    pring_model_close(b->self);
    free(b);
    return 0;
}

static int start(void **state)
{
    (void)state;
    bench_start(b, &setup, 0, 8);
    return 0;
}

static int start_event_idx(void **state)
{
    (void)state;
    bench_start(b, &setup, BENCH_EVENT_IDX, 8);
    return 0;
}

/* A good chain of one writable element whose length names it. */
static void good(uint16_t head)
{
    bench_desc(b, head, BENCH_DATA + (uint64_t)64 * head, head + 1U, BENCH_WRITE, 0);
}

static void offer_good(uint16_t head)
{
    good(head);
    bench_offer(b, head);
}

static bool touched(uint64_t addr, uint64_t len_bytes)
{
    for (uint32_t i = 0; i < b->log_count; i++)
        if (b->log[i].addr < addr + len_bytes && b->log[i].addr + b->log[i].len_bytes > addr)
            return true;
    return false;
}

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
    bench_power_on(b, &setup);
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

/* ---- bad chains ---- */

typedef void make_bad(void);

static void bad_head(void)
{
    bench_offer(b, 8);
}

static void bad_head_far(void)
{
    bench_offer(b, 0xffff);
}

static void bad_next(void)
{
    bench_desc(b, 2, BENCH_DATA, 4, BENCH_WRITE | BENCH_NEXT, 8);
    bench_offer(b, 2);
}

static void bad_self_loop(void)
{
    bench_desc(b, 2, BENCH_DATA, 4, BENCH_WRITE | BENCH_NEXT, 2);
    bench_offer(b, 2);
}

static void bad_long_loop(void)
{
    bench_desc(b, 2, BENCH_DATA, 4, BENCH_WRITE | BENCH_NEXT, 3);
    bench_desc(b, 3, BENCH_DATA, 4, BENCH_WRITE | BENCH_NEXT, 2);
    bench_offer(b, 2);
}

static void bad_order(void)
{
    bench_desc(b, 2, BENCH_DATA, 4, BENCH_WRITE | BENCH_NEXT, 3);
    bench_desc(b, 3, BENCH_DATA, 4, 0, 0);
    bench_offer(b, 2);
}

static void bad_length(void)
{
    bench_desc(b, 2, BENCH_DATA, 4, BENCH_NEXT, 3);
    bench_desc(b, 3, BENCH_DATA, 0, BENCH_WRITE, 0);
    bench_offer(b, 2);
}

static void bad_indirect(void)
{
    bench_desc(b, 2, BENCH_DATA, 16, BENCH_INDIRECT, 0);
    bench_offer(b, 2);
}

static void bad_payload(void)
{
    bench_desc(b, 2, 0x1000, 4, BENCH_WRITE, 0);
    bench_offer(b, 2);
}

static void bad_payload_at_the_end_of_the_bus(void)
{
    bench_desc(b, 2, UINT64_MAX - 1, 4, BENCH_WRITE, 0);
    bench_offer(b, 2);
}

static make_bad *const bad_chains[] = {
    bad_head,  bad_head_far, bad_next,     bad_self_loop, bad_long_loop,
    bad_order, bad_length,   bad_indirect, bad_payload,   bad_payload_at_the_end_of_the_bus};

/* Chains before the bad one complete; it and all later ones do not; then NEEDS_RESET, and silence until
 * reset. */
static void test_bad_chains(void **state)
{
    for (size_t i = 0; i < sizeof bad_chains / sizeof *bad_chains; i++) {
        start(state);
        offer_good(0);
        offer_good(1);
        bad_chains[i]();
        offer_good(4);
        bench_kick(b);
        bench_check_broken(b, 2);
        bench_check_used(b, 0, 0, 1);
        bench_check_used(b, 1, 1, 2);
        assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 3);
        b->log_count = 0;
        bench_kick(b);
        assert_int_equal(b->log_count, 0);
    }
}

static void test_broken_device_works_after_a_reset(void **state)
{
    (void)state;
    bad_head();
    bench_kick(b);
    bench_check_broken(b, 0);
    bench_write(b, REG_STATUS, 0);
    assert_int_equal(bench_read(b, REG_STATUS), 0);
    bench_put(b, BENCH_AVAIL + 2, 0, 2);
    bench_accept(b, BENCH_VERSION_1);
    bench_queue(b, 0, 8);
    bench_write(b, REG_STATUS, 15);
    offer_good(5);
    bench_kick(b);
    assert_int_equal(bench_used_idx(b), 1);
    assert_int_equal(bench_read(b, REG_STATUS), 15);
}

static void test_bus_errors_on_the_ring_break_the_device(void **state)
{
    static const struct {
        uint64_t addr, len_bytes;
    } holes[] = {{BENCH_AVAIL, 2},     {BENCH_AVAIL + 2, 2}, {BENCH_AVAIL + 4, 2}, {BENCH_DESC, 16},
                 {BENCH_DESC + 12, 1}, {BENCH_USED + 4, 8},  {BENCH_USED + 2, 2}};

    for (size_t i = 0; i < sizeof holes / sizeof *holes; i++) {
        start(state);
        offer_good(0);
        b->hole_addr = holes[i].addr;
        b->hole_bytes = holes[i].len_bytes;
        bench_kick(b);
        bench_check_broken(b, 0);
    }
}

/* Reading ahead in the descriptor table stops at its end, where the next owner's memory begins. */
static void test_nothing_is_read_behind_the_table(void **state)
{
    (void)state;
    offer_good(7);
    b->hole_addr = BENCH_DESC + 8 * 16;
    b->hole_bytes = 64;
    bench_kick(b);
    assert_int_equal(bench_used_idx(b), 1);
    assert_int_equal(bench_read(b, REG_STATUS), 15);
}

/* ---- interrupts ---- */

/* SPLIT-USUP-DEV-01, -02 */
static void test_interrupt_unless_avail_flags_say_no(void **state)
{
    (void)state;
    bench_put(b, BENCH_AVAIL, 1, 2);
    offer_good(0);
    bench_kick(b);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 0);
    bench_put(b, BENCH_AVAIL, 0xfffe, 2); /* the other bits have no meaning */
    offer_good(1);
    bench_kick(b);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 1);
    assert_true(b->irq_level);
    bench_write(b, REG_INTERRUPT_ACK, 1);
    assert_false(b->irq_level);
    assert_int_equal(b->irq_edges, 2);
}

/* SPLIT-USUP-DEV-04, -05: flags are ignored, the event decides. */
static void test_event_idx_decides_on_the_interrupt(void **state)
{
    static const struct {
        uint16_t event, count;
        uint32_t interrupt;
    } cases[] = {{0, 1, 1}, {1, 1, 0}, {0xffff, 1, 0}, {2, 3, 1}, {3, 3, 0}, {0, 3, 1}, {7, 8, 1}, {8, 8, 0}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        start_event_idx(state);
        bench_put(b, BENCH_AVAIL, 1, 2);
        bench_put(b, BENCH_AVAIL + 4 + 2 * 8, cases[i].event, 2);
        for (uint16_t k = 0; k < cases[i].count; k++)
            offer_good(k);
        bench_kick(b);
        assert_int_equal(bench_used_idx(b), cases[i].count);
        assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), cases[i].interrupt);
    }
}

/* SPLIT-ASUP-DEV-03 */
static void test_event_idx_asks_for_the_next_notification(void **state)
{
    (void)state;
    for (uint16_t i = 1; i <= 20; i++) {
        offer_good(i % 8);
        bench_kick(b);
        assert_int_equal(bench_get(b, BENCH_USED + 4 + 8 * 8, 2), i);
    }
}

static void test_avail_event_is_left_alone_without_event_idx(void **state)
{
    (void)state;
    bench_put(b, BENCH_USED + 4 + 8 * 8, 0xabcd, 2);
    offer_good(0);
    bench_kick(b);
    assert_int_equal(bench_get(b, BENCH_USED + 4 + 8 * 8, 2), 0xabcd);
    assert_false(touched(BENCH_AVAIL + 4 + 2 * 8, 2));
}

/* A driver that adds an entry while avail_event is on its way compares with the old one and stays silent. */
static int add_entry_behind_avail_event(void *ctx, const struct pring_burst *burst, uint32_t offset,
                                        uint32_t n, const uint8_t *in, const uint8_t *strb)
{
    if (burst->addr == BENCH_USED + 4 + 8 * 8 && b->avail_idx == 1)
        offer_good(5);
    return bench_dma_write(ctx, burst, offset, n, in, strb);
}

static void test_entry_made_before_avail_event_is_seen_is_served(void **state)
{
    static const struct pring_bus_ops bus = {bench_dma_read, add_entry_behind_avail_event, bench_irq,
                                             bench_violation};
    void *self = b->self;

    (void)state;
    assert_int_equal(b->backend->open(&bus, b, &b->self), 0);
    bench_start(b, &setup, BENCH_EVENT_IDX, 8);
    offer_good(0);
    bench_kick(b);
    assert_int_equal(bench_used_idx(b), 2);
    assert_int_equal(bench_get(b, BENCH_USED + 4 + 8 * 8, 2), 2);
    pring_model_close(b->self);
    b->self = self;
}

#define TEST(name)           cmocka_unit_test_setup(name, start)
#define TEST_EVENT_IDX(name) cmocka_unit_test_setup(name, start_event_idx)

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
        TEST(test_bad_chains),
        TEST(test_broken_device_works_after_a_reset),
        TEST(test_bus_errors_on_the_ring_break_the_device),
        TEST(test_nothing_is_read_behind_the_table),
        TEST(test_interrupt_unless_avail_flags_say_no),
        TEST_EVENT_IDX(test_event_idx_decides_on_the_interrupt),
        TEST_EVENT_IDX(test_event_idx_asks_for_the_next_notification),
        TEST(test_avail_event_is_left_alone_without_event_idx),
        TEST_EVENT_IDX(test_entry_made_before_avail_event_is_seen_is_served),
    };

    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
