/* SPDX-License-Identifier: Apache-2.0 */
/* The network device at its pins: sim/device/TABLE.md, "Network". */
#include "model_queues.h"

#include "backend/model/model_odd.h"

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

static struct bench *b;
static struct queue rx, tx, control;

static int open_bench(void **state)
{
    (void)state;
    b = bench_new(&pring_backend_model);
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    pring_model_close(b->self);
    free(b);
    return 0;
}

static const uint64_t all = BENCH_BIT(CSUM) | BENCH_BIT(MTU) | BENCH_BIT(MAC) | BENCH_BIT(MRG) |
                            BENCH_BIT(STATUS) | BENCH_BIT(CTRL) | BENCH_BIT(CTRL_RX) | BENCH_BIT(RX_EXTRA) |
                            BENCH_BIT(MQ) | BENCH_BIT(MAC_ADDR) | BENCH_VERSION_1 | BENCH_EVENT_IDX;

static struct pring_setup net_setup(uint64_t features)
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
static void start(uint64_t offered, uint64_t accepted)
{
    struct pring_setup setup = net_setup(offered);

    bench_power_on(b, &setup);
    bench_accept(b, accepted | BENCH_VERSION_1);
    rx = queue_ready(b, 0);
    tx = queue_ready(b, 1);
    control = queue_ready(b, accepted >> MQ & 1 ? 6 : 2);
    bench_write(b, REG_STATUS, 15);
}

static int start_plain(void **state)
{
    (void)state;
    start(all, BENCH_BIT(MAC));
    return 0;
}

static int start_all(void **state)
{
    (void)state;
    start(all, all & ~BENCH_EVENT_IDX);
    return 0;
}

static uint8_t packet[4096];

static const uint8_t *make_packet(uint32_t frame_bytes)
{
    memset(packet, 0, HEADER);
    for (uint32_t i = 0; i < frame_bytes; i++)
        packet[HEADER + i] = (uint8_t)(i * 7 + 1);
    return packet;
}

static void send_packet(uint32_t frame_bytes)
{
    uint16_t id = queue_send(&tx, make_packet(frame_bytes), HEADER + frame_bytes, 0);

    queue_check(&tx, id, 0);
    assert_int_equal(bench_read(b, REG_STATUS), 15);
}

/* ---- configuration ---- */

static void test_config_shows_what_is_offered(void **state)
{
    (void)state;
    start(all, 0);
    assert_int_equal(bench_read(b, REG_CONFIG), 0x52500002);
    assert_int_equal(bench_read(b, REG_CONFIG + 4), 0x0001474e); /* LINK_UP */
    assert_int_equal(bench_read(b, REG_CONFIG + 8), 1500u << 16 | 3);
    assert_int_equal(bench_read(b, REG_CONFIG + 12), 0);
    start(BENCH_BIT(63), 0);
    assert_int_equal(bench_read(b, REG_CONFIG), 0);
    assert_int_equal(bench_read(b, REG_CONFIG + 4), 0);
    assert_int_equal(bench_read(b, REG_CONFIG + 8), 0);
    assert_int_equal(bench_read(b, REG_CONFIG + 12), 1000);
    assert_int_equal(bench_read(b, REG_CONFIG + 16), 1);
    assert_int_equal(bench_read(b, REG_CONFIG + 20), 0);
}

/* NET-CFG-DRV-01 is the driver's; here the bytes just stay. */
static void test_config_is_read_only(void **state)
{
    (void)state;
    bench_write(b, REG_CONFIG, 0);
    assert_int_equal(bench_read(b, REG_CONFIG), 0x52500002);
}

/* ---- packets ---- */

static void check_received(uint16_t id, uint32_t frame_bytes, uint16_t buffers)
{
    static const uint8_t zeros[10];
    const uint8_t *got = queue_buffer(&rx, id);

    queue_check(&rx, id, HEADER + frame_bytes);
    assert_memory_equal(got, zeros, sizeof zeros);
    assert_int_equal(got[10] | got[11] << 8, buffers);
    assert_memory_equal(got + HEADER, packet + HEADER, frame_bytes);
    assert_int_equal(got[HEADER + frame_bytes], QUEUE_UNTOUCHED);
}

