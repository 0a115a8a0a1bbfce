/* SPDX-License-Identifier: Apache-2.0 */
/* Block requests on the hardware device: data, status, odd framing, sizes and errors. */
#include "rtl_bench.h"

enum { IN = 0, OUT = 1, FLUSH = 4, GET_ID = 8 };

static struct bench *ready(uint64_t offered, uint64_t accepted)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = blk_setup(offered);

    start(b, &setup, accepted, 64);
    return b;
}

static void check_sector(struct bench *b, uint64_t addr, uint64_t sector)
{
    for (uint32_t w = 0; w < 64; w++)
        assert_int_equal(get(b, addr + 8 * (uint64_t)w, 8), fill_word(b, sector, w));
}

/* A write is seen by the read behind it; used.len is W for a read, and 1 where the status is all there is to
 * write. */
static void write_then_read(void **state)
{
    struct bench *b = ready(0, 0);

    (void)state;
    for (uint32_t i = 0; i < 512; i++)
        *at(b, payload(1) + i) = (uint8_t)(i * 7 + 1);
    put_request(b, 0, OUT, 6, payload(1), 512);
    put_request(b, 3, IN, 5, payload(2), 1536);
    offer(b, 0);
    offer(b, 3);
    kick_and_settle(b);
    assert_int_equal(used_idx(b), 2);
    check_used(b, 0, 0, 1);
    check_used(b, 1, 3, 1537);
    assert_int_equal(request_status(b, 0), 0);
    check_sector(b, payload(2), 5);
    assert_memory_equal(at(b, payload(2) + 512), at(b, payload(1)), 512);
    check_sector(b, payload(2) + 1024, 7);
}

static void get_id_and_flush(void **state)
{
    static const char id[20] = "proving-ring-blk";
    struct bench *b = ready(FLUSH_BIT, FLUSH_BIT);

    (void)state;
    put_request(b, 0, GET_ID, 0, payload(0) + 3, 20);
    put_request(b, 3, FLUSH, 0, payload(1), 8);
    put_desc(b, 3, DATA + 3 * 64, 16, NEXT, 5);
    put_request(b, 6, GET_ID, 0, payload(2), 19);
    put_request(b, 9, 77, 0, payload(3), 30);
    for (uint16_t i = 0; i < 12; i += 3)
        offer(b, i);
    kick_and_settle(b);
    check_used(b, 0, 0, 21);
    assert_memory_equal(at(b, payload(0) + 3), id, 20);
    assert_int_equal(request_status(b, 0), 0);
    check_used(b, 1, 3, 1);
    assert_int_equal(request_status(b, 3), 0);
    check_used(b, 2, 6, 0);
    assert_int_equal(request_status(b, 6), 1);
    check_used(b, 3, 9, 0);
    assert_int_equal(request_status(b, 9), 2);
    b = ready(FLUSH_BIT, 0); /* offered, not accepted */
    put_request(b, 3, FLUSH, 0, payload(1), 8);
    put_desc(b, 3, DATA + 3 * 64, 16, NEXT, 5);
    offer(b, 3);
    kick_and_settle(b);
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
        offer(b, 0);
        kick_and_settle(b);
        assert_int_equal(used_idx(b), 1);
        assert_int_equal(request_status(b, 0), cases[i].status);
        assert_int_equal(rd(b, REG_STATUS), 15);
    }
}

static void sizes_and_ranges(void **state)
{
    static const struct judged cases[] = {
        {IN, 63, 512, 0}, {IN, 64, 512, 1},         {IN, 63, 1024, 1},      {IN, 0, 511, 1},
        {IN, 0, 513, 1},  {IN, UINT64_MAX, 512, 1}, {OUT, 63, 512, 0},      {OUT, 64, 512, 1},
        {OUT, 0, 100, 1}, {OUT, BIT(32), 512, 1},   {OUT, BIT(63), 512, 1}, {IN, BIT(32) | 1, 512, 1},
    };
    static const struct judged read_only[] = {{IN, 3, 512, 0}, {OUT, 3, 512, 1}};

    (void)state;
    check_judged(0, cases, sizeof cases / sizeof *cases);
    check_judged(BIT(5), read_only, 2);
}

static void short_chains(void **state)
{
    struct bench *b = ready(0, 0);

    (void)state;
    put(b, DATA + 16, 0xff, 1);
    put_desc(b, 0, DATA, 15, NEXT, 1); /* R < 16 */
    put_desc(b, 1, DATA + 16, 1, WRITE, 0);
    put_desc(b, 2, DATA, 16, 0, 0);         /* W = 0 */
    put_desc(b, 3, DATA + 64, 2, WRITE, 0); /* R = 0: IOERR in the last byte */
    put(b, DATA + 64, 0xffff, 2);
    put(b, DATA + 128, IN, 4);
    put_desc(b, 4, DATA + 128, 16, NEXT, 5); /* IN of nothing: OK */
    put_desc(b, 5, DATA + 160, 1, WRITE, 0);
    put(b, DATA + 160, 0xff, 1);
    offer(b, 0);
    offer(b, 2);
    offer(b, 3);
    offer(b, 4);
    kick_and_settle(b);
    assert_int_equal(used_idx(b), 4);
    check_used(b, 0, 0, 1);
    assert_int_equal(get(b, DATA + 16, 1), 1);
    check_used(b, 1, 2, 0);
    check_used(b, 2, 3, 0);
    assert_int_equal(get(b, DATA + 64, 2), 0x01ff);
    check_used(b, 3, 4, 1);
    assert_int_equal(get(b, DATA + 160, 1), 0);
}

