/* SPDX-License-Identifier: Apache-2.0 */
/* Discard and write zeroes: sim/device/TABLE.md, "Block". */
#include "model_queues.h"

enum { RO = 5, MQ = 12, DISCARD = 13, ZEROES = 14 };
enum { IN = 0, TYPE_DISCARD = 11, TYPE_ZEROES = 13, OK = 0, IOERR = 1, UNSUPP = 2 };

static struct queue q;
static const uint64_t both = BENCH_BIT(DISCARD) | BENCH_BIT(ZEROES);

static void start(uint64_t offered, uint64_t accepted)
{
    struct pring_setup setup = bench_blk_setup(offered);

    setup.blk.max_discard_sectors = 16;
    setup.blk.max_discard_seg = 2;
    setup.blk.discard_sector_alignment = 8;
    setup.blk.max_write_zeroes_sectors = 32;
    setup.blk.max_write_zeroes_seg = 3;
    setup.blk.write_zeroes_may_unmap = 1;
    setup.queue_count = 3;
    bench_power_on(b, &setup, &bench_ideal_memory);
    bench_accept(b, accepted | BENCH_VERSION_1);
    q = queue_ready(b, 0);
    bench_write(b, REG_STATUS, 15);
}

static int start_both(void **state)
{
    (void)state;
    start(both, both);
    return 0;
}

struct range {
    uint64_t sector;
    uint32_t sectors, flags;
};

static uint8_t ask_bytes(uint32_t type, const void *data, uint32_t len)
{
    uint8_t bytes[16 + 128] = {(uint8_t)type};
    uint16_t id;

    memcpy(bytes + 16, data, len);
    id = queue_send(&q, bytes, 16 + len, 1);
    queue_check(&q, id, 1);
    assert_int_equal(bench_read(b, REG_STATUS), 15);
    return queue_answer(&q, id)[0];
}

static uint8_t ask(uint32_t type, const struct range *ranges, uint32_t count)
{
    assert_int_equal(sizeof *ranges, 16);
    return ask_bytes(type, ranges, 16 * count);
}

static uint8_t ask_one(uint32_t type, uint64_t sector, uint32_t sectors, uint32_t flags)
{
    struct range range = {sector, sectors, flags};

    return ask(type, &range, 1);
}

static bool is_zero(uint64_t sector)
{
    uint8_t header[16] = {IN};
    uint16_t id;
    const uint8_t *data;

    header[8] = (uint8_t)sector;
    id = q.next++ % QUEUE_SIZE;
    memcpy(queue_buffer(&q, id), header, 16);
    queue_desc(&q, id, q.data + (uint64_t)QUEUE_BUFFER * (id % 6), 16, BENCH_NEXT);
    bench_put(b, q.base + (uint64_t)16 * id + 14, q.next % QUEUE_SIZE, 2);
    queue_desc(&q, q.next++ % QUEUE_SIZE, q.data + (uint64_t)QUEUE_BUFFER * (id % 6) + 0x100, 513,
               BENCH_WRITE);
    queue_offer(&q, id);
    queue_kick(&q);
    queue_check(&q, id, 513);
    data = queue_buffer(&q, id) + 0x100;
    for (int i = 0; i < 512; i++)
        if (data[i])
            return false;
    return true;
}

static void test_config_shows_the_limits_behind_the_features(void **state)
{
    static const uint32_t words[] = {16, 2, 8, 32, 3, 1};

    (void)state;
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(bench_read(b, REG_CONFIG + 36 + 4 * i), words[i]);
    start(0, 0);
    for (uint32_t i = 0; i < 7; i++)
        assert_int_equal(bench_read(b, REG_CONFIG + 36 + 4 * i), 0);
}

/* BLK-OP-DEV-09 */
static void test_ranges_read_as_zeros(void **state)
{
    static const struct range two[] = {{4, 2, 0}, {10, 1, 1}};

    (void)state;
    assert_false(is_zero(3) || is_zero(4));
    assert_int_equal(ask(TYPE_ZEROES, two, 2), OK);
    assert_true(is_zero(4) && is_zero(5) && is_zero(10));
    assert_false(is_zero(3) || is_zero(6) || is_zero(9) || is_zero(11));
    assert_int_equal(ask_one(TYPE_DISCARD, 20, 16, 0), OK);
    assert_true(is_zero(20) && is_zero(35));
    assert_false(is_zero(19) || is_zero(36));
}

