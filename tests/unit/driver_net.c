/* SPDX-License-Identifier: Apache-2.0 */
/* The network driver with its transport against a small honest device that sends back what it gets: frames of
 * all lengths, in one buffer or merged, checksums, several pairs, commands; and what a device may not say. */
#include "driver_machine.h"

#include <vio/vio_net.h>

enum { SIZE = 16, PAIRS = 3, QUEUES = 2 * PAIRS + 1, BUFFERS = 8, FRAME = 1514 };
#define CSUM       (UINT64_C(1) << 0)
#define GUEST_CSUM (UINT64_C(1) << 1)
#define MTU        (UINT64_C(1) << 3)
#define MAC        (UINT64_C(1) << 5)
#define MRG        (UINT64_C(1) << 15)
#define STATUS     (UINT64_C(1) << 16)
#define CTRL       (UINT64_C(1) << 17)
#define CTRL_RX    (UINT64_C(1) << 18)
#define CTRL_EXTRA (UINT64_C(1) << 20)
#define MQ         (UINT64_C(1) << 22)
#define CTRL_MAC   (UINT64_C(1) << 23)
#define ALL        (CSUM | GUEST_CSUM | MTU | MAC | MRG | STATUS | CTRL | CTRL_RX | CTRL_EXTRA | MQ | CTRL_MAC)

static _Alignas(16) uint8_t ring[QUEUES][16 * SIZE], driver_area[QUEUES][64], device_area[QUEUES][256];
static struct vio_slot slots[QUEUES][SIZE];
static struct vio_queue queue[QUEUES];
static struct vio_queue *queues[QUEUES];
static struct vio_mmio mmio;
static struct vio_transport *const transport = &mmio.transport;
static struct vio_net net;
static struct vio_net_shared shared;
static _Alignas(4) uint8_t buffers[PAIRS * BUFFERS * 1528];
static struct vio_net_buffer records[PAIRS * BUFFERS];
static struct vio_net_setup setup;

/* ---- the device: what is sent on a pair comes back on it ---- */

static unsigned control_number, sent_frames, commands;
static uint8_t last_command[256], ack_with;
static size_t last_command_len;
static uint8_t rx_flags;
static int lie_buffers; /* num_buffers; negative: the truth */
static uint32_t lie_written;

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

/* Into as many receive buffers as it takes. */
static void give_frame(struct honest_queue *rings, const uint8_t *sent, size_t len)
{
    static uint8_t packet[12 + 65536];
    struct honest_chain chain[BUFFERS];
    uint32_t count = 0;

    memset(packet, 0, 12);
    packet[0] = rx_flags;
    put16(packet + 6, sent[6] + 256u * sent[7]);
    put16(packet + 8, sent[8] + 256u * sent[9]);
    memcpy(packet + 12, sent + 12, len);
    for (size_t room = 0; room < len + 12; count++) {
        assert_true(count < BUFFERS && honest_take(rings, &chain[count]));
        room += honest_writable(&chain[count]);
    }
    put16(packet + 10, lie_buffers >= 0 ? (unsigned)lie_buffers : count);
    for (size_t i = 0, at = 0; i < count; i++) {
        uint32_t n = honest_write(&chain[i], packet + at, len + 12 - at);

        honest_use(rings, &chain[i], lie_written > 0 ? lie_written - 1 : n);
        at += n;
    }
}

static void serve_control(struct honest_queue *rings)
{
    struct honest_chain chain;

    while (honest_take(rings, &chain)) {
        assert_int_equal(honest_writable(&chain), 1);
        last_command_len = honest_read(&chain, last_command, sizeof last_command);
        commands++;
        honest_use(rings, &chain, honest_write(&chain, &ack_with, 1));
    }
}

static void serve(unsigned number, struct honest_queue *rings)
{
    static uint8_t sent[12 + 65536];
    struct honest_chain chain;

    if (number == control_number)
        serve_control(rings);
    if (number == control_number || number % 2 == 0)
        return;
    while (honest_take(rings, &chain)) {
        size_t n = honest_read(&chain, sent, sizeof sent);

        assert_true(n >= 12 + 14);
        assert_int_equal(sent[1] | sent[2] | sent[3] | sent[4] | sent[5] | sent[10] | sent[11], 0);
        sent_frames++;
        honest_use(rings, &chain, 0);
        give_frame(&machine.queue[number - 1].rings, sent, n - 12);
    }
    machine.queue[number - 1].kicked = true; /* so that the interrupt is decided */
}

/* ---- the client ---- */

static uint8_t got[65536];
static size_t got_len;
static unsigned received, received_pair, sent, control_answers, changes;
static struct vio_net_checksum got_checksum;
static enum vio_status sent_status, control_status;
static void *sent_owner;

static void on_received(struct vio_net_client *self, uint32_t pair, const struct vio_net_part parts[],
                        size_t count, const struct vio_net_checksum *checksum)
{
    (void)self;
    got_len = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(got + got_len, parts[i].data, parts[i].len_bytes);
        got_len += parts[i].len_bytes;
    }
    got_checksum = *checksum;
    received_pair = pair;
    received++;
}

static void on_sent(struct vio_net_client *self, void *owner, enum vio_status status)
{
    (void)self;
    sent++;
    sent_owner = owner;
    sent_status = status;
}

