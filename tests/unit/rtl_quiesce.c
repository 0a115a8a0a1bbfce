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
    struct pring_setup setup = blk_setup(EVENT_IDX);

    setup.seed = 42 + cycles;
    power_on(b, &setup, profile);
    bring_up(b, (cycles & 1) != 0 ? EVENT_IDX : 0, 16);
    for (uint16_t i = 0; i < REQUESTS; i++) {
        put_request(b, (uint16_t)(3 * i), i == 1, i, payload(i) + 3 * (uint64_t)i, 512);
        offer(b, (uint16_t)(3 * i));
    }
    kick(b);
    for (uint32_t done = 0; done < cycles;)
        done += b->backend->advance(b->self, cycles - done);
    return b;
}

static void wait_zero(struct bench *b, uint32_t reg)
{
    uint32_t reads = 0;

    while (rd(b, reg) != 0)
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
    offer(b, 12);
    kick_and_settle(b);
    assert_int_equal(used_idx(b), slot + 1);
    check_used(b, slot, 12, 513);
    assert_true(b->irq_level);
    for (uint32_t w = 0; w < 64; w++) /* nothing of before the stop is left in a buffer */
        assert_int_equal(get(b, payload(5) + 8 * (uint64_t)w, 8), pring_cow_fill(seed, 7, w));
}

static uint32_t run_length(const struct pring_profile *profile)
{
    struct bench *b = busy(profile, 0);
    uint64_t from = b->backend->cycle(b->self);

    settle(b);
    return (uint32_t)(b->backend->cycle(b->self) - from) + 20;
}

static uint32_t sweep_reset(const struct pring_profile *profile)
{
    uint32_t last = run_length(profile), stopped = 0;

    for (uint32_t at_ = 0; at_ <= last; at_++) {
        struct bench *b = busy(profile, at_);

        wr(b, REG_STATUS, 0);
        wait_zero(b, REG_STATUS);
        assert_int_equal(rd(b, REG_INTERRUPT_STATUS), 0);
        assert_false(b->irq_level);
        check_silence(b);
        stopped += used_idx(b) < REQUESTS;
        memset(at(b, USED), 0, 256);
        memset(at(b, AVAIL), 0, 256);
        bring_up(b, 0, 16);
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

        wr(b, REG_QUEUE_READY, 0);
        wait_zero(b, REG_QUEUE_READY);
        check_silence(b);
        stopped += used_idx(b) < REQUESTS;
        for (uint16_t i = 0; i < used_idx(b); i++) { /* what is published is done */
            check_used(b, i, 3 * i, i == 1 ? 1 : 513);
            assert_int_equal(request_status(b, (uint16_t)(3 * i)), 0);
        }
        memset(at(b, USED), 0, 256);
        memset(at(b, AVAIL), 0, 256);
        wr(b, REG_INTERRUPT_ACK, 3);
        set_queue(b, 0, 16);
        check_works(b, 0, 42 + at_);
    }
    print_message("queue stopped at %u instants, %u before the last request\n", last + 1, stopped);
}

static void reset_ideal(void **state)
{
    (void)state;
    assert_true(sweep_reset(&ideal_memory) > 100);
}

static void reset_slow(void **state)
{
    (void)state;
    assert_true(sweep_reset(&slow_memory) > 100);
}

static void queue_stop_ideal(void **state)
{
    (void)state;
    sweep_queue_stop(&ideal_memory);
}

static void queue_stop_slow(void **state)
{
    (void)state;
    sweep_queue_stop(&slow_memory);
}

/* Two queues, one stopped while both work: the other one goes on. */
static void other_queue_goes_on(void **state)
{
    (void)state;
    for (uint32_t at_ = 0; at_ < 400; at_ += 3) {
        struct bench *b = the_rtl();
        struct pring_setup setup = blk_setup(0);

        setup.queue_count = 2;
        power_on(b, &setup, &slow_memory);
        accept_features(b, VERSION_1);
        for (uint32_t q = 0; q < 2; q++) {
            b->desc = DESC + 0x1000 * (uint64_t)q;
            b->avail = AVAIL + 0x1000 * (uint64_t)q;
            b->used = USED + 0x1000 * (uint64_t)q;
            set_queue(b, q, 16);
            for (uint16_t i = 0; i < 2; i++) {
                uint16_t first = (uint16_t)(6 * q + 3 * i);

                put_request(b, first, 0, first, payload(first), 512);
                offer(b, first);
            }
        }
        wr(b, REG_STATUS, 15);
        wr(b, REG_QUEUE_NOTIFY, 0);
        wr(b, REG_QUEUE_NOTIFY, 1);
        for (uint32_t done = 0; done < at_;)
            done += b->backend->advance(b->self, at_ - done);
        wr(b, REG_QUEUE_SEL, 0);
        wr(b, REG_QUEUE_READY, 0);
        wait_zero(b, REG_QUEUE_READY);
        settle(b);
        assert_int_equal(used_idx(b), 2); /* of queue 1 */
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
