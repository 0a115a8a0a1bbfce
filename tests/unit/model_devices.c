/* SPDX-License-Identifier: Apache-2.0 */
/* What the devices answer: sim/device/TABLE.md, "Entropy" and "Block". */
#include "model_one.h"

enum { RO = 5, FLUSH = 9 };
enum { IN = 0, OUT = 1, GET_ID = 8, OK = 0, IOERR = 1, UNSUPP = 2, UNTOUCHED = 0xee };
enum { HEADER = BENCH_DATA, PAYLOAD = BENCH_DATA + 0x1000, STATUS_BYTE = BENCH_DATA + 0x8000 };

/* ---- entropy ---- */

static int start_rng(void **state)
{
    struct pring_setup setup = bench_rng_setup(1);

    (void)state;
    bench_start(b, &setup, 0, 8);
    return 0;
}

static uint64_t xorshift(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

/* One chain of one writable element; returns used.len. */
static uint32_t ask_entropy(uint32_t len)
{
    uint64_t element = BENCH_USED + 4 + 8 * (uint64_t)(b->avail_idx % 8);

    memset(bench_at(b, PAYLOAD), UNTOUCHED, 128);
    bench_desc(b, 0, PAYLOAD, len, BENCH_WRITE, 0);
    bench_offer(b, 0);
    bench_kick(b);
    assert_int_equal(bench_used_idx(b), b->avail_idx);
    return (uint32_t)bench_get(b, element + 4, 4);
}

/* RNG-DEV-01, RNG-DEV-02 */
static void test_entropy_stream_by_words_and_at_most_64_bytes(void **state)
{
    uint64_t s = 1;

    (void)state;
    for (uint32_t len = 1; len < 100; len++) {
        uint32_t n = len < 64 ? len : 64;

        assert_int_equal(ask_entropy(len), n);
        for (uint32_t i = 0; i < n; i++)
            assert_int_equal(bench_get(b, PAYLOAD + i, 1),
                             (uint8_t)((i % 8 ? s : xorshift(&s)) >> (8 * (i % 8))));
        assert_int_equal(bench_get(b, PAYLOAD + n, 1), UNTOUCHED);
    }
}

static void test_entropy_stream_starts_from_the_seed_and_from_1_for_0(void **state)
{
    static const uint64_t seeds[] = {0, 2, 0x8000000000000000};

    (void)state;
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        struct pring_setup setup = bench_rng_setup(seeds[i]);
        uint64_t s = seeds[i] ? seeds[i] : 1;

        bench_start(b, &setup, 0, 8);
        assert_int_equal(ask_entropy(8), 8);
        assert_int_equal(bench_get(b, PAYLOAD, 8), xorshift(&s));
    }
}

static void test_entropy_stream_goes_on_over_a_reset(void **state)
{
    uint64_t s = 1;

    (void)state;
    ask_entropy(8);
    bench_write(b, REG_STATUS, 0);
    bench_put(b, BENCH_AVAIL + 2, 0, 2);
    bench_put(b, BENCH_USED + 2, 0, 2);
    bench_accept(b, BENCH_VERSION_1);
    bench_queue(b, 0, 8);
    bench_write(b, REG_STATUS, 15);
    ask_entropy(8);
    xorshift(&s);
    assert_int_equal(bench_get(b, PAYLOAD, 8), xorshift(&s));
}

static void test_entropy_does_not_read_readable_elements(void **state)
{
    (void)state;
    bench_desc(b, 0, 0x1000, 64, BENCH_NEXT, 1); /* no memory there */
    bench_desc(b, 1, PAYLOAD, 5, BENCH_WRITE, 0);
    bench_offer(b, 0);
    bench_desc(b, 2, 0x1000, 64, 0, 0); /* and no writable byte */
    bench_offer(b, 2);
    bench_kick(b);
    assert_int_equal(bench_used_idx(b), 2);
    bench_check_used(b, 0, 0, 5);
    bench_check_used(b, 1, 2, 0);
}

/* ---- block ---- */

static int start_blk_features(uint64_t features)
{
    struct pring_setup setup = bench_blk_setup(features);

    bench_start(b, &setup, features, 64);
    return 0;
}

static int start_blk(void **state)
{
    (void)state;
    return start_blk_features(BENCH_BIT(FLUSH));
}

static int start_blk_plain(void **state)
{
    (void)state;
    return start_blk_features(0);
}

static int start_blk_read_only(void **state)
{
    (void)state;
    return start_blk_features(BENCH_BIT(RO));
}

struct request {
    uint32_t type;
    uint64_t sector;
    uint32_t header_bytes, out_bytes, in_bytes; /* as the driver offers them; in_bytes without the status */
    bool no_status;
    uint32_t cut; /* largest element; 0: each part is one */
};
struct answer {
    uint32_t status, used_len;
};

