/* SPDX-License-Identifier: Apache-2.0 */
/* Packets of the network driver: frames of all lengths, in one buffer or merged, checksums; and what a device
 * may not say. */
#include "driver_net.h"

static void test_frames_of_all_lengths_go_out_and_come_in(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        start(formats[f], 1);
        lie_buffers = (int)f * 2; /* says nothing without MRG_RXBUF */
        for (uint32_t len = 14; len <= FRAME; len += 50)
            assert_echo(0, len);
        assert_echo(0, FRAME);
        assert_int_equal(transport->ops->reset(transport), VIO_OK);
        assert_int_equal(honest.map_count, 0);
    }
}

static void test_a_packet_over_several_buffers_is_one_packet(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        prepare(MRG | formats[f], 1);
        setup.buffer_bytes = 256;
        assert_int_equal(run().error, VIO_INIT_OK);
        for (uint32_t len = 14; len <= FRAME; len += 30)
            assert_echo(0, len);
        assert_int_equal(net.dropped, 0);
        assert_int_equal(vio_queue_lent_chains(&queue[0]), BUFFERS); /* all are back with the device */
        assert_int_equal(transport->ops->reset(transport), VIO_OK);
        assert_int_equal(honest.map_count, 0);
    }
}

static void test_buffers_too_small_for_a_packet_are_refused_at_start(void **state)
{
    (void)state;
    prepare(0, 1);
    setup.buffer_bytes = 1524;
    assert_int_equal(run().cause, VIO_NO_MEMORY);
    prepare(MRG, 1);
    setup.buffer_bytes = 188; /* 8 times that is 1504 */
    assert_int_equal(run().cause, VIO_NO_MEMORY);
    prepare(MTU, 1);
    machine_put(10, 2, 9000); /* who cannot receive so much does not say that it could */
    assert_int_equal(run().error, VIO_INIT_OK);
    assert_int_equal(machine.accepted & MTU, 0);
    assert_int_equal(net.config.mtu, 1500);
    prepare(MTU, 1);
    machine_put(10, 2, 67); /* no device has less than 68 */
    assert_int_equal(run().cause, VIO_MALFORMED);
    prepare(MTU, 1);
    machine_put(10, 2, 100);
    assert_int_equal(run().error, VIO_INIT_OK);
    assert_int_equal(vio_net_send(&net, 0, frame, 115, NULL, frame), VIO_INVALID); /* NET-CFG-DRV-09 */
    assert_echo(0, 114);
}

static void test_misuse_of_send_is_named_and_sends_nothing(void **state)
{
    const struct vio_net_checksum beyond = {VIO_NET_CHECKSUM_PARTIAL, 90, 9};

    (void)state;
    prepare(CSUM, 1);
    assert_int_equal(vio_net_init(&net, &setup), VIO_OK);
    assert_int_equal(vio_net_send(&net, 0, frame, 100, NULL, frame), VIO_NOT_READY);
    assert_int_equal(vio_net_set_mode(&net, VIO_NET_PROMISCUOUS, true), VIO_NOT_READY);
    assert_int_equal(run().error, VIO_INIT_OK);
    machine.notifications = 0;
    assert_int_equal(vio_net_send(&net, 0, frame, 13, NULL, frame), VIO_INVALID);
    assert_int_equal(vio_net_send(&net, 0, frame, 1515, NULL, frame), VIO_INVALID);
    assert_int_equal(vio_net_send(&net, 1, frame, 100, NULL, frame), VIO_INVALID);
    assert_int_equal(vio_net_send(&net, 0, frame, 100, NULL, NULL), VIO_INVALID);
    assert_int_equal(vio_net_send(&net, 0, NULL, 100, NULL, frame), VIO_INVALID);
    assert_int_equal(vio_net_send(&net, 0, frame, 100, &beyond, frame), VIO_INVALID);
    assert_int_equal(machine.notifications, 0);
    setup.buffer_bytes = 1526; /* not a multiple of four */
    assert_int_equal(vio_net_init(&net, &setup), VIO_INVALID);
    setup.buffer_bytes = 1528;
    setup.pairs = 0;
    assert_int_equal(vio_net_init(&net, &setup), VIO_INVALID);
}

