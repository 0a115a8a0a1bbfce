/* SPDX-License-Identifier: Apache-2.0 */
/* What is lent, touched, freed and handed up: window, leak, ownership, length, memory. */
#include "oracle_bench.h"

static void *mapped(uint32_t len_bytes)
{
    void *ptr = pring_memory_alloc(len_bytes, 16, false);

    map(ptr, len_bytes);
    return ptr;
}

static void poke_desc(void)
{
    bench_observer.queue[0].lied = true;
    fire(PRING_FAULT_POKE, PRING_F_USED_IDX, PRING_F_DESC_ADDR, true);
}

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

/* ---- ownership ---- */

static void touch(const void *ptr)
{
    struct pring_event event = bench_event(PRING_EV_TOUCH);

    event.addr = address_of(ptr);
    event.len_bytes = 1;
    pring_judge_event(&event);
}

static void release(uint8_t kind, const void *ptr, uint64_t len_bytes)
{
    struct pring_call what = {.kind = kind, .addr = address_of(ptr), .len_bytes = len_bytes};
    struct pring_event event = bench_event(PRING_EV_CALL);

    event.call = &what;
    pring_judge_event(&event);
}

static void test_ownership_a_store_to_lent_bytes_is_a_bug(void **state)
{
    void *ptr = mapped(32);
    struct pring_segment s = segment(ptr, 32, PRING_DESC_WRITE);

    (void)state;
    lend(2, &s, 1);
    touch(ptr);
    expect_bug("ownership", "store-while-lent");
}

static void test_ownership_a_store_after_the_index_was_loaded_is_silent(void **state)
{
    void *ptr = mapped(32);
    struct pring_segment s = segment(ptr, 32, PRING_DESC_WRITE);

    (void)state;
    lend(2, &s, 1);
    show(2, 32);
    cover(2);
    touch(ptr);
    expect_silence();
}

static void test_ownership_free_and_unmap_of_lent_bytes_are_bugs(void **state)
{
    static const struct {
        uint8_t kind;
        const char *rule;
    } cases[] = {{PRING_CALL_FREE, "free-while-lent"},
                 {PRING_CALL_DMA_FREE, "dma-free-while-lent"},
                 {PRING_CALL_UNMAP, "unmap-while-lent"}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bench_reset();
        uint8_t *ptr = mapped(32);
        struct pring_segment s = segment(ptr + 8, 8, PRING_DESC_WRITE);
        lend(0, &s, 1);
        release(cases[i].kind, ptr, 32);
        expect_bug("ownership", cases[i].rule);
    }
}

static void test_ownership_free_of_a_ready_ring_is_a_bug_once_the_device_may_look(void **state)
{
    void *ptr = mapped(256);

    (void)state;
    pring_bytes_set(address_of(ptr), 128, PRING_BYTE_RING);
    release(PRING_CALL_DMA_FREE, ptr, 256);
    expect_silence();
    bench_observer.driver_ok = true;
    release(PRING_CALL_DMA_FREE, ptr, 256);
    expect_bug("ownership", "ring-released");
}

static void test_ownership_after_the_device_left_nothing_is_lent(void **state)
{
    void *ptr = mapped(32);
    struct pring_segment s = segment(ptr, 32, PRING_DESC_WRITE);

    (void)state;
    lend(0, &s, 1);
    bench_observer.unplugged = true;
    release(PRING_CALL_FREE, ptr, 32);
    expect_silence();
}

static void test_ownership_a_request_reported_while_its_data_are_lent_is_a_bug(void **state)
{
    struct pring_request r = request_of(PRING_READ, 0, 512);
    struct pring_segment s = segment(r.data, 512, PRING_DESC_WRITE);

    (void)state;
    map(r.data, 512);
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    lend(0, &s, 1);
    bench_observer.queue[0].withheld = true; /* the device is late; the driver gave up */
    done(&r, -1, 0);
    expect_bug("ownership", "done-while-lent");
}

static void test_ownership_a_reset_that_a_fault_keeps_from_ending_excuses_the_report(void **state)
{
    struct pring_request r = request_of(PRING_READ, 0, 512);
    struct pring_segment s = segment(r.data, 512, PRING_DESC_WRITE);

    (void)state;
    map(r.data, 512);
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &r);
    lend(0, &s, 1);
    bench_observer.reset_pending = bench_observer.config_lied = true;
    done(&r, -1, 0);
    expect_silence();
}

