/* SPDX-License-Identifier: Apache-2.0 */
/* The whole stack as one object: each request comes back once, whatever its user does from within, and
 * whatever the device does meanwhile. */
#include "driver_machine.h"

#include <vio/vio_device.h>

enum { SECTORS = 64 };

static struct vio_device device;
static _Alignas(16) uint8_t shared[65536], buffers[65536];
static uint8_t data[512];

/* ---- the machine: a disk that does nothing, well ---- */

static void serve(unsigned number, struct honest_queue *rings)
{
    static const uint8_t zeros[513];
    struct honest_chain chain;

    (void)number;
    while (honest_take(rings, &chain))
        honest_use(rings, &chain, honest_write(&chain, zeros, sizeof zeros));
}

/* ---- the user ---- */

static unsigned came_back;
static enum vio_status last_status;
static size_t last_bytes;
static void (*within)(void *owner); /* what the callback does */

static void done(void *ctx, void *owner, enum vio_status status, size_t done_bytes)
{
    (void)ctx;
    came_back++;
    last_bytes = done_bytes;
    last_status = status;
    assert_false(vio_device_holds(&device, owner));
    if (within)
        within(owner);
}

static void received(void *ctx, uint32_t unit, const void *bytes, size_t len_bytes)
{
    (void)ctx;
    (void)unit;
    (void)bytes;
    (void)len_bytes;
}

static const struct vio_device_user user = {done, received};
static const struct vio_device_kind *const kinds[] = {&vio_device_rng, &vio_device_blk, &vio_device_net,
                                                      &vio_device_console, NULL};

static void setup(uint32_t type, uint64_t offered)
{
    const struct vio_device_kind *kind;

    machine_init(type, offered);
    machine.queue_size_max = 32;
    came_back = 0;
    within = NULL;
    kind = vio_device_identify(&device, &honest.platform, kinds, &user);
    assert_non_null(kind);
    assert_int_equal(kind->device_type, type);
    assert_true(kind->shared_bytes <= sizeof shared && kind->buffers_bytes <= sizeof buffers);
    assert_int_equal(vio_device_build(&device, shared, buffers), VIO_OK);
    if (type == VIO_BLK_DEVICE_TYPE)
        machine_put(0, 8, SECTORS);
    machine_put(4, 4, type == VIO_CONSOLE_DEVICE_TYPE ? 2 : 0); /* ports */
    machine.transport = &device.mmio.transport;
    machine.serve = type == VIO_CONSOLE_DEVICE_TYPE ? NULL : serve;
}

static void start(uint32_t type, uint64_t offered)
{
    setup(type, offered);
    assert_int_equal(vio_device_start(&device).error, VIO_INIT_OK);
}

static enum vio_status submit(enum vio_op op, void *owner)
{
    const struct vio_request request = {.op = op, .data = data, .len_bytes = 512, .owner = owner};

    return vio_device_submit(&device, &request);
}

static void assert_works(enum vio_op op)
{
    within = NULL;
    came_back = 0;
    assert_int_equal(submit(op, data), VIO_OK);
    machine_run();
    assert_int_equal(came_back, 1);
    assert_int_equal(last_status, VIO_OK);
}

/* ---- entropy, which has no other test of its own ---- */

static uint32_t claimed, written;

static void serve_entropy(unsigned number, struct honest_queue *rings)
{
    static const uint8_t bytes[4] = {1, 2, 3, 4};
    struct honest_chain chain;

    assert_int_equal(number, 0);
    while (honest_take(rings, &chain)) {
        assert_int_equal(chain.count, 1);
        assert_true(chain.segment[0].writable);
        (void)honest_write(&chain, bytes, written);
        honest_use(rings, &chain, claimed);
    }
}

/* As many bytes as the device says, and what it did not write is zero; none is no answer. */
static void test_entropy_is_as_much_as_the_device_says_and_never_none(void **state)
{
    static const struct {
        uint32_t claimed, written;
        enum vio_status status;
    } rows[] = {{4, 4, VIO_OK}, {1, 4, VIO_OK}, {512, 4, VIO_OK}, {0, 4, VIO_MALFORMED}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        start(VIO_RNG_DEVICE_TYPE, 0);
        machine.serve = serve_entropy;
        claimed = rows[i].claimed;
        written = rows[i].written;
        memset(data, 0xee, sizeof data);
        assert_int_equal(submit(VIO_OP_ENTROPY, data), VIO_OK);
        machine_run();
        assert_int_equal(came_back, 1);
        assert_int_equal(last_status, rows[i].status);
        assert_int_equal(last_bytes, rows[i].status == VIO_OK ? rows[i].claimed : 0);
        for (size_t at = written; at < sizeof data; at++)
            assert_int_equal(data[at], 0);
    }
    start(VIO_RNG_DEVICE_TYPE, 0);
    machine.serve = serve_entropy;
    claimed = 513;
    assert_int_equal(submit(VIO_OP_ENTROPY, data), VIO_OK);
    machine_run();
    assert_int_equal(vio_device_expire(&device), VIO_BROKEN); /* it broke a rule, and is stopped */
    assert_int_equal(last_status, VIO_CANCELLED);
    assert_int_equal(honest.map_count, 0);
}

