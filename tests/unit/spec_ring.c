/* SPDX-License-Identifier: Apache-2.0 */
/* Split rings, entropy and block requests. */
#include "spec_bench.h"

static uint8_t *memory(uint32_t len_bytes)
{
    return pring_memory_alloc(len_bytes, 16, true);
}

static struct pring_segment writable(uint32_t len_bytes)
{
    return part(memory(len_bytes), len_bytes, PRING_DESC_WRITE);
}

static void call_ends(void)
{
    end_with(PRING_ENTRY_SUBMIT, 0);
}

/* ---- chains and indices ---- */

static void test_an_honest_request_is_silent(void **state)
{
    struct pring_segment s = writable(16);

    (void)state;
    probe();
    post(0, &s, 1);
    show(0, 16);
    done(0, 16);
    call_ends();
    expect_silence();
    expect_good_device();
}

static void test_readable_behind_writable(void **state)
{
    struct pring_segment s[] = {writable(16), part(memory(16), 16, 0)};

    (void)state;
    probe();
    lend(0, s, 2, PRING_CHAIN_ORDER);
    expect("FRAME-DRV-01");
}

static void test_a_loop(void **state)
{
    struct pring_segment s = writable(16);

    (void)state;
    probe();
    lend(0, &s, 1, PRING_CHAIN_LOOP);
    expect("SPLIT-DESC-DRV-01");
}

