/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the hardware device makes of errors: bus errors next to good memory, loops that fill everything, and
 * drivers that go on after a refusal. Chains before the bad one complete, it and later ones do not, and
 * nothing hangs.
 */
#include "rtl_bench.h"

enum { STATUS_BROKEN = 0x4f, READ = 0, WRITE_OUT = 1, FLUSH_CACHE = 4, UNSUPP = 2 };
enum reason { REASON_HOPS = 4, REASON_BUS = 8, REASON_DATA = 9, REASON_EVENT = 10, REASON_STALL = 11 };

static const struct pring_profile *const memories[] = {&bench_ideal_memory, &bench_slow_memory};

static struct bench *begin(const struct pring_setup *setup, const struct pring_profile *memory)
{
    struct bench *b = the_rtl();

    bench_power_on(b, setup, memory);
    return b;
}

static void good_chain(struct bench *b, uint16_t head)
{
    bench_desc(b, head, BENCH_DATA + 64 * (uint64_t)head, 8, BENCH_WRITE, 0);
    bench_offer(b, head);
}

static void check_broken(struct bench *b, uint16_t completed, enum reason reason)
{
    assert_int_equal(bench_used_idx(b), completed);
    assert_int_equal(bench_read(b, REG_STATUS), STATUS_BROKEN);
    assert_int_equal(pring_rtl_bad_reason(b->self) >> 16 & 0xff, reason);
}

/* The segment memory is full before the walk has made one step too many: the error needs no room in it. */
static void loop_in_a_full_queue(void **state)
{
    (void)state;
    for (int m = 0; m < 2; m++) {
        for (uint16_t before = 0; before < 4; before++) {
            struct pring_setup setup = bench_rng_setup(3);
            struct bench *b = begin(&setup, memories[m]);

            bench_bring_up(b, 0, 256);
            for (uint16_t i = 0; i < before; i++)
                good_chain(b, i);
            bench_desc(b, 157, BENCH_DATA + 0x4000, 8, BENCH_WRITE | BENCH_NEXT, 157);
            bench_offer(b, 157);
            good_chain(b, 9);
            bench_kick_and_settle(b);
            check_broken(b, before, REASON_HOPS);
        }
    }
}

/* A driver that sets DRIVER_OK though FEATURES_OK was refused: the device acts on nothing that it did not
 * offer. */
static void accepted_is_a_subset_of_offered(void **state)
{
    struct pring_setup setup = bench_blk_setup(0);
    struct bench *b = begin(&setup, &bench_ideal_memory);

    (void)state;
    bench_accept(b, BENCH_VERSION_1 | BENCH_EVENT_IDX | FLUSH_BIT);
    assert_int_equal(bench_read(b, REG_STATUS), 3);
    bench_queue(b, 0, 8);
    bench_write(b, REG_STATUS, 7);
    bench_put(b, BENCH_AVAIL + 4 + 2 * 8, 100, 2); /* would be used_event: no interrupt for a long time */
    bench_put(b, BENCH_USED + 4 + 8 * 8, 0xa5a5, 2);
    put_request(b, 0, FLUSH_CACHE, 0, payload(0), 1);
    bench_desc(b, 0, BENCH_DATA, 16, BENCH_NEXT, 2);
    bench_offer(b, 0);
    bench_kick_and_settle(b);
    assert_int_equal(bench_used_idx(b), 1);
    assert_int_equal(request_status(b, 0), UNSUPP);
    assert_int_equal(bench_get(b, BENCH_USED + 4 + 8 * 8, 2), 0xa5a5); /* avail_event */
    assert_true(b->irq_level);
}

/* Heads are read by the line; a line ends where a page ends. */
static void heads_before_a_bad_page(void **state)
{
    (void)state;
    for (uint16_t before = 1; before < 10; before++) {
        for (int odd = 0; odd < 2; odd++) {
            struct pring_setup setup = bench_rng_setup(3);
            struct bench *b = begin(&setup, &bench_ideal_memory);

            b->avail = BENCH_AVAIL + 0x1000 - 4 - 2 * (uint64_t)before - (uint64_t)odd;
            bench_bring_up(b, 0, 64);
            for (uint16_t i = 0; i < 12; i++)
                good_chain(b, i);
            b->hole_addr = BENCH_AVAIL + 0x1000;
            b->hole_bytes = 0x1000;
            bench_kick_and_settle(b);
            check_broken(b, before, REASON_BUS);
        }
    }
}

