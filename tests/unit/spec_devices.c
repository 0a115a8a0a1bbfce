/* SPDX-License-Identifier: Apache-2.0 */
/* Monitors of network, console, and ranges of block: each with what is a breach, and what is none. */
#include "spec_bench.h"

#include <pring/role.h>

enum { RX = 0, TX = 1, COMMANDS = 2, TOLD = 2, SAY = 3 };
enum { OUT = 0, IN = PRING_DESC_WRITE };

static uint8_t *bytes; /* of memory that is the driver's */

static void set_up(uint32_t type, uint64_t features, uint32_t queues)
{
    bench_reset(type);
    bench_setup.features |= features;
    bench_setup.queue_count = queues;
    bench_setup.net = (struct pring_setup_net){.pairs = 1, .mtu = 1500};
    bench_setup.console = (struct pring_setup_console){.ports = 1};
    bench_setup.blk.max_discard_seg = bench_setup.blk.max_write_zeroes_seg = 2;
    bench_apply();
    bytes = pring_memory_alloc(4096, 16, true);
    memset(bytes, 0, 4096);
}

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

static int start_console(void **state)
{
    (void)state;
    set_up(PRING_DEVICE_CONSOLE, 1ull << PRING_F_CONSOLE_MULTIPORT, 4);
    begin_probe();
    init(S_ALL & ~S_QUEUE);
    end_with(PRING_ENTRY_PROBE, 0);
    return 0;
}

static int start_blk(void **state)
{
    (void)state;
    set_up(PRING_DEVICE_BLK, 3ull << 13, 1);
    probe();
    return 0;
}

/* One chain: `out` bytes of `bytes` to read, then `in` to write. */
static struct pring_chain *lend_on(uint8_t number, uint32_t out, uint32_t in)
{
    struct pring_observed_queue *q = &bench_observer.queue[number];
    struct pring_chain *chain = &q->chain[0];
    struct pring_event event = event_of(PRING_EV_LEND, PRING_F_AVAIL_RING);