static uint16_t next_desc;

static void add_part(uint64_t addr, uint32_t len, uint32_t cut, uint16_t flags)
{
    while (len > 0) {
        uint32_t n = cut && cut < len ? cut : len;

        bench_desc(b, next_desc, addr, n, (uint16_t)(flags | BENCH_NEXT), (uint16_t)(next_desc + 1));
        next_desc++;
        addr += n;
        len -= n;
    }
}

/* The last element added has no next. */
static void end_chain(void)
{
    uint64_t flags = BENCH_DESC + 16 * ((uint64_t)next_desc - 1) + 12;

    bench_put(b, flags, bench_get(b, flags, 2) & BENCH_WRITE, 2);
}

static void prepare(const struct request *r)
{
    next_desc = 0;
    bench_put(b, HEADER, r->type, 4);
    bench_put(b, HEADER + 4, 0x5a5a5a5a, 4); /* reserved: no meaning */
    bench_put(b, HEADER + 8, r->sector, 8);
    bench_put(b, STATUS_BYTE, UNTOUCHED, 1);
    add_part(HEADER, r->header_bytes, r->cut, 0);
    add_part(PAYLOAD, r->out_bytes, r->cut, 0);
    add_part(PAYLOAD, r->in_bytes, r->cut, BENCH_WRITE);
    add_part(STATUS_BYTE, r->no_status ? 0 : 1, r->cut, BENCH_WRITE);
    end_chain();
}

static struct answer ask(struct request r)
{
    uint64_t element = BENCH_USED + 4 + 8 * (uint64_t)(b->avail_idx % 64);

    if (r.header_bytes == 0)
        r.header_bytes = 16;
    prepare(&r);
    bench_offer(b, 0);
    bench_kick(b);
    assert_int_equal(bench_read(b, REG_STATUS), 15);
    assert_int_equal(bench_used_idx(b), b->avail_idx);
    return (struct answer){(uint32_t)bench_get(b, STATUS_BYTE, 1), (uint32_t)bench_get(b, element + 4, 4)};
}

static void check(struct request r, uint32_t status, uint32_t used_len)
{
    struct answer a = ask(r);

    assert_int_equal(a.status, status);
    assert_int_equal(a.used_len, used_len);
}

static void check_fill(uint64_t sector, uint32_t sectors)
{
    for (uint32_t i = 0; i < sectors * 64; i++)
        assert_int_equal(bench_get(b, PAYLOAD + (uint64_t)8 * i, 8),
                         pring_cow_fill(42, sector + i / 64, i % 64));
}

static void pattern(uint8_t first, uint32_t len_bytes)
{
    for (uint32_t i = 0; i < len_bytes; i++)
        bench_at(b, PAYLOAD)[i] = (uint8_t)(first + 7 * i);
}

static void check_pattern(uint8_t first, uint32_t len_bytes)
{
    for (uint32_t i = 0; i < len_bytes; i++)
        assert_int_equal(bench_at(b, PAYLOAD)[i], (uint8_t)(first + 7 * i));
}

static void test_in_reads_sectors(void **state)
{
    (void)state;
    check((struct request){.type = IN, .sector = 5, .in_bytes = 512}, OK, 513);
    check_fill(5, 1);
    check((struct request){.type = IN, .sector = 10, .in_bytes = 20 * 512}, OK, 20 * 512 + 1);
    check_fill(10, 20);
    check((struct request){.type = IN, .sector = 0}, OK, 1);
}

static void test_any_framing_is_the_same_request(void **state)
{
    (void)state;
    for (uint32_t cut = 33; cut < 600; cut += 13) {
        memset(bench_at(b, PAYLOAD), 0, 1024);
        check((struct request){.type = IN, .sector = 5, .in_bytes = 1024, .cut = cut}, OK, 1025);
        check_fill(5, 2);
        pattern((uint8_t)cut, 1024);
        check((struct request){.type = OUT, .sector = 20, .out_bytes = 1024, .cut = cut}, OK, 1);
        memset(bench_at(b, PAYLOAD), 0, 1024);
        check((struct request){.type = IN, .sector = 20, .in_bytes = 1024, .cut = 100}, OK, 1025);
        check_pattern((uint8_t)cut, 1024);
    }
}

static void test_header_of_single_bytes(void **state)
{
    (void)state;
    next_desc = 0;
    check((struct request){.type = GET_ID, .in_bytes = 20, .cut = 1}, OK, 21);
}

