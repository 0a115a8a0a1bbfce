/* SPDX-License-Identifier: Apache-2.0 */
/* Entropy on the hardware device: the stream, its cuts, odd buffers. */
#include "rtl_bench.h"

static uint64_t next(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

static void check_stream(struct bench *b, uint64_t addr, uint32_t n, uint64_t *s)
{
    for (uint32_t i = 0; i < n; i += 8) {
        uint32_t part = n - i < 8 ? n - i : 8;
        uint64_t word = next(s);

        assert_int_equal(bench_get(b, addr + i, part), part == 8 ? word : word & (BENCH_BIT(8 * part) - 1));
    }
}

/* [5.4.6.2] one chain, 64 bytes at most, used.len what was written, one interrupt. */
static void one_buffer(void **state)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = bench_rng_setup(7);
    uint64_t s = 7;

    (void)state;
    bench_start(b, &setup, 0, 8);
    bench_desc(b, 3, BENCH_DATA, 100, BENCH_WRITE, 0);
    bench_offer(b, 3);
    bench_kick_and_settle(b);
    assert_int_equal(bench_used_idx(b), 1);
    bench_check_used(b, 0, 3, 64);
    check_stream(b, BENCH_DATA, 64, &s);
    assert_int_equal(bench_get(b, BENCH_DATA + 64, 8), 0);
    assert_true(b->irq_level);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 1);
    bench_write(b, REG_INTERRUPT_ACK, 1);
    assert_false(b->irq_level);
}

/* Seed 0 counts as 1; the stream goes on over a device reset. */
static void stream_survives_reset(void **state)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = bench_rng_setup(0);
    uint64_t s = 1;

    (void)state;
    bench_start(b, &setup, 0, 8);
    bench_desc(b, 0, BENCH_DATA, 24, BENCH_WRITE, 0);
    bench_offer(b, 0);
    bench_kick_and_settle(b);
    check_stream(b, BENCH_DATA, 24, &s);
    bench_write(b, REG_STATUS, 0);
    assert_int_equal(bench_read(b, REG_STATUS), 0);
    memset(bench_at(b, BENCH_USED), 0, 64);
    bench_bring_up(b, 0, 8);
    bench_put(b, BENCH_AVAIL + 2, 0, 2);
    bench_offer(b, 0);
    bench_kick_and_settle(b);
    check_stream(b, BENCH_DATA, 24, &s);
    bench_check_used(b, 0, 0, 24);
}

/* Every length and every pair of odd starts: bytes land exactly, neighbours stay. */
static void odd_buffers(void **state)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = bench_rng_setup(99);

    (void)state;
    for (uint32_t first = 1; first < 20; first++) {
        for (uint32_t lane = 0; lane < 8; lane++) {
            uint32_t second = 7 + lane, n = first + second;
            uint64_t s = 99;

            bench_start(b, &setup, 0, 8);
            memset(bench_at(b, BENCH_DATA), 0xee, 256);
            bench_desc(b, 0, BENCH_DATA + 8 + lane, first, BENCH_WRITE | BENCH_NEXT, 1);
            bench_desc(b, 1, BENCH_DATA + 64 + (lane * 3) % 8, second, BENCH_WRITE, 0);
            bench_offer(b, 0);
            bench_kick_and_settle(b);
            bench_check_used(b, 0, 0, n);
            memmove(bench_at(b, BENCH_DATA + 8 + lane + first), bench_at(b, BENCH_DATA + 64 + (lane * 3) % 8),
                    second);
            check_stream(b, BENCH_DATA + 8 + lane, n, &s);
            assert_int_equal(*bench_at(b, BENCH_DATA + 7 + lane), 0xee);
            assert_int_equal(*bench_at(b, BENCH_DATA + 64 + (lane * 3) % 8 + second), 0xee);
        }
    }
}

/* Readable elements are not read; without a writable byte the chain comes back with length 0. */
static void readable_elements(void **state)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = bench_rng_setup(5);

    (void)state;
    bench_start(b, &setup, 0, 8);
    b->hole_addr = BENCH_DATA;
    b->hole_bytes = 64; /* a read there would be a bus error */
    bench_desc(b, 0, BENCH_DATA, 64, BENCH_NEXT, 1);
    bench_desc(b, 1, BENCH_DATA + 64, 9, BENCH_WRITE, 0);
    bench_desc(b, 2, BENCH_DATA, 64, 0, 0);
    bench_offer(b, 0);
    bench_offer(b, 2);
    bench_kick_and_settle(b);
    assert_int_equal(bench_used_idx(b), 2);
    bench_check_used(b, 0, 0, 9);
    bench_check_used(b, 1, 2, 0);
    assert_int_equal(bench_read(b, REG_STATUS), 15);
}

/* The used ring wraps many times. */
static void many_laps(void **state)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = bench_rng_setup(5);
    uint64_t s = 5;

    (void)state;
    bench_start(b, &setup, 0, 4);
    for (uint32_t i = 0; i < 66000; i++) {
        uint16_t head = i % 4;

        bench_desc(b, head, BENCH_DATA + 64 * (uint64_t)head, 8, BENCH_WRITE, 0);
        bench_offer(b, head);
        bench_kick_and_settle(b);
        assert_int_equal(bench_used_idx(b), (uint16_t)(i + 1));
        bench_check_used(b, (uint16_t)i, head, 8);
        check_stream(b, BENCH_DATA + 64 * (uint64_t)head, 8, &s);
        if (i % 5 == 0)
            bench_write(b, REG_INTERRUPT_ACK, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_buffer),  cmocka_unit_test(stream_survives_reset),
        cmocka_unit_test(odd_buffers), cmocka_unit_test(readable_elements),
        cmocka_unit_test(many_laps),
    };

    return cmocka_run_group_tests_name("rtl_rng", tests, NULL, NULL);
}
