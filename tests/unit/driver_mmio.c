/* SPDX-License-Identifier: Apache-2.0 */
/* virtio-mmio: probing in its order, each refusal by its own code, interrupts, configuration, reset. */
#include "driver_fake.h"

#include <vio/vio_mmio.h>

#include "../../driver/src/mmio_regs.h"

enum { TYPE = 4 };

static struct vio_mmio mmio;
static struct vio_queue *const queues[] = {&queue};
static unsigned config_changes;
static uint32_t status_answer; /* what Status reads after FEATURES_OK; 0: as written */
static bool reset_hangs;

/* ---- a device that keeps what is written to Status, and feature words by their selector ---- */

static uint32_t feature_words[2];

static void on_write(uint32_t offset, uint32_t value)
{
    if (offset == VIO_REG_STATUS && !(value == 0 && reset_hangs))
        fake.reg[VIO_REG_STATUS / 4] = value == 0xb && status_answer ? status_answer : value;
    if (offset == VIO_REG_DEVICE_FEATURES_SEL)
        fake.reg[VIO_REG_DEVICE_FEATURES / 4] = value < 2 ? feature_words[value] : 0;
    if (offset == VIO_REG_QUEUE_READY)
        fake.reg[VIO_REG_QUEUE_READY / 4] = value;
    if (offset == VIO_REG_INTERRUPT_ACK)
        fake.reg[VIO_REG_INTERRUPT_STATUS / 4] &= ~value;
}

static bool negotiate(struct vio_driver *driver, uint64_t offered, uint64_t *accepted)
{
    (void)driver;
    (void)offered;
    *accepted = 0xff; /* more than is offered: has to be cut */
    return true;
}

static bool negotiate_nothing(struct vio_driver *driver, uint64_t offered, uint64_t *accepted)
{
    (void)driver;
    (void)offered;
    (void)accepted;
    return false;
}

static enum vio_status give_up(struct vio_driver *driver)
{
    (void)driver;
    return VIO_IO_ERROR;
}

static enum vio_status count_change(struct vio_driver *driver)
{
    (void)driver;
    config_changes++;
    return VIO_OK;
}

static struct vio_driver_ops driver_ops;
static struct vio_driver driver = {&driver_ops};

static int open_device(void **state)
{
    (void)state;
    fake_reset();
    fake_queue_init();
    fake.on_write = on_write;
    fake.reg[VIO_REG_MAGIC_VALUE / 4] = VIO_MAGIC_VALUE;
    fake.reg[VIO_REG_VERSION / 4] = 2;
    fake.reg[VIO_REG_DEVICE_ID / 4] = TYPE;
    fake.reg[VIO_REG_QUEUE_SIZE_MAX / 4] = 4;
    feature_words[0] = 0x20000081;
    feature_words[1] = 0xffffffff;
    driver_ops = (struct vio_driver_ops){
        .device_type = TYPE, .negotiate_features = negotiate, .config_changed = count_change};
    status_answer = 0;
    reset_hangs = false;
    config_changes = 0;
    return vio_mmio_init(&mmio, &fake.platform) == VIO_OK ? 0 : -1;
}

static struct vio_init_result start(void)
{
    return mmio.transport.ops->initialize(&mmio.transport, &driver, queues, 1);
}

static bool wrote(uint32_t offset, uint32_t value)
{
    for (unsigned i = 0; i < fake.log_count; i++) {
        if (fake.log[i].is_write && fake.log[i].offset == offset && fake.log[i].value == value)
            return true;
    }
    return false;
}

static bool wrote_failed(void)
{
    for (unsigned i = 0; i < fake.log_count; i++) {
        if (fake.log[i].is_write && fake.log[i].offset == VIO_REG_STATUS && (fake.log[i].value & 0x80))
            return true;
    }
    return false;
}

static void test_a_good_device_is_started_in_order(void **state)
{
    static const uint32_t order[] = {0, 1, 3, 0xb, 0xf};
    size_t at = 0;

    (void)state;
    assert_int_equal(start().error, VIO_INIT_OK);
    for (unsigned i = 0; i < fake.log_count; i++) {
        if (fake.log[i].is_write && fake.log[i].offset == VIO_REG_STATUS)
            assert_int_equal(fake.log[i].value, order[at++]);
    }
    assert_int_equal(at, 5);
    assert_int_equal(mmio.features, 0x15b00000000 | 0x20000081); /* all that we implement with these queues */
    assert_true(wrote(VIO_REG_QUEUE_SIZE, 4));
    assert_true(vio_mmio_owns_memory(&mmio));
    assert_int_equal(fake.log[0].offset, VIO_REG_MAGIC_VALUE);
    assert_int_equal(fake.log[1].offset, VIO_REG_VERSION);
    assert_int_equal(fake.log[2].offset, VIO_REG_DEVICE_ID);
}

