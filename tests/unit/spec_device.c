/* SPDX-License-Identifier: Apache-2.0 */
/* The backend's own requirements, by raw events; the driver is honest throughout. */
#include "spec_bench.h"

static uint8_t *buffer;

static void dma_write(uint64_t addr, const void *bytes, uint32_t len_bytes)
{
    struct pring_event event = event_of(PRING_EV_DEV_WRITE, 0);

    event.addr = addr;
    event.len_bytes = len_bytes;
    event.bytes = bytes;
    pring_judge_event(&event);
}

static void dma_read(uint64_t addr, uint32_t len_bytes)
{
    struct pring_event event = event_of(PRING_EV_DEV_READ, 0);

    event.addr = addr;
    event.len_bytes = len_bytes;
    pring_judge_event(&event);
}

static void payload(uint32_t from, uint32_t to)
{
    static const uint8_t bytes[64];

    dma_write(bus(buffer + from), bytes, to - from);
}

static void element(uint16_t slot, uint32_t id, uint32_t len)
{
    uint32_t words[2] = {id, len};

    dma_write(bus(bench_rings + DEVICE) + 4 + 8u * slot, words, 8);
}

static void used_idx(uint16_t idx)
{
    dma_write(bus(bench_rings + DEVICE) + 2, &idx, 2);
}

/* The wire collects a completion, and takes the interrupt off the backend. */
static void made(uint16_t number)
{
    struct pring_event event = event_of(PRING_EV_MADE, PRING_F_DONE);

    event.index = number;
    pring_judge_event(&event);
}

static void interrupt(uint32_t bits)
{
    struct pring_event event = event_of(PRING_EV_DEV_IRQ, PRING_F_REG_INTERRUPT_STATUS);

    event.made = 1;
    event.raw = bits;
    pring_judge_event(&event);
}

static void idle(void)
{
    tell(PRING_EV_DEV_IDLE, 0);
}

/* A driver that runs, and has lent chain 0 of 16 bytes. */
static void lent(uint16_t flags)
{
    struct pring_segment s;

    buffer = pring_memory_alloc(64, 16, true);
    s = part(buffer, 16, flags);
    probe();
    post(0, &s, 1);
}

static void complete(void)
{
    payload(0, 16);
    element(0, 0, 16);
    used_idx(1);
    made(0);
    interrupt(1);
    idle();
}

static void test_an_honest_completion_is_silent(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    dma_read(bus(bench_rings + DESC), 16);
    complete();
    expect_good_device();
    expect_silence();
}

/* ---- registers ---- */

static void test_identity(void **state)
{
    (void)state;
    rd_as(PRING_F_REG_MAGIC_VALUE, 1, 0x74726976);
    expect_device("MMIO-DEV-01");
    bench_reset(PRING_DEVICE_RNG);
    rd_as(PRING_F_REG_VERSION, 1, 2);
    expect_device("MMIO-DEV-02");
}

static void test_a_faults_answer_is_not_the_backends(void **state)
{
    (void)state;
    rd_as(PRING_F_REG_MAGIC_VALUE, 0x74726976, 1);
    rd_as(PRING_F_REG_VERSION, 2, 1);
    expect_good_device();
}

static void offer(uint32_t word, uint32_t value)
{
    wr(PRING_F_REG_DEVICE_FEATURES_SEL, word);
    rd(PRING_F_REG_DEVICE_FEATURES, value);
}

static void test_features_not_asked_for(void **state)
{
    (void)state;
    offer(0, 1u << 12 | 1u << F_FLUSH);
    expect_device("FEAT-DEV-04");
    bench_reset(PRING_DEVICE_BLK);
    offer(2, 1);
    expect_device("FEAT-DEV-04");
}

static void test_features_without_version_1(void **state)
{
    (void)state;
    offer(1, 0);
    expect_device("RFEAT-DEV-01");
}

static void test_features_without_what_they_need(void **state)
{
    (void)state;
    bench_setup.features |= 1ull << 11; /* CONFIG_WCE, asked for together with FLUSH */
    bench_apply();
    offer(0, 1u << 11);
    expect_device("FEAT-DEV-01");
}

