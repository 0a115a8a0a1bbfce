/* SPDX-License-Identifier: Apache-2.0 */
/* What the device is given and what is handed up: window, leak, length, memory. */
#include "oracle_bench.h"

/* ---- window ---- */

static void test_window_a_mapped_buffer_is_silent(void **state)
{
    void *ptr = mapped(32);
    struct pring_segment s = segment(ptr, 32, PRING_DESC_WRITE);

    (void)state;
    lend(0, &s, 1);
    expect_silence();
}

static void test_window_one_byte_beyond_the_mapping_is_a_bug(void **state)
{
    void *ptr = mapped(32);
    struct pring_segment s = segment(ptr, 33, PRING_DESC_WRITE);

    (void)state;
    lend(0, &s, 1);
    expect_bug("window", "mapping");
}

static void test_window_the_wrong_direction_is_a_bug(void **state)
{
    void *ptr = pring_memory_alloc(32, 16, true);
    struct pring_segment s = segment(ptr, 32, PRING_DESC_WRITE);

    (void)state;
    pring_bytes_set(address_of(ptr), 32, PRING_BYTE_TO_DEVICE);
    lend(0, &s, 1);
    expect_bug("window", "mapping");
}

static void test_window_an_address_without_memory_is_a_bug(void **state)
{
    struct pring_segment s = {.addr = UINT64_MAX - 7, .len_bytes = 16, .flags = PRING_DESC_WRITE};

    (void)state;
    lend(0, &s, 1);
    expect_bug("window", "mapping");
}

static void test_window_a_chain_over_a_ring_is_a_bug(void **state)
{
    void *ptr = mapped(64);
    struct pring_segment s = segment(ptr, 64, PRING_DESC_WRITE);

    (void)state;
    pring_bytes_set(address_of(ptr) + 60, 4, PRING_BYTE_RING);
    lend(0, &s, 1);
    expect_bug("window", "ring");
}

static void test_window_a_descriptor_that_a_fault_rewrote_is_not_the_drivers(void **state)
{
    struct pring_segment s = {.addr = 0x100, .len_bytes = 16, .flags = PRING_DESC_WRITE};

    (void)state;
    poke_desc();
    lend(0, &s, 1);
    expect_silence();
}

static void test_window_identity_dma_needs_no_mapping_but_memory(void **state)
{
    struct pring_segment good = segment(pring_memory_alloc(32, 16, false), 32, PRING_DESC_WRITE);
    struct pring_segment bad = {.addr = 0x100, .len_bytes = 16, .flags = PRING_DESC_WRITE};

    (void)state;
    bench_dut.traits = PRING_TRAIT_IDENTITY_DMA;
    lend(0, &good, 1);
    expect_silence();
    lend(1, &bad, 1);
    expect_bug("window", "object");
}

/* ---- leak ---- */

static void test_leak_a_header_with_a_hole_is_a_bug(void **state)
{
    uint8_t *ptr = mapped(16);
    struct pring_segment s = segment(ptr, 16, 0);
    static const uint8_t bytes[16];

    (void)state;
    driver_writes(ptr, bytes, 4);
    driver_writes(ptr + 8, bytes, 8);
    lend(0, &s, 1);
    expect_bug("leak", "uninitialised");
}

static void test_leak_what_is_written_or_came_from_the_device_is_silent(void **state)
{
    uint8_t *ptr = mapped(16);
    struct pring_segment s = segment(ptr, 16, 0);
    static const uint8_t bytes[16];

    (void)state;
    driver_writes(ptr, bytes, 8);
    device_writes(ptr + 8, 7, 8);
    lend(0, &s, 1);
    expect_silence();
}

static void test_leak_a_store_that_no_hook_saw_is_no_bug(void **state)
{
    uint8_t *ptr = mapped(16);
    struct pring_segment s = segment(ptr, 16, 0);

    (void)state;
    memset(ptr, 0, 15); /* no flags */
    lend(0, &s, 1);
    expect_silence();
}

