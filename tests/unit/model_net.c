/* SPDX-License-Identifier: Apache-2.0 */
/* The network device at its pins, its configuration and its packets: sim/device/TABLE.md, "Network". */
#include "model_net.h"

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
        PLAIN(test_a_buffer_for_reception_is_not_touched_before_it_is_needed),
        PLAIN(test_interrupt_of_reception_follows_used_event),
    };

    return cmocka_run_group_tests(tests, open_bench, close_bench);
}