static void test_what_does_not_fit_is_told_and_comes_back_once(void **state)
{
    unsigned taken = 0;

    (void)state;
    start(0, 1);
    while (vio_net_send(&net, 0, frame, 60, NULL, frame) == VIO_OK)
        taken++;
    assert_int_equal(taken, SIZE / 2); /* header and data each */
    assert_int_equal(vio_net_send(&net, 0, frame, 60, NULL, frame), VIO_NO_MEMORY);
    assert_int_equal(transport->ops->reset(transport), VIO_OK);
    assert_int_equal(sent, taken);
    assert_int_equal(sent_status, VIO_CANCELLED);
    assert_int_equal(honest.map_count, 0);
}

static void test_what_the_device_keeps_is_not_written_again(void **state)
{
    const struct vio_net_checksum partial = {VIO_NET_CHECKSUM_PARTIAL, 34, 16};
    static struct vio_net_shared kept;

    (void)state;
    start(ALL, 1);
    assert_int_equal(vio_net_send(&net, 0, frame, 60, NULL, frame), VIO_OK);
    assert_int_equal(vio_net_set_mode(&net, VIO_NET_PROMISCUOUS, true), VIO_OK);
    vio_queue_abandon(&queue[1], VIO_TIMEOUT);
    vio_queue_abandon(&queue[2], VIO_TIMEOUT);
    assert_int_equal(sent_status, VIO_TIMEOUT);
    assert_int_equal(control_status, VIO_TIMEOUT);
    kept = shared;
    assert_int_equal(vio_net_send(&net, 0, frame, 60, &partial, frame), VIO_BROKEN);
    assert_int_equal(vio_net_set_mode(&net, VIO_NET_ALL_MULTICAST, false), VIO_NO_MEMORY);
    assert_memory_equal(shared.headers[0][0], kept.headers[0][0], VIO_NET_HEADER_BYTES);
    assert_memory_equal(shared.command, kept.command, sizeof kept.command);
    assert_memory_equal(shared.data, kept.data, sizeof kept.data);
    assert_int_equal(transport->ops->reset(transport), VIO_OK);
    assert_int_equal(sent + control_answers, 2);
    assert_int_equal(run().error, VIO_INIT_OK);
    assert_echo(0, 100);
}

/* ---- checksums ---- */

static void test_checksums_are_carried_through_in_both_directions(void **state)
{
    const struct vio_net_checksum partial = {VIO_NET_CHECKSUM_PARTIAL, 34, 16};

    (void)state;
    start(CSUM | GUEST_CSUM, 1);
    rx_flags = 1;
    assert_int_equal(vio_net_send(&net, 0, frame, 100, &partial, frame), VIO_OK);
    machine_run();
    assert_int_equal(got_checksum.state, VIO_NET_CHECKSUM_PARTIAL);
    assert_int_equal(got_checksum.start, 34);
    assert_int_equal(got_checksum.offset, 16);
    rx_flags = 2 | 0xf8; /* and some that do not exist */
    assert_echo(0, 100);
    assert_int_equal(got_checksum.state, VIO_NET_CHECKSUM_GOOD);
    start(0, 1);
    assert_int_equal(vio_net_send(&net, 0, frame, 100, &partial, frame), VIO_UNSUPPORTED);
    rx_flags = 3; /* was not negotiated, so it says nothing */
    assert_echo(0, 100);
    assert_int_equal(got_checksum.state, VIO_NET_CHECKSUM_UNKNOWN);
}