/* ---- misuse ---- */

static void test_who_is_nobody_has_no_request(void **state)
{
    (void)state;
    start(VIO_RNG_DEVICE_TYPE, VIO_F_RING_RESET);
    assert_int_equal(submit(VIO_OP_ENTROPY, NULL), VIO_INVALID);
    assert_false(vio_device_holds(&device, NULL));
    assert_int_equal(submit(VIO_OP_ENTROPY, data), VIO_OK);
    assert_true(vio_device_holds(&device, data));
    assert_int_equal(vio_device_cancel(&device, NULL), VIO_OK); /* and takes nobody else's back */
    assert_int_equal(came_back, 0);
    machine_run();
    assert_int_equal(came_back, 1);
    assert_works(VIO_OP_ENTROPY);
}

static void test_data_that_is_nowhere_is_invalid(void **state)
{
    static const struct {
        uint32_t type;
        enum vio_op op;
    } rows[] = {{VIO_RNG_DEVICE_TYPE, VIO_OP_ENTROPY},    {VIO_BLK_DEVICE_TYPE, VIO_OP_READ},
                {VIO_BLK_DEVICE_TYPE, VIO_OP_WRITE},      {VIO_BLK_DEVICE_TYPE, VIO_OP_GET_ID},
                {VIO_NET_DEVICE_TYPE, VIO_OP_SEND},       {VIO_NET_DEVICE_TYPE, VIO_OP_SET_MAC},
                {VIO_CONSOLE_DEVICE_TYPE, VIO_OP_SEND},   {VIO_CONSOLE_DEVICE_TYPE, VIO_OP_OPEN_PORT},
                {VIO_NET_DEVICE_TYPE, VIO_OP_PROMISCUOUS}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct vio_request request = {.op = rows[i].op, .len_bytes = 512, .owner = data};

        start(rows[i].type, 0);
        machine.notifications = 0;
        assert_int_equal(vio_device_submit(&device, &request), VIO_INVALID);
        assert_int_equal(machine.notifications, 0);
        assert_int_equal(vio_device_stop(&device, false), VIO_OK);
        assert_int_equal(came_back, 0);
    }
}

/* ---- memory that cannot be mapped for a while ---- */

static void test_what_could_not_be_mapped_is_lent_in_time(void **state)
{
    struct vio_queue *control = &device.queues[2];
    struct honest_chain chain;

    (void)state;
    start(VIO_CONSOLE_DEVICE_TYPE, UINT64_C(1) << 1); /* MULTIPORT */
    machine_run();
    honest.maps_refused = true;
    for (unsigned i = 0; i < VIO_CONSOLE_INPUTS; i++) { /* messages for nobody, and a byte for nobody */
        assert_true(honest_take(&machine.queue[2].rings, &chain));
        honest_use(&machine.queue[2].rings, &chain, 8);
    }
    assert_true(honest_take(&machine.queue[0].rings, &chain));
    honest_use(&machine.queue[0].rings, &chain, 1);
    machine_interrupt(1);
    assert_int_equal(vio_queue_lent_chains(control), 0);
    assert_int_equal(vio_queue_lent_chains(&device.queues[0]), VIO_DEVICE_BUFFERS - 1);
    assert_int_equal(vio_device_expire(&device), VIO_OK);
    assert_int_equal(vio_queue_lent_chains(control), 0);
    honest.maps_refused = false;
    assert_int_equal(vio_device_expire(&device), VIO_OK);
    assert_int_equal(vio_queue_lent_chains(control), VIO_CONSOLE_INPUTS);
    assert_int_equal(vio_queue_lent_chains(&device.queues[0]), VIO_DEVICE_BUFFERS);
    assert_int_equal(vio_device_stop(&device, false), VIO_OK);
    assert_int_equal(honest.map_count, 0);
}

/* ---- start ---- */

