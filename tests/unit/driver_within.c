/* SPDX-License-Identifier: Apache-2.0 */
/* What a callback may do (invariant 14): provide, take back, reset, start. Whatever it does, each chain comes
 * back once, none while the device has it, and the handler ends. */
#include "driver_machine.h"

enum { TYPE = 4, SIZE = 16, BUFFERS = 4 };

static _Alignas(16) uint8_t ring[2][16 * SIZE], driver_area[2][64], device_area[2][256];
static struct vio_slot slots[2][SIZE];
static struct vio_queue queue[2];
static struct vio_queue *queues[2] = {&queue[0], &queue[1]};
static struct vio_mmio mmio;
static struct vio_transport *const transport = &mmio.transport;

/* ---- the client ---- */

static struct token {
    uint8_t byte;
    unsigned good, cancelled, timed_out;
} tokens[2][BUFFERS];
static unsigned told;
static void (*within)(enum vio_status status); /* what the callback does */

static void ready(struct vio_queue_client *self, void *token, uint32_t written, enum vio_status status)
{
    struct token *which = token;

    (void)self;
    (void)written;
    assert_non_null(token);
    told++;
    which->good += status == VIO_OK;
    which->cancelled += status == VIO_CANCELLED;
    which->timed_out += status == VIO_TIMEOUT;
    if (within)
        within(status);
}

static struct vio_queue_client client = {.chain_ready = ready};

static enum vio_status lend(unsigned number, unsigned i)
{
    const struct vio_buffer buffer = {&tokens[number][i].byte, 1, true};

    return vio_queue_provide(&queue[number], &buffer, 1, &tokens[number][i]);
}

static void lend_all(void)
{
    for (unsigned i = 0; i < 2 * BUFFERS; i++)
        assert_int_equal(lend(i / BUFFERS, i % BUFFERS), VIO_OK);
}

static void assert_told(unsigned number, unsigned good, unsigned cancelled, unsigned timed_out)
{
    for (unsigned i = 0; i < BUFFERS; i++) {
        assert_int_equal(tokens[number][i].good, good);
        assert_int_equal(tokens[number][i].cancelled, cancelled);
        assert_int_equal(tokens[number][i].timed_out, timed_out);
    }
}

/* ---- the device ---- */

static bool negotiate(struct vio_driver *driver, uint64_t offered, uint64_t *accepted)
{
    (void)driver;
    (void)offered;
    *accepted = 0;
    return true;
}

static const struct vio_driver_ops driver_ops = {.device_type = TYPE, .negotiate_features = negotiate};
static struct vio_driver driver = {&driver_ops};

static void serve(unsigned number, struct honest_queue *rings)
{
    struct honest_chain chain;

    (void)number;
    while (honest_take(rings, &chain))
        honest_use(rings, &chain, 1);
}

static enum vio_init start(void)
{
    return transport->ops->initialize(transport, &driver, queues, 2).error;
}

static enum vio_status reset(void)
{
    return transport->ops->reset(transport);
}

static void setup(uint64_t offered)
{
    machine_init(TYPE, offered);
    memset(tokens, 0, sizeof tokens);
    told = 0;
    within = NULL;
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(vio_split_queue_init(&queue[i], &honest.platform, ring[i], driver_area[i],
                                              device_area[i], slots[i], SIZE),
                         VIO_OK);
        assert_int_equal(vio_packed_queue_allow(&queue[i]), VIO_OK);
        assert_int_equal(vio_queue_set_client(&queue[i], &client), VIO_OK);
    }
    assert_int_equal(vio_mmio_init(&mmio, &honest.platform), VIO_OK);
    machine.transport = transport;
    machine.serve = serve;
    assert_int_equal(start(), VIO_INIT_OK);
    lend_all();
}

static void assert_works_again(void)
{
    within = NULL;
    assert_int_equal(honest.map_count, 0);
    memset(tokens, 0, sizeof tokens);
    assert_int_equal(start(), VIO_INIT_OK);
    lend_all();
    machine_run();
    assert_told(0, 1, 0, 0);
    assert_told(1, 1, 0, 0);
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
        assert_told(0, 0, 1, 0);
        assert_told(1, 0, 1, 0);
        assert_works_again();
        setup(layouts[i]);
        within = start_again;
        transport->ops->lost(transport);
        assert_told(1, 0, 1, 0);
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
        assert_told(0, 0, 1, 0);
        assert_told(1, 0, 1, 0);
        setup(layouts[i]);
        within = reset_again;
        machine_run(); /* the first good one resets; with IN_ORDER another may be good already */
        assert_int_equal(told, 2 * BUFFERS);
        assert_int_equal(tokens[0][0].good, 1);
        assert_told(1, 0, 1, 0);
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
        assert_told(0, 0, 1, 0);
        within = start_again;
        assert_int_equal(transport->ops->queue_restart(transport, &queue[0]), VIO_OK);
        assert_int_equal(lend(0, 0), VIO_OK);
        assert_int_equal(transport->ops->queue_reset(transport, &queue[0]), VIO_OK);
        within = NULL;
        machine_run();
        assert_told(1, 1, 0, 0);
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
        assert_told(0, 0, 0, 0);
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
        assert_told(1, 1, 1, 0);
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
        assert_told(0, 1, 0, 0);
        assert_told(1, 1, 0, 0);
        memset(tokens, 0, sizeof tokens);
        lend_all();
        machine_run(); /* and the next interrupt comes */
        assert_told(0, 1, 0, 0);
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