/* ---- each refusal by its own code ---- */

static void assert_untouched(enum vio_init error, unsigned accesses)
{
    assert_int_equal(start().error, error);
    assert_int_equal(fake.log_count, accesses);
    assert_false(vio_mmio_owns_memory(&mmio));
}

static void test_what_is_no_device_is_left_alone(void **state)
{
    fake.reg[VIO_REG_MAGIC_VALUE / 4] ^= 1;
    assert_untouched(VIO_INIT_NOT_VIRTIO, 1);
    for (uint32_t version = 0; version < 4; version++) {
        open_device(state);
        fake.reg[VIO_REG_VERSION / 4] = version;
        if (version != 2)
            assert_untouched(VIO_INIT_TRANSPORT_VERSION, 2);
    }
    open_device(state);
    fake.reg[VIO_REG_DEVICE_ID / 4] = 0;
    assert_untouched(VIO_INIT_NO_DEVICE, 3);
    open_device(state);
    fake.reg[VIO_REG_DEVICE_ID / 4] = TYPE + 0x10000;
    assert_untouched(VIO_INIT_UNKNOWN_TYPE, 3);
    open_device(state);
    fake.reg[VIO_REG_DEVICE_ID / 4] = TYPE + 1;
    assert_untouched(VIO_INIT_INCOMPATIBLE_TYPE, 3);
}

static void test_a_reset_that_never_ends_is_given_up_without_failed(void **state)
{
    (void)state;
    fake.reg[VIO_REG_STATUS / 4] = 0xf;
    reset_hangs = true;
    assert_int_equal(start().error, VIO_INIT_RESET);
    assert_int_equal(fake.waits, FAKE_WAITS);
    assert_false(wrote_failed());
}

static void assert_failed(enum vio_init error)
{
    assert_int_equal(start().error, error);
    assert_true(wrote_failed()); /* INIT-DRV-12 */
    assert_false(wrote(VIO_REG_STATUS, 0xf));
    assert_int_equal(mmio.transport.ops->reset(&mmio.transport), VIO_OK);
    assert_false(vio_mmio_owns_memory(&mmio));
    assert_int_equal(fake.maps, 0);
}

static void test_features_that_do_not_do_are_refused(void **state)
{
    feature_words[1] &= ~1u;
    assert_failed(VIO_INIT_VIRTIO_VERSION);
    open_device(state);
    driver_ops.negotiate_features = negotiate_nothing;
    assert_failed(VIO_INIT_FEATURES);
    open_device(state);
    status_answer = 0x3;
    assert_failed(VIO_INIT_FEATURES);
    open_device(state);
    status_answer = 0x4b;
    assert_failed(VIO_INIT_NEEDS_RESET);
}

static void test_queues_that_do_not_do_are_refused(void **state)
{
    fake.reg[VIO_REG_QUEUE_READY / 4] = 1;
    assert_failed(VIO_INIT_QUEUE_IN_USE);
    assert_false(wrote(VIO_REG_QUEUE_SIZE, 4)); /* MMIO-DRV-17 */
    open_device(state);
    fake.reg[VIO_REG_QUEUE_SIZE_MAX / 4] = 0;
    assert_failed(VIO_INIT_QUEUE_UNAVAILABLE);
    for (int nth = 1; nth <= 3; nth++) {
        open_device(state);
        fake.map_fails_at = nth;
        assert_failed(VIO_INIT_QUEUE_MEMORY);
    }
    open_device(state);
    driver_ops.pre_device_initialization = give_up;
    assert_failed(VIO_INIT_DRIVER_PRE);
}

static void test_a_driver_that_fails_late_leaves_the_device_running(void **state)
{
    struct vio_init_result result;

    (void)state;
    driver_ops.device_initialized = give_up;
    result = start();
    assert_int_equal(result.error, VIO_INIT_DRIVER);
    assert_int_equal(result.cause, VIO_IO_ERROR);
    assert_int_equal(fake.reg[VIO_REG_STATUS / 4], 0xf);
}

static void test_the_queue_size_is_a_power_of_two_that_fits(void **state)
{
    static const uint32_t pairs[][2] = {{1, 1}, {3, 2},       {7, 4},         {8, 8},
                                        {9, 8}, {0x10000, 8}, {UINT32_MAX, 8}};

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        open_device(state);
        fake.reg[VIO_REG_QUEUE_SIZE_MAX / 4] = pairs[i][0];
        assert_int_equal(start().error, VIO_INIT_OK);
        assert_true(wrote(VIO_REG_QUEUE_SIZE, pairs[i][1]));
    }
}

