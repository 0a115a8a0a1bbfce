/* SPDX-License-Identifier: Apache-2.0 */
/* Monitors of network: each with what is a breach, and what is none. */
#include "spec_devices.h"

static const uint64_t net_all = 1ull << PRING_F_NET_MTU | 1ull << PRING_F_NET_MRG_RXBUF |
                                1ull << PRING_F_NET_CTRL_VQ | 1ull << PRING_F_NET_CTRL_RX |
                                1ull << PRING_F_NET_MQ;

/* A driver that runs, and has read what it should. */
static void run_net(uint64_t features)
{
    set_up(PRING_DEVICE_NET, features, 5);
    begin_probe();
    init(S_ALL & ~(S_QUEUE | S_DRIVER_OK));
    if (features >> PRING_F_NET_MTU & 1)
        access_raw(false, 0x10a, 2, 1500, 1500, 1500);
    status(4);
    end_with(PRING_ENTRY_PROBE, 0);
    expect_silence();
}

static int start_net(void **state)
{
    (void)state;
    run_net(net_all);
    return 0;
}

static void send_packet(uint32_t frame_bytes)
{
    lend_on(TX, PRING_NET_HEADER_SIZE + frame_bytes, 0);
}

/* ---- features ---- */

static void test_a_feature_without_what_it_requires(void **state)
{
    (void)state;
    set_up(PRING_DEVICE_NET, net_all, 5);
    begin_probe();
    init(S_TO_DRIVER | S_READ_FEATURES);
    write_features((net_all & ~(1ull << PRING_F_NET_CTRL_VQ)) | 1ull << F_VERSION_1);
    status(8);
    expect("FEAT-DRV-02");
}

/* ---- packets ---- */

static void test_a_right_packet_is_silent(void **state)
{
    (void)state;
    send_packet(1);
    send_packet(1514);
    lend_on(RX, 0, 12);
    expect_silence();
}

static void test_a_packet_that_counts_buffers(void **state)
{
    (void)state;
    bytes[10] = 1;
    send_packet(60);
    expect("NET-TX-DRV-01");
}

static void test_a_checksum_that_nobody_agreed_to(void **state)
{
    (void)state;
    bytes[0] = 1;
    send_packet(60);
    expect("NET-TX-DRV-02");
}

static void test_a_checksum_that_was_agreed_to_is_silent(void **state)
{
    (void)state;
    run_net(net_all | 1ull << PRING_F_NET_CSUM);
    bytes[0] = 1;
    send_packet(60);
    expect_silence();
}

static void test_segmentation_that_nobody_agreed_to(void **state)
{
    (void)state;
    bytes[1] = 4;
    send_packet(60);
    expect("NET-TX-DRV-18");
}

static void test_flags_of_reception(void **state)
{
    (void)state;
    bytes[0] = 4;
    send_packet(60);
    expect("NET-TX-DRV-24");
}

static void test_a_packet_larger_than_the_mtu(void **state)
{
    (void)state;
    send_packet(1515);
    expect("NET-CFG-DRV-09");
}

static void test_a_header_in_pieces_is_judged_too(void **state)
{
    struct pring_observed_queue *q = &bench_observer.queue[TX];
    struct pring_chain *chain;
    struct pring_event event = event_of(PRING_EV_LEND, PRING_F_AVAIL_RING);

    (void)state;
    chain = lend_on(TX, 10, 0);
    bytes[10] = 7;
    q->segment[1] = part(bytes + 10, 50, OUT);
    chain->count = 2;
    chain->readable_bytes = 60;
    event.queue = TX;
    event.chain = chain;
    pring_judge_event(&event);
    expect("NET-TX-DRV-01");
}

static void test_a_receive_buffer_without_room_for_a_header(void **state)
{
    (void)state;
    lend_on(RX, 0, 11);
    expect("NET-RXBUF-DRV-03");
}

static void test_a_receive_buffer_smaller_than_the_mtu(void **state)
{
    (void)state;
    run_net(net_all & ~(1ull << PRING_F_NET_MRG_RXBUF));
    lend_on(RX, 0, 1526);
    expect_silence();
    lend_on(RX, 0, 1525);
    expect("NET-CFG-DRV-08");
}