/* NET-RX-DEV-01, -05, -17 */
static void test_what_is_sent_comes_back(void **state)
{
    static const uint32_t sizes[] = {1, 13, 14, 60, 512, 1514};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint16_t id = queue_post(&rx, 1600);

        queue_kick(&rx);
        send_packet(sizes[i]);
        check_received(id, sizes[i], 1);
    }
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 1);
}

static void test_without_a_buffer_that_fits_it_is_lost(void **state)
{
    uint16_t id;

    (void)state;
    send_packet(60);
    assert_int_equal(queue_used_idx(&rx), 0);
    id = queue_post(&rx, HEADER + 59);
    send_packet(60);
    assert_int_equal(queue_used_idx(&rx), 0);
    send_packet(59); /* the buffer stayed */
    check_received(id, 59, 1);
}

/* NET-RXBUF-DEV-01, NET-RX-DEV-02, -03, -04 */
static void test_a_packet_is_spread_over_buffers(void **state)
{
    uint16_t id[3];
    uint32_t at = 0;

    (void)state;
    for (int i = 0; i < 3; i++)
        id[i] = queue_post(&rx, 40);
    send_packet(80);
    assert_int_equal(queue_used_idx(&rx), 3);
    assert_int_equal(queue_buffer(&rx, id[0])[10], 3);
    for (int i = 0; i < 3; i++) {
        uint32_t from = i == 0 ? HEADER : 0, len = i < 2 ? 40 : 12;

        queue_check(&rx, id[i], len);
        assert_memory_equal(queue_buffer(&rx, id[i]) + from, packet + HEADER + at, len - from);
        at += len - from;
    }
    assert_int_equal(queue_buffer(&rx, id[2])[12], QUEUE_UNTOUCHED);
}

static void test_spread_packet_that_does_not_fit_is_lost_whole(void **state)
{
    (void)state;
    queue_post(&rx, 40);
    queue_post(&rx, 40);
    send_packet(80);
    assert_int_equal(queue_used_idx(&rx), 0);
    assert_int_equal(queue_buffer(&rx, 0)[0], QUEUE_UNTOUCHED);
    send_packet(68); /* exactly */
    assert_int_equal(queue_used_idx(&rx), 2);
}

/* NET-CFG-DEV-06 */
static void test_packets_up_to_the_mtu(void **state)
{
    (void)state;
    queue_post(&rx, 1600);
    send_packet(1515);
    assert_int_equal(queue_used_idx(&rx), 0);
    send_packet(1514);
    assert_int_equal(queue_used_idx(&rx), 1);
    start_plain(state); /* MTU not accepted */
    queue_post(&rx, 1600);
    send_packet(1515);
    assert_int_equal(queue_used_idx(&rx), 1);
}

static void test_no_packet_at_all_has_no_effect(void **state)
{
    (void)state;
    queue_post(&rx, 1600);
    for (uint32_t len = 1; len <= HEADER; len++) {
        uint16_t id = queue_send(&tx, make_packet(0), len, 0);
        queue_check(&tx, id, 0);
    }
    make_packet(60);
    packet[1] = 1; /* TCPV4: no feature of it was accepted */
    queue_check(&tx, queue_send(&tx, packet, HEADER + 60, 0), 0);
    assert_int_equal(queue_used_idx(&rx), 0);
}

/* NET-TX-DRV-17: the ones' complement sum from csum_start on. */
static void test_checksum_is_finished(void **state)
{
    const uint8_t *got;
    uint32_t sum = 0;

    (void)state;
    queue_post(&rx, 1600);
    make_packet(61);
    packet[0] = 1;
    packet[6] = 14;
    packet[8] = 16;
    packet[HEADER + 30] = packet[HEADER + 31] = 0;
    queue_check(&tx, queue_send(&tx, packet, HEADER + 61, 0), 0);
    queue_check(&rx, 0, HEADER + 61);
    got = queue_buffer(&rx, 0) + HEADER;
    assert_memory_equal(got, packet + HEADER, 30);
    assert_memory_equal(got + 32, packet + HEADER + 32, 29);
    for (uint32_t i = 14; i < 61; i++)
        sum += (uint32_t)got[i] << (i % 2 == 0 ? 8 : 0);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    assert_int_equal(sum, 0xffff);
    assert_int_equal(queue_buffer(&rx, 0)[0], 0);
}