/* ---- interrupts ---- */

static void test_an_interrupt_before_driver_ok_touches_nothing(void **state)
{
    (void)state;
    fake.reg[VIO_REG_INTERRUPT_STATUS / 4] = 3;
    assert_int_equal(mmio.transport.ops->interrupt(&mmio.transport), VIO_NOT_READY);
    assert_int_equal(fake.log_count, 0);
}

static void test_an_interrupt_is_acknowledged_first_and_only_with_known_bits(void **state)
{
    (void)state;
    assert_int_equal(start().error, VIO_INIT_OK);
    fake.log_count = 0;
    fake.reg[VIO_REG_INTERRUPT_STATUS / 4] = 0xfffffffe;
    assert_int_equal(mmio.transport.ops->interrupt(&mmio.transport), VIO_OK);
    assert_int_equal(fake.log[1].offset, VIO_REG_INTERRUPT_ACK);
    assert_int_equal(fake.log[1].value, 2);
    assert_int_equal(config_changes, 1);
    assert_false(mmio.transport.broken);
}

static unsigned told;

static void count_chain(struct vio_queue_client *self, void *token, uint32_t written, enum vio_status status)
{
    (void)self;
    (void)token;
    (void)written;
    told += status == VIO_OK;
}

static struct vio_queue_client client = {.chain_ready = count_chain};

/* What is used until the acknowledgement arrives has no interrupt of its own (invariant 8). */
static void use_at_the_acknowledgement(uint32_t offset, uint32_t value)
{
    on_write(offset, value);
    if (offset == VIO_REG_INTERRUPT_ACK)
        fake_use(0, 1);
}

static void test_what_is_used_until_the_acknowledgement_is_taken_after_it(void **state)
{
    static char data[16];
    const struct vio_buffer buffer = {data, sizeof data, true};

    (void)state;
    told = 0;
    assert_int_equal(vio_queue_set_client(&queue, &client), VIO_OK);
    assert_int_equal(start().error, VIO_INIT_OK);
    assert_int_equal(vio_queue_provide(&queue, &buffer, 1, data), VIO_OK);
    fake.on_write = use_at_the_acknowledgement;
    fake.reg[VIO_REG_INTERRUPT_STATUS / 4] = 1;
    assert_int_equal(mmio.transport.ops->interrupt(&mmio.transport), VIO_OK);
    assert_int_equal(told, 1);
}

static enum vio_status interrupted;

static void interrupt_at_queue_ready(uint32_t offset)
{
    if (offset == VIO_REG_QUEUE_READY)
        interrupted = mmio.transport.ops->interrupt(&mmio.transport);
}

static void test_an_interrupt_while_the_device_is_reset_finds_it_not_running(void **state)
{
    (void)state;
    assert_int_equal(start().error, VIO_INIT_OK);
    fake.on_read = interrupt_at_queue_ready;
    assert_int_equal(mmio.transport.ops->reset(&mmio.transport), VIO_OK);
    assert_int_equal(interrupted, VIO_NOT_READY);
}

static void test_a_device_without_queues_is_reset_as_well(void **state)
{
    (void)state;
    assert_int_equal(mmio.transport.ops->initialize(&mmio.transport, &driver, queues, 0).error, VIO_INIT_OK);
    assert_int_equal(mmio.transport.ops->reset(&mmio.transport), VIO_OK);
    assert_int_equal(fake.reg[VIO_REG_STATUS / 4], 0);
    assert_int_equal(mmio.transport.ops->interrupt(&mmio.transport), VIO_NOT_READY);
}

static void test_needs_reset_breaks_everything_until_reset(void **state)
{
    (void)state;
    assert_int_equal(start().error, VIO_INIT_OK);
    fake.reg[VIO_REG_STATUS / 4] |= VIO_STATUS_NEEDS_RESET;
    fake.reg[VIO_REG_INTERRUPT_STATUS / 4] = 2;
    (void)mmio.transport.ops->interrupt(&mmio.transport);
    assert_true(mmio.transport.broken);
    assert_int_equal(vio_queue_refusal(&queue), VIO_REFUSED_DEVICE);
    assert_int_equal(config_changes, 0);
    assert_int_equal(mmio.transport.ops->reset(&mmio.transport), VIO_OK);
    assert_int_equal(start().error, VIO_INIT_OK);
    assert_false(mmio.transport.broken);
}

