/* SPDX-License-Identifier: Apache-2.0 */
/* The device side of the split ring, sim/device/TABLE.md, "Rings": Interrupts, and how either side is told
 * that it need not tell. */
#include "model_ring.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_interrupt_unless_avail_flags_say_no),
        TEST_EVENT_IDX(test_event_idx_decides_on_the_interrupt),
        TEST_EVENT_IDX(test_event_idx_asks_for_the_next_notification),
        TEST(test_avail_event_is_left_alone_without_event_idx),
        TEST_EVENT_IDX(test_entry_made_before_avail_event_is_seen_is_served),
    };

    return cmocka_run_group_tests(tests, open_ring, close_bench);
}