/* NET-TX-DEV-02: without the feature the fields mean nothing; and a place outside the packet loses it. */
static void test_checksum_fields_that_lie(void **state)
{
    uint16_t id;

    (void)state;
    queue_post(&rx, 1600);
    make_packet(60);
    packet[0] = 1;
    packet[6] = 14;
    packet[8] = 45; /* one byte beyond */
    queue_check(&tx, queue_send(&tx, packet, HEADER + 60, 0), 0);
    assert_int_equal(queue_used_idx(&rx), 0);
    start_plain(state);
    id = queue_post(&rx, 1600);
    make_packet(60);
    packet[0] = 1;
    packet[8] = 45;
    queue_check(&tx, queue_send(&tx, packet, HEADER + 60, 0), 0);
    check_received(id, 60, 1);
}

static void test_header_and_packet_in_any_number_of_elements(void **state)
{
    uint32_t total = HEADER + 60, at = 0;
    uint16_t n = 0;

    (void)state;
    queue_post(&rx, 1600);
    memcpy(bench_at(b, tx.data), make_packet(60), total);
    for (; at < total; n++, at += 7)
        queue_desc(&tx, n, tx.data + at, total - at < 7 ? total - at : 7, at + 7 < total ? BENCH_NEXT : 0);
    queue_offer(&tx, 0);
    queue_kick(&tx);
    queue_check(&tx, 0, 0);
    check_received(0, 60, 1);
}

static void test_bus_error_on_a_receive_buffer_ends_it(void **state)
{
    (void)state;
    queue_post(&rx, 1600);
    b->hole_addr = rx.data;
    b->hole_bytes = 1;
    queue_send(&tx, make_packet(60), HEADER + 60, 0);
    assert_int_equal(bench_read(b, REG_STATUS), 15 | 0x40);
    assert_int_equal(queue_used_idx(&tx), 0);
    assert_int_equal(queue_used_idx(&rx), 0);
    b->hole_bytes = 0;
}

static void test_receive_queue_that_is_no_ring_ends_it(void **state)
{
    (void)state;
    bench_put(b, rx.base + 0x402, 100, 2); /* avail.idx */
    queue_send(&tx, make_packet(60), HEADER + 60, 0);
    assert_int_equal(bench_read(b, REG_STATUS), 15 | 0x40);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS) & 2, 2);
}

/* ---- several pairs ---- */

static uint8_t command(uint8_t class, uint8_t which, const void *data, uint32_t len)
{
    uint8_t bytes[600] = {class, which};
    uint16_t id;

    memcpy(bytes + 2, data, len);
    id = queue_send(&control, bytes, 2 + len, 1);
    queue_check(&control, id, 1);
    return queue_answer(&control, id)[0];
}

/* NET-MQ-DEV-01, -02 */
static void test_pairs_work_when_they_are_enabled(void **state)
{
    static const uint8_t two[] = {2, 0};
    struct queue rx2, tx2;

    (void)state;
    rx2 = queue_ready(b, 2);
    tx2 = queue_ready(b, 3);
    queue_post(&rx2, 100);
    queue_check(&tx2, queue_send(&tx2, make_packet(20), HEADER + 20, 0), 0);
    assert_int_equal(queue_used_idx(&rx2), 0);
    assert_int_equal(command(4, 0, two, 2), OK);
    queue_check(&tx2, queue_send(&tx2, make_packet(20), HEADER + 20, 0), 0);
    queue_check(&rx2, 0, HEADER + 20);
    bench_write(b, REG_STATUS, 0);
    bench_accept(b, all);
    rx2 = queue_ready(b, 2);
    tx2 = queue_ready(b, 3);
    bench_put(b, rx2.base + 0x402, 0, 2);
    bench_put(b, rx2.base + 0x802, 0, 2);
    bench_write(b, REG_STATUS, 15);
    queue_post(&rx2, 100);
    queue_send(&tx2, make_packet(20), HEADER + 20, 0);
    assert_int_equal(queue_used_idx(&rx2), 0); /* a reset takes it back */
}