static void test_a_start_that_fails_leaves_a_device_that_does_not_run(void **state)
{
    (void)state;
    start(VIO_BLK_DEVICE_TYPE, 0);
    assert_int_equal(submit(VIO_OP_READ, data), VIO_OK);
    machine.status_never = 8; /* it ran, and is not what it was */
    assert_int_equal(vio_device_start(&device).error, VIO_INIT_FEATURES);
    assert_int_equal(came_back, 1);
    assert_int_equal(submit(VIO_OP_READ, data), VIO_NOT_READY);
    assert_int_equal(honest.map_count, 0);
    machine.status_never = 0;
    assert_int_equal(vio_device_start(&device).error, VIO_INIT_OK);
    assert_works(VIO_OP_READ);
    machine.reset_hangs = true;
    assert_int_equal(submit(VIO_OP_READ, data), VIO_OK);
    assert_int_equal(vio_device_start(&device).error, VIO_INIT_RESET);
    assert_int_equal(last_status, VIO_TIMEOUT);
    assert_int_equal(submit(VIO_OP_READ, data), VIO_NOT_READY);
    machine.reset_hangs = false;
    assert_int_equal(vio_device_start(&device).error, VIO_INIT_OK);
    assert_works(VIO_OP_READ);
}

/* ---- from within ---- */

static void start_again(void *owner)
{
    (void)owner;
    within = NULL;
    machine.reset_hangs = false;
    assert_int_equal(vio_device_start(&device).error, VIO_INIT_OK);
    assert_int_equal(submit(VIO_OP_READ, data), VIO_OK);
}

static void test_a_device_that_was_started_from_within_its_end_runs(void **state)
{
    (void)state;
    setup(VIO_BLK_DEVICE_TYPE, UINT64_C(1) << 12); /* MQ: the next request goes to the next queue */
    machine_put(34, 2, 3);
    assert_int_equal(vio_device_start(&device).error, VIO_INIT_OK);
    machine.reset_hangs = true;
    assert_int_equal(submit(VIO_OP_READ, data), VIO_OK);
    within = start_again;
    assert_int_equal(vio_device_stop(&device, false), VIO_TIMEOUT);
    assert_int_equal(came_back, 1);
    assert_true(vio_device_busy(&device));
    machine_run();
    assert_int_equal(came_back, 2);
    assert_int_equal(last_status, VIO_OK);
    assert_works(VIO_OP_READ);
}

static void start_too_early(void *owner)
{
    (void)owner;
    assert_int_equal(vio_device_start(&device).error, VIO_INIT_INVALID);
    assert_int_equal(submit(VIO_OP_READ, data), VIO_NOT_READY);
}

static void test_a_start_from_within_a_stop_is_refused_until_all_came_back(void **state)
{
    static uint8_t owners[4];

    (void)state;
    start(VIO_BLK_DEVICE_TYPE, 0);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(submit(VIO_OP_READ, &owners[i]), VIO_OK);
    within = start_too_early;
    assert_int_equal(vio_device_stop(&device, false), VIO_OK);
    assert_int_equal(came_back, 4);
    assert_int_equal(honest.map_count, 0);
    assert_int_equal(vio_device_start(&device).error, VIO_INIT_OK);
    assert_works(VIO_OP_READ);
}

static void try_again(void *owner)
{
    if (came_back < 1000)
        assert_int_equal(submit(VIO_OP_SEND, owner), VIO_OK);
}

/* Bytes for a port that is never added, from a user who does not give up. */
static void test_who_tries_for_ever_does_not_keep_the_timer_for_ever(void **state)
{
    (void)state;
    start(VIO_CONSOLE_DEVICE_TYPE, UINT64_C(1) << 1); /* MULTIPORT */
    machine_run();
    assert_int_equal(submit(VIO_OP_SEND, data), VIO_OK);
    within = try_again;
    for (unsigned turn = 1; turn <= 3; turn++) {
        assert_int_equal(vio_device_expire(&device), VIO_OK);
        assert_in_range(came_back, turn - 1, turn);
    }
    assert_int_equal(last_status, VIO_NOT_READY);
    within = NULL;
    assert_int_equal(vio_device_stop(&device, false), VIO_OK);
    assert_false(vio_device_busy(&device));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entropy_is_as_much_as_the_device_says_and_never_none),
        cmocka_unit_test(test_who_is_nobody_has_no_request),
        cmocka_unit_test(test_data_that_is_nowhere_is_invalid),
        cmocka_unit_test(test_what_could_not_be_mapped_is_lent_in_time),
        cmocka_unit_test(test_a_start_that_fails_leaves_a_device_that_does_not_run),
        cmocka_unit_test(test_a_device_that_was_started_from_within_its_end_runs),
        cmocka_unit_test(test_a_start_from_within_a_stop_is_refused_until_all_came_back),
        cmocka_unit_test(test_who_tries_for_ever_does_not_keep_the_timer_for_ever),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
