/* SPDX-License-Identifier: Apache-2.0 */
/* What the network driver takes from the device, and asks of it: configuration, features, commands, pairs. */
#include "driver_net.h"

static void test_mac_link_and_mtu_are_the_devices_where_it_has_them(void **state)
{
    static const uint8_t own[6] = {2, 0, 0, 0, 0, 1}, theirs[6] = {0x52, 0x53, 0x54, 0x55, 0x56, 0x57};

    (void)state;
    start(0, 1);
    assert_memory_equal(net.config.mac, own, 6);
    assert_true(net.config.link_up);
    assert_int_equal(net.config.mtu, 1500);
    start(MAC | STATUS | MTU, 1);
    assert_memory_equal(net.config.mac, theirs, 6);
    assert_true(net.config.link_up);
    machine_put(6, 2, 0);
    machine_interrupt(2);
    assert_false(net.config.link_up);
    assert_int_equal(changes, 1);
    assert_int_equal(machine.config_writes, 0); /* NET-CFG-DRV-01 */
}

static void test_no_feature_is_accepted_without_the_one_it_needs(void **state)
{
    (void)state;
    start(ALL & ~CTRL, 2);
    assert_true((machine.accepted & (CTRL_RX | CTRL_EXTRA | MQ | CTRL_MAC)) == 0);
    start(ALL & ~CTRL_RX, 2);
    assert_true((machine.accepted & CTRL_MAC) == 0);
    prepare(ALL, 1);
    setup.control = NULL;
    setup.with_checksum = false;
    assert_int_equal(run().error, VIO_INIT_OK);
    assert_true((machine.accepted & (CTRL | CTRL_RX | MQ | CSUM | GUEST_CSUM)) == 0);
    start(ALL, 1);
    assert_true((machine.accepted & MQ) == 0);
}

/* ---- commands ---- */

static void assert_command(enum vio_status given, enum vio_status answer, const char *bytes, size_t len)
{
    assert_int_equal(given, VIO_OK);
    assert_int_equal(vio_net_set_mode(&net, VIO_NET_PROMISCUOUS, true), VIO_NO_MEMORY); /* one at a time */
    machine_run();
    assert_int_equal(control_status, answer);
    assert_int_equal(last_command_len, len);
    assert_memory_equal(last_command, bytes, len);
}

static void test_commands_say_what_they_should_and_answers_count(void **state)
{
    static const uint8_t mac[6] = {2, 3, 4, 5, 6, 7}, two[2][6] = {{1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12}};

    (void)state;
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        start(ALL | formats[f], 1);
        assert_command(vio_net_set_mode(&net, VIO_NET_ALL_MULTICAST, true), VIO_OK, "\0\1\1", 3);
        assert_command(vio_net_set_mode(&net, VIO_NET_NO_BROADCAST, false), VIO_OK, "\0\5\0", 3);
        assert_command(vio_net_set_mac(&net, mac), VIO_OK, "\1\1\2\3\4\5\6\7", 8);
        assert_memory_equal(net.config.mac, mac, 6);
        assert_command(vio_net_set_mac_tables(&net, two, 1, two, 2), VIO_OK,
                       "\1\0\1\0\0\0\1\2\3\4\5\6\2\0\0\0\1\2\3\4\5\6\7\10\11\12\13\14", 28);
        ack_with = 1;
        assert_command(vio_net_set_mac(&net, two[0]), VIO_IO_ERROR, "\1\1\1\2\3\4\5\6", 8);
        assert_memory_equal(net.config.mac, mac, 6); /* it did not happen */
        ack_with = 2;
        assert_command(vio_net_set_mode(&net, VIO_NET_PROMISCUOUS, false), VIO_MALFORMED, "\0\0\0", 3);
        assert_int_equal(control_answers, 6);
        shared.ack = 0;    /* of the command before */
        ack_silent = true; /* an answer that was not written is none */
        assert_command(vio_net_set_mode(&net, VIO_NET_PROMISCUOUS, true), VIO_MALFORMED, "\0\0\1", 3);
        ack_silent = false;
        assert_int_equal(vio_net_set_mac_tables(&net, two, 20, two, 13), VIO_INVALID);
        assert_int_equal(vio_net_set_mode(&net, (enum vio_net_mode)6, true), VIO_INVALID);
        assert_int_equal(vio_net_set_pairs(&net, 1), VIO_UNSUPPORTED);
    }
    start(CTRL, 1);
    assert_int_equal(vio_net_set_mode(&net, VIO_NET_PROMISCUOUS, true), VIO_UNSUPPORTED);
    assert_int_equal(vio_net_set_mac(&net, mac), VIO_UNSUPPORTED);
    start(CTRL | CTRL_RX, 1);
    assert_int_equal(vio_net_set_mode(&net, VIO_NET_ALL_UNICAST, true), VIO_UNSUPPORTED);
    assert_int_equal(vio_net_set_mode(&net, VIO_NET_PROMISCUOUS, true), VIO_OK);
    assert_int_equal(transport->ops->reset(transport), VIO_OK);
    assert_int_equal(control_status, VIO_CANCELLED);
}

/* ---- several pairs ---- */

static void test_pairs_are_used_once_the_device_agreed(void **state)
{
    (void)state;
    start(ALL | VIO_F_RING_PACKED, 2); /* the device has three: its control queue is number six */
    assert_int_equal(machine.queue[6].ready, 1);
    assert_int_equal(machine.queue[4].ready, 0);
    assert_int_equal(vio_net_send(&net, 1, frame, 60, NULL, frame), VIO_INVALID); /* NET-MQ-DRV-03 */
    assert_int_equal(vio_net_set_pairs(&net, 0), VIO_INVALID);
    assert_int_equal(vio_net_set_pairs(&net, 3), VIO_INVALID);
    assert_command(vio_net_set_pairs(&net, 2), VIO_OK, "\4\0\2\0", 4);
    assert_echo(0, 60);
    assert_echo(1, 61);
    ack_with = 1;
    assert_int_equal(vio_net_set_pairs(&net, 1), VIO_OK);
    assert_int_equal(vio_net_send(&net, 1, frame, 60, NULL, frame), VIO_INVALID); /* at once: NET-MQ-DRV-04 */
    machine_run();
}

static void test_pairs_that_the_device_lacks_are_left_out(void **state)
{
    (void)state;
    start(ALL & ~MQ, 3);
    assert_int_equal(net.pairs_used, 1);
    assert_int_equal(machine.queue[2].ready, 1); /* control */
    assert_int_equal(machine.queue[3].ready, 0);
    assert_echo(0, 60);
    prepare(ALL, 3);
    machine_put(8, 2, 0); /* no pairs at all */
    assert_int_equal(run().cause, VIO_MALFORMED);
    prepare(ALL, 3);
    machine_put(8, 2, 0x8001);
    assert_int_equal(run().cause, VIO_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mac_link_and_mtu_are_the_devices_where_it_has_them),
        cmocka_unit_test(test_no_feature_is_accepted_without_the_one_it_needs),
        cmocka_unit_test(test_commands_say_what_they_should_and_answers_count),
        cmocka_unit_test(test_pairs_are_used_once_the_device_agreed),
        cmocka_unit_test(test_pairs_that_the_device_lacks_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
