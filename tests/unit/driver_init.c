/* SPDX-License-Identifier: Apache-2.0 */
/* Each way in which initialisation ends, with what it says: before ACKNOWLEDGE nothing is touched, until
 * DRIVER_OK FAILED is set, after it not; nothing stays lent, and the same driver object works with the next
 * device. */
enum { TYPE = 4, SIZE = 16, QUEUES = 2 };
#include "driver_queues.h"

static uint8_t bytes[8];

/* ---- a driver that fails where it is told to ---- */

static enum { NOWHERE, IN_FEATURES, IN_PRE, IN_POST } fails;
static bool provides_early;
static unsigned pre_calls, post_calls;
static uint32_t status_at_pre, status_at_post;
static uint64_t wanted;
static size_t leave_out;

static bool negotiate(struct vio_driver *driver, uint64_t offered, uint64_t *accepted)
{
    (void)driver;
    (void)offered;
    *accepted = wanted;
    return fails != IN_FEATURES;
}

static uint32_t number(struct vio_driver *driver, size_t position)
{
    (void)driver;
    return position == leave_out ? VIO_QUEUE_NONE : (uint32_t)position * 3;
}

static enum vio_status pre(struct vio_driver *driver)
{
    const struct vio_buffer buffer = {bytes, sizeof bytes, true};

    (void)driver;
    if (provides_early)
        assert_int_equal(vio_queue_provide(&queue[1], &buffer, 1, bytes), VIO_OK);
    pre_calls++;
    status_at_pre = machine.status;
    return fails == IN_PRE ? VIO_UNSUPPORTED : VIO_OK;
}

static enum vio_status post(struct vio_driver *driver)
{
    (void)driver;
    post_calls++;
    status_at_post = machine.status;
    return fails == IN_POST ? VIO_IO_ERROR : VIO_OK;
}

static struct vio_driver_ops driver_ops;
static struct vio_driver driver = {&driver_ops};

static void setup(uint64_t offered)
{
    machine_init(TYPE, offered);
    driver_ops = (struct vio_driver_ops){.device_type = TYPE,
                                         .negotiate_features = negotiate,
                                         .pre_device_initialization = pre,
                                         .device_initialized = post};
    fails = NOWHERE;
    provides_early = false;
    pre_calls = post_calls = 0;
    wanted = 0;
    leave_out = SIZE_MAX;
    queues_init(false);
}

static struct vio_init_result start(void)
{
    return mmio.transport.ops->initialize(&mmio.transport, &driver, queues, 2);
}

/* Nothing is left behind, and the same objects work once the device is a good one. */
static void assert_usable_again(void)
{
    assert_int_equal(mmio.transport.ops->reset(&mmio.transport), VIO_OK);
    assert_false(vio_mmio_owns_memory(&mmio));
    assert_int_equal(honest.map_count, 0);
    machine.magic = 0x74726976;
    machine.version = 2;
    machine.device_id = TYPE;
    machine.offered = UINT64_C(1) << 32;
    machine.queue_size_max = 16;
    machine.status_never = 0;
    machine.reset_hangs = false;
    machine.queue[1].ready = 0;
    honest.platform.translates = false;
    honest.map_fails_at = 0;
    fails = NOWHERE;
    assert_int_equal(start().error, VIO_INIT_OK);
    assert_int_equal(machine.status, 0xf);
    assert_int_equal(mmio.transport.ops->reset(&mmio.transport), VIO_OK);
    assert_int_equal(honest.map_count, 0);
}

/* ---- before ACKNOWLEDGE ---- */

static struct vio_init_result assert_untouched(enum vio_init error, unsigned accesses)
{
    struct vio_init_result result = start();

    assert_int_equal(result.error, error);
    assert_int_equal(machine.accesses, accesses);
    assert_int_equal(machine.status_writes, 0);
    assert_int_equal(pre_calls + post_calls, 0);
    assert_usable_again();
    return result;
}

static void test_an_empty_slot_is_left_alone_and_is_no_virtio_error(void **state)
{
    (void)state;
    setup(0);
    machine.device_id = 0;
    assert_int_equal(assert_untouched(VIO_INIT_NO_DEVICE, 3).device_type, 0);
}

static void test_what_is_no_virtio_device_is_not_touched(void **state)
{
    (void)state;
    setup(0);
    machine.magic = 0x74726977;
    (void)assert_untouched(VIO_INIT_NOT_VIRTIO, 1);
    setup(0);
    machine.version = 1;
    (void)assert_untouched(VIO_INIT_TRANSPORT_VERSION, 2);
}

