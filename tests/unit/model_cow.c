/* SPDX-License-Identifier: Apache-2.0 */
/* Block contents: the seeded fill and what was written over it. */
#include "model_bench.h"

#include "device/cow.h"

static struct pring_cow *cow;

static int open_cow(void **state)
{
    (void)state;
    cow = pring_cow_new();
    return cow ? 0 : -1;
}

static int close_cow(void **state)
{
    (void)state;
    pring_cow_free(cow);
    return 0;
}

static int reset_cow(void **state)
{
    (void)state;
    pring_cow_reset(cow, 42);
    return 0;
}

static void test_unwritten_words_read_the_fill(void **state)
{
    (void)state;
    for (uint64_t sector = 0; sector < 100; sector++)
        for (uint32_t word = 0; word < PRING_COW_WORDS; word++)
            assert_int_equal(pring_cow_read_word(cow, sector, word), pring_cow_fill(42, sector, word));
    assert_int_equal(pring_cow_read_word(cow, UINT64_MAX, 63), pring_cow_fill(42, UINT64_MAX, 63));
}

static void test_fill_differs_between_words_sectors_and_seeds(void **state)
{
    (void)state;
    for (uint32_t i = 1; i < 1000; i++) {
        assert_int_not_equal(pring_cow_fill(42, i, 0), pring_cow_fill(42, 0, 0));
        assert_int_not_equal(pring_cow_fill(42 + i, 0, 0), pring_cow_fill(42, 0, 0));
        assert_int_not_equal(pring_cow_fill(42, 0, i % 64), pring_cow_fill(42, 1, i % 64));
    }
    for (uint32_t i = 1; i < PRING_COW_WORDS; i++)
        assert_int_not_equal(pring_cow_fill(42, 0, i), pring_cow_fill(42, 0, i - 1));
}

static void test_a_written_word_reads_back_and_its_neighbours_keep_the_fill(void **state)
{
    (void)state;
    pring_cow_write_word(cow, 7, 63, 0x1122334455667788);
    assert_int_equal(pring_cow_read_word(cow, 7, 63), 0x1122334455667788);
    assert_int_equal(pring_cow_read_word(cow, 7, 62), pring_cow_fill(42, 7, 62));
    assert_int_equal(pring_cow_read_word(cow, 8, 63), pring_cow_fill(42, 8, 63));
}

static void test_sector_access_equals_word_access(void **state)
{
    uint8_t bytes[PRING_SECTOR_BYTES];

    (void)state;
    pring_cow_write_word(cow, 3, 5, 0x0807060504030201);
    pring_cow_read_sector(cow, 3, bytes);
    for (uint32_t i = 0; i < PRING_SECTOR_BYTES; i++)
        assert_int_equal(bytes[i], (uint8_t)(pring_cow_read_word(cow, 3, i / 8) >> (8 * (i % 8))));
    assert_int_equal(bytes[40], 1);
    pring_cow_write_sector(cow, 4, bytes);
    for (uint32_t i = 0; i < PRING_COW_WORDS; i++)
        assert_int_equal(pring_cow_read_word(cow, 4, i), pring_cow_read_word(cow, 3, i));
}

static void test_writes_beyond_the_overlay_are_dropped_and_counted(void **state)
{
    uint8_t bytes[PRING_SECTOR_BYTES] = {1};

    (void)state;
    for (uint64_t sector = 0; sector < PRING_COW_SECTORS + 10; sector++)
        pring_cow_write_word(cow, sector * 1000, 1, sector);
    assert_int_equal(pring_cow_lost(cow), 10);
    pring_cow_write_sector(cow, 1, bytes);
    assert_int_equal(pring_cow_lost(cow), 10 + PRING_COW_WORDS);
    for (uint64_t sector = 0; sector < PRING_COW_SECTORS; sector++)
        assert_int_equal(pring_cow_read_word(cow, sector * 1000, 1), sector);
    assert_int_equal(pring_cow_read_word(cow, PRING_COW_SECTORS * 1000, 1),
                     pring_cow_fill(42, PRING_COW_SECTORS * 1000, 1));
    pring_cow_write_word(cow, 0, 2, 5); /* a sector that is there has room */
    assert_int_equal(pring_cow_read_word(cow, 0, 2), 5);
}

static void test_reset_forgets_all_writes(void **state)
{
    uint64_t fresh = pring_cow_hash(cow);

    (void)state;
    for (uint64_t sector = 0; sector < 5000; sector++)
        pring_cow_write_word(cow, sector, 0, ~sector);
    assert_int_not_equal(pring_cow_hash(cow), fresh);
    pring_cow_reset(cow, 42);
    assert_int_equal(pring_cow_hash(cow), fresh);
    assert_int_equal(pring_cow_lost(cow), 0);
    for (uint64_t sector = 0; sector < 5000; sector++)
        assert_int_equal(pring_cow_read_word(cow, sector, 0), pring_cow_fill(42, sector, 0));
}

static void test_hash_does_not_depend_on_the_order_of_writes(void **state)
{
    uint64_t forward;

    (void)state;
    for (uint64_t i = 0; i < 50; i++)
        pring_cow_write_word(cow, i, 3, i);
    forward = pring_cow_hash(cow);
    pring_cow_reset(cow, 42);
    for (uint64_t i = 50; i-- > 0;)
        pring_cow_write_word(cow, i, 3, i);
    assert_int_equal(pring_cow_hash(cow), forward);
    pring_cow_write_word(cow, 20, 3, 21);
    assert_int_not_equal(pring_cow_hash(cow), forward);
}

static void test_restore_brings_back_contents_into_any_store(void **state)
{
    struct pring_cow *other = pring_cow_new();
    size_t size_bytes;
    uint64_t hash;
    void *buf;

    (void)state;
    for (uint64_t i = 0; i < 300; i++)
        pring_cow_write_word(cow, i * i, (uint32_t)(i % 64), i);
    hash = pring_cow_hash(cow);
    size_bytes = pring_cow_save(cow, NULL, 0);
    buf = malloc(size_bytes);
    assert_int_equal(pring_cow_save(cow, buf, size_bytes), size_bytes);
    pring_cow_reset(other, 1);
    pring_cow_write_word(other, 4, 4, 4);
    pring_cow_restore(other, buf);
    assert_int_equal(pring_cow_hash(other), hash);
    for (uint64_t i = 0; i < 300; i++)
        assert_int_equal(pring_cow_read_word(other, i * i, (uint32_t)(i % 64)), i);
    pring_cow_reset(other, 42);
    pring_cow_reset(cow, 42);
    assert_int_equal(pring_cow_hash(other), pring_cow_hash(cow));
    free(buf);
    pring_cow_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_unwritten_words_read_the_fill, reset_cow),
        cmocka_unit_test_setup(test_fill_differs_between_words_sectors_and_seeds, reset_cow),
        cmocka_unit_test_setup(test_a_written_word_reads_back_and_its_neighbours_keep_the_fill, reset_cow),
        cmocka_unit_test_setup(test_sector_access_equals_word_access, reset_cow),
        cmocka_unit_test_setup(test_writes_beyond_the_overlay_are_dropped_and_counted, reset_cow),
        cmocka_unit_test_setup(test_reset_forgets_all_writes, reset_cow),
        cmocka_unit_test_setup(test_hash_does_not_depend_on_the_order_of_writes, reset_cow),
        cmocka_unit_test_setup(test_restore_brings_back_contents_into_any_store, reset_cow),
    };

    return cmocka_run_group_tests(tests, open_cow, close_cow);
}
