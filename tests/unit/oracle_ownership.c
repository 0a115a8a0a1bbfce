/* SPDX-License-Identifier: Apache-2.0 */
/* What is lent, and touched, freed or given back too early: ownership. */
#include "oracle_bench.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