static void test_an_odd_set_up_is_not_the_backends_fault(void **state)
{
    (void)state;
    bench_setup.features = 1ull << 11 | 1ull << 45;
    bench_apply();
    offer(0, 1u << 11);
    offer(1, 1u << 13);
    expect_good_device();
}

static void negotiate(uint64_t accepted)
{
    begin_probe();
    init(S_TO_DRIVER | S_READ_FEATURES);
    write_features(accepted);
    status(8);
}

static void test_features_ok_for_a_set_that_cannot_work(void **state)
{
    (void)state;
    negotiate(1ull << F_FLUSH);
    rd(PRING_F_REG_STATUS, 3);
    expect_good_device();
    rd(PRING_F_REG_STATUS, 11);
    expect_device("FEAT-DEV-03");
}

static void test_a_reset_that_does_not_end(void **state)
{
    (void)state;
    probe();
    wr(PRING_F_REG_STATUS, 0);
    rd(PRING_F_REG_STATUS, 15); /* not settled yet */
    expect_good_device();
    idle();
    rd(PRING_F_REG_STATUS, 15);
    expect_device("RESET-DEV-01");
}

static void test_what_a_reset_leaves_behind(void **state)
{
    (void)state;
    probe();
    device_reset();
    rd(PRING_F_REG_INTERRUPT_STATUS, 1);
    expect_device("MMIO-DEV-05");
    bench_reset(PRING_DEVICE_BLK);
    probe();
    device_reset();
    rd(PRING_F_REG_QUEUE_READY, 1);
    expect_device("MMIO-DEV-06");
}

static void config_word(uint32_t offset, uint32_t value)
{
    access_raw(false, offset, 4, value, value, value);
}

static void test_configuration_changes_under_one_generation(void **state)
{
    (void)state;
    rd(PRING_F_REG_CONFIG_GENERATION, 7);
    config_word(0x100, 64);
    config_word(0x100, 65);
    rd(PRING_F_REG_CONFIG_GENERATION, 7);
    expect_device("MMIO-DEV-07");
}

static void test_configuration_changes_with_its_generation(void **state)
{
    (void)state;
    config_word(0x100, 63);
    rd(PRING_F_REG_CONFIG_GENERATION, 7);
    config_word(0x100, 64);
    config_word(0x100, 65);
    rd(PRING_F_REG_CONFIG_GENERATION, 8);
    config_word(0x100, 65);
    rd(PRING_F_REG_CONFIG_GENERATION, 8);
    expect_good_device();
}

/* ---- memory ---- */

static void test_memory_without_driver_ok(void **state)
{
    (void)state;
    begin_probe();
    init(S_ALL & ~S_DRIVER_OK);
    dma_read(bus(bench_rings), 16);
    expect_device("STATUS-DEV-01");
}

static void test_memory_after_a_reset(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    wr(PRING_F_REG_STATUS, 0);
    payload(0, 16); /* the reset is not over: it drains */
    expect_good_device();
    rd(PRING_F_REG_STATUS, 0);
    payload(0, 16);
    expect_device("RESET-DEV-03");
}

static void test_memory_of_a_stopped_queue(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    wr(PRING_F_REG_QUEUE_READY, 0);
    payload(0, 16);
    rd(PRING_F_REG_QUEUE_READY, 0);
    expect_good_device();
    dma_read(bus(bench_rings + DRIVER), 4);
    expect_device("MMIO-DEV-08");
}

static void test_memory_readable(void **state)
{
    (void)state;
    lent(0);
    payload(0, 1);
    expect_device("SPLIT-DESC-DEV-01");
}

static void test_memory_not_lent(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    payload(8, 17);
    expect_device("SPLIT-DESC-DEV-01");
}

static void test_memory_the_table(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    dma_write(bus(bench_rings + DESC) + 8, "abcd", 4);
    expect_device("SPLIT-DESC-DEV-03");
}

static void test_memory_the_available_ring(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    dma_write(bus(bench_rings + DRIVER), "ab", 2);
    expect_device("SPLIT-DESC-DEV-01");
}