static void test_a_type_that_is_unknown_or_not_ours_is_named_and_not_touched(void **state)
{
    (void)state;
    setup(0);
    machine.device_id = 46;
    assert_int_equal(assert_untouched(VIO_INIT_UNKNOWN_TYPE, 3).device_type, 46);
    setup(0);
    machine.device_id = 2;
    assert_int_equal(assert_untouched(VIO_INIT_INCOMPATIBLE_TYPE, 3).device_type, 2);
}

static void test_the_device_types_are_those_of_the_specification(void **state)
{
    static const uint8_t none[] = {0, 14, 15, 37, 46, 47, 63, 64, 255};
    unsigned known = 0;

    (void)state;
    for (size_t i = 0; i < sizeof none; i++)
        assert_false(vio_device_type_is_known(none[i]));
    assert_false(vio_device_type_is_known(0x10004));
    assert_false(vio_device_type_is_known(UINT32_MAX));
    for (uint32_t type = 0; type < 300; type++)
        known += vio_device_type_is_known(type);
    assert_int_equal(known, 42);
}

static void test_a_reset_that_does_not_end_is_no_reason_for_failed(void **state)
{
    (void)state;
    setup(0);
    machine.status = 0xf;
    machine.reset_hangs = true;
    assert_int_equal(start().error, VIO_INIT_RESET);
    assert_int_equal(machine.waits, HONEST_STEPS);
    assert_int_equal(machine.status_writes, 1);
    assert_int_equal(machine.failed_writes, 0);
    assert_usable_again();
}

/* ---- until DRIVER_OK ---- */

static struct vio_init_result assert_failed(enum vio_init error)
{
    struct vio_init_result result = start();

    assert_int_equal(result.error, error);
    assert_int_equal(machine.failed_writes, 1);
    assert_int_equal(machine.status & 0x84, 0x80);
    assert_int_equal(post_calls, 0);
    assert_int_equal(result.device_type, TYPE);
    assert_usable_again();
    return result;
}

static void test_a_device_without_version_1_is_failed(void **state)
{
    struct vio_init_result result;

    (void)state;
    setup(0);
    machine.offered = 1;
    result = assert_failed(VIO_INIT_VIRTIO_VERSION);
    assert_true(result.offered == 1);
}

static void test_features_that_the_driver_refuses_are_reported_without_accepted(void **state)
{
    struct vio_init_result result;

    (void)state;
    setup(0x81);
    fails = IN_FEATURES;
    result = assert_failed(VIO_INIT_FEATURES);
    assert_true(result.offered == UINT64_C(0x100000081));
    assert_false(result.has_accepted);
}

static void test_features_that_the_device_refuses_are_reported_with_accepted(void **state)
{
    struct vio_init_result result;

    (void)state;
    setup(0x81);
    wanted = 1;
    machine.status_never = 8;
    result = assert_failed(VIO_INIT_FEATURES);
    assert_true(result.has_accepted);
    assert_true(result.accepted == UINT64_C(0x100000001));
}

static void test_a_platform_that_translates_needs_a_device_that_follows(void **state)
{
    (void)state;
    setup(0);
    honest.platform.translates = true;
    assert_false(assert_failed(VIO_INIT_FEATURES).has_accepted);
    setup(VIO_F_ACCESS_PLATFORM);
    honest.platform.translates = true;
    assert_int_equal(start().error, VIO_INIT_OK);
    assert_true((machine.accepted & VIO_F_ACCESS_PLATFORM) != 0);
}

static void test_a_queue_that_can_only_be_packed_needs_a_device_that_is(void **state)
{
    (void)state;
    setup(0);
    assert_int_equal(vio_packed_queue_init(&queue[1], &honest.platform, ring[1], driver_area[1],
                                           device_area[1], slots[1], SIZE),
                     VIO_OK);
    assert_int_equal(start().error, VIO_INIT_FEATURES);
    assert_int_equal(machine.failed_writes, 1);
    assert_int_equal(honest.map_count, 0);
}

static void test_a_queue_that_is_missing_or_in_use_is_named(void **state)
{
    (void)state;
    setup(0);
    machine.queues_present = 1;
    assert_int_equal(start().error, VIO_INIT_QUEUE_UNAVAILABLE);
    assert_int_equal(machine.failed_writes, 1);
    machine.queues_present = MACHINE_QUEUES;
    assert_usable_again();
    setup(0);
    machine.queue_size_max = 0;
    assert_int_equal(assert_failed(VIO_INIT_QUEUE_UNAVAILABLE).queue, 0);
}

