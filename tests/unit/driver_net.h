/* SPDX-License-Identifier: Apache-2.0 */
/* The network driver with its transport against a small honest device that sends back what it gets. */
#ifndef PRING_TEST_DRIVER_NET_H
#define PRING_TEST_DRIVER_NET_H

#include <vio/vio_net.h>

enum { SIZE = 16, PAIRS = 3, QUEUES = 2 * PAIRS + 1, BUFFERS = 8, FRAME = 1514 };
#include "driver_queues.h"

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

static struct vio_net net;
static struct vio_net_shared shared;
static _Alignas(4) uint8_t buffers[PAIRS * BUFFERS * 1528];
static struct vio_net_buffer records[PAIRS * BUFFERS];
static struct vio_net_setup setup;

/* ---- the device: what is sent on a pair comes back on it ---- */

static unsigned control_number, sent_frames, commands;
static uint8_t last_command[256], ack_with;
static bool ack_silent; /* the answer is not written */
static size_t last_command_len;
static uint8_t rx_flags;
static int lie_buffers; /* num_buffers; negative: the truth */
static uint32_t lie_written;

static inline void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

/* Into as many receive buffers as it takes. */
static inline void give_frame(struct honest_queue *rings, const uint8_t *sent, size_t len)
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

static inline void serve_control(struct honest_queue *rings)
{
    struct honest_chain chain;

    while (honest_take(rings, &chain)) {
        assert_int_equal(honest_writable(&chain), 1);
        last_command_len = honest_read(&chain, last_command, sizeof last_command);
        commands++;
        honest_use(rings, &chain, ack_silent ? 1 : honest_write(&chain, &ack_with, 1));
    }
}

static inline void serve(unsigned number, struct honest_queue *rings)
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

static inline void on_received(struct vio_net_client *self, uint32_t pair, const struct vio_net_part parts[],
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

static inline void on_sent(struct vio_net_client *self, void *owner, enum vio_status status)
{
    (void)self;
    sent++;
    sent_owner = owner;
    sent_status = status;
}

static inline void on_control(struct vio_net_client *self, enum vio_status status)
{
    (void)self;
    control_answers++;
    control_status = status;
}

static inline void on_change(struct vio_net_client *self)
{
    (void)self;
    changes++;
}

static struct vio_net_client client = {on_received, on_sent, on_control, on_change};

static inline void prepare(uint64_t offered, uint32_t pairs)
{
    machine_init(1, offered);
    memset(&shared, 0xee, sizeof shared); /* nothing may depend on clean memory */
    memset(buffers, 0xee, sizeof buffers);
    for (uint8_t i = 0; i < 6; i++)
        machine.config[i] = (uint8_t)(0x52 + i);
    machine_put(6, 2, 1);
    machine_put(8, 2, PAIRS);
    machine_put(10, 2, 1500);
    received = sent = control_answers = changes = sent_frames = commands = 0;
    rx_flags = ack_with = 0;
    ack_silent = false;
    lie_buffers = -1;
    lie_written = 0;
    control_number = (offered & MQ) != 0 && pairs > 1 ? 2 * PAIRS : 2;
    queues_init(true);
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

static inline struct vio_init_result run(void)
{
    assert_int_equal(vio_net_init(&net, &setup), VIO_OK);
    machine.serve = serve;
    return transport->ops->initialize(transport, &net.driver, queues,
                                      2 * setup.pairs + (setup.control != NULL));
}

static inline void start(uint64_t offered, uint32_t pairs)
{
    prepare(offered, pairs);
    assert_int_equal(run().error, VIO_INIT_OK);
}

static uint8_t frame[65536];

static inline void assert_echo(uint32_t pair, uint32_t len)
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

#endif