static void test_memory_that_the_driver_changed_in_flight_is_unclear(void **state)
{
    struct pring_event event = event_of(PRING_EV_TOUCH, PRING_F_DESC_ADDR);

    (void)state;
    lent(PRING_DESC_WRITE);
    pring_judge_event(&event);
    payload(32, 40);
    expect_good_device();
}

/* ---- the used ring ---- */

static void test_used_index_before_its_element(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    payload(0, 16);
    used_idx(1);
    element(0, 0, 16);
    expect_device("SPLIT-USED-DEV-01");
}

static void test_used_length_beyond_what_was_written(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    payload(0, 8);
    payload(9, 16);
    element(0, 0, 16);
    used_idx(1);
    expect_device("SPLIT-USED-DEV-02");
}

static void test_used_length_written_out_of_order_is_silent(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    payload(8, 16);
    payload(0, 8);
    element(0, 0, 16);
    used_idx(1);
    expect_good_device();
}

static void test_used_payload_after_the_index(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    payload(0, 16);
    element(0, 0, 16);
    used_idx(1);
    payload(0, 4);
    expect_device("SPLIT-USED-DEV-02");
}

static void test_used_id_not_lent(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    payload(0, 16);
    element(0, 3, 0);
    used_idx(1);
    expect_device("ST-SPLIT-DEV-03");
}

static void test_used_index_jumps(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    used_idx(SIZE + 1);
    expect_device("ST-SPLIT-DEV-02");
}

static void test_used_no_random_byte(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    element(0, 0, 0);
    used_idx(1);
    expect_device("RNG-DEV-01");
}

static void used_flags(uint16_t flags)
{
    dma_write(bus(bench_rings + DEVICE), &flags, 2);
}

static void test_used_flags(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    used_flags(1);
    expect_good_device();
    used_flags(2);
    expect_device("SPLIT-ASUP-DEV-01");
    bench_reset(PRING_DEVICE_RNG);
    lent(PRING_DESC_WRITE);
    bench_observer.features_written |= 1ull << F_EVENT_IDX;
    used_flags(1);
    expect_device("SPLIT-ASUP-DEV-03");
}

static void test_used_avail_event(void **state)
{
    uint64_t addr;

    (void)state;
    lent(PRING_DESC_WRITE);
    addr = bus(bench_rings + DEVICE) + 4 + 8 * SIZE;
    bench_observer.features_written |= 1ull << F_EVENT_IDX;
    dma_write(addr, "ab", 2);
    expect_good_device();
    bench_observer.features_written = 1ull << F_VERSION_1;
    dma_write(addr, "ab", 2);
    expect_device("avail-event");
}