/* The same for descriptors, also where the table is at an address that no driver may give it. */
static void descriptors_before_a_bad_page(void **state)
{
    (void)state;
    for (uint16_t shift = 0; shift < 16; shift++) {
        struct pring_setup setup = bench_rng_setup(3);
        struct bench *b = begin(&setup, &bench_ideal_memory);

        b->desc = BENCH_DESC + 0x1000 - 4 * 16 - shift;
        bench_bring_up(b, 0, 8);
        for (uint16_t i = 0; i < 8; i++)
            good_chain(b, i);
        b->hole_addr = BENCH_DESC + 0x1000;
        b->hole_bytes = 0x1000;
        bench_kick_and_settle(b);
        check_broken(b, 4, REASON_BUS);
    }
}

/* Nearly 4 GiB into, or out of, memory that is not there: over at the first error, not after 4 GiB. */
static void huge_request_ends_at_the_first_error(void **state)
{
    enum { HUGE_BYTES = -512, CYCLES_MAX = 5000 };

    (void)state;
    for (int m = 0; m < 2; m++) {
        for (uint32_t type = READ; type <= WRITE_OUT; type++) {
            struct pring_setup setup = bench_blk_setup(BENCH_EVENT_IDX);
            struct bench *b;
            uint64_t from;

            setup.blk.capacity_sectors = BENCH_BIT(32);
            b = begin(&setup, memories[m]);
            bench_bring_up(b, 0, 16);
            put_request(b, 0, READ, 1, payload(0), 512);
            bench_offer(b, 0);
            put_request(b, 3, type, 0, BENCH_BASE + BENCH_BYTES, (uint32_t)HUGE_BYTES);
            bench_offer(b, 3);
            put_request(b, 6, READ, 1, payload(1), 512);
            bench_offer(b, 6);
            from = b->backend->cycle(b->self);
            bench_kick_and_settle(b);
            assert_true(b->backend->cycle(b->self) - from < CYCLES_MAX);
            check_broken(b, 1, REASON_DATA);
            assert_int_equal(request_status(b, 6), 0xff);
        }
    }
}

/* An error in the middle of a request, at each of its bytes that begin a bus word: reset brings the device
 * back. */
static void error_anywhere_in_a_request(void **state)
{
    (void)state;
    for (int m = 0; m < 2; m++) {
        for (uint32_t type = READ; type <= WRITE_OUT; type++) {
            for (uint32_t at_ = 0; at_ < 4096; at_ += 248) {
                struct pring_setup setup = bench_blk_setup(0);
                struct bench *b = begin(&setup, memories[m]);

                bench_bring_up(b, 0, 16);
                b->hole_addr = payload(0) + at_ + 5;
                b->hole_bytes = 1;
                put_request(b, 0, type, 1, payload(0) + 5, 4096);
                bench_offer(b, 0);
                bench_kick_and_settle(b);
                check_broken(b, 0, REASON_DATA);
                bench_write(b, REG_STATUS, 0);
                bench_settle(b);
                assert_int_equal(bench_read(b, REG_STATUS), 0);
                b->hole_bytes = 0;
                bench_put(b, BENCH_USED, 0, 4);
                bench_bring_up(b, 0, 16);
                put_request(b, 3, READ, 40, payload(0), 512);
                bench_offer(b, 3);
                bench_kick_and_settle(b);
                assert_int_equal(bench_used_idx(b), 1);
                bench_check_used(b, 0, 3, 513);
                assert_int_equal(bench_get(b, payload(0), 8), fill_word(b, 40, 0));
            }
        }
    }
}

/* The chain behind a failed one is fetched by then, and the chain before it still to be published: no effect
 * all the same. */