static void make_queue_ready(uint32_t value)
{
    if (value == 0xb)
        machine.queue[1].ready = 1;
}

static void test_a_queue_that_is_ready_already_is_not_touched(void **state)
{
    struct vio_init_result result;

    (void)state;
    setup(0);
    machine.on_status = make_queue_ready;
    result = start();
    assert_int_equal(result.error, VIO_INIT_QUEUE_IN_USE);
    assert_int_equal(result.queue, 1);
    assert_int_equal(machine.failed_writes, 1);
    machine.on_status = NULL;
    assert_usable_again();
}

static void test_a_ring_that_cannot_be_mapped_fails_with_its_queue(void **state)
{
    (void)state;
    for (int nth = 1; nth <= 6; nth++) {
        setup(0);
        honest.map_fails_at = nth;
        assert_int_equal(assert_failed(VIO_INIT_QUEUE_MEMORY).queue, (nth - 1) / 3);
    }
}

static void test_a_driver_that_fails_early_sets_failed_and_says_why(void **state)
{
    (void)state;
    setup(0);
    fails = IN_PRE;
    assert_int_equal(assert_failed(VIO_INIT_DRIVER_PRE).cause, VIO_UNSUPPORTED);
}

static void test_a_device_that_gives_up_meanwhile_is_failed(void **state)
{
    (void)state;
    setup(0);
    machine.status_extra = 0x40;
    assert_int_equal(start().error, VIO_INIT_NEEDS_RESET);
    assert_int_equal(machine.failed_writes, 1);
    machine.status_extra = 0;
    assert_usable_again();
}

/* ---- after DRIVER_OK ---- */

static void test_a_driver_that_fails_late_leaves_a_transport_that_works(void **state)
{
    const struct vio_buffer buffer = {bytes, sizeof bytes, true};
    struct vio_init_result result;

    (void)state;
    setup(0);
    fails = IN_POST;
    result = start();
    assert_int_equal(result.error, VIO_INIT_DRIVER);
    assert_int_equal(result.cause, VIO_IO_ERROR);
    assert_int_equal(result.device_type, TYPE);
    assert_int_equal(machine.failed_writes, 0);
    assert_int_equal(machine.status, 0xf);
    assert_int_equal(vio_queue_provide(&queue[1], &buffer, 1, bytes), VIO_OK);
    assert_int_equal(machine.notifications, 1);
    assert_usable_again();
}

static void test_the_driver_is_called_before_and_after_driver_ok(void **state)
{
    (void)state;
    setup(0);
    assert_int_equal(start().error, VIO_INIT_OK);
    assert_int_equal(pre_calls, 1);
    assert_int_equal(status_at_pre, 0xb);
    assert_int_equal(post_calls, 1);
    assert_int_equal(status_at_post, 0xf);
    assert_int_equal(start().error, VIO_INIT_OK); /* running: reset first, then again */
    assert_int_equal(post_calls, 2);
}

/* INIT-DRV-14: not before, but then it has to hear of it. */
static void test_what_was_provided_before_driver_ok_is_notified_after_it(void **state)
{
    (void)state;
    setup(0);
    provides_early = true;
    assert_int_equal(start().error, VIO_INIT_OK);
    assert_int_equal(machine.notifications, 1);
    assert_true(machine.queue[1].kicked);
}

/* ---- features ---- */

static void test_no_legal_bit_is_lost_and_no_other_is_accepted(void **state)
{
    (void)state;
    setup(UINT64_MAX);
    wanted = UINT64_MAX;
    assert_int_equal(start().error, VIO_INIT_OK);
    assert_true(machine.accepted ==
                (VIO_F_DEVICE_TYPE_BITS | VIO_F_VERSION_1 | VIO_F_EVENT_IDX | VIO_F_IN_ORDER |
                 VIO_F_ACCESS_PLATFORM | VIO_F_ORDER_PLATFORM | VIO_F_NOTIFICATION_DATA | VIO_F_RING_RESET));
    setup(UINT64_MAX);
    mmio.transport.features_refused = VIO_F_RING_EXTRAS;
    assert_int_equal(start().error, VIO_INIT_OK);
    assert_true(machine.accepted ==
                (VIO_F_VERSION_1 | VIO_F_EVENT_IDX | VIO_F_ACCESS_PLATFORM | VIO_F_ORDER_PLATFORM));
    setup(UINT64_MAX);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(vio_packed_queue_allow(&queue[i]), VIO_OK);
    assert_int_equal(start().error, VIO_INIT_OK);
    assert_true((machine.accepted & VIO_F_RING_PACKED) != 0);
    assert_true(machine.queue[1].rings.packed);
}

