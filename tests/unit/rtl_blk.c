/* SPDX-License-Identifier: Apache-2.0 */
/* Block requests on the hardware device: data, status, odd framing, sizes and errors. */
#include "rtl_bench.h"

enum { IN = 0, OUT = 1, FLUSH = 4, GET_ID = 8 };

static struct bench *ready(uint64_t offered, uint64_t accepted)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = bench_blk_setup(offered);

    bench_start(b, &setup, accepted, 64);
    return b;
}

static void check_sector(struct bench *b, uint64_t addr, uint64_t sector)
{
    for (uint32_t w = 0; w < 64; w++)
        assert_int_equal(bench_get(b, addr + 8 * (uint64_t)w, 8), fill_word(b, sector, w));
}

/* A write is seen by the read behind it; used.len is W for a read, and 1 where the status is all there is to
 * write. */
static void write_then_read(void **state)
{
    struct bench *b = ready(0, 0);

    (void)state;
    for (uint32_t i = 0; i < 512; i++)
        *bench_at(b, payload(1) + i) = (uint8_t)(i * 7 + 1);
    put_request(b, 0, OUT, 6, payload(1), 512);
    put_request(b, 3, IN, 5, payload(2), 1536);
    bench_offer(b, 0);
    bench_offer(b, 3);
    bench_kick_and_settle(b);
    assert_int_equal(bench_used_idx(b), 2);
    bench_check_used(b, 0, 0, 1);
    bench_check_used(b, 1, 3, 1537);
    assert_int_equal(request_status(b, 0), 0);
    check_sector(b, payload(2), 5);
    assert_memory_equal(bench_at(b, payload(2) + 512), bench_at(b, payload(1)), 512);
    check_sector(b, payload(2) + 1024, 7);
}

static void get_id_and_flush(void **state)
{
    static const char id[20] = "proving-ring-blk";
    struct bench *b = ready(FLUSH_BIT, FLUSH_BIT);

    (void)state;
    put_request(b, 0, GET_ID, 0, payload(0) + 3, 20);
    put_request(b, 3, FLUSH, 0, payload(1), 8);
    bench_desc(b, 3, BENCH_DATA + 3 * 64, 16, BENCH_NEXT, 5);
    put_request(b, 6, GET_ID, 0, payload(2), 19);
    put_request(b, 9, 77, 0, payload(3), 30);
    for (uint16_t i = 0; i < 12; i += 3)
        bench_offer(b, i);
    bench_kick_and_settle(b);
    bench_check_used(b, 0, 0, 21);
    assert_memory_equal(bench_at(b, payload(0) + 3), id, 20);
    assert_int_equal(request_status(b, 0), 0);
    bench_check_used(b, 1, 3, 1);
    assert_int_equal(request_status(b, 3), 0);
    bench_check_used(b, 2, 6, 0);
    assert_int_equal(request_status(b, 6), 1);
    bench_check_used(b, 3, 9, 0);
    assert_int_equal(request_status(b, 9), 2);
    b = ready(FLUSH_BIT, 0); /* offered, not accepted */
    put_request(b, 3, FLUSH, 0, payload(1), 8);
    bench_desc(b, 3, BENCH_DATA + 3 * 64, 16, BENCH_NEXT, 5);
    bench_offer(b, 3);
    bench_kick_and_settle(b);
    assert_int_equal(request_status(b, 3), 2);
}

struct judged {
    uint32_t type;
    uint64_t sector;
    uint32_t n;
    uint8_t status;
};

static void check_judged(uint64_t offered, const struct judged *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct bench *b = ready(offered, offered);

        put_request(b, 0, cases[i].type, cases[i].sector, payload(0), cases[i].n);
        bench_offer(b, 0);
        bench_kick_and_settle(b);
        assert_int_equal(bench_used_idx(b), 1);
        assert_int_equal(request_status(b, 0), cases[i].status);
        assert_int_equal(bench_read(b, REG_STATUS), 15);
    }
}