static void test_pairs_beyond_the_maximum_are_refused(void **state)
{
    static const uint8_t numbers[][2] = {{0, 0}, {4, 0}, {3, 1}};

    (void)state;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(command(4, 0, numbers[i], 2), ERR);
    assert_int_equal(command(4, 0, "\3", 1), ERR);
    assert_int_equal(command(4, 0, "\3\0", 2), OK);
    assert_int_equal(command(4, 1, "\1\0", 2), ERR);
}

/* ---- commands ---- */

/* NET-FILT-DEV-01 to -13 */
static void test_receive_modes_follow_their_features(void **state)
{
    (void)state;
    for (uint8_t which = 0; which < 6; which++) {
        assert_int_equal(command(0, which, "\1", 1), OK);
        assert_int_equal(command(0, which, "\0", 1), OK);
        assert_int_equal(command(0, which, "\2", 1), ERR);
        assert_int_equal(command(0, which, "", 0), ERR);
    }
    assert_int_equal(command(0, 6, "\1", 1), ERR);
    start(all, BENCH_BIT(CTRL) | BENCH_BIT(CTRL_RX));
    assert_int_equal(command(0, 1, "\1", 1), OK);
    assert_int_equal(command(0, 2, "\1", 1), ERR);
    start(all, BENCH_BIT(CTRL));
    assert_int_equal(command(0, 0, "\1", 1), ERR);
    assert_int_equal(command(1, 0, "\0\0\0\0\0\0\0\0", 8), ERR);
    assert_int_equal(command(1, 1, "\2\0\0\0\0\7", 6), ERR);
}

/* NET-MAC-DEV-03, MMIO-DEV-07 */
static void test_a_new_address_shows_in_the_config(void **state)
{
    (void)state;
    assert_int_equal(command(1, 1, "\2\0\0\0\0\7", 6), OK);
    assert_int_equal(bench_read(b, REG_CONFIG_GENERATION), 1);
    assert_int_equal(bench_read(b, REG_CONFIG), 2);
    assert_int_equal(bench_read(b, REG_CONFIG + 4) & 0xffff, 0x0700);
    assert_int_equal(command(1, 1, "\2\0\0\0\0", 5), ERR);
    assert_int_equal(bench_read(b, REG_CONFIG_GENERATION), 1);
}

/* NET-MAC-DRV-03 is what the device relies on: anything else is refused. */
static void test_address_table_must_have_its_form(void **state)
{
    uint8_t table[4 + 12 + 4 + 6] = {2};
    uint64_t before;

    (void)state;
    table[16] = 1;
    before = b->backend->state_hash(b->self);
    assert_int_equal(command(1, 0, table, sizeof table), OK);
    assert_int_not_equal(before, b->backend->state_hash(b->self));
    for (uint32_t len = 0; len < sizeof table; len++)
        assert_int_equal(command(1, 0, table, len), ERR);
    table[3] = 0x80;
    assert_int_equal(command(1, 0, table, sizeof table), ERR);
}

static void test_unknown_commands_are_refused(void **state)
{
    (void)state;
    for (int class = 0; class < 256; class ++)
        if (class > 1 && class != 4)
            assert_int_equal(command((uint8_t) class, 0, "\1\0", 2), ERR);
    assert_int_equal(command(1, 2, "", 0), ERR);
}