static void no_effect_behind_a_failed_chain(void **state)
{
    (void)state;
    for (int m = 0; m < 2; m++) {
        for (uint32_t hole = 0; hole < 2; hole++) { /* in the payload, or in the header */
            struct pring_setup setup = bench_blk_setup(BENCH_EVENT_IDX);
            struct bench *b = begin(&setup, memories[m]);

            bench_bring_up(b, BENCH_EVENT_IDX, 16);
            for (uint16_t i = 0; i < 3; i++) {
                put_request(b, (uint16_t)(3 * i), WRITE_OUT, 10 + i, payload(i), 512);
                bench_put(b, payload(i), 0x1111111111111111 * (uint64_t)(i + 1), 8);
                bench_offer(b, (uint16_t)(3 * i));
            }
            b->hole_addr = hole == 0 ? payload(1) + 300 : BENCH_DATA + 64 * 3;
            b->hole_bytes = 1;
            bench_kick_and_settle(b);
            check_broken(b, 1, REASON_DATA);
            bench_write(b, REG_STATUS, 0);
            bench_settle(b);
            b->hole_bytes = 0;
            bench_put(b, BENCH_USED, 0, 4);
            bench_bring_up(b, 0, 16);
            for (uint16_t i = 0; i < 3; i += 2) {
                put_request(b, 0, READ, 10 + i, payload(5 + i), 512);
                bench_offer(b, 0);
                bench_kick_and_settle(b);
            }
            assert_int_equal(bench_get(b, payload(5), 8), 0x1111111111111111);
            assert_int_equal(bench_get(b, payload(7), 8), fill_word(b, 12, 0));
        }
    }
}

/* The used ring, used.idx, and used_event. */
static void errors_on_the_used_side(void **state)
{
    (void)state;
    for (int m = 0; m < 2; m++) {
        for (int where = 0; where < 3; where++) {
            struct pring_setup setup = bench_rng_setup(3);
            struct bench *b = begin(&setup, memories[m]);

            bench_bring_up(b, BENCH_EVENT_IDX, 8);
            good_chain(b, 0);
            b->hole_addr = where == 0   ? BENCH_USED + 4
                           : where == 1 ? BENCH_USED + 2
                                        : BENCH_AVAIL + 4 + 2 * 8;
            b->hole_bytes = 2;
            bench_kick_and_settle(b);
            check_broken(b, where == 2, where == 2 ? REASON_EVENT : REASON_DATA);
            assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 2);
        }
    }
}

/* A memory that does not answer: NEEDS_RESET after the limit, registers answer all the time (bench_read()
 * asserts in how many cycles), and a reset is over when the memory has come round. */
static void stalled_memory(void **state)
{
    enum { LIMIT = 65536, LATENCY = 100000 };
    static const struct pring_profile stalled[] = {{.read_latency = LATENCY}, {.write_latency = LATENCY}};

    (void)state;
    for (int m = 0; m < 2; m++) {
        struct pring_setup setup = bench_rng_setup(3);
        struct bench *b = begin(&setup, &stalled[m]);
        uint64_t from;

        bench_bring_up(b, 0, 8);
        good_chain(b, 0);
        bench_kick(b);
        from = b->backend->cycle(b->self);
        while (bench_read(b, REG_STATUS) == 15)
            assert_true(b->backend->cycle(b->self) - from < LIMIT + 100);
        assert_true(b->backend->cycle(b->self) - from >= LIMIT);
        check_broken(b, 0, REASON_STALL);
        assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 2);
        bench_write(b, REG_STATUS, 0);
        assert_int_not_equal(bench_read(b, REG_STATUS), 0);
        bench_settle(b);
        assert_true(b->backend->cycle(b->self) - from >= LATENCY);
        assert_int_equal(bench_read(b, REG_STATUS), 0);
        assert_int_equal(pring_rtl_bad_reason(b->self), 0);
        assert_int_equal(bench_used_idx(b), 0);
        bench_bring_up(b, 0, 8);
    }
}

/* A little faster than the limit is no error, however often; the limit counts anew after each answer. */
static void slow_memory_is_no_error(void **state)
{
    static const struct pring_profile slow = {.write_latency = 65000};
    struct pring_setup setup = bench_rng_setup(3);
    struct bench *b = begin(&setup, &slow);

    (void)state;
    bench_bring_up(b, 0, 8);
    good_chain(b, 0);
    bench_kick_and_settle(b);
    assert_int_equal(bench_used_idx(b), 1);
    assert_int_equal(bench_read(b, REG_STATUS), 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loop_in_a_full_queue),
        cmocka_unit_test(accepted_is_a_subset_of_offered),
        cmocka_unit_test(heads_before_a_bad_page),
        cmocka_unit_test(descriptors_before_a_bad_page),
        cmocka_unit_test(huge_request_ends_at_the_first_error),
        cmocka_unit_test(error_anywhere_in_a_request),
        cmocka_unit_test(no_effect_behind_a_failed_chain),
        cmocka_unit_test(errors_on_the_used_side),
        cmocka_unit_test(stalled_memory),
        cmocka_unit_test(slow_memory_is_no_error),
    };

    return cmocka_run_group_tests_name("rtl_errors", tests, NULL, NULL);
}
