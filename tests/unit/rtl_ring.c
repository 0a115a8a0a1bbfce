/* SPDX-License-Identifier: Apache-2.0 */
/* Split rings on the hardware device: bad chains, alignment of the used area, suppression, EVENT_IDX. */
#include "rtl_bench.h"

static struct bench *rng(uint64_t accepted, uint16_t size)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = bench_rng_setup(3);

    bench_start(b, &setup, accepted, size);
    return b;
}

static void good_chain(struct bench *b, uint16_t head)
{
    bench_desc(b, head, BENCH_DATA + 64 * (uint64_t)head, 8, BENCH_WRITE, 0);
}

enum bad { HEAD, NEXT_RANGE, LOOP, ORDER, ZERO, INDIRECT_FLAG, BUS, HOPS, IDX };

static void make_bad(struct bench *b, enum bad what, uint16_t at_)
{
    uint64_t data = BENCH_DATA + 0x1000;

    bench_desc(b, at_, data, 8, BENCH_WRITE, 0);
    switch (what) {
    case HEAD:
        bench_offer(b, b->size);
        return;
    case NEXT_RANGE:
        bench_desc(b, at_, data, 8, BENCH_WRITE | BENCH_NEXT, b->size);
        break;
    case LOOP:
        bench_desc(b, at_, data, 8, BENCH_WRITE | BENCH_NEXT, at_);
        break;
    case ORDER:
        bench_desc(b, at_, data, 8, BENCH_WRITE | BENCH_NEXT, (uint16_t)(at_ + 1));
        bench_desc(b, (uint16_t)(at_ + 1), data, 8, 0, 0);
        break;
    case ZERO:
        bench_desc(b, at_, data, 0, BENCH_WRITE, 0);
        break;
    case INDIRECT_FLAG:
        bench_desc(b, at_, data, 16, BENCH_INDIRECT, 0);
        break;
    case BUS:
        b->hole_addr = b->desc + 16 * (uint64_t)at_;
        b->hole_bytes = 16;
        break;
    case HOPS: /* as many as the queue has are good; the walk below makes it one more */
        for (uint16_t i = 0; i < b->size; i++)
            bench_desc(b, i, data, 8, BENCH_WRITE | BENCH_NEXT, (uint16_t)((i + 1) % b->size));
        break;
    case IDX:
        b->avail_idx = (uint16_t)(b->avail_idx + b->size);
        bench_put(b, b->avail + 2, (uint16_t)(b->avail_idx + 1), 2);
        return;
    }
    bench_offer(b, at_);
}

/* TABLE.md: chains before a bad one complete, it and later ones do not, then NEEDS_RESET; after that nothing.
 */
static void bad_chains(void **state)
{
    static const uint8_t reason[] = {2, 3, 4, 5, 6, 7, 8, 4, 1};

    (void)state;
    for (int what = HEAD; what <= IDX; what++) {
        for (uint16_t before = 0; before < 3; before++) {
            struct bench *b = rng(0, 16);

            for (uint16_t i = 0; i < before; i++) {
                good_chain(b, i);
                bench_offer(b, i);
            }
            if (what == HOPS || what == IDX) { /* these spoil the whole table or the index: alone */
                if (before != 0)
                    continue;
            }
            make_bad(b, (enum bad)what, 8); /* beyond the line of four that is read for the good ones */
            if (what != IDX) {
                if (what != HOPS)
                    good_chain(b, 12);
                bench_offer(b, 12);
            }
            bench_kick_and_settle(b);
            assert_int_equal(bench_used_idx(b), before);
            assert_int_equal(bench_read(b, REG_STATUS), 0x4f);
            assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), before != 0 ? 3 : 2);
            assert_int_equal(pring_rtl_bad_reason(b->self) >> 16, 0x8000 | reason[what]);
            b->quiet = true;
            bench_kick_and_settle(b);
            bench_write(b, REG_QUEUE_READY, 0);
            assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
            bench_write(b, REG_STATUS, 0);
            assert_int_equal(bench_read(b, REG_STATUS), 0);
            assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 0);
            b->quiet = false;
            b->hole_bytes = 0;
            memset(bench_at(b, BENCH_AVAIL), 0, 256);
            memset(bench_at(b, BENCH_USED), 0, 256);
            bench_bring_up(b, 0, 16); /* and it works again */
            good_chain(b, 1);
            bench_offer(b, 1);
            bench_kick_and_settle(b);
            assert_int_equal(bench_used_idx(b), 1);
        }
    }
}

