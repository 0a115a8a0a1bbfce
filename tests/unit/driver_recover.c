/* SPDX-License-Identifier: Apache-2.0 */
/* Reset, re-initialisation, NEEDS_RESET, reset of one queue, unplugging: whatever happens, each lent buffer
 * comes back exactly once, and with an error. In both ring formats. */
#include "driver_tokens.h"

static bool provide_again;
static enum vio_status provided_again;

static void ready(struct vio_queue_client *client, void *token, uint32_t written, enum vio_status status)
{
    struct token *which = token;
    unsigned number = which >= tokens[1];

    (void)client;
    token_is_back(which, status);
    if (status != VIO_OK)
        assert_int_equal(written, 0);
    if (provide_again)
        provided_again = lend(number, (unsigned)(which - tokens[number]));
}

static struct vio_queue_client client = {.chain_ready = ready};

static void setup(uint64_t offered)
{
    provide_again = false;
    tokens_setup(offered, &client);
}

/* All works as if nothing had been. */
static void assert_works_again(void)
{
    assert_int_equal(honest.map_count, 0);
    assert_false(vio_mmio_owns_memory(&mmio));
    memset(tokens, 0, sizeof tokens);
    provide_again = false;
    assert_int_equal(start(), VIO_INIT_OK);
    lend_all();
    machine_run();
    assert_tokens(0, 1, 0, 0);
    assert_tokens(1, 1, 0, 0);
    assert_int_equal(transport->ops->reset(transport), VIO_OK);
    assert_tokens(0, 1, 0, 0);
}

static const uint64_t layouts[] = {0, VIO_F_RING_PACKED,
                                   VIO_F_RING_PACKED | VIO_F_IN_ORDER | VIO_F_EVENT_IDX};
enum { LAYOUTS = sizeof layouts / sizeof layouts[0] };

/* ---- the whole device ---- */

static void test_a_reset_gives_everything_back_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        setup(layouts[i]);
        provide_again = true; /* a client that does not give up */
        assert_int_equal(transport->ops->reset(transport), VIO_OK);
        assert_int_equal(provided_again, VIO_NOT_READY);
        assert_tokens(0, 0, 1, 0);
        assert_tokens(1, 0, 1, 0);
        assert_int_equal(transport->ops->reset(transport), VIO_OK);
        assert_tokens(1, 0, 1, 0);
        assert_works_again();
    }
}

static void test_what_was_used_but_not_taken_comes_back_once_too(void **state)
{
    (void)state;
    setup(0);
    machine.transport = NULL; /* the interrupt is lost */
    machine_run();
    assert_int_equal(transport->ops->reset(transport), VIO_OK);
    assert_tokens(0, 0, 1, 0);
    machine.transport = transport;
    assert_works_again();
}

static void test_initialize_again_resets_first(void **state)
{
    (void)state;
    setup(0);
    assert_int_equal(start(), VIO_INIT_OK);
    assert_tokens(0, 0, 1, 0);
    assert_tokens(1, 0, 1, 0);
    assert_int_equal(transport->ops->reset(transport), VIO_OK);
    assert_works_again();
}

static void test_needs_reset_breaks_all_queues_until_the_reset(void **state)
{
    uint8_t byte;
    const struct vio_buffer buffer = {&byte, 1, true};

    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        setup(layouts[i]);
        machine.status |= 0x40;
        machine_interrupt(2);
        assert_true(transport->broken);
        assert_int_equal(vio_queue_provide(&queue[1], &buffer, 1, &byte), VIO_BROKEN);
        machine_run(); /* what it does now is not believed any more */
        assert_tokens(0, 0, 0, 0);
        assert_int_equal(transport->ops->reset(transport), VIO_OK);
        assert_tokens(0, 0, 1, 0);
        assert_tokens(1, 0, 1, 0);
        assert_works_again();
    }
}

static void test_an_unplugged_device_gives_everything_back_untouched(void **state)
{
    unsigned accesses;

    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        setup(layouts[i]);
        machine.gone = true;
        machine_interrupt(0); /* registers read all ones: nothing comes of it */
        assert_tokens(0, 0, 0, 0);
        accesses = machine.accesses;
        transport->ops->lost(transport);
        assert_int_equal(machine.accesses, accesses);
        assert_tokens(0, 0, 1, 0);
        assert_tokens(1, 0, 1, 0);
        assert_int_equal(start(), VIO_INIT_NOT_VIRTIO);
        machine.gone = false;
        assert_works_again();
    }
}