/* BLK-OP-DEV-05, -06 */
static void test_flags_without_meaning_are_unsupported(void **state)
{
    static const struct range worse[] = {{1000, 1, 0}, {0, 1, 4}};

    (void)state;
    assert_int_equal(ask_one(TYPE_DISCARD, 4, 1, 1), UNSUPP);
    assert_int_equal(ask_one(TYPE_DISCARD, 4, 1, 2), UNSUPP);
    assert_int_equal(ask_one(TYPE_ZEROES, 4, 1, 0x80000000), UNSUPP);
    assert_int_equal(ask(TYPE_ZEROES, worse, 2), UNSUPP);
    assert_false(is_zero(4) || is_zero(0));
}

static void test_ranges_are_judged_without_wrapping(void **state)
{
    static const struct range half[] = {{0, 1, 0}, {64, 1, 0}};

    (void)state;
    assert_int_equal(ask_one(TYPE_ZEROES, 63, 1, 0), OK);
    assert_int_equal(ask_one(TYPE_ZEROES, 63, 2, 0), IOERR);
    assert_int_equal(ask_one(TYPE_ZEROES, 64, 0, 0), OK);
    assert_int_equal(ask_one(TYPE_ZEROES, 65, 0, 0), IOERR);
    assert_int_equal(ask_one(TYPE_ZEROES, UINT64_MAX, 2, 0), IOERR);
    assert_int_equal(ask_one(TYPE_DISCARD, 0, 17, 0), IOERR);
    assert_int_equal(ask_one(TYPE_ZEROES, 0, 33, 0), IOERR);
    assert_int_equal(ask(TYPE_ZEROES, half, 2), IOERR);
    assert_false(is_zero(0)); /* not in part */
}

static void test_number_of_segments_is_limited(void **state)
{
    static const struct range many[4] = {{0, 1, 0}, {1, 1, 0}, {2, 1, 0}, {3, 1, 0}};

    (void)state;
    assert_int_equal(ask(TYPE_DISCARD, many, 3), IOERR);
    assert_int_equal(ask(TYPE_DISCARD, many, 2), OK);
    assert_int_equal(ask(TYPE_ZEROES, many, 4), IOERR);
    assert_int_equal(ask(TYPE_ZEROES, many, 3), OK);
    assert_int_equal(ask_bytes(TYPE_ZEROES, many, 15), IOERR);
    assert_int_equal(ask_bytes(TYPE_ZEROES, many, 17), IOERR);
    assert_int_equal(ask(TYPE_ZEROES, many, 0), OK);
}

static void test_without_the_feature_it_is_unsupported(void **state)
{
    (void)state;
    start(both, 0);
    assert_int_equal(ask_one(TYPE_DISCARD, 0, 1, 0), UNSUPP);
    assert_int_equal(ask_one(TYPE_ZEROES, 0, 1, 0), UNSUPP);
    start(both, BENCH_BIT(DISCARD));
    assert_int_equal(ask_one(TYPE_ZEROES, 0, 1, 0), UNSUPP);
    assert_int_equal(ask_one(TYPE_DISCARD, 0, 1, 0), OK);
}

/* BLK-OP-DEV-04 */
static void test_read_only_device_clears_nothing(void **state)
{
    (void)state;
    start(both | BENCH_BIT(RO), both | BENCH_BIT(RO));
    assert_int_equal(ask_one(TYPE_DISCARD, 0, 1, 0), IOERR);
    assert_int_equal(ask_one(TYPE_ZEROES, 0, 1, 0), IOERR);
    assert_false(is_zero(0));
}

/* ST-BLKQ-DEV-01 */
static void test_each_queue_serves_requests(void **state)
{
    struct queue third;
    uint8_t header[16] = {TYPE_ZEROES};
    uint16_t id;

    (void)state;
    third = queue_ready(b, 2);
    id = queue_send(&third, header, sizeof header, 1);
    queue_check(&third, id, 1);
    assert_int_equal(queue_answer(&third, id)[0], OK);
    assert_int_equal(queue_used_idx(&q), 0);
}

#define BOTH(name) cmocka_unit_test_setup(name, start_both)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(test_config_shows_the_limits_behind_the_features),
        BOTH(test_ranges_read_as_zeros),
        BOTH(test_flags_without_meaning_are_unsupported),
        BOTH(test_ranges_are_judged_without_wrapping),
        BOTH(test_number_of_segments_is_limited),
        BOTH(test_without_the_feature_it_is_unsupported),
        BOTH(test_read_only_device_clears_nothing),
        BOTH(test_each_queue_serves_requests),
    };

    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
