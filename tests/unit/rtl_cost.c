/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What requests cost on the hardware device, as counts of cycles and handshakes: budgets, not times. A
 * control transaction is an AR or AW handshake whose address is not in a data buffer; header, status and
 * rings count.
 */
#include "rtl_bench.h"

static struct bench *ready(uint64_t accepted)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = bench_blk_setup(BENCH_EVENT_IDX);

    bench_start(b, &setup, accepted, 64);
    return b;
}

static uint32_t control(struct bench *b)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < b->log_count; i++)
        n += b->log[i].addr < payload(0);
    return n;
}

static void read_requests(struct bench *b, uint16_t first, uint16_t count, uint32_t bytes)
{
    for (uint16_t i = 0; i < count; i++) {
        uint16_t head = (uint16_t)((first + 3 * i) % 63);

        put_request(b, head, 0, 1, payload(0) + (uint64_t)bytes * (i % 8), bytes);
        bench_offer(b, head);
    }
}

static uint32_t cycles_of(struct bench *b, uint16_t count, uint32_t bytes)
{
    uint64_t before = b->backend->cycle(b->self);

    b->log_count = 0;
    read_requests(b, 0, count, bytes);
    bench_kick_and_settle(b);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 1);
    bench_write(b, REG_INTERRUPT_ACK, 1);
    return (uint32_t)(b->backend->cycle(b->self) - before);
}

static void control_transactions(void **state)
{
    struct bench *b = ready(0);
    uint32_t cycles;

    (void)state;
    cycles = cycles_of(b, 1, 512);
    print_message("one request of 512 B, notify to acknowledge: %u cycles, %u control\n", cycles, control(b));
    assert_int_equal(control(b), 7);

    b = ready(0);
    bench_put(b, BENCH_AVAIL, 1, 2); /* suppressed: the word is read again behind the index */
    read_requests(b, 0, 1, 512);
    bench_kick_and_settle(b);
    assert_int_equal(control(b), 8);

    b = ready(BENCH_EVENT_IDX);
    cycles = cycles_of(b, 1, 512);
    print_message("with EVENT_IDX: %u cycles, %u control\n", cycles, control(b));
    assert_int_equal(control(b), 10);

    b = ready(0);
    cycles = cycles_of(b, 8, 512);
    print_message("8 x 512 B: %u cycles, %u control\n", cycles, control(b));
    assert_int_equal(control(b), 28);
    b = ready(BENCH_EVENT_IDX);
    cycles = cycles_of(b, 8, 512);
    assert_int_equal(control(b), 31);
}

static void thousand_requests(void **state)
{
    struct bench *b = ready(0);
    uint32_t total = 0;

    (void)state;
    for (uint32_t i = 0; i < 1000; i++) {
        b->log_count = 0;
        read_requests(b, (uint16_t)(3 * i % 63), 1, 512);
        bench_kick_and_settle(b);
        total += control(b);
    }
    print_message("average over 1000 single requests: %u.%03u control\n", total / 1000, total % 1000);
    assert_true(total <= 7200);
}

static void throughput(void **state)
{
    struct bench *b = ready(0);
    uint32_t cycles = cycles_of(b, 8, 4096);

    (void)state;
    print_message("8 x 4 KiB read: %u cycles, %.2f beats per cycle\n", cycles, 8 * 512.0 / cycles);
    assert_true(cycles <= 4600);
}

/* Probe, queue, 4 reads of 512 bytes behind one doorbell, stop, reset: what a driver's life costs at least.
 */
static void lifecycle(void **state)
{
    struct bench *b = the_rtl();
    struct pring_setup setup = bench_blk_setup(BENCH_EVENT_IDX);
    uint64_t empty = 0, four;

    (void)state;
    for (unsigned n = 0; n <= 4; n += 4) {
        bench_start(b, &setup, 0, 64);
        if (n != 0) {
            read_requests(b, 0, 4, 512);
            bench_kick_and_settle(b);
            assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 1);
            bench_write(b, REG_INTERRUPT_ACK, 1);
            assert_int_equal(bench_used_idx(b), 4);
        }
        bench_write(b, REG_QUEUE_READY, 0);
        assert_int_equal(bench_read(b, REG_QUEUE_READY), 0);
        bench_write(b, REG_STATUS, 0);
        assert_int_equal(bench_read(b, REG_STATUS), 0);
        if (n == 0)
            empty = b->backend->cycle(b->self);
    }
    four = b->backend->cycle(b->self);
    print_message("lifecycle: empty %lu cycles, with 4 reads %lu cycles\n", (unsigned long)empty,
                  (unsigned long)four);
    assert_true(four <= 700);
    assert_int_equal(b->violation, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(control_transactions),
        cmocka_unit_test(thousand_requests),
        cmocka_unit_test(throughput),
        cmocka_unit_test(lifecycle),
    };

    return cmocka_run_group_tests_name("rtl_cost", tests, NULL, NULL);
}