/* The element names chain 1, but the device made chain 0: the driver can only believe it. */
static void test_ownership_a_chain_whose_id_was_shown_by_a_lie_is_excused(void **state)
{
    void *a = mapped(32), *b = mapped(32);
    struct pring_segment first = segment(a, 32, PRING_DESC_WRITE), second = segment(b, 32, PRING_DESC_WRITE);
    struct pring_event load = bench_event(PRING_EV_LOAD);

    (void)state;
    lend(0, &first, 1);
    lend(1, &second, 1);
    lie(PRING_F_USED_ID);
    load.field = PRING_F_USED_ID;
    load.seen = 1;
    pring_judge_event(&load);
    touch(b);
    expect_silence();
    touch(a);
    expect_bug("ownership", "store-while-lent");
}

static void test_ownership_an_excuse_ends_when_the_chain_is_lent_again(void **state)
{
    void *a = mapped(32);
    struct pring_segment s = segment(a, 32, PRING_DESC_WRITE);
    struct pring_event load = bench_event(PRING_EV_LOAD);

    (void)state;
    lend(1, &s, 1);
    lie(PRING_F_USED_ID);
    load.field = PRING_F_USED_ID;
    load.seen = 1;
    pring_judge_event(&load);
    lend(1, &s, 1);
    touch(a);
    expect_bug("ownership", "store-while-lent");
}

static void test_ownership_a_fault_that_only_stands_at_a_descriptor_excuses_nothing(void **state)
{
    void *a = mapped(32);
    struct pring_segment s = segment(a, 32, PRING_DESC_WRITE);

    (void)state;
    fire(PRING_FAULT_IRQ, PRING_F_DESC_ADDR, 0, true);
    lend(1, &s, 1);
    touch(a);
    expect_bug("ownership", "store-while-lent");
}

static void test_ownership_a_chain_that_a_fault_rewrote_is_not_the_drivers(void **state)
{
    void *a = mapped(32);
    struct pring_segment s = segment(a, 32, PRING_DESC_WRITE);
    struct pring_event reset = bench_event(PRING_EV_RESET);

    (void)state;
    poke_desc();
    lend(1, &s, 1);
    touch(a);
    expect_silence();
    pring_judge_event(&reset);
    lend(1, &s, 1);
    touch(a);
    expect_bug("ownership", "store-while-lent");
}

static void test_ownership_a_stack_that_is_lent_when_all_calls_are_over_is_a_bug(void **state)
{
    struct pring_segment s = {.addr = PRING_STACK_BASE + 4096, .len_bytes = 8, .flags = PRING_DESC_WRITE};

    (void)state;
    pring_bytes_set(s.addr, s.len_bytes, PRING_BYTE_FROM_DEVICE);
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_POLL, NULL);
    lend(0, &s, 1);
    expect_silence();
    end(PRING_ENTRY_POLL, 0);
    expect_bug("ownership", "stack-lent");
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
        BENCH_TEST(test_ownership_a_store_to_lent_bytes_is_a_bug),
        BENCH_TEST(test_ownership_a_store_after_the_index_was_loaded_is_silent),
        BENCH_TEST(test_ownership_free_and_unmap_of_lent_bytes_are_bugs),
        BENCH_TEST(test_ownership_free_of_a_ready_ring_is_a_bug_once_the_device_may_look),
        BENCH_TEST(test_ownership_after_the_device_left_nothing_is_lent),
        BENCH_TEST(test_ownership_a_request_reported_while_its_data_are_lent_is_a_bug),
        BENCH_TEST(test_ownership_a_reset_that_a_fault_keeps_from_ending_excuses_the_report),
        BENCH_TEST(test_ownership_a_chain_whose_id_was_shown_by_a_lie_is_excused),
        BENCH_TEST(test_ownership_an_excuse_ends_when_the_chain_is_lent_again),
        BENCH_TEST(test_ownership_a_fault_that_only_stands_at_a_descriptor_excuses_nothing),
        BENCH_TEST(test_ownership_a_chain_that_a_fault_rewrote_is_not_the_drivers),
        BENCH_TEST(test_ownership_a_stack_that_is_lent_when_all_calls_are_over_is_a_bug),
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
