/* SPDX-License-Identifier: Apache-2.0 */
/* Monitors of ranges of block: each with what is a breach, and what is none. */
#include "spec_devices.h"

static int start_blk(void **state)
{
    (void)state;
    set_up(PRING_DEVICE_BLK, 3ull << 13, 1);
    probe();
    return 0;
}

static void ask(uint8_t type, uint32_t data_bytes, uint32_t in)
{
    bytes[0] = type;
    lend_on(0, 16 + data_bytes, in);
}

static void test_right_ranges_are_silent(void **state)
{
    (void)state;
    ask(11, 32, 1);
    bytes[16 + 12] = 1;
    ask(13, 32, 1); /* unmap may be set here */
    ask(8, 0, 21);
    expect_silence();
}

static void test_half_a_segment(void **state)
{
    (void)state;
    ask(11, 24, 1);
    expect("BLK-OP-DRV-07");
}

static void test_too_many_segments(void **state)
{
    (void)state;
    ask(11, 48, 1);
    expect("BLK-OP-DRV-09");
    start_blk(state);
    ask(13, 48, 1);
    expect("BLK-OP-DRV-11");
}

static void test_the_limit_that_was_shown_counts(void **state)
{
    (void)state;
    access_raw(false, 0x100 + 40, 4, 2, 2, 3);
    ask(11, 48, 1);
    expect_silence();
    ask(11, 64, 1);
    expect("BLK-OP-DRV-09");
}

static void test_unmap_in_a_discard(void **state)
{
    (void)state;
    bytes[16 + 16 + 12] = 1; /* of the second segment */
    ask(11, 32, 1);
    expect("BLK-OP-DRV-14");
}

static void test_an_identity_of_another_size(void **state)
{
    (void)state;
    ask(8, 0, 22);
    expect("BLK-OP-DRV-08");
}

#define BLOCK(name) cmocka_unit_test_setup(name, start_blk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BLOCK(test_right_ranges_are_silent), BLOCK(test_half_a_segment),
        BLOCK(test_too_many_segments),       BLOCK(test_the_limit_that_was_shown_counts),
        BLOCK(test_unmap_in_a_discard),      BLOCK(test_an_identity_of_another_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