static void test_leak_a_copy_of_memory_that_nobody_wrote_is_a_bug(void **state)
{
    uint8_t *ptr = mapped(16), *source = pring_memory_alloc(16, 16, false);
    struct pring_segment s = segment(ptr, 16, 0);

    (void)state;
    memset(source, 0, 8);
    driver_writes(ptr, source, 16);
    lend(0, &s, 1);
    expect_bug("leak", "uninitialised-copy");
}

static void test_leak_a_descriptor_that_a_fault_rewrote_is_not_the_drivers(void **state)
{
    struct pring_segment s = segment(mapped(16), 16, 0);

    (void)state;
    poke_desc();
    lend(0, &s, 1);
    expect_silence();
}

/* ---- length ---- */

static void test_length_more_than_was_asked_for_is_a_bug(void **state)
{
    struct pring_request r = request_of(PRING_READ, 0, 512);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    serve(&r, 0, 513);
    expect_bug("length", "over");
}

static void test_length_bytes_that_nobody_wrote_are_stale(void **state)
{
    struct pring_request r = request_of(PRING_ENTROPY, 0, 64);

    (void)state;
    bench_setup.device_type = PRING_DEVICE_RNG;
    bench_set_up();
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    device_writes(r.data, 9, 63);
    done(&r, 0, 64);
    expect_bug("length", "stale");
}

static void test_length_bytes_of_the_device_and_of_the_driver_are_silent(void **state)
{
    struct pring_request r = request_of(PRING_ENTROPY, 0, 64);
    static const uint8_t zeros[32];

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    device_writes(r.data, 9, 32);
    driver_writes((uint8_t *)r.data + 32, zeros, 32);
    done(&r, 0, 64);
    expect_silence();
}

static void test_length_stores_that_no_hook_saw_are_no_bug(void **state)
{
    struct pring_request r = request_of(PRING_ENTROPY, 0, 64);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    memset(r.data, 0, 64);
    done(&r, 0, 64);
    expect_silence();
}

static void test_length_a_length_within_the_chain_cannot_be_known_for_a_lie(void **state)
{
    struct pring_request r = request_of(PRING_ENTROPY, 0, 64);
    struct pring_segment s = segment(r.data, 64, PRING_DESC_WRITE);

    (void)state;
    map(r.data, 64);
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    lend(0, &s, 1);
    device_writes(r.data, 9, 32);
    lie(PRING_F_USED_LEN);
    show(0, 64);
    cover(0);
    done(&r, 0, 64);
    expect_silence();
}

static void test_length_a_length_beyond_the_chain_must_not_be_believed(void **state)
{
    struct pring_request r = request_of(PRING_ENTROPY, 0, 64);
    struct pring_segment s = segment(r.data, 64, PRING_DESC_WRITE);

    (void)state;
    map(r.data, 64);
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    lend(0, &s, 1);
    device_writes(r.data, 9, 32);
    lie(PRING_F_USED_LEN);
    show(0, 65);
    cover(0);
    done(&r, 0, 64);
    expect_bug("length", "used-len");
}

/* A bounce buffer: the copy counts as written by the driver, but it holds what the device did not write. */
static void copy_of_a_bounce_buffer(uint32_t made)
{
    struct pring_request r = request_of(PRING_ENTROPY, 0, 64);
    void *buffer = mapped(64);
    struct pring_segment s = segment(buffer, 64, PRING_DESC_WRITE);

    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    lend(0, &s, 1);
    device_writes(buffer, 9, made);
    show(0, made);
    cover(0);
    driver_writes(r.data, buffer, 64);
    done(&r, 0, 64);
}

static void test_length_a_copy_of_a_buffer_half_filled_is_stale(void **state)
{
    (void)state;
    copy_of_a_bounce_buffer(32);
    expect_bug("length", "stale");
}

static void test_length_a_copy_of_a_full_buffer_is_silent(void **state)
{
    (void)state;
    copy_of_a_bounce_buffer(64);
    expect_silence();
}

