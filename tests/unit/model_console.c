/* SPDX-License-Identifier: Apache-2.0 */
/* The console device at its pins: sim/device/TABLE.md, "Console". */
#include "model_queues.h"

enum { SIZE = 0, MULTIPORT = 1, EMERG_WRITE = 2 };
enum { READY = 0, ADD = 1, PORT_READY = 3, CONSOLE_PORT = 4, RESIZE = 5, OPEN = 6, NAME = 7 };

static struct queue rx, tx, told, say;
static const uint64_t all = BENCH_BIT(SIZE) | BENCH_BIT(MULTIPORT) | BENCH_BIT(EMERG_WRITE);

static struct pring_setup console_setup(uint64_t features)
{
    return (struct pring_setup){.device_type = PRING_DEVICE_CONSOLE,
                                .queue_count = 6,
                                .queue_size_max = 16,
                                .features = features | BENCH_VERSION_1 | BENCH_EVENT_IDX,
                                .console = {.cols = 80, .rows = 25, .ports = 2}};
}

static void start(uint64_t offered, uint64_t accepted)
{
    struct pring_setup setup = console_setup(offered);

    bench_power_on(b, &setup, &bench_ideal_memory);
    bench_accept(b, accepted | BENCH_VERSION_1);
    rx = queue_ready(b, 0);
    tx = queue_ready(b, 1);
    told = queue_ready(b, 2);
    say = queue_ready(b, 3);
    bench_write(b, REG_STATUS, 15);
}

static int start_one(void **state)
{
    (void)state;
    start(all, BENCH_BIT(SIZE));
    return 0;
}

static int start_many(void **state)
{
    (void)state;
    start(all, all);
    return 0;
}

/* ---- configuration ---- */

static void test_config_shows_what_is_offered(void **state)
{
    (void)state;
    assert_int_equal(bench_read(b, REG_CONFIG), 25u << 16 | 80);
    assert_int_equal(bench_read(b, REG_CONFIG + 4), 2);
    assert_int_equal(bench_read(b, REG_CONFIG + 8), 0);
    start(0, 0);
    assert_int_equal(bench_read(b, REG_CONFIG), 0);
    assert_int_equal(bench_read(b, REG_CONFIG + 4), 0);
}

/* CON-INIT-DEV-01 */
static void test_emergency_write_at_any_time(void **state)
{
    struct pring_setup setup = console_setup(all);
    uint64_t before, once;

    (void)state;
    bench_power_on(b, &setup, &bench_ideal_memory);
    before = b->backend->state_hash(b->self);
    bench_write(b, REG_CONFIG + 8, 'x');
    once = b->backend->state_hash(b->self);
    assert_int_not_equal(once, before);
    bench_write(b, REG_CONFIG + 8, 'x'); /* again is once more */
    assert_int_not_equal(b->backend->state_hash(b->self), once);
    assert_int_equal(bench_read(b, REG_STATUS), 0);
    assert_int_equal(bench_read(b, REG_CONFIG + 8), 0);
}

static void test_emergency_write_needs_its_feature(void **state)
{
    struct pring_setup setup = console_setup(0);
    uint64_t with, without;

    (void)state;
    bench_power_on(b, &setup, &bench_ideal_memory);
    bench_write(b, REG_CONFIG + 8, 'x');
    with = b->backend->state_hash(b->self);
    bench_power_on(b, &setup, &bench_ideal_memory);
    bench_write(b, REG_CONFIG + 4, 'x');
    without = b->backend->state_hash(b->self);
    assert_int_equal(with, without);
}

/* ---- one port ---- */

static void test_what_is_written_comes_back(void **state)
{
    uint16_t id = queue_post(&rx, 64);

    (void)state;
    queue_check(&tx, queue_send(&tx, "hello", 5, 0), 0);
    queue_check(&rx, id, 5);
    assert_memory_equal(queue_buffer(&rx, id), "hello", 5);
    assert_int_equal(queue_buffer(&rx, id)[5], QUEUE_UNTOUCHED);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 1);
}