/* ---- configuration ---- */

static void move_generation(uint32_t offset)
{
    if (offset == VIO_REG_CONFIG_GENERATION)
        fake.reg[VIO_REG_CONFIG_GENERATION / 4]++;
}

static void test_fields_are_read_in_their_own_width(void **state)
{
    struct vio_config_field fields[] = {{.offset = 0, .width = 8},
                                        {.offset = 8, .width = 4},
                                        {.offset = 12, .width = 2},
                                        {.offset = 15, .width = 1}};
    static const uint32_t widths[] = {4, 4, 4, 4, 2, 1, 4};

    (void)state;
    fake.reg[0x100 / 4] = 0x89abcdef;
    fake.reg[0x104 / 4] = 0x01234567;
    fake.reg[0x10c / 4] = 0xaabbccdd;
    assert_int_equal(mmio.transport.ops->config_read(&mmio.transport, fields, 4), VIO_OK);
    assert_true(fields[0].value == UINT64_C(0x0123456789abcdef));
    assert_int_equal(fields[2].value, 0xccdd);
    assert_int_equal(fields[3].value, 0xaa);
    for (unsigned i = 0; i < 7; i++)
        assert_int_equal(fake.log[i].width, widths[i]);
}

static void test_a_configuration_that_never_stands_still_is_given_up(void **state)
{
    struct vio_config_field field = {.offset = 0, .width = 8};

    (void)state;
    fake.on_read = move_generation;
    assert_int_equal(mmio.transport.ops->config_read(&mmio.transport, &field, 1), VIO_TIMEOUT);
}

/* ---- reset ---- */

static void test_a_reset_that_does_not_end_leaves_all_lent_until_one_does(void **state)
{
    static char data[16];
    const struct vio_buffer buffer = {data, sizeof data, true};

    (void)state;
    assert_int_equal(start().error, VIO_INIT_OK);
    assert_int_equal(vio_queue_provide(&queue, &buffer, 1, data), VIO_OK);
    reset_hangs = true;
    assert_int_equal(mmio.transport.ops->reset(&mmio.transport), VIO_TIMEOUT);
    assert_true(vio_mmio_owns_memory(&mmio));
    assert_int_equal(fake.maps, 3 + 1);
    assert_int_equal(start().error, VIO_INIT_RESET);
    reset_hangs = false;
    assert_int_equal(mmio.transport.ops->reset(&mmio.transport), VIO_OK);
    assert_false(vio_mmio_owns_memory(&mmio));
    assert_int_equal(fake.maps, 0);
}

static void test_an_unplugged_device_is_not_touched(void **state)
{
    (void)state;
    assert_int_equal(start().error, VIO_INIT_OK);
    fake.log_count = 0;
    mmio.transport.ops->lost(&mmio.transport);
    assert_int_equal(fake.log_count, 0);
    assert_int_equal(fake.maps, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_good_device_is_started_in_order, open_device),
        cmocka_unit_test_setup(test_what_is_no_device_is_left_alone, open_device),
        cmocka_unit_test_setup(test_a_reset_that_never_ends_is_given_up_without_failed, open_device),
        cmocka_unit_test_setup(test_features_that_do_not_do_are_refused, open_device),
        cmocka_unit_test_setup(test_queues_that_do_not_do_are_refused, open_device),
        cmocka_unit_test_setup(test_a_driver_that_fails_late_leaves_the_device_running, open_device),
        cmocka_unit_test_setup(test_the_queue_size_is_a_power_of_two_that_fits, open_device),
        cmocka_unit_test_setup(test_an_interrupt_before_driver_ok_touches_nothing, open_device),
        cmocka_unit_test_setup(test_an_interrupt_is_acknowledged_first_and_only_with_known_bits, open_device),
        cmocka_unit_test_setup(test_what_is_used_until_the_acknowledgement_is_taken_after_it, open_device),
        cmocka_unit_test_setup(test_an_interrupt_while_the_device_is_reset_finds_it_not_running, open_device),
        cmocka_unit_test_setup(test_a_device_without_queues_is_reset_as_well, open_device),
        cmocka_unit_test_setup(test_needs_reset_breaks_everything_until_reset, open_device),
        cmocka_unit_test_setup(test_fields_are_read_in_their_own_width, open_device),
        cmocka_unit_test_setup(test_a_configuration_that_never_stands_still_is_given_up, open_device),
        cmocka_unit_test_setup(test_a_reset_that_does_not_end_leaves_all_lent_until_one_does, open_device),
        cmocka_unit_test_setup(test_an_unplugged_device_is_not_touched, open_device),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