static void test_length_a_buffer_lent_again_before_the_report_is_not_looked_at(void **state)
{
    struct pring_request r = request_of(PRING_ENTROPY, 0, 64);
    void *buffer = mapped(64);
    struct pring_segment s = segment(buffer, 64, PRING_DESC_WRITE);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    lend(0, &s, 1);
    device_writes(buffer, 9, 64);
    show(0, 64);
    cover(0);
    driver_writes(r.data, buffer, 64);
    lend(0, &s, 1);
    done(&r, 0, 64);
    expect_silence();
}

/* ---- memory ---- */

static void report(uint64_t pc, const char *kind)
{
    struct pring_event event = bench_event(PRING_EV_REPORT);

    event.pc = pc;
    event.text = kind;
    event.addr = PRING_ARENA_BASE;
    event.len_bytes = 4;
    pring_judge_event(&event);
}

static void test_memory_a_report_is_a_bug_filed_under_the_last_lie(void **state)
{
    (void)state;
    lie(PRING_F_USED_ID);
    report(BENCH_PC, "heap-buffer-overflow");
    expect_bug("memory", "heap-buffer-overflow");
    assert_int_equal(pring_judge_bug()->label, PRING_F_USED_ID);
    assert_int_equal(bench_stop, PRING_STOP_ACCUSED);
}

static void test_memory_a_report_without_driver_code_is_the_benchs_own(void **state)
{
    struct pring_result result;

    (void)state;
    bench_reported = true;
    bench_report.is_driver = false;
    report(0, "heap-buffer-overflow");
    result = finish(PRING_STOP_NONE);
    assert_int_equal(result.verdict, PRING_VERDICT_OK);
    assert_int_equal(result.note_count, 1);
}

static void test_memory_a_crash_that_nobody_explains_is_a_bug(void **state)
{
    (void)state;
    finish(PRING_STOP_CRASH);
    expect_bug("memory", "crash");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(test_window_a_mapped_buffer_is_silent),
        BENCH_TEST(test_window_one_byte_beyond_the_mapping_is_a_bug),
        BENCH_TEST(test_window_the_wrong_direction_is_a_bug),
        BENCH_TEST(test_window_an_address_without_memory_is_a_bug),
        BENCH_TEST(test_window_a_chain_over_a_ring_is_a_bug),
        BENCH_TEST(test_window_a_descriptor_that_a_fault_rewrote_is_not_the_drivers),
        BENCH_TEST(test_window_identity_dma_needs_no_mapping_but_memory),
        BENCH_TEST(test_leak_a_header_with_a_hole_is_a_bug),
        BENCH_TEST(test_leak_what_is_written_or_came_from_the_device_is_silent),
        BENCH_TEST(test_leak_a_store_that_no_hook_saw_is_no_bug),
        BENCH_TEST(test_leak_a_copy_of_memory_that_nobody_wrote_is_a_bug),
        BENCH_TEST(test_leak_a_descriptor_that_a_fault_rewrote_is_not_the_drivers),
        BENCH_TEST(test_length_more_than_was_asked_for_is_a_bug),
        BENCH_TEST(test_length_bytes_that_nobody_wrote_are_stale),
        BENCH_TEST(test_length_bytes_of_the_device_and_of_the_driver_are_silent),
        BENCH_TEST(test_length_stores_that_no_hook_saw_are_no_bug),
        BENCH_TEST(test_length_a_length_within_the_chain_cannot_be_known_for_a_lie),
        BENCH_TEST(test_length_a_length_beyond_the_chain_must_not_be_believed),
        BENCH_TEST(test_length_a_copy_of_a_buffer_half_filled_is_stale),
        BENCH_TEST(test_length_a_copy_of_a_full_buffer_is_silent),
        BENCH_TEST(test_length_a_buffer_lent_again_before_the_report_is_not_looked_at),
        BENCH_TEST(test_memory_a_report_is_a_bug_filed_under_the_last_lie),
        BENCH_TEST(test_memory_a_report_without_driver_code_is_the_benchs_own),
        BENCH_TEST(test_memory_a_crash_that_nobody_explains_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