/* ---- queues ---- */

static void test_a_queue_is_initialised_with_its_position_or_what_the_driver_says(void **state)
{
    uint32_t at;

    (void)state;
    setup(0);
    assert_int_equal(start().error, VIO_INIT_OK);
    assert_true(vio_queue_number(&queue[1], &at));
    assert_int_equal(at, 1);
    setup(0);
    driver_ops.queue_number = number;
    assert_int_equal(start().error, VIO_INIT_OK);
    assert_true(vio_queue_number(&queue[1], &at));
    assert_int_equal(at, 3);
    assert_int_equal(machine.queue[1].ready, 0);
    assert_int_equal(machine.queue[3].ready, 1);
    setup(0);
    driver_ops.queue_number = number;
    leave_out = 0;
    assert_int_equal(start().error, VIO_INIT_OK);
    assert_false(vio_queue_number(&queue[0], &at));
    assert_int_equal(machine.queue[3].ready, 1);
}

/* ---- misuse ---- */

static void test_misuse_of_initialize_is_named_and_touches_nothing(void **state)
{
    struct vio_queue *twice[] = {&queue[0], &queue[0]}, *missing[] = {&queue[0], NULL};
    struct vio_driver empty = {NULL};
    struct vio_transport *self = &mmio.transport;

    (void)state;
    setup(0);
    assert_int_equal(self->ops->initialize(self, NULL, queues, 2).error, VIO_INIT_INVALID);
    assert_int_equal(self->ops->initialize(self, &empty, queues, 2).error, VIO_INIT_INVALID);
    assert_int_equal(self->ops->initialize(self, &driver, missing, 2).error, VIO_INIT_INVALID);
    assert_int_equal(self->ops->initialize(self, &driver, twice, 2).error, VIO_INIT_INVALID);
    assert_int_equal(self->ops->initialize(self, &driver, queues, VIO_MMIO_QUEUES_MAX + 1).error,
                     VIO_INIT_INVALID);
    assert_int_equal(vio_queue_accept(&queue[1], 0), VIO_OK);
    assert_int_equal(vio_queue_negotiate_size(&queue[1], 4), 4);
    assert_int_equal(vio_queue_initialize(&queue[1], 0, 4), VIO_OK); /* someone else's */
    assert_int_equal(self->ops->initialize(self, &driver, queues, 2).error, VIO_INIT_INVALID);
    assert_int_equal(machine.accesses, 0);
    vio_queue_close(&queue[1]);
    assert_int_equal(start().error, VIO_INIT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_slot_is_left_alone_and_is_no_virtio_error),
        cmocka_unit_test(test_what_is_no_virtio_device_is_not_touched),
        cmocka_unit_test(test_a_type_that_is_unknown_or_not_ours_is_named_and_not_touched),
        cmocka_unit_test(test_the_device_types_are_those_of_the_specification),
        cmocka_unit_test(test_a_reset_that_does_not_end_is_no_reason_for_failed),
        cmocka_unit_test(test_a_device_without_version_1_is_failed),
        cmocka_unit_test(test_features_that_the_driver_refuses_are_reported_without_accepted),
        cmocka_unit_test(test_features_that_the_device_refuses_are_reported_with_accepted),
        cmocka_unit_test(test_a_platform_that_translates_needs_a_device_that_follows),
        cmocka_unit_test(test_a_queue_that_can_only_be_packed_needs_a_device_that_is),
        cmocka_unit_test(test_a_queue_that_is_missing_or_in_use_is_named),
        cmocka_unit_test(test_a_queue_that_is_ready_already_is_not_touched),
        cmocka_unit_test(test_a_ring_that_cannot_be_mapped_fails_with_its_queue),
        cmocka_unit_test(test_a_driver_that_fails_early_sets_failed_and_says_why),
        cmocka_unit_test(test_a_device_that_gives_up_meanwhile_is_failed),
        cmocka_unit_test(test_a_driver_that_fails_late_leaves_a_transport_that_works),
        cmocka_unit_test(test_the_driver_is_called_before_and_after_driver_ok),
        cmocka_unit_test(test_what_was_provided_before_driver_ok_is_notified_after_it),
        cmocka_unit_test(test_no_legal_bit_is_lost_and_no_other_is_accepted),
        cmocka_unit_test(test_a_queue_is_initialised_with_its_position_or_what_the_driver_says),
        cmocka_unit_test(test_misuse_of_initialize_is_named_and_touches_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
