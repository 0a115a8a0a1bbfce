/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device side of packed rings at the model's pins: sim/device/TABLE.md. The entropy device serves: its
 * length is the number of writable bytes up to 64. A place is written by hand, with flags of any lap.
 */
#include "model_one.h"

enum {
    INDIRECT_DESC = 28,
    RING_PACKED = 34,
    IN_ORDER = 35,
    AVAIL = 0x80,
    USED = 0x8000,
    SIZE = 5,
    TABLE = BENCH_DATA + 0x8000
};
enum { ENABLE = 0, DISABLE = 1, AT = 2, WRAP = 0x8000 };

static struct pring_setup setup;

static int open_ring(void **state)
{
    open_bench(state);
    setup = bench_rng_setup(1);
    setup.features |= BENCH_BIT(INDIRECT_DESC) | BENCH_BIT(RING_PACKED);
    return 0;
}

static int start(void **state)
{
    (void)state;
    bench_start(b, &setup, BENCH_BIT(RING_PACKED) | BENCH_BIT(INDIRECT_DESC), SIZE);
    return 0;
}

static int start_with_event_idx(void **state)
{
    (void)state;
    bench_start(b, &setup, BENCH_BIT(RING_PACKED) | BENCH_EVENT_IDX, SIZE);
    return 0;
}

/* In the first lap, unless `flags` say otherwise. */
static void put(uint32_t place, uint32_t len, uint16_t id, uint16_t flags)
{
    uint64_t at = BENCH_DESC + (uint64_t)16 * place;

    bench_put(b, at, BENCH_DATA + 0x100 * (uint64_t)place, 8);
    bench_put(b, at + 8, len, 4);
    bench_put(b, at + 12, id, 2);
    bench_put(b, at + 14, flags, 2);
}

static void check(uint32_t place, uint32_t len, uint16_t id, uint16_t flags)
{
    uint64_t at = BENCH_DESC + (uint64_t)16 * place;

    assert_int_equal(bench_get(b, at + 8, 4), len);
    assert_int_equal(bench_get(b, at + 12, 2), id);
    assert_int_equal(bench_get(b, at + 14, 2), flags);
}

static void check_sound(void)
{
    assert_int_equal(bench_read(b, REG_STATUS), 15);
}

static void check_broken(void)
{
    assert_int_equal(bench_read(b, REG_STATUS), 15 | 0x40);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS) & 2, 2);
}

static void events(uint16_t off_wrap, uint16_t flags)
{
    bench_put(b, BENCH_AVAIL, off_wrap, 2);
    bench_put(b, BENCH_AVAIL + 2, flags, 2);
}

/* ---- completions ---- */

static void test_a_used_descriptor_has_id_length_and_flags(void **state)
{
    (void)state;
    put(0, 16, 0xfedc, AVAIL | BENCH_WRITE); /* any 16 bits are an id */
    bench_kick(b);
    check(0, 16, 0xfedc, AVAIL | USED | BENCH_WRITE);
    check(1, 0, 0, 0);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 1);
}

static void test_the_flags_are_written_last(void **state)
{
    const struct bench_access *last;

    (void)state;
    put(0, 16, 1, AVAIL | BENCH_WRITE);
    bench_kick(b);
    for (uint32_t i = b->log_count; i-- > 0;)
        if (b->log[i].is_write) {
            last = &b->log[i];
            assert_int_equal(last->addr, BENCH_DESC + 14);
            assert_int_equal(last->len_bytes, 2);
            return;
        }
    fail_msg("nothing is written");
}

static void test_nothing_written_is_told_without_write(void **state)
{
    (void)state;
    put(0, 16, 3, AVAIL); /* readable only: no byte of entropy */
    bench_kick(b);
    check(0, 0, 3, AVAIL | USED);
}

static void test_a_list_is_used_at_its_first_place_with_its_last_id(void **state)
{
    (void)state;
    put(0, 4, 1, AVAIL | BENCH_WRITE | BENCH_NEXT);
    put(1, 4, 2, AVAIL | BENCH_WRITE | BENCH_NEXT);
    put(2, 4, 9, AVAIL | BENCH_WRITE);
    put(3, 8, 7, AVAIL | BENCH_WRITE);
    bench_kick(b);
    check(0, 12, 9, AVAIL | USED | BENCH_WRITE);
    check(1, 4, 2, AVAIL | BENCH_WRITE | BENCH_NEXT); /* skipped */
    check(3, 8, 7, AVAIL | USED | BENCH_WRITE);
}

static void test_the_wrap_counters_turn_behind_the_last_place(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < 4; i++)
        put(i, 8, i, AVAIL | BENCH_WRITE);
    bench_kick(b);
    put(4, 4, 20, AVAIL | BENCH_WRITE | BENCH_NEXT); /* over the end */
    put(0, 4, 21, USED | BENCH_WRITE);
    put(1, 8, 22, USED | BENCH_WRITE);
    bench_kick(b);
    check(4, 8, 21, AVAIL | USED | BENCH_WRITE); /* still the first lap */
    check(0, 4, 21, USED | BENCH_WRITE);
    check(1, 8, 22, BENCH_WRITE);       /* the second: both bits are 0 */
    put(2, 8, 23, AVAIL | BENCH_WRITE); /* of the lap before: not available */
    bench_kick(b);
    check(2, 8, 23, AVAIL | BENCH_WRITE);
    check_sound();
}