static void sizes_and_ranges(void **state)
{
    static const struct judged cases[] = {
        {IN, 63, 512, 0},
        {IN, 64, 512, 1},
        {IN, 63, 1024, 1},
        {IN, 0, 511, 1},
        {IN, 0, 513, 1},
        {IN, UINT64_MAX, 512, 1},
        {OUT, 63, 512, 0},
        {OUT, 64, 512, 1},
        {OUT, 0, 100, 1},
        {OUT, BENCH_BIT(32), 512, 1},
        {OUT, BENCH_BIT(63), 512, 1},
        {IN, BENCH_BIT(32) | 1, 512, 1},
    };
    static const struct judged read_only[] = {{IN, 3, 512, 0}, {OUT, 3, 512, 1}};

    (void)state;
    check_judged(0, cases, sizeof cases / sizeof *cases);
    check_judged(BENCH_BIT(5), read_only, 2);
}

static void short_chains(void **state)
{
    struct bench *b = ready(0, 0);

    (void)state;
    bench_put(b, BENCH_DATA + 16, 0xff, 1);
    bench_desc(b, 0, BENCH_DATA, 15, BENCH_NEXT, 1); /* R < 16 */
    bench_desc(b, 1, BENCH_DATA + 16, 1, BENCH_WRITE, 0);
    bench_desc(b, 2, BENCH_DATA, 16, 0, 0);               /* W = 0 */
    bench_desc(b, 3, BENCH_DATA + 64, 2, BENCH_WRITE, 0); /* R = 0: IOERR in the last byte */
    bench_put(b, BENCH_DATA + 64, 0xffff, 2);
    bench_put(b, BENCH_DATA + 128, IN, 4);
    bench_desc(b, 4, BENCH_DATA + 128, 16, BENCH_NEXT, 5); /* IN of nothing: OK */
    bench_desc(b, 5, BENCH_DATA + 160, 1, BENCH_WRITE, 0);
    bench_put(b, BENCH_DATA + 160, 0xff, 1);
    bench_offer(b, 0);
    bench_offer(b, 2);
    bench_offer(b, 3);
    bench_offer(b, 4);
    bench_kick_and_settle(b);
    assert_int_equal(bench_used_idx(b), 4);
    bench_check_used(b, 0, 0, 1);
    assert_int_equal(bench_get(b, BENCH_DATA + 16, 1), 1);
    bench_check_used(b, 1, 2, 0);
    bench_check_used(b, 2, 3, 0);
    assert_int_equal(bench_get(b, BENCH_DATA + 64, 2), 0x01ff);
    bench_check_used(b, 3, 4, 1);
    assert_int_equal(bench_get(b, BENCH_DATA + 160, 1), 0);
}

/* Without a place for a status a request has no effect, and not a byte of it is read: its address may be
 * anything. */
static void no_place_for_a_status(void **state)
{
    struct bench *b = ready(0, 0);

    (void)state;
    b->hole_addr = BENCH_DATA;
    b->hole_bytes = 0x1000;
    bench_desc(b, 0, BENCH_DATA, 16, BENCH_NEXT, 1);
    bench_desc(b, 1, BENCH_DATA + 64, 512, 0, 0);
    bench_put(b, BENCH_DATA, OUT, 4);
    bench_offer(b, 0);
    bench_kick_and_settle(b);
    assert_int_equal(bench_used_idx(b), 1);
    bench_check_used(b, 0, 0, 0);
    assert_int_equal(bench_read(b, REG_STATUS), 15);
    for (uint32_t i = 0; i < b->log_count; i++)
        assert_true(b->log[i].addr < BENCH_DATA);
}

/* [2.7.4.2] framing means nothing: header 5 + 11 at odd addresses, data in three odd pieces over a page, the
 * status in the last piece; the chain goes 63 -> 0 -> 7 -> 30 -> 31. */