static void test_a_checksum_outside_of_the_packet_is_dropped(void **state)
{
    const struct vio_net_checksum edge = {VIO_NET_CHECKSUM_PARTIAL, 90, 8};

    (void)state;
    start(CSUM | GUEST_CSUM, 1);
    rx_flags = 1;
    assert_int_equal(vio_net_send(&net, 0, frame, 100, &edge, frame), VIO_OK);
    machine_run();
    assert_int_equal(received, 1);
    shared.headers[0][0][6] = 0; /* nothing of the driver's side is read back */
    lie_written = 1 + 12 + 99;   /* one byte less came */
    assert_int_equal(vio_net_send(&net, 0, frame, 100, &edge, frame), VIO_OK);
    machine_run();
    assert_int_equal(received, 1);
    assert_int_equal(net.dropped, 1);
    assert_int_equal(vio_queue_lent_chains(&queue[0]), BUFFERS);
}

/* ---- memory that cannot be mapped for a while ---- */

static void test_a_buffer_that_could_not_be_mapped_is_lent_later(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        prepare(MRG | formats[f], 1);
        setup.buffer_bytes = 256;
        honest.map_fails_at = 2 * 3 + 5; /* behind the rings: the fifth buffer, and those behind it wait */
        assert_int_equal(run().error, VIO_INIT_OK);
        assert_int_equal(vio_queue_lent_chains(&queue[0]), 4);
        assert_echo(0, 600); /* and all of them are back */
        assert_int_equal(vio_queue_lent_chains(&queue[0]), BUFFERS);
        honest.map_fails_at = 3; /* header, frame, and then the first part that comes back */
        assert_echo(0, 600);
        assert_int_equal(vio_queue_lent_chains(&queue[0]), BUFFERS);
        assert_int_equal(vio_net_send(&net, 0, frame, 60, NULL, frame), VIO_OK);
        honest.maps_refused = true;
        machine_run();
        assert_int_equal(vio_queue_lent_chains(&queue[0]), BUFFERS - 1);
        vio_net_refill(&net);
        assert_int_equal(vio_queue_lent_chains(&queue[0]), BUFFERS - 1);
        honest.maps_refused = false;
        vio_net_refill(&net);
        assert_int_equal(vio_queue_lent_chains(&queue[0]), BUFFERS);
        assert_echo(0, 600);
        assert_int_equal(transport->ops->reset(transport), VIO_OK);
        assert_int_equal(honest.map_count, 0);
    }
}

/* ---- what makes no sense ---- */

static void test_a_packet_shorter_than_its_header_is_dropped(void **state)
{
    (void)state;
    for (uint32_t written = 0; written < 12 + 14; written++) {
        start(MRG, 1);
        lie_written = written + 1;
        assert_int_equal(vio_net_send(&net, 0, frame, 100, NULL, frame), VIO_OK);
        machine_run();
        assert_int_equal(received, 0);
        assert_int_equal(net.dropped, 1);
        lie_written = 0;
        assert_echo(0, 100);
    }
}

/* Invariant 12: what nobody wrote is zero, not what was in memory before. */
static void test_what_a_device_only_claims_to_have_written_is_zero(void **state)
{
    (void)state;
    start(0, 1);
    lie_written = 1 + 12 + 300;
    memset(frame, 0xaa, 100);
    assert_int_equal(vio_net_send(&net, 0, frame, 100, NULL, frame), VIO_OK);
    machine_run();
    assert_int_equal(got_len, 300);
    for (unsigned i = 0; i < 300; i++)
        assert_int_equal(got[i], i < 100 ? 0xaa : 0);
}

/* Found by the bench: a device that gives back at once whatever it gets, with nothing in it. */
static void test_nothing_but_nonsense_breaks_the_queue_in_the_end(void **state)
{
    (void)state;
    start(MRG, 1);
    lie_written = 1;
    for (unsigned i = 1; i < 200 && !transport->broken; i++) {
        assert_int_equal(vio_net_send(&net, 0, frame, 100, NULL, frame), VIO_OK);
        machine_run();
        assert_int_equal(net.dropped, i);
    }
    assert_int_equal(net.dropped, 64);
    assert_int_equal(vio_queue_refusal(&queue[0]), VIO_REFUSED_DRIVER);
}