/* A chain of exactly `size` elements is good, in any order of the table. */
static void longest_chain(void **state)
{
    for (uint16_t size = 1; size <= 256; size *= 2) {
        struct bench *b = rng(0, size);

        (void)state;
        for (uint16_t lap = 0; lap < 3; lap++) {
            for (uint16_t i = 0; i < size; i++) {
                uint16_t here = (uint16_t)(i * 5 % size), there = (uint16_t)((i + 1) * 5 % size);

                bench_desc(b, here, BENCH_DATA + i, 1, BENCH_WRITE | (i + 1 < size ? BENCH_NEXT : 0), there);
            }
            bench_offer(b, 0);
            bench_kick_and_settle(b);
            assert_int_equal(bench_used_idx(b), lap + 1);
            bench_check_used(b, lap, 0, size < 64 ? size : 64);
        }
        assert_int_equal(bench_read(b, REG_STATUS), 15);
    }
}

/* [2.7.8] a used area needs 4-byte alignment only: elements start at lane 4 or 0, idx sits in lane 2 or 6.
 * Neighbours of what is written stay as they are; odd addresses work byte by byte. */
static void used_area_alignment(void **state)
{
    static const uint16_t shifts[] = {0, 4, 8, 12, 2, 1, 5, 7};

    (void)state;
    for (size_t k = 0; k < sizeof shifts / sizeof *shifts; k++) {
        for (uint16_t n = 1; n <= 11; n++) {
            struct bench *b = the_rtl();
            struct pring_setup setup = bench_rng_setup(3);

            bench_power_on(b, &setup, &bench_ideal_memory);
            b->used = BENCH_USED + shifts[k];
            b->avail = BENCH_AVAIL + (shifts[k] & 6);
            memset(bench_at(b, BENCH_USED), 0xa5, 256);
            bench_bring_up(b, 0, 8);
            bench_put(b, b->used + 2, 0, 2);
            for (uint16_t i = 0; i < n; i++) {
                good_chain(b, i % 8);
                bench_offer(b, i % 8);
                if (i == 7 || i + 1 == n)
                    bench_kick_and_settle(b);
            }
            assert_int_equal(bench_used_idx(b), n);
            assert_int_equal(bench_get(b, b->used, 2), 0xa5a5); /* flags */
            for (uint16_t i = 0; i < 8; i++) {
                if (i < n)
                    bench_check_used(b, i, i, 8);
                else
                    assert_int_equal(bench_get(b, b->used + 4 + 8 * (uint64_t)i, 8), 0xa5a5a5a5a5a5a5a5);
            }
            assert_int_equal(bench_get(b, b->used + 4 + 64, 8), 0xa5a5a5a5a5a5a5a5);
        }
    }
}

/* avail.flags bit 0: no interrupt; a driver that changes its mind before the index is seen gets one. */
static void no_interrupt_flag(void **state)
{
    struct bench *b = rng(0, 8);

    (void)state;
    bench_put(b, BENCH_AVAIL, 1, 2);
    good_chain(b, 0);
    bench_offer(b, 0);
    bench_kick_and_settle(b);
    assert_int_equal(bench_used_idx(b), 1);
    assert_false(b->irq_level);
    good_chain(b, 1);
    bench_offer(b, 1);
    bench_kick(b);
    b->backend->advance(b->self, 15); /* flags were read with idx */
    bench_put(b, BENCH_AVAIL, 0, 2);
    bench_settle(b);
    assert_true(b->irq_level);
}

/* EVENT_IDX: interrupt iff the event lies in [old, new); avail_event is written when the queue was emptied.
 */
static void event_idx(void **state)
{
    (void)state;
    for (int base = 0; base < 3; base++) {
        for (uint16_t event = 0; event < 12; event++) {
            struct bench *b = rng(BENCH_EVENT_IDX, 8);
            uint16_t done = 0;

            for (int round = 0; round < 3; round++) {
                uint16_t n = (uint16_t)(1 + round + base);
                uint16_t old = done;

                bench_put(b, BENCH_AVAIL + 4 + 2 * 8, event, 2);
                for (uint16_t i = 0; i < n; i++) {
                    good_chain(b, i);
                    bench_offer(b, i);
                }
                bench_kick_and_settle(b);
                done = (uint16_t)(done + n);
                assert_int_equal(bench_used_idx(b), done);
                assert_int_equal(bench_get(b, BENCH_USED + 4 + 8 * 8, 2), done);
                assert_int_equal(b->irq_level, event >= old && event < done);
                bench_write(b, REG_INTERRUPT_ACK, 3);
            }
        }
    }
}

/* A doorbell with nothing behind it costs one read and changes nothing. */
static void spurious_doorbell(void **state)
{
    struct bench *b = rng(0, 8);

    (void)state;
    bench_kick_and_settle(b);
    assert_int_equal(b->log_count, 1);
    assert_int_equal(bench_used_idx(b), 0);
    assert_false(b->irq_level);
    good_chain(b, 2);
    bench_offer(b, 2);
    bench_kick_and_settle(b);
    bench_kick_and_settle(b);
    assert_int_equal(bench_used_idx(b), 1);
}