static void test_configuration_is_not_written(void **state)
{
    (void)state;
    access_raw(true, 0x10a, 2, 0, 0, 0);
    expect("NET-CFG-DRV-01");
}

/* ---- commands ---- */

static void command(uint8_t class, uint8_t which, uint32_t data_bytes)
{
    bytes[0] = class;
    bytes[1] = which;
    lend_on(COMMANDS, 2 + data_bytes, 1);
}

static void test_right_commands_are_silent(void **state)
{
    (void)state;
    command(0, 0, 1);
    bytes[2] = 1; /* one address, then none */
    command(1, 0, 4 + 6 + 4);
    command(1, 1, 6);
    command(4, 0, 2);
    expect_silence();
}

static void test_receive_modes_without_their_feature(void **state)
{
    (void)state;
    command(0, 5, 1);
    expect("NET-FILT-DRV-02");
    run_net(net_all & ~(1ull << PRING_F_NET_CTRL_RX));
    command(0, 1, 1);
    expect("NET-FILT-DRV-01");
}

static void test_addresses_without_receive_modes(void **state)
{
    (void)state;
    run_net(net_all & ~(1ull << PRING_F_NET_CTRL_RX));
    command(1, 1, 6);
    expect("NET-MAC-DRV-01");
}

static void test_a_table_that_does_not_add_up(void **state)
{
    (void)state;
    bytes[2] = 1;
    command(1, 0, 4 + 6 + 4 + 1);
    expect("NET-MAC-DRV-03");
}

static void test_a_table_with_one_list(void **state)
{
    (void)state;
    bytes[2] = 1;
    command(1, 0, 4 + 6);
    expect("NET-MAC-DRV-03");
}

static void test_pairs_out_of_range(void **state)
{
    (void)state;
    bytes[2] = 2;
    command(4, 0, 2);
    expect("NET-MQ-DRV-02");
    run_net(net_all);
    command(4, 0, 2);
    expect("NET-MQ-DRV-02");
}

/* The control queue of two pairs is number 4. */
static void run_pairs(void)
{
    set_up(PRING_DEVICE_NET, net_all, 7);
    bench_setup.net.pairs = 3;
    bench_apply();
    begin_probe();
    init(S_ALL & ~S_QUEUE);
    end_with(PRING_ENTRY_PROBE, 0);
}

static void test_a_pair_before_and_beyond_its_command(void **state)
{
    (void)state;
    run_pairs();
    lend_on(3, 60, 0);
    expect("NET-MQ-DRV-03");
    run_pairs();
    bytes[0] = 4;
    bytes[2] = 2;
    lend_on(6, 4, 1);
    memset(bytes, 0, 4);
    lend_on(3, 60, 0);
    expect_silence();
    lend_on(5, 60, 0);
    expect("NET-MQ-DRV-04");
}

#define NET(name) cmocka_unit_test_setup(name, start_net)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NET(test_a_feature_without_what_it_requires),
        NET(test_a_right_packet_is_silent),
        NET(test_a_packet_that_counts_buffers),
        NET(test_a_checksum_that_nobody_agreed_to),
        NET(test_a_checksum_that_was_agreed_to_is_silent),
        NET(test_segmentation_that_nobody_agreed_to),
        NET(test_flags_of_reception),
        NET(test_a_packet_larger_than_the_mtu),
        NET(test_a_header_in_pieces_is_judged_too),
        NET(test_a_receive_buffer_without_room_for_a_header),
        NET(test_a_receive_buffer_smaller_than_the_mtu),
        NET(test_configuration_is_not_written),
        NET(test_right_commands_are_silent),
        NET(test_receive_modes_without_their_feature),
        NET(test_addresses_without_receive_modes),
        NET(test_a_table_that_does_not_add_up),
        NET(test_a_table_with_one_list),
        NET(test_pairs_out_of_range),
        NET(test_a_pair_before_and_beyond_its_command),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