static void test_range_is_judged_without_wrapping(void **state)
{
    static const uint64_t beyond[] = {64, 65, 1ULL << 32, UINT64_MAX, UINT64_MAX / 512, UINT64_MAX - 1};

    (void)state;
    check((struct request){.type = IN, .sector = 63, .in_bytes = 512}, OK, 513);
    check((struct request){.type = IN, .sector = 63, .in_bytes = 1024}, IOERR, 0);
    check((struct request){.type = IN, .sector = 64}, OK, 1);
    check((struct request){.type = IN, .sector = 65}, IOERR, 1);
    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) {
        check((struct request){.type = IN, .sector = beyond[i], .in_bytes = 512}, IOERR, 0);
        check((struct request){.type = OUT, .sector = beyond[i], .out_bytes = 512}, IOERR, 1);
    }
}

static void test_in_of_broken_sectors_is_refused_and_writes_no_data(void **state)
{
    (void)state;
    memset(bench_at(b, PAYLOAD), UNTOUCHED, 1024);
    check((struct request){.type = IN, .in_bytes = 511}, IOERR, 0);
    check((struct request){.type = IN, .in_bytes = 513}, IOERR, 0);
    check((struct request){.type = IN, .in_bytes = 1}, IOERR, 0);
    for (uint32_t i = 0; i < 1024; i++)
        assert_int_equal(bench_at(b, PAYLOAD)[i], UNTOUCHED);
}

static void test_out_writes_whole_sectors_only(void **state)
{
    (void)state;
    pattern(1, 600);
    check((struct request){.type = OUT, .sector = 3, .out_bytes = 511}, IOERR, 1);
    check((struct request){.type = OUT, .sector = 3, .out_bytes = 513}, IOERR, 1);
    check((struct request){.type = OUT, .sector = 63, .out_bytes = 1024}, IOERR, 1);
    check((struct request){.type = IN, .sector = 3, .in_bytes = 512}, OK, 513);
    check_fill(3, 1);
    check((struct request){.type = IN, .sector = 63, .in_bytes = 512}, OK, 513);
    check_fill(63, 1);
    check((struct request){.type = OUT}, OK, 1);
}

static void test_out_with_more_room_than_the_status_skips_it(void **state)
{
    (void)state;
    pattern(9, 512);
    check((struct request){.type = OUT, .sector = 3, .out_bytes = 512, .in_bytes = 7}, OK, 0);
    check_pattern(9, 512);
}

/* BLK-OP-DEV-03, BLK-OP-DEV-04 */
static void test_read_only_device_refuses_writes(void **state)
{
    (void)state;
    pattern(1, 512);
    check((struct request){.type = OUT, .sector = 3, .out_bytes = 512}, IOERR, 1);
    check((struct request){.type = IN, .sector = 3, .in_bytes = 512}, OK, 513);
    check_fill(3, 1);
}

static void test_flush_follows_its_feature(void **state)
{
    (void)state;
    check((struct request){.type = 4}, OK, 1);
    check((struct request){.type = 4, .sector = 1000, .out_bytes = 3, .in_bytes = 5}, OK, 0);
    start_blk_plain(state);
    check((struct request){.type = 4}, UNSUPP, 1);
}

/* Features are what they were at FEATURES_OK, whatever is written later. */
static void test_flush_accepted_too_late_stays_unsupported(void **state)
{
    struct pring_setup setup = bench_blk_setup(BENCH_BIT(FLUSH));

    (void)state;
    bench_start(b, &setup, 0, 64);
    bench_write(b, REG_DRIVER_FEATURES_SEL, 0);
    bench_write(b, REG_DRIVER_FEATURES, BENCH_BIT(FLUSH));
    check((struct request){.type = 4}, UNSUPP, 1);
}

static void test_get_id_needs_20_bytes(void **state)
{
    (void)state;
    check((struct request){.type = GET_ID, .in_bytes = 20}, OK, 21);
    assert_memory_equal(bench_at(b, PAYLOAD), "proving-ring-blk\0\0\0\0", 20);
    check((struct request){.type = GET_ID, .in_bytes = 19}, IOERR, 0);
    check((struct request){.type = GET_ID, .in_bytes = 21}, IOERR, 0);
    check((struct request){.type = GET_ID}, IOERR, 1);
}

static void test_other_types_are_unsupported(void **state)
{
    static const uint32_t types[] = {2,  3,  5,  6,  7,     9,       10,         11,        13,
                                     14, 15, 24, 26, 0x100, 0x10000, 0x80000000, 0xffffffff};

    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        check((struct request){.type = types[i]}, UNSUPP, 1);
        check((struct request){.type = types[i], .in_bytes = 512}, UNSUPP, 0);
    }
}

static void test_short_header_is_an_error(void **state)
{
    (void)state;
    for (uint32_t n = 1; n < 16; n++) {
        check((struct request){.type = IN, .header_bytes = n, .in_bytes = 512}, IOERR, 0);
        check((struct request){.type = IN, .header_bytes = n}, IOERR, 1);
    }
}

