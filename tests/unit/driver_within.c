/* SPDX-License-Identifier: Apache-2.0 */
/* What a callback may do (invariant 14): provide, take back, reset, start. Whatever it does, each chain comes
 * back once, none while the device has it, and the handler ends. */
#include "driver_tokens.h"

/* ---- the client ---- */

static unsigned told;
static void (*within)(enum vio_status status); /* what the callback does */

static void ready(struct vio_queue_client *self, void *token, uint32_t written, enum vio_status status)
{
    (void)self;
    (void)written;
    assert_non_null(token);
    told++;
    token_is_back(token, status);
    if (within)
        within(status);
}

static struct vio_queue_client client = {.chain_ready = ready};

static enum vio_status reset(void)
{
    return transport->ops->reset(transport);
}

static void setup(uint64_t offered)
{
    told = 0;
    within = NULL;
    tokens_setup(offered, &client);
}

static void assert_works_again(void)
{
    within = NULL;
    assert_int_equal(honest.map_count, 0);
    memset(tokens, 0, sizeof tokens);
    assert_int_equal(start(), VIO_INIT_OK);
    lend_all();
    machine_run();
    assert_tokens(0, 1, 0, 0);
    assert_tokens(1, 1, 0, 0);
    assert_int_equal(reset(), VIO_OK);
    assert_int_equal(honest.map_count, 0);
}

static const uint64_t layouts[] = {0, VIO_F_RING_PACKED, VIO_F_IN_ORDER,
                                   VIO_F_RING_PACKED | VIO_F_IN_ORDER | VIO_F_EVENT_IDX};
enum { LAYOUTS = sizeof layouts / sizeof layouts[0] };

/* ---- while a reset hands back what was lent ---- */

static void start_again(enum vio_status status)
{
    unsigned accesses = machine.accesses;

    (void)status;
    assert_int_equal(start(), VIO_INIT_INVALID);
    for (unsigned i = 0; i < 2; i++) /* nor with some of the queues */
        assert_int_equal(transport->ops->initialize(transport, &driver, &queues[i], 1).error,
                         VIO_INIT_INVALID);
    assert_int_equal(machine.accesses, accesses);
}

/* The slots of the old chains would be those of the new ones: some never came back, and some while the device
 * had them. */
static void test_a_start_from_within_a_cancellation_is_refused_and_nothing_is_lost(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        setup(layouts[i]);
        within = start_again;
        assert_int_equal(reset(), VIO_OK);
        assert_tokens(0, 0, 1, 0);
        assert_tokens(1, 0, 1, 0);
        assert_works_again();
        setup(layouts[i]);
        within = start_again;
        transport->ops->lost(transport);
        assert_tokens(1, 0, 1, 0);
        assert_works_again();
    }
}

static void reset_again(enum vio_status status)
{
    (void)status;
    assert_int_equal(reset(), VIO_OK);
}

static void test_a_reset_from_within_anything_gives_all_back_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        setup(layouts[i]);
        within = reset_again;
        assert_int_equal(reset(), VIO_OK);
        assert_tokens(0, 0, 1, 0);
        assert_tokens(1, 0, 1, 0);
        setup(layouts[i]);
        within = reset_again;
        machine_run(); /* the first good one resets; with IN_ORDER another may be good already */
        assert_int_equal(told, 2 * BUFFERS);
        assert_int_equal(tokens[0][0].good, 1);
        assert_tokens(1, 0, 1, 0);
        assert_works_again();
    }
}

static void restart_queue(enum vio_status status)
{
    if (status == VIO_CANCELLED)
        assert_int_equal(transport->ops->queue_restart(transport, &queue[0]), VIO_INVALID);
}

static void test_a_queue_is_not_restarted_before_all_of_it_came_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        setup(layouts[i] | VIO_F_RING_RESET);
        within = restart_queue;
        assert_int_equal(transport->ops->queue_reset(transport, &queue[0]), VIO_OK);
        assert_tokens(0, 0, 1, 0);
        within = start_again;
        assert_int_equal(transport->ops->queue_restart(transport, &queue[0]), VIO_OK);
        assert_int_equal(lend(0, 0), VIO_OK);
        assert_int_equal(transport->ops->queue_reset(transport, &queue[0]), VIO_OK);
        within = NULL;
        machine_run();
        assert_tokens(1, 1, 0, 0);
        assert_int_equal(reset(), VIO_OK);
        assert_works_again();
    }
}

/* ---- while what a device keeps is given up ---- */