static void test_a_number_of_buffers_that_cannot_be_breaks_the_queue(void **state)
{
    static const int counts[] = {0, BUFFERS + 1, VIO_NET_PARTS_MAX + 1, 0xffff};

    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        start(MRG, 1);
        lie_buffers = counts[i];
        assert_int_equal(vio_net_send(&net, 0, frame, 100, NULL, frame), VIO_OK);
        machine_run();
        assert_int_equal(received, 0);
        assert_int_equal(vio_queue_refusal(&queue[0]), VIO_REFUSED_DRIVER);
        assert_true(transport->broken);
        assert_int_equal(transport->ops->reset(transport), VIO_OK);
        assert_int_equal(honest.map_count, 0);
        lie_buffers = -1;
        assert_int_equal(run().error, VIO_INIT_OK);
        assert_echo(0, 100);
    }
}

/* The queue takes 16 of 20 buffers, and a packet has at most 16 parts. */
static void test_a_number_of_buffers_over_what_we_keep_breaks_the_queue(void **state)
{
    (void)state;
    prepare(MRG, 1);
    setup.buffers_per_pair = 20;
    assert_int_equal(run().error, VIO_INIT_OK);
    lie_buffers = VIO_NET_PARTS_MAX + 1;
    assert_int_equal(vio_net_send(&net, 0, frame, 100, NULL, frame), VIO_OK);
    machine_run();
    assert_int_equal(vio_queue_refusal(&queue[0]), VIO_REFUSED_DRIVER);
}

/* ---- a client that starts all over in the middle of a packet ---- */

static void restart(struct vio_net_client *self, uint32_t pair, const struct vio_net_part parts[],
                    size_t count, const struct vio_net_checksum *checksum)
{
    on_received(self, pair, parts, count, checksum);
    assert_int_equal(transport->ops->initialize(transport, &net.driver, queues, 3).error, VIO_INIT_OK);
}

static void test_buffers_are_not_lent_twice_after_a_restart_from_within(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        start(ALL | formats[f], 1);
        client.received = restart;
        assert_int_equal(vio_net_send(&net, 0, frame, 100, NULL, frame), VIO_OK);
        machine_run();
        client.received = on_received;
        assert_int_equal(received, 1);
        assert_int_equal(vio_queue_lent_chains(&queue[0]), BUFFERS);
        assert_echo(0, 100);
    }
}

/* ---- configuration ---- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_of_all_lengths_go_out_and_come_in),
        cmocka_unit_test(test_a_packet_over_several_buffers_is_one_packet),
        cmocka_unit_test(test_buffers_too_small_for_a_packet_are_refused_at_start),
        cmocka_unit_test(test_misuse_of_send_is_named_and_sends_nothing),
        cmocka_unit_test(test_what_does_not_fit_is_told_and_comes_back_once),
        cmocka_unit_test(test_what_the_device_keeps_is_not_written_again),
        cmocka_unit_test(test_checksums_are_carried_through_in_both_directions),
        cmocka_unit_test(test_a_checksum_outside_of_the_packet_is_dropped),
        cmocka_unit_test(test_a_buffer_that_could_not_be_mapped_is_lent_later),
        cmocka_unit_test(test_a_packet_shorter_than_its_header_is_dropped),
        cmocka_unit_test(test_what_a_device_only_claims_to_have_written_is_zero),
        cmocka_unit_test(test_nothing_but_nonsense_breaks_the_queue_in_the_end),
        cmocka_unit_test(test_a_number_of_buffers_that_cannot_be_breaks_the_queue),
        cmocka_unit_test(test_a_number_of_buffers_over_what_we_keep_breaks_the_queue),
        cmocka_unit_test(test_buffers_are_not_lent_twice_after_a_restart_from_within),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
