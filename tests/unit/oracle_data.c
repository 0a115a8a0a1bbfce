/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle_bench.h"

#include <pring/device.h>

static void fill(struct pring_request *r)
{
    for (size_t word = 0; word < r->len_bytes / 8; word++) {
        uint64_t value = pring_cow_fill(bench_setup.seed, (r->offset + 8 * word) / 512, word % 64);
        memcpy((uint8_t *)r->data + 8 * word, &value, 8);
    }
    pring_bytes_set(address_of(r->data), r->len_bytes, PRING_BYTE_DEVICE);
}

static struct pring_request written(uint64_t offset, uint8_t value)
{
    struct pring_request r = request_of(PRING_WRITE, offset, 512);

    memset(r.data, value, 512);
    return r;
}

static void read_back(uint64_t offset, uint8_t value)
{
    static struct pring_request r;

    r = request_of(PRING_READ, offset, 512);
    device_writes(r.data, value, 512);
    serve(&r, 0, 512);
}

static void test_data_the_seeded_fill_is_right(void **state)
{
    struct pring_request r = request_of(PRING_READ, 5 * 512, 1024);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    fill(&r);
    serve(&r, 0, 1024);
    expect_silence();
}

static void test_data_another_sector_is_a_bug(void **state)
{
    struct pring_request r = request_of(PRING_READ, 5 * 512, 512);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    r.offset = 6 * 512;
    fill(&r);
    r.offset = 5 * 512;
    serve(&r, 0, 512);
    expect_bug("data", "contents");
}

static void test_data_what_was_written_is_read_back(void **state)
{
    struct pring_request w = written(512, 7);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    serve(&w, 0, 512);
    read_back(512, 7);
    expect_silence();
    read_back(512, 8);
    expect_bug("data", "contents");
}

static void test_data_a_write_that_failed_leaves_anything(void **state)
{
    struct pring_request w = written(512, 7);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    serve(&w, -1, 0);
    read_back(512, 9);
    expect_silence();
}

static void test_data_writes_that_overlap_in_time_have_no_order(void **state)
{
    struct pring_request a = written(512, 7), b = written(512, 8);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &a);
    begin(PRING_ENTRY_SUBMIT, &b);
    done(&b, 0, 512);
    done(&a, 0, 512);
    read_back(512, 8);
    expect_silence();
}

static void test_data_a_long_write_overlaps_all_that_came_and_went_meanwhile(void **state)
{
    struct pring_request a = written(512, 7), b = written(512, 8), c = written(512, 9);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &a);
    begin(PRING_ENTRY_SUBMIT, &b);
    done(&b, 0, 512);
    begin(PRING_ENTRY_SUBMIT, &c); /* behind b, but not behind a */
    done(&c, 0, 512);
    done(&a, 0, 512);
    read_back(512, 7);
    expect_silence();
}

static void test_data_a_write_under_way_may_be_seen_or_not(void **state)
{
    struct pring_request w = written(512, 7);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    begin(PRING_ENTRY_SUBMIT, &w);
    read_back(512, 9);
    expect_silence();
}

static void test_data_after_a_lie_nothing_is_compared(void **state)
{
    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    lie(PRING_F_USED_ID);
    read_back(512, 9);
    expect_silence();
}

static void test_data_after_a_fault_in_the_payload_nothing_is_compared(void **state)
{
    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    fire(PRING_FAULT_ANSWER, PRING_F_DATA_IN, 0, false);
    read_back(512, 9);
    expect_silence();
}

static void test_data_success_where_the_device_fails_is_a_bug(void **state)
{
    struct pring_request r = request_of(PRING_READ, 64 * 512, 512);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    device_writes(r.data, 1, 512);
    serve(&r, 0, 512);
    expect_bug("data", "status");
}

static void test_data_a_capacity_that_grew_is_believed(void **state)
{
    struct pring_request r = request_of(PRING_READ, 64 * 512, 512);
    struct pring_event act = bench_event(PRING_EV_ACT);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    act.made = 128;
    pring_judge_event(&act);
    fill(&r);
    serve(&r, 0, 512);
    expect_silence();
}

static void test_data_another_identity_is_a_bug(void **state)
{
    struct pring_request r = request_of(PRING_ID, 0, PRING_ID_BYTES);

    (void)state;
    call(PRING_ENTRY_PROBE, 0);
    device_writes(r.data, 0, PRING_ID_BYTES);
    memcpy(r.data, "proving-ring-blk", 16);
    serve(&r, 0, PRING_ID_BYTES);
    expect_silence();
    device_writes(r.data, 'x', PRING_ID_BYTES);
    serve(&r, 0, PRING_ID_BYTES);
    expect_bug("data", "id");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(test_data_the_seeded_fill_is_right),
        BENCH_TEST(test_data_another_sector_is_a_bug),
        BENCH_TEST(test_data_what_was_written_is_read_back),
        BENCH_TEST(test_data_a_write_that_failed_leaves_anything),
        BENCH_TEST(test_data_writes_that_overlap_in_time_have_no_order),
        BENCH_TEST(test_data_a_long_write_overlaps_all_that_came_and_went_meanwhile),
        BENCH_TEST(test_data_a_write_under_way_may_be_seen_or_not),
        BENCH_TEST(test_data_after_a_lie_nothing_is_compared),
        BENCH_TEST(test_data_after_a_fault_in_the_payload_nothing_is_compared),
        BENCH_TEST(test_data_success_where_the_device_fails_is_a_bug),
        BENCH_TEST(test_data_a_capacity_that_grew_is_believed),
        BENCH_TEST(test_data_another_identity_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