/* avail_event is written when a queue was emptied, not when it was empty all along. */
static void spurious_doorbell_with_event_idx(void **state)
{
    struct bench *b = rng(BENCH_EVENT_IDX, 8);

    (void)state;
    bench_put(b, BENCH_USED + 4 + 8 * 8, 0xa5a5, 2);
    bench_kick_and_settle(b);
    assert_int_equal(b->log_count, 1);
    good_chain(b, 2);
    bench_offer(b, 2);
    bench_kick_and_settle(b);
    assert_int_equal(bench_get(b, BENCH_USED + 4 + 8 * 8, 2), 1);
    bench_put(b, BENCH_USED + 4 + 8 * 8, 0xa5a5, 2);
    bench_kick_and_settle(b);
    assert_int_equal(bench_get(b, BENCH_USED + 4 + 8 * 8, 2), 0xa5a5);
}

/* Queues are served apart, each with its own cursors. */
static void several_queues(void **state)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = bench_rng_setup(3);

    (void)state;
    setup.queue_count = 8;
    bench_power_on(b, &setup, &bench_ideal_memory);
    bench_accept(b, BENCH_VERSION_1);
    for (uint32_t q = 0; q < 8; q++) {
        b->desc = BENCH_DESC + 0x400 * (uint64_t)q;
        b->avail = BENCH_AVAIL + 0x100 * (uint64_t)q;
        b->used = BENCH_USED + 0x100 * (uint64_t)q;
        bench_queue(b, q, 8);
    }
    bench_write(b, REG_STATUS, 15);
    for (uint32_t q = 0; q < 8; q++) {
        b->desc = BENCH_DESC + 0x400 * (uint64_t)q;
        b->avail = BENCH_AVAIL + 0x100 * (uint64_t)q;
        b->avail_idx = 0;
        for (uint16_t i = 0; i <= q; i++) {
            bench_desc(b, i, BENCH_DATA + 0x1000 * (uint64_t)q + 16 * (uint64_t)i, 16, BENCH_WRITE, 0);
            bench_offer(b, i % 8);
        }
    }
    for (uint32_t q = 0; q < 8; q++)
        bench_write(b, REG_QUEUE_NOTIFY, 7 - q);
    bench_settle(b);
    for (uint32_t q = 0; q < 8; q++) {
        b->used = BENCH_USED + 0x100 * (uint64_t)q;
        assert_int_equal(bench_used_idx(b), q + 1);
        for (uint16_t i = 0; i <= q; i++)
            bench_check_used(b, i, i, 16);
    }
}

/* [2.7.8.2] when an index becomes visible, its elements are there, and the payload of their chains. */
static void check_published(struct bench *b, uint64_t addr, uint32_t len_bytes)
{
    if (b->used + 2 < addr || b->used + 2 >= addr + len_bytes)
        return;
    for (uint16_t i = 0; i < bench_used_idx(b); i++) {
        bench_check_used(b, i, i, 9);
        assert_int_not_equal(bench_get(b, BENCH_DATA + 64 * (uint64_t)i, 8), 0);
    }
    assert_false(b->irq_level);
}

static void publication_order(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct bench *b = the_rtl();
        struct pring_setup setup = bench_rng_setup(seed);

        bench_power_on(b, &setup, &bench_slow_memory);
        bench_bring_up(b, (seed & 1) != 0 ? BENCH_EVENT_IDX : 0, 8);
        b->on_write = check_published;
        for (uint16_t i = 0; i < 8; i++) {
            bench_desc(b, i, BENCH_DATA + 64 * (uint64_t)i, 9, BENCH_WRITE, 0);
            bench_put(b, BENCH_USED + 8 + 8 * (uint64_t)i, 0, 4);
            bench_offer(b, i);
            if (i == seed % 7 || i == 7) {
                bench_put(b, BENCH_AVAIL + 4 + 2 * 8, i, 2);
                bench_kick_and_settle(b);
                bench_write(b, REG_INTERRUPT_ACK, 1);
            }
        }
        assert_int_equal(bench_used_idx(b), 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_chains),
        cmocka_unit_test(longest_chain),
        cmocka_unit_test(used_area_alignment),
        cmocka_unit_test(no_interrupt_flag),
        cmocka_unit_test(event_idx),
        cmocka_unit_test(spurious_doorbell),
        cmocka_unit_test(spurious_doorbell_with_event_idx),
        cmocka_unit_test(several_queues),
        cmocka_unit_test(publication_order),
    };

    return cmocka_run_group_tests_name("rtl_ring", tests, NULL, NULL);
}
