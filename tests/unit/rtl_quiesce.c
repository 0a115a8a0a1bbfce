/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stopping at every cycle of a busy run: Status = 0, and QueueReady = 0, on two memories. It must not hang,
 * and once the register reads 0 there is no DMA and no interrupt any more; the device then works again.
 */
#include "rtl_bench.h"

enum { REQUESTS = 3, DRAIN_READS_MAX = 2000 };

static struct bench *busy(const struct pring_profile *profile, uint32_t cycles)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = bench_blk_setup(BENCH_EVENT_IDX);

    setup.seed = 42 + cycles;
    bench_power_on(b, &setup, profile);
    bench_bring_up(b, (cycles & 1) != 0 ? BENCH_EVENT_IDX : 0, 16);
    for (uint16_t i = 0; i < REQUESTS; i++) {
        put_request(b, (uint16_t)(3 * i), i == 1, i, payload(i) + 3 * (uint64_t)i, 512);
        bench_offer(b, (uint16_t)(3 * i));
    }
    bench_kick(b);
    for (uint32_t done = 0; done < cycles;)
        done += b->backend->advance(b->self, cycles - done);
    return b;
}

static void wait_zero(struct bench *b, uint32_t reg)
{
    uint32_t reads = 0;

    while (bench_read(b, reg) != 0)
        assert_true(++reads < DRAIN_READS_MAX);
}

static void check_silence(struct bench *b)
{
    bool level = b->irq_level;

    b->quiet = true;
    for (uint32_t n = 0; n < 300;) /* an edge ends an advance */
        n += b->backend->advance(b->self, 300 - n);
    assert_true(b->backend->idle(b->self));
    assert_int_equal(b->irq_level, level);
    b->quiet = false;
}

static void check_works(struct bench *b, uint16_t slot, uint64_t seed)
{
    put_request(b, 12, 0, 7, payload(5), 512);
    bench_offer(b, 12);
    bench_kick_and_settle(b);
    assert_int_equal(bench_used_idx(b), slot + 1);
    bench_check_used(b, slot, 12, 513);
    assert_true(b->irq_level);
    for (uint32_t w = 0; w < 64; w++) /* nothing of before the stop is left in a buffer */
        assert_int_equal(bench_get(b, payload(5) + 8 * (uint64_t)w, 8), pring_cow_fill(seed, 7, w));
}

static uint32_t run_length(const struct pring_profile *profile)
{
    struct bench *b = busy(profile, 0);
    uint64_t from = b->backend->cycle(b->self);

    bench_settle(b);
    return (uint32_t)(b->backend->cycle(b->self) - from) + 20;
}

static uint32_t sweep_reset(const struct pring_profile *profile)
{
    uint32_t last = run_length(profile), stopped = 0;

    for (uint32_t at_ = 0; at_ <= last; at_++) {
        struct bench *b = busy(profile, at_);

        bench_write(b, REG_STATUS, 0);
        wait_zero(b, REG_STATUS);
        assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 0);
        assert_false(b->irq_level);
        check_silence(b);
        stopped += bench_used_idx(b) < REQUESTS;
        memset(bench_at(b, BENCH_USED), 0, 256);
        memset(bench_at(b, BENCH_AVAIL), 0, 256);
        bench_bring_up(b, 0, 16);
        check_works(b, 0, 42 + at_);
    }
    print_message("reset at %u instants, %u before the last request\n", last + 1, stopped);
    return stopped;
}

static void sweep_queue_stop(const struct pring_profile *profile)
{
    uint32_t last = run_length(profile), stopped = 0;

    for (uint32_t at_ = 0; at_ <= last; at_++) {
        struct bench *b = busy(profile, at_);

        bench_write(b, REG_QUEUE_READY, 0);
        wait_zero(b, REG_QUEUE_READY);
        check_silence(b);
        stopped += bench_used_idx(b) < REQUESTS;
        for (uint16_t i = 0; i < bench_used_idx(b); i++) { /* what is published is done */
            bench_check_used(b, i, 3 * i, i == 1 ? 1 : 513);
            assert_int_equal(request_status(b, (uint16_t)(3 * i)), 0);
        }
        memset(bench_at(b, BENCH_USED), 0, 256);
        memset(bench_at(b, BENCH_AVAIL), 0, 256);
        bench_write(b, REG_INTERRUPT_ACK, 3);
        bench_queue(b, 0, 16);
        check_works(b, 0, 42 + at_);
    }
    print_message("queue stopped at %u instants, %u before the last request\n", last + 1, stopped);
}

static void reset_ideal(void **state)
{
    (void)state;
    assert_true(sweep_reset(&bench_ideal_memory) > 100);
}

static void reset_slow(void **state)
{
    (void)state;
    assert_true(sweep_reset(&bench_slow_memory) > 100);
}

static void queue_stop_ideal(void **state)
{
    (void)state;
    sweep_queue_stop(&bench_ideal_memory);
}

static void queue_stop_slow(void **state)
{
    (void)state;
    sweep_queue_stop(&bench_slow_memory);
}

/* Two queues, one stopped while both work: the other one goes on. */
static void other_queue_goes_on(void **state)
{
    (void)state;
    for (uint32_t at_ = 0; at_ < 400; at_ += 3) {
        struct bench *b = the_rtl();
        struct pring_setup setup = bench_blk_setup(0);

        setup.queue_count = 2;
        bench_power_on(b, &setup, &bench_slow_memory);
        bench_accept(b, BENCH_VERSION_1);
        for (uint32_t q = 0; q < 2; q++) {
            b->desc = BENCH_DESC + 0x1000 * (uint64_t)q;
            b->avail = BENCH_AVAIL + 0x1000 * (uint64_t)q;
            b->used = BENCH_USED + 0x1000 * (uint64_t)q;
            bench_queue(b, q, 16);
            for (uint16_t i = 0; i < 2; i++) {
                uint16_t first = (uint16_t)(6 * q + 3 * i);

                put_request(b, first, 0, first, payload(first), 512);
                bench_offer(b, first);
            }
        }
        bench_write(b, REG_STATUS, 15);
        bench_write(b, REG_QUEUE_NOTIFY, 0);
        bench_write(b, REG_QUEUE_NOTIFY, 1);
        for (uint32_t done = 0; done < at_;)
            done += b->backend->advance(b->self, at_ - done);
        bench_write(b, REG_QUEUE_SEL, 0);
        bench_write(b, REG_QUEUE_READY, 0);
        wait_zero(b, REG_QUEUE_READY);
        bench_settle(b);
        assert_int_equal(bench_used_idx(b), 2); /* of queue 1 */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reset_ideal),         cmocka_unit_test(reset_slow),
        cmocka_unit_test(queue_stop_ideal),    cmocka_unit_test(queue_stop_slow),
        cmocka_unit_test(other_queue_goes_on),
    };

    return cmocka_run_group_tests_name("rtl_quiesce", tests, NULL, NULL);
}