static void test_a_command_without_its_parts(void **state)
{
    uint16_t id;

    (void)state;
    id = queue_send(&control, "\0", 1, 1); /* half a head */
    queue_check(&control, id, 1);
    assert_int_equal(queue_answer(&control, id)[0], ERR);
    id = queue_send(&control, "\4\0\3\0", 4, 0); /* nowhere to answer: no effect */
    queue_check(&control, id, 0);
    id = queue_send(&control, "\4\0\3\0", 4, 5); /* the answer is the last byte */
    queue_check(&control, id, 0);
    assert_int_equal(queue_answer(&control, id)[0], QUEUE_UNTOUCHED);
    assert_int_equal(queue_answer(&control, id)[4], OK);
}

/* ST-NETQ-DEV-01 */
static void test_the_control_queue_is_where_the_features_put_it(void **state)
{
    (void)state;
    start(all, all & ~(BENCH_BIT(MQ) | BENCH_EVENT_IDX)); /* at 2 */
    assert_int_equal(command(0, 0, "\1", 1), OK);
    start(all, BENCH_BIT(MAC));
    queue_send(&control, "\0\0\1", 3, 1);
    assert_int_equal(queue_used_idx(&control), 0); /* nobody serves it */
}

static void test_a_buffer_for_reception_is_not_touched_before_it_is_needed(void **state)
{
    (void)state;
    b->log_count = 0;
    queue_post(&rx, 100);
    queue_kick(&rx);
    assert_int_equal(b->log_count, 0);
}

static void test_interrupt_of_reception_follows_used_event(void **state)
{
    (void)state;
    start(all, BENCH_EVENT_IDX);
    queue_post(&rx, 100);
    queue_post(&rx, 100);
    bench_put(b, rx.base + 0x404 + 2 * QUEUE_SIZE, 1, 2); /* used_event of the receive queue */
    bench_put(b, tx.base + 0x404 + 2 * QUEUE_SIZE, 9, 2);
    send_packet(20);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 0);
    send_packet(20);
    assert_int_equal(bench_read(b, REG_INTERRUPT_STATUS), 1);
}

static void test_a_snapshot_goes_on_where_it_was(void **state)
{
    static uint8_t snapshot[1 << 16];
    uint64_t hash;

    (void)state;
    assert_int_equal(command(4, 0, "\2\0", 2), OK);
    hash = b->backend->state_hash(b->self);
    assert_true(b->backend->save(b->self, snapshot, sizeof snapshot) <= sizeof snapshot);
    assert_int_equal(command(4, 0, "\1\0", 2), OK);
    assert_int_not_equal(b->backend->state_hash(b->self), hash);
    b->backend->restore(b->self, snapshot);
    assert_int_equal(b->backend->state_hash(b->self), hash);
}

#define PLAIN(name) cmocka_unit_test_setup(name, start_plain)
#define ALL(name)   cmocka_unit_test_setup(name, start_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAIN(test_config_shows_what_is_offered),
        PLAIN(test_config_is_read_only),
        PLAIN(test_what_is_sent_comes_back),
        PLAIN(test_without_a_buffer_that_fits_it_is_lost),
        ALL(test_a_packet_is_spread_over_buffers),
        ALL(test_spread_packet_that_does_not_fit_is_lost_whole),
        ALL(test_packets_up_to_the_mtu),
        PLAIN(test_no_packet_at_all_has_no_effect),
        ALL(test_checksum_is_finished),
        ALL(test_checksum_fields_that_lie),
        PLAIN(test_header_and_packet_in_any_number_of_elements),
        PLAIN(test_bus_error_on_a_receive_buffer_ends_it),
        PLAIN(test_receive_queue_that_is_no_ring_ends_it),
        ALL(test_pairs_work_when_they_are_enabled),
        ALL(test_pairs_beyond_the_maximum_are_refused),
        ALL(test_receive_modes_follow_their_features),
        ALL(test_a_new_address_shows_in_the_config),
        ALL(test_address_table_must_have_its_form),
        ALL(test_unknown_commands_are_refused),
        ALL(test_a_command_without_its_parts),
        ALL(test_the_control_queue_is_where_the_features_put_it),
        PLAIN(test_a_buffer_for_reception_is_not_touched_before_it_is_needed),
        PLAIN(test_interrupt_of_reception_follows_used_event),
        ALL(test_a_snapshot_goes_on_where_it_was),
    };

    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