static void test_bytes_fill_buffers_and_the_rest_is_lost(void **state)
{
    uint16_t first = queue_post(&rx, 3), second = queue_post(&rx, 2);

    (void)state;
    queue_check(&tx, queue_send(&tx, "abcdefg", 7, 0), 0);
    queue_check(&rx, first, 3);
    queue_check(&rx, second, 2);
    assert_memory_equal(queue_buffer(&rx, first), "abc", 3);
    assert_memory_equal(queue_buffer(&rx, second), "de", 2);
    queue_check(&tx, queue_send(&tx, "x", 1, 0), 0); /* no buffer at all */
    first = queue_post(&rx, 3);
    queue_check(&tx, queue_send(&tx, "y", 1, 0), 0);
    queue_check(&rx, first, 1);
    assert_int_equal(queue_buffer(&rx, first)[0], 'y');
}

static void test_without_multiport_there_are_two_queues(void **state)
{
    (void)state;
    queue_post(&told, 64);
    queue_send(&say, "\0\0\0\0\0\0\1\0", 8, 0);
    assert_int_equal(queue_used_idx(&say), 0);
    assert_int_equal(queue_used_idx(&told), 0);
}

/* A buffer on the wrong side (CON-OP-DRV-02) is no request. */
static void test_writable_bytes_to_send_are_nothing(void **state)
{
    uint16_t id = queue_post(&tx, 16);

    (void)state;
    queue_post(&rx, 16);
    queue_kick(&tx);
    queue_check(&tx, id, 0);
    assert_int_equal(queue_used_idx(&rx), 0);
}

/* ---- the control protocol ---- */

static void tell(uint32_t id, uint16_t event, uint16_t value)
{
    uint8_t bytes[8] = {(uint8_t)id,         (uint8_t)(id >> 8),
                        (uint8_t)(id >> 16), (uint8_t)(id >> 24),
                        (uint8_t)event,      0,
                        (uint8_t)value,      0};

    queue_check(&say, queue_send(&say, bytes, 8, 0), 0);
}

static void check_told(uint16_t buffer, const char *bytes, uint32_t len)
{
    queue_check(&told, buffer, len);
    assert_memory_equal(queue_buffer(&told, buffer), bytes, len);
}

/* CON-MP-DEV-01, -02 */
static void test_ready_adds_each_port_once(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        queue_post(&told, 32);
    tell(0, READY, 1);
    check_told(0, "\0\0\0\0\1\0\0\0", 8);
    check_told(1, "\1\0\0\0\1\0\0\0", 8);
    tell(0, READY, 1);
    assert_int_equal(queue_used_idx(&told), 2);
}

static void test_a_port_that_is_ready_is_described(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        queue_post(&told, 32);
    tell(0, READY, 1);
    tell(0, PORT_READY, 1);
    assert_int_equal(queue_used_idx(&told), 5);
    check_told(0, "\0\0\0\0\1\0\0\0", 8);
    check_told(1, "\1\0\0\0\1\0\0\0", 8);
    check_told(2, "\0\0\0\0\4\0\1\0", 8);
    check_told(3, "\0\0\0\0\5\0\0\0\120\0\31\0", 12);
    check_told(4, "\0\0\0\0\6\0\1\0", 8);
    queue_post(&told, 32);
    queue_post(&told, 32);
    tell(1, PORT_READY, 1);
    check_told(5, "\1\0\0\0\7\0\0\0port1", 13);
    check_told(6, "\1\0\0\0\6\0\1\0", 8);
}

static void test_messages_wait_for_buffers(void **state)
{
    (void)state;
    tell(0, READY, 1);
    assert_int_equal(queue_used_idx(&told), 0);
    queue_post(&told, 32);
    queue_kick(&told);
    check_told(0, "\0\0\0\0\1\0\0\0", 8);
    tell(1, PORT_READY, 1); /* it was not added yet */
    queue_post(&told, 32);
    queue_kick(&told);
    check_told(1, "\1\0\0\0\1\0\0\0", 8);
    queue_post(&told, 32);
    queue_kick(&told);
    assert_int_equal(queue_used_idx(&told), 2);
}

