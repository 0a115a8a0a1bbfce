/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a split ring can do beside the plain things: sim/device/TABLE.md, INDIRECT_DESC, QueueReset,
 * QueueNotify. The entropy device serves: used.len is the number of writable bytes up to 64.
 */
#include "model_one.h"

enum {
    INDIRECT_DESC = 28,
    IN_ORDER = 35,
    NOTIFICATION_DATA = 38,
    RING_RESET = 40,
    REG_QUEUE_RESET = 0xc0,
    SIZE = 8,
    TABLE = BENCH_DATA + 0x8000
};

static struct pring_setup setup;

static int open_ring(void **state)
{
    open_bench(state);
    setup = bench_rng_setup(1);
    setup.features |= BENCH_BIT(INDIRECT_DESC) | BENCH_BIT(RING_RESET) | BENCH_BIT(NOTIFICATION_DATA);
    return 0;
}

static int start(void **state)
{
    (void)state;
    bench_start(b, &setup, BENCH_BIT(INDIRECT_DESC) | BENCH_BIT(RING_RESET), SIZE);
    return 0;
}

static int start_without(void **state)
{
    (void)state;
    bench_start(b, &setup, 0, SIZE);
    return 0;
}

static void entry(uint32_t index, uint64_t addr, uint32_t len, uint16_t flags, uint16_t next)
{
    uint64_t at = TABLE + (uint64_t)16 * index;

    bench_put(b, at, addr, 8);
    bench_put(b, at + 8, len, 4);
    bench_put(b, at + 12, flags, 2);
    bench_put(b, at + 14, next, 2);
}

/* `count` entries in a row, of one byte each. */
static void table(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        entry(i, BENCH_DATA + i, 1, BENCH_WRITE | (i + 1 < count ? BENCH_NEXT : 0), (uint16_t)(i + 1));
}

static void offer_table(uint32_t bytes, uint16_t flags)
{
    bench_desc(b, 2, TABLE, bytes, BENCH_INDIRECT | flags, 3);
    bench_offer(b, 2);
}

static void test_a_table_is_the_chain(void **state)
{
    (void)state;
    table(5);
    offer_table(5 * 16, 0);
    bench_kick(b);
    assert_int_equal(bench_used_idx(b), 1);
    bench_check_used(b, 0, 2, 5);
    assert_int_equal(bench_read(b, REG_STATUS), 15);
}

/* SPLIT-IND-DEV-01 */
static void test_write_beside_indirect_means_nothing(void **state)
{
    (void)state;
    table(2);
    offer_table(2 * 16, BENCH_WRITE);
    bench_kick(b);
    bench_check_used(b, 0, 2, 2);
    assert_int_equal(bench_get(b, TABLE + 8, 4), 1); /* nothing was written there */
}

/* SPLIT-IND-DEV-02 */
static void test_a_table_ends_a_chain_of_direct_descriptors(void **state)
{
    (void)state;
    table(3);
    bench_desc(b, 0, BENCH_DATA + 100, 10, BENCH_WRITE | BENCH_NEXT, 1);
    bench_desc(b, 1, BENCH_DATA + 200, 20, BENCH_WRITE | BENCH_NEXT, 2);
    bench_desc(b, 2, TABLE, 48, BENCH_INDIRECT, 0);
    bench_offer(b, 0);
    bench_kick(b);
    bench_check_used(b, 0, 0, 33);
}

static void test_entries_are_linked_by_next(void **state)
{
    (void)state;
    entry(0, BENCH_DATA, 1, BENCH_WRITE | BENCH_NEXT, 6);
    entry(6, BENCH_DATA + 8, 2, BENCH_WRITE | BENCH_NEXT, 1);
    entry(1, BENCH_DATA + 16, 4, BENCH_WRITE, 0);
    offer_table(7 * 16, 0);
    bench_kick(b);
    bench_check_used(b, 0, 2, 7);
}

static void test_as_many_entries_as_the_queue_is_large(void **state)
{
    (void)state;
    table(SIZE);
    offer_table(SIZE * 16, 0);
    bench_kick(b);
    bench_check_used(b, 0, 2, SIZE);
    assert_int_equal(bench_read(b, REG_STATUS), 15);
}