static void odd_framing(void **state)
{
    for (uint32_t shift = 0; shift < 8; shift++) {
        struct bench *b = ready(0, 0);
        uint64_t h0 = BENCH_DATA + 1 + shift, h1 = BENCH_DATA + 0x103, d0 = payload(1) - 37 - shift,
                 d1 = payload(2) + 5, d2 = payload(3) + 3;
        uint32_t n0 = 37 + shift + 11, n1 = 401, n2 = 512 - n0 - n1;
        uint8_t header[16] = {0}, whole[513];

        (void)state;
        header[8] = 9;
        memcpy(bench_at(b, h0), header, 5);
        memcpy(bench_at(b, h1), header + 5, 11);
        bench_desc(b, 63, h0, 5, BENCH_NEXT, 0);
        bench_desc(b, 0, h1, 11, BENCH_NEXT, 7);
        bench_desc(b, 7, d0, n0, BENCH_NEXT | BENCH_WRITE, 30);
        bench_desc(b, 30, d1, n1, BENCH_NEXT | BENCH_WRITE, 31);
        bench_desc(b, 31, d2, n2 + 1, BENCH_WRITE, 0);
        bench_offer(b, 63);
        bench_kick_and_settle(b);
        bench_check_used(b, 0, 63, 513);
        memcpy(whole, bench_at(b, d0), n0);
        memcpy(whole + n0, bench_at(b, d1), n1);
        memcpy(whole + n0 + n1, bench_at(b, d2), n2 + 1);
        for (uint32_t w = 0; w < 64; w++) {
            uint64_t word = fill_word(b, 9, w);

            assert_memory_equal(whole + 8 * (size_t)w, &word, 8);
        }
        assert_int_equal(whole[512], 0);
        assert_int_equal(*bench_at(b, d2 + n2 + 1), 0);

        header[0] = OUT; /* the same pieces, written back to sector 10 */
        memcpy(bench_at(b, h0), header, 5);
        header[8] = 10;
        memcpy(bench_at(b, h1), header + 5, 11);
        bench_desc(b, 7, d0, n0, BENCH_NEXT, 30);
        bench_desc(b, 30, d1, n1, BENCH_NEXT, 31);
        bench_desc(b, 31, d2, n2, BENCH_NEXT, 40);
        bench_desc(b, 40, d2 + 0x800, 1, BENCH_WRITE, 0);
        bench_offer(b, 63);
        put_request(b, 50, IN, 10, payload(4), 512);
        bench_offer(b, 50);
        bench_kick_and_settle(b);
        assert_memory_equal(bench_at(b, payload(4)), whole, 512);
    }
}

/* More than the ring of segments holds at once: 64 requests of three descriptors in flight, four laps. */
static void full_queue(void **state)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = bench_blk_setup(0);

    (void)state;
    bench_start(b, &setup, 0, 256);
    for (uint32_t lap = 0; lap < 4; lap++) {
        for (uint16_t i = 0; i < 252; i += 3)
            put_request(b, i, IN, i % 64, payload(i % 16), 512), bench_offer(b, i);
        bench_kick_and_settle(b);
        assert_int_equal(bench_used_idx(b), 84 * (lap + 1));
        for (uint16_t i = 0; i < 252; i += 3)
            assert_int_equal(request_status(b, i), 0);
    }
}

/* A bus error on payload: what was before completes, this and the later ones do not, then NEEDS_RESET. */
static void payload_bus_error(void **state)
{
    static const uint32_t types[] = {IN, OUT};

    (void)state;
    for (unsigned t = 0; t < 2; t++) {
        struct bench *b = ready(0, 0);

        b->hole_addr = payload(3);
        b->hole_bytes = 8;
        for (uint16_t i = 0; i < 5; i++)
            put_request(b, (uint16_t)(3 * i), types[t], i, payload(i + 1), 512),
                bench_offer(b, (uint16_t)(3 * i));
        bench_kick_and_settle(b);
        assert_int_equal(bench_used_idx(b), 2);
        assert_int_equal(bench_read(b, REG_STATUS), 0x4f);
        assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 3);
        assert_int_equal(pring_rtl_bad_reason(b->self) >> 16 & 0xff, 9);
        b->quiet = true;
        bench_kick_and_settle(b);
        bench_write(b, REG_STATUS, 0);
        assert_int_equal(bench_read(b, REG_STATUS), 0);
        assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(write_then_read),   cmocka_unit_test(get_id_and_flush),
        cmocka_unit_test(sizes_and_ranges),  cmocka_unit_test(short_chains),
        cmocka_unit_test(odd_framing),       cmocka_unit_test(full_queue),
        cmocka_unit_test(payload_bus_error), cmocka_unit_test(no_place_for_a_status),
    };

    return cmocka_run_group_tests_name("rtl_blk", tests, NULL, NULL);
}
