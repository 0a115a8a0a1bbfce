/* SPDX-License-Identifier: Apache-2.0 */
/* The network device at its pins, its pairs and its commands: sim/device/TABLE.md, "Network". */
#include "model_net.h"

/* ---- several pairs ---- */

/* NET-MQ-DEV-01, -02 */
static void test_pairs_work_when_they_are_enabled(void **state)
{
    static const uint8_t two[] = {2, 0};
    struct queue rx2, tx2;

    (void)state;
    rx2 = queue_ready(b, 2);
    tx2 = queue_ready(b, 3);
    queue_post(&rx2, 100);
    queue_check(&tx2, queue_send(&tx2, make_packet(20), HEADER + 20, 0), 0);
    assert_int_equal(queue_used_idx(&rx2), 0);
    assert_int_equal(command(4, 0, two, 2), OK);
    queue_check(&tx2, queue_send(&tx2, make_packet(20), HEADER + 20, 0), 0);
    queue_check(&rx2, 0, HEADER + 20);
    bench_write(b, REG_STATUS, 0);
    bench_accept(b, all);
    rx2 = queue_ready(b, 2);
    tx2 = queue_ready(b, 3);
    bench_put(b, rx2.base + 0x402, 0, 2);
    bench_put(b, rx2.base + 0x802, 0, 2);
    bench_write(b, REG_STATUS, 15);
    queue_post(&rx2, 100);
    queue_send(&tx2, make_packet(20), HEADER + 20, 0);
    assert_int_equal(queue_used_idx(&rx2), 0); /* a reset takes it back */
}

static void test_pairs_beyond_the_maximum_are_refused(void **state)
{
    static const uint8_t numbers[][2] = {{0, 0}, {4, 0}, {3, 1}};

    (void)state;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(command(4, 0, numbers[i], 2), ERR);
    assert_int_equal(command(4, 0, "\3", 1), ERR);
    assert_int_equal(command(4, 0, "\3\0", 2), OK);
    assert_int_equal(command(4, 1, "\1\0", 2), ERR);
}

/* ---- commands ---- */

/* NET-FILT-DEV-01 to -13 */
static void test_receive_modes_follow_their_features(void **state)
{
    (void)state;
    for (uint8_t which = 0; which < 6; which++) {
        assert_int_equal(command(0, which, "\1", 1), OK);
        assert_int_equal(command(0, which, "\0", 1), OK);
        assert_int_equal(command(0, which, "\2", 1), ERR);
        assert_int_equal(command(0, which, "", 0), ERR);
    }
    assert_int_equal(command(0, 6, "\1", 1), ERR);
    start(all, BENCH_BIT(CTRL) | BENCH_BIT(CTRL_RX));
    assert_int_equal(command(0, 1, "\1", 1), OK);
    assert_int_equal(command(0, 2, "\1", 1), ERR);
    start(all, BENCH_BIT(CTRL));
    assert_int_equal(command(0, 0, "\1", 1), ERR);
    assert_int_equal(command(1, 0, "\0\0\0\0\0\0\0\0", 8), ERR);
    assert_int_equal(command(1, 1, "\2\0\0\0\0\7", 6), ERR);
}

/* NET-MAC-DEV-03, MMIO-DEV-07 */
static void test_a_new_address_shows_in_the_config(void **state)
{
    (void)state;
    assert_int_equal(command(1, 1, "\2\0\0\0\0\7", 6), OK);
    assert_int_equal(bench_read(b, REG_CONFIG_GENERATION), 1);
    assert_int_equal(bench_read(b, REG_CONFIG), 2);
    assert_int_equal(bench_read(b, REG_CONFIG + 4) & 0xffff, 0x0700);
    assert_int_equal(command(1, 1, "\2\0\0\0\0", 5), ERR);
    assert_int_equal(bench_read(b, REG_CONFIG_GENERATION), 1);
}

/* NET-MAC-DRV-03 is what the device relies on: anything else is refused. */
static void test_address_table_must_have_its_form(void **state)
{
    uint8_t table[4 + 12 + 4 + 6] = {2};
    uint64_t before;

    (void)state;
    table[16] = 1;
    before = b->backend->state_hash(b->self);
    assert_int_equal(command(1, 0, table, sizeof table), OK);
    assert_int_not_equal(before, b->backend->state_hash(b->self));
    for (uint32_t len = 0; len < sizeof table; len++)
        assert_int_equal(command(1, 0, table, len), ERR);
    table[3] = 0x80;
    assert_int_equal(command(1, 0, table, sizeof table), ERR);
}

static void test_unknown_commands_are_refused(void **state)
{
    (void)state;
    for (int class = 0; class < 256; class ++)
        if (class > 1 && class != 4)
            assert_int_equal(command((uint8_t) class, 0, "\1\0", 2), ERR);
    assert_int_equal(command(1, 2, "", 0), ERR);
}

static void test_a_command_without_its_parts(void **state)
{
    uint16_t id;

    (void)state;
    id = queue_send(&control, "\0", 1, 1); /* half a head */
    queue_check(&control, id, 1);
    assert_int_equal(queue_answer(&control, id)[0], ERR);
    id = queue_send(&control, "\4\0\3\0", 4, 0); /* nowhere to answer: no effect */
    queue_check(&control, id, 0);
    id = queue_send(&control, "\4\0\3\0", 4, 5); /* the answer is the last byte */
    queue_check(&control, id, 0);
    assert_int_equal(queue_answer(&control, id)[0], QUEUE_UNTOUCHED);
    assert_int_equal(queue_answer(&control, id)[4], OK);
}

/* ST-NETQ-DEV-01 */
static void test_the_control_queue_is_where_the_features_put_it(void **state)
{
    (void)state;
    start(all, all & ~(BENCH_BIT(MQ) | BENCH_EVENT_IDX)); /* at 2 */
    assert_int_equal(command(0, 0, "\1", 1), OK);
    start(all, BENCH_BIT(MAC));
    queue_send(&control, "\0\0\1", 3, 1);
    assert_int_equal(queue_used_idx(&control), 0); /* nobody serves it */
}

static void test_a_snapshot_goes_on_where_it_was(void **state)
{
    static uint8_t snapshot[1 << 16];
    uint64_t hash;

    (void)state;
    assert_int_equal(command(4, 0, "\2\0", 2), OK);
    hash = b->backend->state_hash(b->self);
    assert_true(b->backend->save(b->self, snapshot, sizeof snapshot) <= sizeof snapshot);
    assert_int_equal(command(4, 0, "\1\0", 2), OK);
    assert_int_not_equal(b->backend->state_hash(b->self), hash);
    b->backend->restore(b->self, snapshot);
    assert_int_equal(b->backend->state_hash(b->self), hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALL(test_pairs_work_when_they_are_enabled),
        ALL(test_pairs_beyond_the_maximum_are_refused),
        ALL(test_receive_modes_follow_their_features),
        ALL(test_a_new_address_shows_in_the_config),
        ALL(test_address_table_must_have_its_form),
        ALL(test_unknown_commands_are_refused),
        ALL(test_a_command_without_its_parts),
        ALL(test_the_control_queue_is_where_the_features_put_it),
        ALL(test_a_snapshot_goes_on_where_it_was),
    };

    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