static void test_a_device_that_does_not_let_go_keeps_the_memory(void **state)
{
    (void)state;
    setup(0);
    machine.reset_hangs = true;
    assert_int_equal(transport->ops->reset(transport), VIO_TIMEOUT);
    assert_tokens(0, 0, 0, 0);
    vio_queue_abandon(&queue[0], VIO_TIMEOUT);
    assert_tokens(0, 0, 0, 1);
    assert_true(vio_mmio_owns_memory(&mmio));
    assert_int_equal(honest.map_count, 6 + 2 * BUFFERS);
    machine_signal(0); /* too late: nobody listens */
    machine.reset_hangs = false;
    assert_int_equal(transport->ops->reset(transport), VIO_OK);
    assert_tokens(0, 0, 0, 1);
    assert_tokens(1, 0, 1, 0);
    assert_works_again();
}

/* ---- one queue ---- */

static void test_one_queue_is_reset_while_the_other_goes_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAYOUTS; i++) {
        setup(layouts[i] | VIO_F_RING_RESET);
        assert_int_equal(transport->ops->queue_reset(transport, &queue[0]), VIO_OK);
        assert_tokens(0, 0, 1, 0);
        assert_tokens(1, 0, 0, 0);
        assert_int_equal(honest.map_count, 3 + BUFFERS);
        assert_int_equal(transport->ops->queue_reset(transport, &queue[0]), VIO_OK); /* nothing to do */
        machine_run();
        assert_tokens(1, 1, 0, 0);
        assert_int_equal(transport->ops->queue_restart(transport, &queue[0]), VIO_OK);
        lend_to(0);
        machine_run();
        assert_tokens(0, 1, 1, 0);
        assert_int_equal(transport->ops->reset(transport), VIO_OK);
        assert_works_again();
    }
}

static void test_a_queue_reset_that_does_not_end_leaves_all_lent(void **state)
{
    (void)state;
    setup(VIO_F_RING_RESET);
    machine.queue_reset_hangs = true;
    assert_int_equal(transport->ops->queue_reset(transport, &queue[0]), VIO_TIMEOUT);
    assert_true(transport->broken);
    assert_tokens(0, 0, 0, 0);
    assert_int_equal(transport->ops->reset(transport), VIO_OK);
    assert_tokens(0, 0, 1, 0);
    assert_tokens(1, 0, 1, 0);
    machine.queue_reset_hangs = false;
    assert_works_again();
}

/* Some offer RING_RESET and have no such register: it reads 0 at once, but the queue stays ready. */
static void test_a_queue_that_only_claims_to_be_reset_is_not_believed(void **state)
{
    (void)state;
    setup(VIO_F_RING_RESET);
    machine.no_queue_reset = true;
    assert_int_equal(transport->ops->queue_reset(transport, &queue[0]), VIO_BROKEN);
    assert_tokens(0, 0, 0, 0);
    assert_int_equal(transport->ops->reset(transport), VIO_OK);
    assert_tokens(0, 0, 1, 0);
}

static void test_misuse_of_queue_reset_is_named_and_changes_nothing(void **state)
{
    struct vio_queue stranger = {0};

    (void)state;
    setup(0);
    machine.accesses = 0;
    assert_int_equal(transport->ops->queue_reset(transport, &queue[0]), VIO_UNSUPPORTED);
    assert_int_equal(transport->ops->queue_restart(transport, &queue[0]), VIO_UNSUPPORTED);
    assert_int_equal(transport->ops->queue_reset(transport, &stranger), VIO_NOT_READY);
    assert_int_equal(machine.accesses, 0);
    setup(VIO_F_RING_RESET);
    assert_int_equal(transport->ops->queue_restart(transport, &queue[0]), VIO_INVALID);
    assert_tokens(0, 0, 0, 0);
    assert_int_equal(transport->ops->queue_reset(transport, &queue[0]), VIO_OK);
    honest.map_fails_at = 2;
    assert_int_equal(transport->ops->queue_restart(transport, &queue[0]), VIO_NO_MEMORY);
    assert_int_equal(transport->ops->queue_restart(transport, &queue[0]), VIO_OK);
    assert_int_equal(transport->ops->reset(transport), VIO_OK);
    assert_int_equal(transport->ops->queue_reset(transport, &queue[0]), VIO_NOT_READY);
    assert_int_equal(transport->ops->interrupt(transport), VIO_NOT_READY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_reset_gives_everything_back_once),
        cmocka_unit_test(test_what_was_used_but_not_taken_comes_back_once_too),
        cmocka_unit_test(test_initialize_again_resets_first),
        cmocka_unit_test(test_needs_reset_breaks_all_queues_until_the_reset),
        cmocka_unit_test(test_an_unplugged_device_gives_everything_back_untouched),
        cmocka_unit_test(test_a_device_that_does_not_let_go_keeps_the_memory),
        cmocka_unit_test(test_one_queue_is_reset_while_the_other_goes_on),
        cmocka_unit_test(test_a_queue_reset_that_does_not_end_leaves_all_lent),
        cmocka_unit_test(test_a_queue_that_only_claims_to_be_reset_is_not_believed),
        cmocka_unit_test(test_misuse_of_queue_reset_is_named_and_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