static void on_control(struct vio_net_client *self, enum vio_status status)
{
    (void)self;
    control_answers++;
    control_status = status;
}

static void on_change(struct vio_net_client *self)
{
    (void)self;
    changes++;
}

static struct vio_net_client client = {on_received, on_sent, on_control, on_change};

static void prepare(uint64_t offered, uint32_t pairs)
{
    machine_init(1, offered);
    for (uint8_t i = 0; i < 6; i++)
        machine.config[i] = (uint8_t)(0x52 + i);
    machine_put(6, 2, 1);
    machine_put(8, 2, PAIRS);
    machine_put(10, 2, 1500);
    received = sent = control_answers = changes = sent_frames = commands = 0;
    rx_flags = ack_with = 0;
    lie_buffers = -1;
    lie_written = 0;
    control_number = (offered & MQ) != 0 && pairs > 1 ? 2 * PAIRS : 2;
    assert_int_equal(vio_mmio_init(&mmio, &honest.platform), VIO_OK);
    for (unsigned i = 0; i < QUEUES; i++) {
        queues[i] = &queue[i];
        assert_int_equal(vio_split_queue_init(&queue[i], &honest.platform, ring[i], driver_area[i],
                                              device_area[i], slots[i], SIZE),
                         VIO_OK);
        assert_int_equal(vio_packed_queue_allow(&queue[i]), VIO_OK);
    }
    setup = (struct vio_net_setup){.transport = transport,
                                   .client = &client,
                                   .shared = &shared,
                                   .queues = queues,
                                   .pairs = pairs,
                                   .control = &queue[2 * pairs],
                                   .buffers = buffers,
                                   .records = records,
                                   .buffers_per_pair = BUFFERS,
                                   .buffer_bytes = 1528,
                                   .mac = {2, 0, 0, 0, 0, 1},
                                   .with_checksum = true};
}

static struct vio_init_result run(void)
{
    assert_int_equal(vio_net_init(&net, &setup), VIO_OK);
    machine.transport = transport;
    machine.serve = serve;
    return transport->ops->initialize(transport, &net.driver, queues,
                                      2 * setup.pairs + (setup.control != NULL));
}

static void start(uint64_t offered, uint32_t pairs)
{
    prepare(offered, pairs);
    assert_int_equal(run().error, VIO_INIT_OK);
}

static uint8_t frame[65536];

static void assert_echo(uint32_t pair, uint32_t len)
{
    unsigned before = received;

    for (uint32_t i = 0; i < len; i++)
        frame[i] = (uint8_t)(i * 3 + len);
    assert_int_equal(vio_net_send(&net, pair, frame, len, NULL, frame), VIO_OK);
    machine_run();
    assert_int_equal(sent_status, VIO_OK);
    assert_ptr_equal(sent_owner, frame);
    assert_int_equal(received, before + 1);
    assert_int_equal(received_pair, pair);
    assert_int_equal(got_len, len);
    assert_memory_equal(got, frame, len);
}

/* ---- frames ---- */

static const uint64_t formats[] = {0, VIO_F_RING_PACKED, VIO_F_EVENT_IDX, VIO_F_RING_PACKED | VIO_F_EVENT_IDX,
                                   VIO_F_NOTIFICATION_DATA | VIO_F_IN_ORDER};

static void test_frames_of_all_lengths_go_out_and_come_in(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        start(formats[f], 1);
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
    start(ALL, 1);
    client.received = restart;
    assert_int_equal(vio_net_send(&net, 0, frame, 100, NULL, frame), VIO_OK);
    machine_run();
    client.received = on_received;
    assert_int_equal(received, 1);
    assert_int_equal(vio_queue_lent_chains(&queue[0]), BUFFERS);
    assert_echo(0, 100);
}

/* ---- configuration ---- */

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
        cmocka_unit_test(test_frames_of_all_lengths_go_out_and_come_in),
        cmocka_unit_test(test_a_packet_over_several_buffers_is_one_packet),
        cmocka_unit_test(test_buffers_too_small_for_a_packet_are_refused_at_start),
        cmocka_unit_test(test_misuse_of_send_is_named_and_sends_nothing),
        cmocka_unit_test(test_what_does_not_fit_is_told_and_comes_back_once),
        cmocka_unit_test(test_checksums_are_carried_through_in_both_directions),
        cmocka_unit_test(test_a_checksum_outside_of_the_packet_is_dropped),
        cmocka_unit_test(test_a_packet_shorter_than_its_header_is_dropped),
        cmocka_unit_test(test_a_number_of_buffers_that_cannot_be_breaks_the_queue),
        cmocka_unit_test(test_a_number_of_buffers_over_what_we_keep_breaks_the_queue),
        cmocka_unit_test(test_buffers_are_not_lent_twice_after_a_restart_from_within),
        cmocka_unit_test(test_mac_link_and_mtu_are_the_devices_where_it_has_them),
        cmocka_unit_test(test_no_feature_is_accepted_without_the_one_it_needs),
        cmocka_unit_test(test_commands_say_what_they_should_and_answers_count),
        cmocka_unit_test(test_pairs_are_used_once_the_device_agreed),
        cmocka_unit_test(test_pairs_that_the_device_lacks_are_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