static void test_a_message_that_does_not_fit_is_lost(void **state)
{
    (void)state;
    queue_post(&told, 7);
    tell(0, READY, 1);
    assert_int_equal(queue_used_idx(&told), 0);
    assert_int_equal(queue_buffer(&told, 0)[0], QUEUE_UNTOUCHED);
}

static void test_nonsense_of_the_driver_has_no_effect(void **state)
{
    uint64_t before = b->backend->state_hash(b->self), after;

    (void)state;
    queue_post(&told, 32);
    tell(0, READY, 0);
    tell(2, PORT_READY, 1);
    tell(0xffffffff, PORT_READY, 1);
    tell(0x80000000, OPEN, 1);
    tell(0, PORT_READY, 1); /* not added */
    tell(0, 2, 1);
    tell(0, 200, 1);
    queue_check(&say, queue_send(&say, "\0\0\0\0\0\0\1", 7, 0), 0);
    assert_int_equal(queue_used_idx(&told), 0);
    after = b->backend->state_hash(b->self);
    assert_int_not_equal(after, before); /* cursors moved, and nothing else: */
    tell(0, READY, 1);
    assert_int_equal(queue_used_idx(&told), 1);
}

static void test_a_reset_forgets_the_ports(void **state)
{
    (void)state;
    queue_post(&told, 32);
    queue_post(&told, 32);
    tell(0, READY, 1);
    assert_int_equal(queue_used_idx(&told), 2);
    bench_write(b, REG_STATUS, 0);
    memset(bench_at(b, told.base), 0, 0x1000);
    memset(bench_at(b, say.base), 0, 0x1000);
    bench_accept(b, all | BENCH_VERSION_1);
    told = queue_ready(b, 2);
    say = queue_ready(b, 3);
    bench_write(b, REG_STATUS, 15);
    queue_post(&told, 32);
    tell(0, READY, 1);
    check_told(0, "\0\0\0\0\1\0\0\0", 8);
}

/* ST-CONQ-DEV-01 */
static void test_ports_have_queues_of_their_own(void **state)
{
    struct queue rx1 = queue_ready(b, 4), tx1 = queue_ready(b, 5);
    uint16_t id = queue_post(&rx1, 64);

    (void)state;
    queue_post(&rx, 64);
    queue_check(&tx1, queue_send(&tx1, "one", 3, 0), 0);
    queue_check(&rx1, id, 3);
    assert_memory_equal(queue_buffer(&rx1, id), "one", 3);
    assert_int_equal(queue_used_idx(&rx), 0);
}

static void test_bad_control_receive_queue_ends_it(void **state)
{
    (void)state;
    bench_put(b, told.base + 0x402, 100, 2);
    queue_send(&say, "\0\0\0\0\0\0\1\0", 8, 0);
    assert_int_equal(bench_read(b, REG_STATUS), 15 | 0x40);
    assert_int_equal(queue_used_idx(&say), 0);
    start_many(state);
    tell(0, READY, 1);
    bench_put(b, told.base + 0x402, 100, 2);
    queue_kick(&told);
    assert_int_equal(bench_read(b, REG_STATUS), 15 | 0x40);
}

#define ONE(name)  cmocka_unit_test_setup(name, start_one)
#define MANY(name) cmocka_unit_test_setup(name, start_many)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ONE(test_config_shows_what_is_offered),
        ONE(test_emergency_write_at_any_time),
        ONE(test_emergency_write_needs_its_feature),
        ONE(test_what_is_written_comes_back),
        ONE(test_bytes_fill_buffers_and_the_rest_is_lost),
        ONE(test_without_multiport_there_are_two_queues),
        ONE(test_writable_bytes_to_send_are_nothing),
        MANY(test_ready_adds_each_port_once),
        MANY(test_a_port_that_is_ready_is_described),
        MANY(test_messages_wait_for_buffers),
        MANY(test_a_message_that_does_not_fit_is_lost),
        MANY(test_nonsense_of_the_driver_has_no_effect),
        MANY(test_a_reset_forgets_the_ports),
        MANY(test_ports_have_queues_of_their_own),
        MANY(test_bad_control_receive_queue_ends_it),
    };

    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