static void test_what_is_not_available_is_left_alone(void **state)
{
    (void)state;
    put(0, 8, 1, BENCH_WRITE);
    put(1, 8, 2, AVAIL | BENCH_WRITE); /* behind one that is not */
    bench_kick(b);
    check(0, 8, 1, BENCH_WRITE);
    check(1, 8, 2, AVAIL | BENCH_WRITE);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 0);
    check_sound();
}

static void test_all_sizes_are_taken_with_packed_rings_only(void **state)
{
    (void)state;
    bench_start(b, &setup, BENCH_BIT(RING_PACKED), 7);
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 1);
    bench_start(b, &setup, 0, 7);
    assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
}

static void test_a_queue_that_starts_anew_starts_in_the_first_lap(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < SIZE; i++)
        put(i, 8, i, AVAIL | BENCH_WRITE);
    bench_kick(b);
    bench_write(b, REG_QUEUE_READY, 0);
    bench_write(b, REG_QUEUE_READY, 1);
    put(0, 8, 30, AVAIL | BENCH_WRITE);
    bench_kick(b);
    check(0, 8, 30, AVAIL | USED | BENCH_WRITE);
}

/* ---- tables ---- */

static void entry(uint32_t index, uint64_t addr, uint32_t len, uint16_t flags)
{
    uint64_t at = TABLE + (uint64_t)16 * index;

    bench_put(b, at, addr, 8);
    bench_put(b, at + 8, len, 4);
    bench_put(b, at + 12, 0x5555, 2); /* no id */
    bench_put(b, at + 14, flags, 2);
}

static void put_table(uint32_t bytes, uint16_t flags)
{
    put(0, bytes, 6, AVAIL | BENCH_INDIRECT | flags);
    bench_put(b, BENCH_DESC, TABLE, 8);
}

static void test_a_table_is_the_chain_and_only_its_write_flags_count(void **state)
{
    (void)state;
    entry(0, BENCH_DATA, 3, BENCH_WRITE | BENCH_NEXT | AVAIL | USED);
    entry(1, BENCH_DATA + 3, 4, BENCH_WRITE);
    put_table(32, BENCH_WRITE);
    put(1, 8, 8, AVAIL | BENCH_WRITE);
    bench_kick(b);
    check(0, 7, 6, AVAIL | USED | BENCH_WRITE);
    check(1, 8, 8, AVAIL | USED | BENCH_WRITE);
}

static void test_bad_tables_break_the_device(void **state)
{
    static const struct {
        uint32_t bytes;
        uint16_t flags;
    } bad[] = {{0, 0}, {24, 0}, {16 * 1025, 0}, {32, BENCH_NEXT}};

    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        start(state);
        entry(0, BENCH_DATA, 3, BENCH_WRITE);
        entry(1, BENCH_DATA, 3, BENCH_WRITE);
        put_table(bad[i].bytes, bad[i].flags);
        bench_kick(b);
        check_broken();
    }
    bench_start(b, &setup, BENCH_BIT(RING_PACKED), SIZE); /* and tables that were not negotiated */
    put_table(32, 0);
    bench_kick(b);
    check_broken();
}

/* ---- bad chains ---- */

static void test_chains_before_a_bad_one_complete(void **state)
{
    (void)state;
    put(0, 8, 1, AVAIL | BENCH_WRITE);
    put(1, 8, 2, AVAIL | BENCH_WRITE | BENCH_NEXT);
    put(2, 8, 2, BENCH_WRITE); /* exposed before its rest */
    bench_kick(b);
    check(0, 8, 1, AVAIL | USED | BENCH_WRITE);
    check(1, 8, 2, AVAIL | BENCH_WRITE | BENCH_NEXT);
    check_broken();
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 3);
}

static void test_other_bad_chains(void **state)
{
    (void)state;
    put(0, 0, 1, AVAIL | BENCH_WRITE); /* no bytes */
    bench_kick(b);
    check_broken();
    start(state);
    put(0, 8, 1, AVAIL | BENCH_WRITE | BENCH_NEXT); /* readable behind writable */
    put(1, 8, 1, AVAIL);
    bench_kick(b);
    check_broken();
    start(state);
    for (uint32_t i = 0; i < SIZE; i++) /* round and round */
        put(i, 8, 1, AVAIL | BENCH_WRITE | BENCH_NEXT);
    bench_kick(b);
    check_broken();
}

/* ---- events ---- */

static void test_event_flags_turn_interrupts_off(void **state)
{
    (void)state;
    events(0, DISABLE);
    put(0, 8, 1, AVAIL | BENCH_WRITE);
    bench_kick(b);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 0);
    events(0, ENABLE);
    put(1, 8, 1, AVAIL | BENCH_WRITE);
    bench_kick(b);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 1);
    assert_int_equal(bench_get(b, BENCH_USED, 4),
                     0); /* the device's structure: without EVENT_IDX as it was */
}