static void start_at_last(enum vio_status status)
{
    assert_int_equal(status, VIO_TIMEOUT);
    within = NULL;
    machine.reset_hangs = false;
    assert_int_equal(start(), VIO_INIT_OK);
    lend_all();
}

static void test_what_is_lent_after_a_start_from_within_is_not_given_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        setup(layouts[i]);
        machine.reset_hangs = true;
        assert_int_equal(reset(), VIO_TIMEOUT);
        within = start_at_last;
        vio_queue_abandon(&queue[0], VIO_TIMEOUT);
        assert_int_equal(told,
                         2 * BUFFERS); /* the old ones, each once: one given up, the others by the reset */
        assert_int_equal(vio_queue_refusal(&queue[0]), VIO_REFUSED_NOTHING);
        machine_run();
        assert_int_equal(told, 4 * BUFFERS);
        assert_int_equal(tokens[0][0].good + tokens[0][3].good, 2);
        assert_int_equal(reset(), VIO_OK);
        assert_works_again();
    }
}

static void test_after_a_reset_that_does_not_end_the_rings_are_left_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        uint8_t before[sizeof ring[0]];

        setup(layouts[i]);
        machine.reset_hangs = true;
        assert_int_equal(reset(), VIO_TIMEOUT);
        memcpy(before, ring[0], sizeof before);
        assert_int_equal(lend(0, 0), VIO_BROKEN);
        assert_memory_equal(before, ring[0], sizeof before);
        assert_tokens(0, 0, 0, 0);
        machine.reset_hangs = false;
        assert_int_equal(reset(), VIO_OK);
        assert_works_again();
    }
}

/* ---- while chains are handed out ---- */

static void start_over(enum vio_status status)
{
    if (status != VIO_OK)
        return;
    within = NULL;
    assert_int_equal(start(), VIO_INIT_OK);
    lend_all();
}

static void test_a_start_from_within_a_good_one_begins_anew(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        setup(layouts[i]);
        within = start_over;
        machine_run();
        assert_int_equal(told, 4 * BUFFERS);
        assert_tokens(1, 1, 1, 0);
        assert_int_equal(vio_queue_lent_chains(&queue[0]), 0);
        assert_int_equal(reset(), VIO_OK);
        assert_works_again();
    }
}

/* As fast as we are, and without waiting for a notification. */
static void provide_and_let_it_be_used(enum vio_status status)
{
    if (status != VIO_OK || told > 1000)
        return;
    assert_int_equal(lend(0, told % BUFFERS), VIO_OK);
    serve(0, &machine.queue[0].rings);
}

static void test_what_is_provided_meanwhile_is_the_devices_afterwards(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        setup(layouts[i]);
        within = provide_and_let_it_be_used;
        serve(0, &machine.queue[0].rings);
        machine_interrupt(1);
        assert_int_equal(told, BUFFERS);
        serve(0, &machine.queue[0].rings); /* now it is there */
        assert_int_equal(vio_queue_used_chains(&queue[0]), BUFFERS);
        within = NULL;
        assert_int_equal(reset(), VIO_OK);
    }
}

static void take_the_rest(enum vio_status status)
{
    void *token;
    uint32_t written;

    (void)status;
    within = NULL;
    vio_queue_disable_callbacks(&queue[0]);
    while (vio_queue_pop(&queue[0], &token, &written)) {
        told++;
        ((struct token *)token)->good++;
    }
    assert_false(vio_queue_enable_callbacks(&queue[0]));
}

static void test_a_callback_may_take_the_rest_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        setup(layouts[i]);
        within = take_the_rest;
        machine_run();
        assert_tokens(0, 1, 0, 0);
        assert_tokens(1, 1, 0, 0);
        memset(tokens, 0, sizeof tokens);
        lend_all();
        machine_run(); /* and the next interrupt comes */
        assert_tokens(0, 1, 0, 0);
        assert_int_equal(reset(), VIO_OK);
        assert_works_again();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_start_from_within_a_cancellation_is_refused_and_nothing_is_lost),
        cmocka_unit_test(test_a_reset_from_within_anything_gives_all_back_once),
        cmocka_unit_test(test_a_queue_is_not_restarted_before_all_of_it_came_back),
        cmocka_unit_test(test_what_is_lent_after_a_start_from_within_is_not_given_up),
        cmocka_unit_test(test_after_a_reset_that_does_not_end_the_rings_are_left_alone),
        cmocka_unit_test(test_a_start_from_within_a_good_one_begins_anew),
        cmocka_unit_test(test_what_is_provided_meanwhile_is_the_devices_afterwards),
        cmocka_unit_test(test_a_callback_may_take_the_rest_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