    *chain = (struct pring_chain){
        .queue = number, .state = PRING_CHAIN_LENT, .readable_bytes = out, .writable_bytes = in};
    q->size = SIZE;
    q->driver_bytes = 6 + 2 * SIZE;
    q->device_bytes = 6 + 8 * SIZE;
    if (out)
        q->segment[chain->count++] = part(bytes, out, OUT);
    if (in)
        q->segment[chain->count++] = part(bytes + 2048, in, IN);
    q->segment[0].next = 1;
    event.queue = number;
    event.chain = chain;
    pring_judge_event(&event);
    return chain;
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

/* ---- console ---- */

static void say(uint8_t id, uint8_t event, uint8_t value)
{
    memset(bytes, 0, 8);
    bytes[0] = id;
    bytes[4] = event;
    bytes[6] = value;
    lend_on(SAY, 8, 0);
}

static void hear(uint8_t id, uint8_t what, uint8_t value)
{
    struct pring_event event = event_of(PRING_EV_SHOWN, PRING_F_DONE);

    lend_on(TOLD, 0, 64);
    memset(bytes + 2048, 0, 8);
    bytes[2048] = id;
    bytes[2052] = what;
    bytes[2054] = value;
    event.queue = TOLD;
    event.raw = 8;
    pring_judge_event(&event);
}

/* A request that ends well. */
static void serve(void)
{
    static struct pring_request request;
    struct pring_event event = event_of(PRING_EV_BEGIN, 0);

    event.made = PRING_ENTRY_SUBMIT;
    event.request = &request;
    bench_observer.probed = true;
    pring_judge_event(&event);
    done(0, 1);
    event = event_of(PRING_EV_DONE, 0);
    event.request = &request;
    pring_judge_event(&event);
    end_with(PRING_ENTRY_SUBMIT, 0);
}

static void test_a_right_conversation_is_silent(void **state)
{
    (void)state;
    say(0, 0, 1);
    hear(0, 4, 1);
    say(0, 3, 1);
    say(0, 6, 1);
    say(0, 6, 0); /* closed later on */
    lend_on(RX, 0, 64);
    lend_on(TX, 5, 0);
    serve();
    serve();
    serve();
    device_reset();
    expect_silence();
}

static void test_buffers_on_the_wrong_side(void **state)
{
    (void)state;
    lend_on(RX, 1, 63);
    expect("CON-OP-DRV-01");
    start_console(state);
    lend_on(TOLD, 1, 63);
    expect("CON-OP-DRV-01");
    start_console(state);
    lend_on(TX, 5, 1);
    expect("CON-OP-DRV-02");
}

static void test_a_driver_that_never_says_ready(void **state)
{
    (void)state;
    serve();
    device_reset();
    expect("CON-MP-DRV-01");
}

static void test_a_driver_that_was_not_used_may_go_without_a_word(void **state)
{
    (void)state;
    device_reset();
    expect_silence();
}

static void test_a_console_port_that_stays_closed(void **state)
{
    (void)state;
    say(0, 0, 1);
    hear(0, 4, 1);
    serve();
    serve();
    device_reset();
    expect("CON-MP-DRV-03");
}

static void test_a_console_port_that_was_just_shown(void **state)
{
    (void)state;
    say(0, 0, 1);
    serve();
    serve();
    hear(0, 4, 1);
    device_reset();
    expect_silence();
}

static void test_a_console_port_that_is_opened_by_0(void **state)
{
    (void)state;
    say(0, 0, 1);
    hear(0, 4, 1);
    say(0, 6, 0);
    expect("CON-MP-DRV-04");
}

/* CON-INIT-DEV-01 gives the driver the right to it. */
static void test_an_emergency_write_comes_at_any_time(void **state)
{
    (void)state;
    set_up(PRING_DEVICE_CONSOLE, 1ull << PRING_F_CONSOLE_EMERG_WRITE, 2);
    begin_probe();
    init(S_TO_DRIVER | S_READ_FEATURES);
    access_raw(true, 0x108, 4, 'x', 'x', 'x');
    expect_silence();
}

/* ---- ranges of block ---- */

static void ask(uint8_t type, uint32_t data_bytes, uint32_t in)
{
    bytes[0] = type;
    lend_on(0, 16 + data_bytes, in);
}

static void test_right_ranges_are_silent(void **state)
{
    (void)state;
    ask(11, 32, 1);
    bytes[16 + 12] = 1;
    ask(13, 32, 1); /* unmap may be set here */
    ask(8, 0, 21);
    expect_silence();
}

static void test_half_a_segment(void **state)
{
    (void)state;
    ask(11, 24, 1);
    expect("BLK-OP-DRV-07");
}

static void test_too_many_segments(void **state)
{
    (void)state;
    ask(11, 48, 1);
    expect("BLK-OP-DRV-09");
    start_blk(state);
    ask(13, 48, 1);
    expect("BLK-OP-DRV-11");
}

static void test_the_limit_that_was_shown_counts(void **state)
{
    (void)state;
    access_raw(false, 0x100 + 40, 4, 2, 2, 3);
    ask(11, 48, 1);
    expect_silence();
    ask(11, 64, 1);
    expect("BLK-OP-DRV-09");
}

static void test_unmap_in_a_discard(void **state)
{
    (void)state;
    bytes[16 + 16 + 12] = 1; /* of the second segment */
    ask(11, 32, 1);
    expect("BLK-OP-DRV-14");
}

static void test_an_identity_of_another_size(void **state)
{
    (void)state;
    ask(8, 0, 22);
    expect("BLK-OP-DRV-08");
}

#define NET(name)     cmocka_unit_test_setup(name, start_net)
#define CONSOLE(name) cmocka_unit_test_setup(name, start_console)
#define BLOCK(name)   cmocka_unit_test_setup(name, start_blk)

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
        CONSOLE(test_a_right_conversation_is_silent),
        CONSOLE(test_buffers_on_the_wrong_side),
        CONSOLE(test_a_driver_that_never_says_ready),
        CONSOLE(test_a_driver_that_was_not_used_may_go_without_a_word),
        CONSOLE(test_a_console_port_that_stays_closed),
        CONSOLE(test_a_console_port_that_was_just_shown),
        CONSOLE(test_a_console_port_that_is_opened_by_0),
        CONSOLE(test_an_emergency_write_comes_at_any_time),
        BLOCK(test_right_ranges_are_silent),
        BLOCK(test_half_a_segment),
        BLOCK(test_too_many_segments),
        BLOCK(test_the_limit_that_was_shown_counts),
        BLOCK(test_unmap_in_a_discard),
        BLOCK(test_an_identity_of_another_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
