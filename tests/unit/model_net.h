/* SPDX-License-Identifier: Apache-2.0 */
/* The network device of the C model on its bench, with one pair of queues and the control queue. */
#ifndef MODEL_NET_H
#define MODEL_NET_H

#include "model_queues.h"

enum {
    CSUM = 0,
    MTU = 3,
    MAC = 5,
    MRG = 15,
    STATUS = 16,
    CTRL = 17,
    CTRL_RX = 18,
    RX_EXTRA = 20,
    MQ = 22,
    MAC_ADDR = 23
};
enum { HEADER = 12, OK = 0, ERR = 1 };

static struct queue rx, tx, control;

static const uint64_t all = BENCH_BIT(CSUM) | BENCH_BIT(MTU) | BENCH_BIT(MAC) | BENCH_BIT(MRG) |
                            BENCH_BIT(STATUS) | BENCH_BIT(CTRL) | BENCH_BIT(CTRL_RX) | BENCH_BIT(RX_EXTRA) |
                            BENCH_BIT(MQ) | BENCH_BIT(MAC_ADDR) | BENCH_VERSION_1 | BENCH_EVENT_IDX;

static inline struct pring_setup net_setup(uint64_t features)
{
    return (struct pring_setup){
        .device_type = PRING_DEVICE_NET,
        .queue_count = 7,
        .queue_size_max = 16,
        .features = features | BENCH_VERSION_1,
        .seed = 1,
        .net = {.mac = {2, 0, 0x50, 0x52, 0x4e, 0x47}, .pairs = 3, .mtu = 1500, .speed = 1000}};
}

/* From power on to DRIVER_OK, the first pair and the control queue ready. */
static inline void start(uint64_t offered, uint64_t accepted)
{
    struct pring_setup setup = net_setup(offered);

    bench_power_on(b, &setup, &bench_ideal_memory);
    bench_accept(b, accepted | BENCH_VERSION_1);
    rx = queue_ready(b, 0);
    tx = queue_ready(b, 1);
    control = queue_ready(b, accepted >> MQ & 1 ? 6 : 2);
    bench_write(b, REG_STATUS, 15);
}

static inline int start_plain(void **state)
{
    (void)state;
    start(all, BENCH_BIT(MAC));
    return 0;
}

static inline int start_all(void **state)
{
    (void)state;
    start(all, all & ~BENCH_EVENT_IDX);
    return 0;
}

static uint8_t packet[4096];

static inline const uint8_t *make_packet(uint32_t frame_bytes)
{
    memset(packet, 0, HEADER);
    for (uint32_t i = 0; i < frame_bytes; i++)
        packet[HEADER + i] = (uint8_t)(i * 7 + 1);
    return packet;
}

static inline void send_packet(uint32_t frame_bytes)
{
    uint16_t id = queue_send(&tx, make_packet(frame_bytes), HEADER + frame_bytes, 0);

    queue_check(&tx, id, 0);
    assert_int_equal(bench_read(b, REG_STATUS), 15);
}

static inline uint8_t command(uint8_t class, uint8_t which, const void *data, uint32_t len)
{
    uint8_t bytes[600] = {class, which};
    uint16_t id;

    memcpy(bytes + 2, data, len);
    id = queue_send(&control, bytes, 2 + len, 1);
    queue_check(&control, id, 1);
    return queue_answer(&control, id)[0];
}

#define PLAIN(name) cmocka_unit_test_setup(name, start_plain)
#define ALL(name)   cmocka_unit_test_setup(name, start_all)

#endif