/* One list of two and one of one are used; the event is wanted at each place of both laps in turn. */
static void test_an_event_is_due_where_the_place_is_used(void **state)
{
    static const bool due[2][SIZE] = {{false, false, true, true, true}, {false, false, false, false, false}};

    for (uint16_t lap = 0; lap < 2; lap++)
        for (uint16_t place = 0; place < SIZE; place++) {
            start_with_event_idx(state);
            put(0, 4, 1, AVAIL | BENCH_WRITE | BENCH_NEXT);
            put(1, 4, 1, AVAIL | BENCH_WRITE);
            events(0, DISABLE);
            bench_kick(b);
            put(2, 4, 2, AVAIL | BENCH_WRITE | BENCH_NEXT);
            put(3, 4, 2, AVAIL | BENCH_WRITE);
            put(4, 4, 3, AVAIL | BENCH_WRITE);
            events((uint16_t)(place | (lap == 0 ? WRAP : 0)), AT);
            bench_kick(b);
            if (bench_read(b, REG_INTERRUPT_STATUS) != due[lap][place])
                fail_msg("lap %u place %u", lap, place);
        }
}

static void test_the_device_asks_for_a_kick_at_the_next_place(void **state)
{
    (void)state;
    bench_kick(b); /* finds nothing: nothing is written */
    assert_int_equal(bench_get(b, BENCH_USED, 4), 0);
    put(0, 4, 1, AVAIL | BENCH_WRITE);
    bench_kick(b);
    assert_int_equal(bench_get(b, BENCH_USED, 2), 1 | WRAP);
    assert_int_equal(bench_get(b, BENCH_USED + 2, 2), AT);
    for (uint32_t i = 1; i < SIZE; i++)
        put(i, 4, 1, AVAIL | BENCH_WRITE);
    bench_kick(b);
    assert_int_equal(bench_get(b, BENCH_USED, 2), 0); /* in the second lap */
}

/* ---- IN_ORDER ---- */

/* Five chains over the end of the ring: one of two places, and one that is not written to its end. */
static void test_a_device_may_name_the_last_of_several(void **state)
{
    struct bench *plain = b;

    (void)state;
    b = bench_new(&pring_backend_model_batch);
    setup.features |= BENCH_BIT(IN_ORDER);
    bench_start(b, &setup, BENCH_BIT(RING_PACKED) | BENCH_BIT(IN_ORDER), SIZE);
    put(0, 3, 10, AVAIL | BENCH_WRITE);
    put(1, 2, 11, AVAIL | BENCH_WRITE | BENCH_NEXT);
    put(2, 2, 11, AVAIL | BENCH_WRITE);
    put(3, 65, 12, AVAIL | BENCH_WRITE);
    put(4, 5, 13, AVAIL | BENCH_WRITE);
    bench_kick(b);
    check(0, 64, 12, AVAIL | USED | BENCH_WRITE); /* and for 10 and 11 */
    check(4, 5, 13, AVAIL | USED | BENCH_WRITE);
    put(0, 3, 14, USED | BENCH_WRITE);
    put(1, 6, 15, USED | BENCH_WRITE);
    bench_kick(b);
    check(0, 6, 15, BENCH_WRITE);
    check_sound();
    bench_start(b, &setup, BENCH_BIT(RING_PACKED), SIZE); /* not accepted */
    put(0, 3, 10, AVAIL | BENCH_WRITE);
    put(1, 2, 11, AVAIL | BENCH_WRITE);
    bench_kick(b);
    check(0, 3, 10, AVAIL | USED | BENCH_WRITE);
    check(1, 2, 11, AVAIL | USED | BENCH_WRITE);
    setup.features &= ~BENCH_BIT(IN_ORDER);
    pring_model_close(b->self);
    free(b);
    b = plain;
}

#define TEST(function, setup) cmocka_unit_test_setup(function, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_used_descriptor_has_id_length_and_flags, start),
        TEST(test_the_flags_are_written_last, start),
        TEST(test_nothing_written_is_told_without_write, start),
        TEST(test_a_list_is_used_at_its_first_place_with_its_last_id, start),
        TEST(test_the_wrap_counters_turn_behind_the_last_place, start),
        TEST(test_what_is_not_available_is_left_alone, start),
        TEST(test_all_sizes_are_taken_with_packed_rings_only, start),
        TEST(test_a_queue_that_starts_anew_starts_in_the_first_lap, start),
        TEST(test_a_table_is_the_chain_and_only_its_write_flags_count, start),
        TEST(test_bad_tables_break_the_device, start),
        TEST(test_chains_before_a_bad_one_complete, start),
        TEST(test_other_bad_chains, start),
        TEST(test_event_flags_turn_interrupts_off, start),
        TEST(test_an_event_is_due_where_the_place_is_used, start_with_event_idx),
        TEST(test_the_device_asks_for_a_kick_at_the_next_place, start_with_event_idx),
        TEST(test_a_device_may_name_the_last_of_several, start),
    };

    return cmocka_run_group_tests(tests, open_ring, close_bench);
}
