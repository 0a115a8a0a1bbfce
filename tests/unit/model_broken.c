/* SPDX-License-Identifier: Apache-2.0 */
/* The device side of the split ring, sim/device/TABLE.md, "Rings": Bad chains and bus errors, and what is
 * left of the device. */
#include "model_ring.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_bad_chains),
        TEST(test_broken_device_works_after_a_reset),
        TEST(test_bus_errors_on_the_ring_break_the_device),
        TEST(test_nothing_is_read_behind_the_table),
    };

    return cmocka_run_group_tests(tests, open_ring, close_bench);
}