static void test_a_walk_that_stops_early_has_its_rule(void **state)
{
    static const struct {
        uint8_t fault;
        const char *rule;
    } cases[] = {
        {PRING_CHAIN_INDEX, "desc-index"},      {PRING_CHAIN_INDIRECT, "SPLIT-IND-DRV-01"},
        {PRING_CHAIN_RELENT, "lent-twice"},     {PRING_CHAIN_NESTED, "SPLIT-IND-DRV-02"},
        {PRING_CHAIN_LONG, "SPLIT-IND-DRV-03"}, {PRING_CHAIN_BEYOND, "SPLIT-IND-DRV-04"},
        {PRING_CHAIN_TABLE, "indirect-table"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct pring_segment s;
        bench_reset(PRING_DEVICE_RNG);
        s = writable(16);
        probe();
        lend(0, &s, 1, PRING_CHAIN_ZERO);
        expect_silence();
        lend(0, &s, 1, cases[i].fault);
        expect(cases[i].rule);
    }
}

static void test_a_chain_of_more_than_four_gigabytes(void **state)
{
    struct pring_segment s[] = {writable(16), writable(16)};

    (void)state;
    s[0].len_bytes = s[1].len_bytes = 0x80000001;
    probe();
    lend(0, s, 2, PRING_CHAIN_GOOD);
    expect("SPLIT-DESC-DRV-01");
}

static void test_a_table_that_the_device_wrote_is_not_the_drivers(void **state)
{
    struct pring_segment s = writable(16);

    (void)state;
    probe();
    fire(PRING_FAULT_POKE, PRING_F_KICK, PRING_F_DESC_FLAGS, true);
    lend(0, &s, 1, PRING_CHAIN_LOOP);
    expect_silence();
}

static void test_avail_idx_goes_back(void **state)
{
    (void)state;
    probe();
    store(PRING_F_AVAIL_IDX, 0, 0, 3);
    store(PRING_F_AVAIL_IDX, 0, 3, 2);
    expect("SPLIT-AVAIL-DRV-01");
}

static void test_avail_idx_wraps(void **state)
{
    (void)state;
    probe();
    store(PRING_F_AVAIL_IDX, 0, 0xffff, 0xffff);
    store(PRING_F_AVAIL_IDX, 0, 0xffff, 3);
    wr(PRING_F_REG_QUEUE_NOTIFY, 0);
    expect_silence();
}

static void test_an_index_that_the_device_wrote_is_not_the_drivers(void **state)
{
    (void)state;
    probe();
    store(PRING_F_AVAIL_IDX, 0, 0, 1);
    fire(PRING_FAULT_POKE, PRING_F_KICK, PRING_F_AVAIL_IDX, true);
    store(PRING_F_AVAIL_IDX, 0, 40, 41);
    wr(PRING_F_REG_QUEUE_NOTIFY, 0);
    expect_silence();
}

static void test_avail_flags_beyond_one(void **state)
{
    (void)state;
    probe();
    store(PRING_F_AVAIL_FLAGS, 0, 0, 1);
    expect_silence();
    store(PRING_F_AVAIL_FLAGS, 0, 0, 2);
    expect("SPLIT-USUP-DRV-01");
}

/* ---- notifications ---- */

static void test_no_notification(void **state)
{
    struct pring_segment s = writable(16);

    (void)state;
    probe();
    post_silently(0, &s, 1);
    expect_silence();
    call_ends();
    expect("SPLIT-ASUP-DRV-04");
}

static void test_no_notification_before_sleeping(void **state)
{
    struct pring_segment s = writable(16);

    (void)state;
    probe();
    post_silently(0, &s, 1);
    guest_call(PRING_CALL_SLEEP, 0, 0);
    expect("SPLIT-ASUP-DRV-04");
}

static void test_one_notification_for_several_requests_is_silent(void **state)
{
    struct pring_segment s = writable(16);

    (void)state;
    probe();
    post_silently(0, &s, 1);
    post(1, &s, 1);
    call_ends();
    expect_silence();
}

static void test_no_notification_where_none_is_wanted_is_silent(void **state)
{
    struct pring_segment s = writable(16);

    (void)state;
    probe();
    post_silently(0, &s, 1);
    load(PRING_F_USED_FLAGS, 0, 1);
    call_ends();
    expect_silence();
}

static void test_a_driver_that_gives_up_need_not_notify(void **state)
{
    struct pring_segment s = writable(16);

    (void)state;
    probe();
    post_silently(0, &s, 1);
    tell(PRING_EV_BROKEN, 0);
    call_ends();
    expect_silence();
}

/* ---- entropy ---- */

static void test_entropy_readable(void **state)
{
    struct pring_segment s = part(memory(16), 16, 0);

    (void)state;
    probe();
    post(0, &s, 1);
    expect("RNG-DRV-01");
}

static void test_entropy_more_than_reported(void **state)
{
    struct pring_segment s = writable(16);

    (void)state;
    probe();
    post(0, &s, 1);
    show(0, 4);
    done(0, 16);
    expect("RNG-DRV-02");
}

static void test_entropy_nothing_reported(void **state)
{
    struct pring_segment s = writable(16);

    (void)state;
    probe();
    post(0, &s, 1);
    show(0, 0);
    done(0, 16);
    expect("SPLIT-USED-DRV-01");
}

static void test_entropy_kept_for_later_is_silent(void **state)
{
    struct pring_segment s = writable(64);

    (void)state;
    probe();
    post(0, &s, 1);
    show(0, 64);
    done(0, 16);
    done(0, 48);
    expect_silence();
}

static void test_entropy_failed_requests_hand_up_nothing(void **state)
{
    struct pring_segment s = writable(16);

    (void)state;
    probe();
    post(0, &s, 1);
    show(0, 0);
    done(-1, 0);
    expect_silence();
}

/* ---- block ---- */

struct header {
    uint32_t type, reserved;
    uint64_t sector;
};

static void request(uint32_t type, uint64_t sector, uint32_t bytes)
{
    uint8_t *header = memory(sizeof(struct header));
    struct header h = {type, 0, sector};
    struct pring_segment s[3] = {part(header, 7, 0), part(header + 7, 9, 0)};

    memcpy(header, &h, sizeof(h));
    if (type == 1) {
        s[1] = part(header, sizeof(h), 0);
        s[0] = s[1];
        s[1] = part(memory(bytes ? bytes : 1), bytes, 0);
        s[2] = writable(1);
    } else {
        s[2] = writable(bytes + 1);
    }
    post(0, s, 3);
}

static void read_capacity(uint32_t sectors)
{
    access_raw(false, 0x100, 4, sectors, sectors, sectors);
    access_raw(false, 0x104, 4, 0, 0, 0);
}

static void test_block_requests_in_range_are_silent(void **state)
{
    (void)state;
    probe();
    request(0, 63, 512);
    request(1, 0, 64 * 512);
    request(4, 0, 0);
    request(8, 0, 20);
    expect_silence();
}

static void test_block_beyond_the_end(void **state)
{
    (void)state;
    probe();
    request(0, 63, 1024);
    expect("BLK-OP-DRV-02");
}

static void test_block_beyond_the_end_by_wrapping(void **state)
{
    (void)state;
    probe();
    request(1, UINT64_MAX, 512);
    expect("BLK-OP-DRV-02");
}

static void test_block_within_the_capacity_that_was_shown_is_silent(void **state)
{
    (void)state;
    probe();
    read_capacity(1000);
    request(0, 900, 512);
    expect_silence();
    read_capacity(500);
    request(0, 900, 512);
    expect("BLK-OP-DRV-02");
}

static void test_block_a_request_that_had_begun_may_meet_a_smaller_disk(void **state)
{
    (void)state;
    probe();
    bench_observer.open_requests = 1;
    tell(PRING_EV_BEGIN, PRING_ENTRY_SUBMIT);
    read_capacity(4);
    request(0, 63, 512);
    expect_silence();
    tell(PRING_EV_BEGIN, PRING_ENTRY_SUBMIT);
    request(0, 63, 512);
    expect("BLK-OP-DRV-02");
}

static void test_block_odd_lengths(void **state)
{
    (void)state;
    probe();
    request(0, 0, 100);
    expect("BLK-OP-DRV-06");
}

static void test_block_a_flush_with_a_sector(void **state)
{
    (void)state;
    probe();
    request(4, 1, 0);
    expect("BLK-OP-DRV-04");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RNG_TEST(test_an_honest_request_is_silent),
        BLK_TEST(test_readable_behind_writable),
        BLK_TEST(test_a_loop),
        RNG_TEST(test_a_walk_that_stops_early_has_its_rule),
        BLK_TEST(test_a_chain_of_more_than_four_gigabytes),
        BLK_TEST(test_a_table_that_the_device_wrote_is_not_the_drivers),
        RNG_TEST(test_avail_idx_goes_back),
        RNG_TEST(test_avail_idx_wraps),
        RNG_TEST(test_an_index_that_the_device_wrote_is_not_the_drivers),
        RNG_TEST(test_avail_flags_beyond_one),
        RNG_TEST(test_no_notification),
        RNG_TEST(test_no_notification_before_sleeping),
        RNG_TEST(test_one_notification_for_several_requests_is_silent),
        RNG_TEST(test_no_notification_where_none_is_wanted_is_silent),
        RNG_TEST(test_a_driver_that_gives_up_need_not_notify),
        RNG_TEST(test_entropy_readable),
        RNG_TEST(test_entropy_more_than_reported),
        RNG_TEST(test_entropy_nothing_reported),
        RNG_TEST(test_entropy_kept_for_later_is_silent),
        RNG_TEST(test_entropy_failed_requests_hand_up_nothing),
        BLK_TEST(test_block_requests_in_range_are_silent),
        BLK_TEST(test_block_beyond_the_end),
        BLK_TEST(test_block_beyond_the_end_by_wrapping),
        BLK_TEST(test_block_within_the_capacity_that_was_shown_is_silent),
        BLK_TEST(test_block_a_request_that_had_begun_may_meet_a_smaller_disk),
        BLK_TEST(test_block_odd_lengths),
        BLK_TEST(test_block_a_flush_with_a_sector),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