static void test_used_in_one_burst_with_bytes_left_out(void **state)
{
    uint8_t bytes[16] = {9, 9, 1, 0, 0, 0, 0, 0, 16}, strb[16] = {0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    struct pring_event event = event_of(PRING_EV_DEV_WRITE, 0);

    (void)state;
    lent(PRING_DESC_WRITE);
    payload(0, 16);
    event.addr = bus(bench_rings + DEVICE);
    event.len_bytes = sizeof(bytes);
    event.bytes = bytes;
    event.strb = strb;
    pring_judge_event(&event);
    expect_good_device();
    payload(0, 1); /* the chain is over */
    expect_device("SPLIT-USED-DEV-02");
}

/* ---- interrupts ---- */

static void lose_interrupt(void)
{
    payload(0, 16);
    element(0, 0, 16);
    used_idx(1);
    idle();
    made(0);
    wr(PRING_F_REG_STATUS, bench_flags);
    idle();
}

static void test_no_interrupt(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    lose_interrupt();
    expect_device("SPLIT-USUP-DEV-03");
}

static void test_no_interrupt_where_none_is_wanted(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    bench_rings[DRIVER] = 1;
    lose_interrupt();
    expect_good_device();
}

static void test_no_interrupt_at_the_event_index(void **state)
{
    (void)state;
    lent(PRING_DESC_WRITE);
    bench_observer.features_written |= 1ull << F_EVENT_IDX;
    bench_rings[DRIVER + 4 + 2 * SIZE] = 5;
    lose_interrupt();
    expect_good_device();
    bench_rings[DRIVER + 4 + 2 * SIZE] = 0;
    made(0);
    idle();
    expect_device("SPLIT-USUP-DEV-05");
}

static void test_interrupt_before_driver_ok(void **state)
{
    (void)state;
    begin_probe();
    init(S_ALL & ~S_DRIVER_OK);
    interrupt(1);
    expect_device("STATUS-DEV-02");
}

static void test_interrupt_after_a_reset(void **state)
{
    (void)state;
    probe();
    device_reset();
    interrupt(2);
    expect_device("RESET-DEV-02");
}

static void test_interrupt_status_bits(void **state)
{
    (void)state;
    probe();
    interrupt(4);
    expect_device("MMIO-DEV-04");
    bench_reset(PRING_DEVICE_RNG);
    probe();
    interrupt(0);
    expect_device("ST-MMIO-DEV-09");
    bench_reset(PRING_DEVICE_RNG);
    lent(PRING_DESC_WRITE);
    made(0);
    interrupt(2);
    expect_device("MMIO-DEV-03");
}

static void test_needs_reset_without_a_word(void **state)
{
    (void)state;
    probe();
    interrupt(2);
    rd(PRING_F_REG_STATUS, 0x4f);
    expect_good_device();
    device_reset();
    begin_probe();
    init(S_ALL);
    rd(PRING_F_REG_STATUS, 0x4f); /* it may be on its way */
    expect_good_device();
    rd(PRING_F_REG_STATUS, 0x4f);
    expect_device("STATUS-DEV-04");
}

static void test_a_disk_that_grows_says_so(void **state)
{
    (void)state;
    probe();
    tell(PRING_EV_ACT, 64); /* no change */
    interrupt(1);
    tell(PRING_EV_ACT, 128);
    interrupt(2);
    expect_good_device();
    tell(PRING_EV_ACT, 256);
    interrupt(1);
    expect_device("MMIO-DEV-03");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RNG_TEST(test_an_honest_completion_is_silent),
        RNG_TEST(test_identity),
        RNG_TEST(test_a_faults_answer_is_not_the_backends),
        BLK_TEST(test_features_not_asked_for),
        BLK_TEST(test_features_without_version_1),
        BLK_TEST(test_features_without_what_they_need),
        BLK_TEST(test_an_odd_set_up_is_not_the_backends_fault),
        BLK_TEST(test_features_ok_for_a_set_that_cannot_work),
        BLK_TEST(test_a_reset_that_does_not_end),
        BLK_TEST(test_what_a_reset_leaves_behind),
        BLK_TEST(test_configuration_changes_under_one_generation),
        BLK_TEST(test_configuration_changes_with_its_generation),
        RNG_TEST(test_memory_without_driver_ok),
        RNG_TEST(test_memory_after_a_reset),
        RNG_TEST(test_memory_of_a_stopped_queue),
        BLK_TEST(test_memory_readable),
        RNG_TEST(test_memory_not_lent),
        RNG_TEST(test_memory_the_table),
        RNG_TEST(test_memory_the_available_ring),
        RNG_TEST(test_memory_that_the_driver_changed_in_flight_is_unclear),
        RNG_TEST(test_used_index_before_its_element),
        RNG_TEST(test_used_length_beyond_what_was_written),
        RNG_TEST(test_used_length_written_out_of_order_is_silent),
        RNG_TEST(test_used_payload_after_the_index),
        RNG_TEST(test_used_id_not_lent),
        RNG_TEST(test_used_index_jumps),
        RNG_TEST(test_used_no_random_byte),
        RNG_TEST(test_used_flags),
        RNG_TEST(test_used_avail_event),
        RNG_TEST(test_used_in_one_burst_with_bytes_left_out),
        RNG_TEST(test_no_interrupt),
        RNG_TEST(test_no_interrupt_where_none_is_wanted),
        RNG_TEST(test_no_interrupt_at_the_event_index),
        RNG_TEST(test_interrupt_before_driver_ok),
        RNG_TEST(test_interrupt_after_a_reset),
        RNG_TEST(test_interrupt_status_bits),
        RNG_TEST(test_needs_reset_without_a_word),
        BLK_TEST(test_a_disk_that_grows_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