/* Without a place for a status a request has no effect, and not a byte of it is read: its address may be
 * anything. */
static void no_place_for_a_status(void **state)
{
    struct bench *b = ready(0, 0);

    (void)state;
    b->hole_addr = DATA;
    b->hole_bytes = 0x1000;
    put_desc(b, 0, DATA, 16, NEXT, 1);
    put_desc(b, 1, DATA + 64, 512, 0, 0);
    put(b, DATA, OUT, 4);
    offer(b, 0);
    kick_and_settle(b);
    assert_int_equal(used_idx(b), 1);
    check_used(b, 0, 0, 0);
    assert_int_equal(rd(b, REG_STATUS), 15);
    for (uint32_t i = 0; i < b->log_count; i++)
        assert_true(b->log[i].addr < DATA);
}

/* [2.7.4.2] framing means nothing: header 5 + 11 at odd addresses, data in three odd pieces over a page, the
 * status in the last piece; the chain goes 63 -> 0 -> 7 -> 30 -> 31. */
static void odd_framing(void **state)
{
    for (uint32_t shift = 0; shift < 8; shift++) {
        struct bench *b = ready(0, 0);
        uint64_t h0 = DATA + 1 + shift, h1 = DATA + 0x103, d0 = payload(1) - 37 - shift, d1 = payload(2) + 5,
                 d2 = payload(3) + 3;
        uint32_t n0 = 37 + shift + 11, n1 = 401, n2 = 512 - n0 - n1;
        uint8_t header[16] = {0}, whole[513];

        (void)state;
        header[8] = 9;
        memcpy(at(b, h0), header, 5);
        memcpy(at(b, h1), header + 5, 11);
        put_desc(b, 63, h0, 5, NEXT, 0);
        put_desc(b, 0, h1, 11, NEXT, 7);
        put_desc(b, 7, d0, n0, NEXT | WRITE, 30);
        put_desc(b, 30, d1, n1, NEXT | WRITE, 31);
        put_desc(b, 31, d2, n2 + 1, WRITE, 0);
        offer(b, 63);
        kick_and_settle(b);
        check_used(b, 0, 63, 513);
        memcpy(whole, at(b, d0), n0);
        memcpy(whole + n0, at(b, d1), n1);
        memcpy(whole + n0 + n1, at(b, d2), n2 + 1);
        for (uint32_t w = 0; w < 64; w++) {
            uint64_t word = fill_word(b, 9, w);

            assert_memory_equal(whole + 8 * (size_t)w, &word, 8);
        }
        assert_int_equal(whole[512], 0);
        assert_int_equal(*at(b, d2 + n2 + 1), 0);

        header[0] = OUT; /* the same pieces, written back to sector 10 */
        memcpy(at(b, h0), header, 5);
        header[8] = 10;
        memcpy(at(b, h1), header + 5, 11);
        put_desc(b, 7, d0, n0, NEXT, 30);
        put_desc(b, 30, d1, n1, NEXT, 31);
        put_desc(b, 31, d2, n2, NEXT, 40);
        put_desc(b, 40, d2 + 0x800, 1, WRITE, 0);
        offer(b, 63);
        put_request(b, 50, IN, 10, payload(4), 512);
        offer(b, 50);
        kick_and_settle(b);
        assert_memory_equal(at(b, payload(4)), whole, 512);
    }
}

/* More than the ring of segments holds at once: 64 requests of three descriptors in flight, four laps. */
static void full_queue(void **state)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = blk_setup(0);

    (void)state;
    start(b, &setup, 0, 256);
    for (uint32_t lap = 0; lap < 4; lap++) {
        for (uint16_t i = 0; i < 252; i += 3)
            put_request(b, i, IN, i % 64, payload(i % 16), 512), offer(b, i);
        kick_and_settle(b);
        assert_int_equal(used_idx(b), 84 * (lap + 1));
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
            put_request(b, (uint16_t)(3 * i), types[t], i, payload(i + 1), 512), offer(b, (uint16_t)(3 * i));
        kick_and_settle(b);
        assert_int_equal(used_idx(b), 2);
        assert_int_equal(rd(b, REG_STATUS), 0x4f);
        assert_int_equal(rd(b, REG_INTERRUPT_STATUS), 3);
        assert_int_equal(pring_rtl_bad_reason(b->self) >> 16 & 0xff, 9);
        b->quiet = true;
        kick_and_settle(b);
        wr(b, REG_STATUS, 0);
        assert_int_equal(rd(b, REG_STATUS), 0);
        assert_int_equal(rd(b, REG_INTERRUPT_STATUS), 0);
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