static void test_no_header_at_all_is_an_error(void **state)
{
    (void)state;
    bench_desc(b, 0, STATUS_BYTE, 1, BENCH_WRITE, 0);
    bench_offer(b, 0);
    bench_kick(b);
    bench_check_used(b, 0, 0, 1);
    assert_int_equal(bench_get(b, STATUS_BYTE, 1), IOERR);
}

static void test_request_without_room_for_a_status_has_no_effect(void **state)
{
    (void)state;
    pattern(1, 512);
    check((struct request){.type = OUT, .sector = 3, .out_bytes = 512, .no_status = true}, UNTOUCHED, 0);
    check((struct request){.type = IN, .header_bytes = 3, .no_status = true}, UNTOUCHED, 0);
    check((struct request){.type = IN, .sector = 3, .in_bytes = 512}, OK, 513);
    check_fill(3, 1);
}

static void test_payload_that_no_rule_uses_is_not_read(void **state)
{
    (void)state;
    bench_put(b, HEADER, OUT, 4);
    bench_put(b, HEADER + 8, 1000, 8);
    bench_desc(b, 0, HEADER, 16, BENCH_NEXT, 1);
    bench_desc(b, 1, 0x1000, 512, BENCH_NEXT, 2); /* no memory there: reading it would break the device */
    bench_desc(b, 2, STATUS_BYTE, 1, BENCH_WRITE, 0);
    bench_offer(b, 0);
    bench_kick(b);
    assert_int_equal(bench_read(b, REG_STATUS), 15);
    assert_int_equal(bench_get(b, STATUS_BYTE, 1), IOERR);
}

/* Effects are applied in the order of availability. */
static void test_requests_of_one_batch_see_each_other(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < 3; i++) {
        uint64_t header = HEADER + (uint64_t)16 * i;

        bench_put(b, header, i == 1 ? OUT : IN, 4);
        bench_put(b, header + 8, 9, 8);
        bench_desc(b, (uint16_t)(3 * i), header, 16, BENCH_NEXT, (uint16_t)(3 * i + 1));
        bench_desc(b, (uint16_t)(3 * i + 1), PAYLOAD + (uint64_t)512 * i, 512,
                   (uint16_t)(BENCH_NEXT | (i == 1 ? 0 : BENCH_WRITE)), (uint16_t)(3 * i + 2));
        bench_desc(b, (uint16_t)(3 * i + 2), STATUS_BYTE + i, 1, BENCH_WRITE, 0);
        bench_offer(b, (uint16_t)(3 * i));
    }
    pattern(3, 1024);
    bench_kick(b);
    assert_int_equal(bench_used_idx(b), 3);
    check_fill(9, 1);
    assert_memory_equal(bench_at(b, PAYLOAD + 512), bench_at(b, PAYLOAD + 1024), 512);
}

static void test_resize_moves_the_end(void **state)
{
    (void)state;
    check((struct request){.type = IN, .sector = 100, .in_bytes = 512}, IOERR, 0);
    b->backend->resize(b->self, 101);
    check((struct request){.type = IN, .sector = 100, .in_bytes = 512}, OK, 513);
    check_fill(100, 1);
    b->backend->resize(b->self, 1);
    check((struct request){.type = IN, .sector = 1, .in_bytes = 512}, IOERR, 0);
}

#define RNG(name)       cmocka_unit_test_setup(name, start_rng)
#define BLK(name)       cmocka_unit_test_setup(name, start_blk)
#define READ_ONLY(name) cmocka_unit_test_setup(name, start_blk_read_only)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RNG(test_entropy_stream_by_words_and_at_most_64_bytes),
        RNG(test_entropy_stream_starts_from_the_seed_and_from_1_for_0),
        RNG(test_entropy_stream_goes_on_over_a_reset),
        RNG(test_entropy_does_not_read_readable_elements),
        BLK(test_in_reads_sectors),
        BLK(test_any_framing_is_the_same_request),
        BLK(test_header_of_single_bytes),
        BLK(test_range_is_judged_without_wrapping),
        BLK(test_in_of_broken_sectors_is_refused_and_writes_no_data),
        BLK(test_out_writes_whole_sectors_only),
        BLK(test_out_with_more_room_than_the_status_skips_it),
        READ_ONLY(test_read_only_device_refuses_writes),
        BLK(test_flush_follows_its_feature),
        BLK(test_flush_accepted_too_late_stays_unsupported),
        BLK(test_get_id_needs_20_bytes),
        BLK(test_other_types_are_unsupported),
        BLK(test_short_header_is_an_error),
        BLK(test_no_header_at_all_is_an_error),
        BLK(test_request_without_room_for_a_status_has_no_effect),
        BLK(test_payload_that_no_rule_uses_is_not_read),
        BLK(test_requests_of_one_batch_see_each_other),
        BLK(test_resize_moves_the_end),
    };

    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