typedef void make_bad(void);

static void bad_next(void)
{
    table(2);
    offer_table(2 * 16, BENCH_NEXT);
}

static void bad_empty(void)
{
    table(2);
    offer_table(0, 0);
}

static void bad_odd(void)
{
    table(2);
    offer_table(2 * 16 + 8, 0);
}

static void bad_nested(void)
{
    entry(0, TABLE + 0x100, 16, BENCH_INDIRECT, 0);
    offer_table(16, 0);
}

static void bad_beyond(void)
{
    table(3);
    offer_table(2 * 16, 0);
}

static void bad_loop(void)
{
    entry(0, BENCH_DATA, 1, BENCH_WRITE | BENCH_NEXT, 0);
    offer_table(16, 0);
}

static void bad_long(void)
{
    table(SIZE + 1);
    offer_table((SIZE + 1) * 16, 0);
}

static void bad_order(void)
{
    entry(0, BENCH_DATA, 1, BENCH_WRITE | BENCH_NEXT, 1);
    entry(1, BENCH_DATA, 1, 0, 0);
    offer_table(2 * 16, 0);
}

static void bad_address(void)
{
    bench_desc(b, 2, 0x1000, 16, BENCH_INDIRECT, 0);
    bench_offer(b, 2);
}

static make_bad *const bad_tables[] = {bad_next, bad_empty, bad_odd,   bad_nested, bad_beyond,
                                       bad_loop, bad_long,  bad_order, bad_address};

static void test_bad_tables_break_the_device(void **state)
{
    for (size_t i = 0; i < sizeof bad_tables / sizeof *bad_tables; i++) {
        start(state);
        bench_desc(b, 0, BENCH_DATA, 9, BENCH_WRITE, 0);
        bench_offer(b, 0);
        bad_tables[i]();
        bench_kick(b);
        bench_check_broken(b, 1);
        bench_check_used(b, 0, 0, 9);
    }
}

static void test_not_accepted_a_table_is_a_bad_chain(void **state)
{
    (void)state;
    table(1);
    offer_table(16, 0);
    bench_kick(b);
    bench_check_broken(b, 0);
}

/* A hole behind the table, and behind the page, is none of the chain's. */
static void test_reads_end_with_the_table(void **state)
{
    (void)state;
    table(3);
    b->hole_addr = TABLE + 3 * 16;
    b->hole_bytes = 16;
    offer_table(3 * 16, 0);
    bench_kick(b);
    bench_check_used(b, 0, 2, 3);
}

/* ---- QueueReset ---- */

static void offer_one(uint32_t len)
{
    bench_desc(b, 0, BENCH_DATA, len, BENCH_WRITE, 0);
    bench_offer(b, 0);
    bench_kick(b);
}

/* QRESET-DEV-01, -03, MMIO-DEV-11, -13, -14 */
static void test_a_reset_queue_is_as_new(void **state)
{
    (void)state;
    offer_one(3);
    offer_one(4);
    assert_int_equal(bench_used_idx(b), 2);
    bench_write(b, REG_QUEUE_RESET, 1);
    assert_int_equal(bench_read(b, REG_QUEUE_RESET), 0);
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
    b->log_count = 0;
    bench_kick(b);
    assert_int_equal(b->log_count, 0);
    bench_write(b, REG_QUEUE_READY, 1); /* no size any more */
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
    bench_put(b, BENCH_AVAIL + 2, 0, 2);
    bench_queue(b, 0, SIZE / 2); /* QREEN-DEV-01 */
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 1);
    assert_int_equal(bench_read(b, REG_QUEUE_RESET), 0);
    offer_one(5);
    assert_int_equal(bench_used_idx(b), 1);
    bench_check_used(b, 0, 0, 5);
    assert_int_equal(bench_read(b, REG_STATUS), 15);
}

static void test_only_what_is_asked_for_is_reset(void **state)
{
    (void)state;
    offer_one(3);
    bench_write(b, REG_QUEUE_RESET, 0);
    bench_write(b, REG_QUEUE_RESET, 2);
    bench_write_strb(b, REG_QUEUE_RESET, 1, 1);
    bench_write(b, REG_QUEUE_SEL, 1); /* there is none */
    bench_write(b, REG_QUEUE_RESET, 1);
    bench_write(b, REG_QUEUE_SEL, 0);
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 1);
    offer_one(4);
    assert_int_equal(bench_used_idx(b), 2);
}

static void test_not_accepted_it_resets_nothing(void **state)
{
    (void)state;
    offer_one(3);
    bench_write(b, REG_QUEUE_RESET, 1);
    assert_int_equal(bench_read(b, REG_QUEUE_RESET), 0);
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 1);
    offer_one(4);
    assert_int_equal(bench_used_idx(b), 2);
}

/* ---- QueueNotify with data ---- */

static void test_what_stands_beside_the_queue_is_not_looked_at(void **state)
{
    (void)state;
    bench_start(b, &setup, BENCH_BIT(NOTIFICATION_DATA), SIZE);
    bench_desc(b, 0, BENCH_DATA, 7, BENCH_WRITE, 0);
    bench_offer(b, 0);
    bench_write(b, REG_QUEUE_NOTIFY, 1); /* no such queue */
    assert_int_equal(bench_used_idx(b), 0);
    bench_write(b, REG_QUEUE_NOTIFY, 0xffff0000);
    assert_int_equal(bench_used_idx(b), 1);
    bench_check_used(b, 0, 0, 7);
}

static void test_without_data_all_of_it_names_the_queue(void **state)
{
    (void)state;
    bench_desc(b, 0, BENCH_DATA, 7, BENCH_WRITE, 0);
    bench_offer(b, 0);
    bench_write(b, REG_QUEUE_NOTIFY, 0x10000);
    assert_int_equal(bench_used_idx(b), 0);
}

/* ---- IN_ORDER ---- */

/* Three of 3, 64 + 1 and 5 bytes, of which the second is not written to its end: it ends the first batch. */
static void test_a_device_may_name_the_last_of_several(void **state)
{
    static const uint32_t bytes[] = {3, 65, 5, 6};
    struct bench *plain = b;

    (void)state;
    b = bench_new(&pring_backend_model_batch);
    setup.features |= BENCH_BIT(IN_ORDER);
    bench_start(b, &setup, BENCH_BIT(IN_ORDER), SIZE);
    for (uint16_t i = 0; i < 4; i++) {
        bench_desc(b, i, BENCH_DATA + (uint64_t)128 * i, bytes[i], BENCH_WRITE, 0);
        bench_offer(b, i);
    }
    bench_kick(b);
    assert_int_equal(bench_used_idx(b), 4);
    bench_check_used(b, 0, 1, 64);
    bench_check_used(b, 2, 3, 6);
    bench_start(b, &setup, 0, SIZE); /* not accepted */
    for (uint16_t i = 0; i < 2; i++) {
        bench_desc(b, i, BENCH_DATA + (uint64_t)128 * i, bytes[2 + i], BENCH_WRITE, 0);
        bench_offer(b, i);
    }
    bench_kick(b);
    bench_check_used(b, 0, 0, 5);
    bench_check_used(b, 1, 1, 6);
    pring_model_close(b->self);
    free(b);
    b = plain;
}

#define TEST(name) cmocka_unit_test_setup(name, start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_table_is_the_chain),
        TEST(test_write_beside_indirect_means_nothing),
        TEST(test_a_table_ends_a_chain_of_direct_descriptors),
        TEST(test_entries_are_linked_by_next),
        TEST(test_as_many_entries_as_the_queue_is_large),
        TEST(test_bad_tables_break_the_device),
        cmocka_unit_test_setup(test_not_accepted_a_table_is_a_bad_chain, start_without),
        TEST(test_reads_end_with_the_table),
        TEST(test_a_reset_queue_is_as_new),
        TEST(test_only_what_is_asked_for_is_reset),
        cmocka_unit_test_setup(test_not_accepted_it_resets_nothing, start_without),
        TEST(test_what_stands_beside_the_queue_is_not_looked_at),
        TEST(test_without_data_all_of_it_names_the_queue),
        TEST(test_a_device_may_name_the_last_of_several),
    };

    return cmocka_run_group_tests(tests, open_ring, close_bench);
}
