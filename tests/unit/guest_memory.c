/* SPDX-License-Identifier: Apache-2.0 */
/* The arena and its byte flags. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sanitizer/asan_interface.h>

#include <pring/memory.h>

#include "guest_wire.h"

static int begin(void **state)
{
    (void)state;
    fake_reset();
    if (pring_machine_open())
        return -1;
    pring_machine_reset(&pring_islands[0]);
    return 0;
}

static void test_objects(void **state)
{
    (void)state;
    char *a = pring_memory_alloc(13, 0, false), *b = pring_memory_alloc(100, 256, true);
    assert_int_equal((uintptr_t)a % 16, 0);
    assert_int_equal((uintptr_t)b % 256, 0);
    assert_int_equal(pring_memory_size(a), 13);
    assert_int_equal(pring_memory_size(a + 1), 0);
    for (int i = 0; i < 13; i++) {
        assert_int_not_equal(a[i], 0);
        assert_int_equal((uint8_t)a[i], pring_memory_dirty((uintptr_t)a + (unsigned)i));
    }
    assert_false(__asan_address_is_poisoned(a + 12));
    assert_true(__asan_address_is_poisoned(a + 13));
    assert_true(__asan_address_is_poisoned(a - 1));
    assert_true(__asan_address_is_poisoned(b - 1));
    assert_int_equal(b[99], 0);
    assert_true(pring_bytes_all((uintptr_t)b, 100, PRING_BYTE_WRITTEN | PRING_BYTE_LIVE));
    assert_false(pring_bytes_any((uintptr_t)a, 13, PRING_BYTE_WRITTEN));
    assert_true(pring_memory_free(a));
    assert_false(pring_memory_free(a));
    assert_true(__asan_address_is_poisoned(a));
    assert_false(pring_bytes_any((uintptr_t)a, 13, PRING_BYTE_LIVE));
}

static void test_refused_when_full(void **state)
{
    (void)state;
    assert_null(pring_memory_alloc(PRING_ARENA_BYTES, 16, false));
    assert_null(pring_memory_alloc(SIZE_MAX, 16, false));
    assert_null(pring_memory_alloc(16, 24, false));
    unsigned n = 0;
    while (pring_memory_alloc(1 << 20, 16, false))
        n++;
    assert_int_equal(n, 15);
}

static void test_flags_on_any_range(void **state)
{
    (void)state;
    uint64_t a = (uintptr_t)pring_memory_alloc(200, 0, false);
    for (unsigned from = 0; from < 10; from++)
        for (unsigned len = 0; len < 40; len++) {
            pring_bytes_set(a + from, len, PRING_BYTE_POSTED);
            for (unsigned i = 0; i < 60; i++)
                assert_int_equal((pring_byte_flags[a + i] & PRING_BYTE_POSTED) != 0,
                                 i >= from && i < from + len);
            assert_int_equal(pring_bytes_any(a, 200, PRING_BYTE_POSTED), len > 0);
            assert_true(pring_bytes_all(a + from, len, PRING_BYTE_POSTED | PRING_BYTE_LIVE));
            assert_false(pring_bytes_all(a + from, len + 1, PRING_BYTE_POSTED));
            pring_bytes_clear(a + from, len, PRING_BYTE_POSTED);
            assert_false(pring_bytes_any(a, 200, PRING_BYTE_POSTED));
        }
}

static void test_wild_ranges_are_harmless(void **state)
{
    (void)state;
    pring_bytes_set(PRING_LOW_END - 4, 100, PRING_BYTE_POSTED);
    pring_bytes_set(UINT64_MAX - 3, 100, PRING_BYTE_POSTED);
    pring_bytes_set(5, UINT64_MAX, PRING_BYTE_POSTED);
    assert_false(pring_bytes_all(UINT64_MAX - 3, 2, PRING_BYTE_POSTED));
    assert_false(pring_bytes_any(UINT64_MAX - 3, 2, PRING_BYTE_POSTED));
    assert_true(pring_bytes_any(100, 1, PRING_BYTE_POSTED));
    assert_int_equal(pring_page_class[PRING_REG_BASE >> 12], PRING_PAGE_REG);
    pring_memory_reset();
    assert_false(pring_bytes_any(100, 1, PRING_BYTE_POSTED));
    assert_int_equal(pring_page_class[0], PRING_PAGE_PLAIN);
    assert_int_equal(pring_page_class[PRING_ARENA_BASE >> 12], PRING_PAGE_TRACK);
}

static void test_what_exists(void **state)
{
    (void)state;
    uint64_t a = (uintptr_t)pring_memory_alloc(64, 0, false);
    assert_true(pring_memory_exists(a, 64));
    assert_false(pring_memory_exists(a + 4096, 1));
    assert_false(pring_memory_exists(PRING_REG_BASE, 4));
    assert_false(pring_memory_exists(PRING_STACK_BASE, 1)); /* a guard page */
    assert_true(pring_memory_exists(PRING_STACK_BASE + 4096, PRING_STACK_BYTES));
    assert_false(pring_memory_exists(PRING_STACK_BASE + 4096, PRING_STACK_BYTES + 1));
    assert_false(pring_memory_exists(UINT64_MAX, 2));
    assert_true(pring_memory_exists((uintptr_t)pring_islands[0].bss_start, 4));
    assert_false(pring_memory_exists((uintptr_t)pring_islands[1].bss_start, 4));
}

static void test_reset_forgets(void **state)
{
    (void)state;
    uint64_t empty = pring_memory_hash();
    char *a = pring_memory_alloc(5000, 0, false);
    uint64_t one = pring_memory_hash();
    assert_true(one != empty);
    a[4000] ^= 1;
    assert_true(pring_memory_hash() != one);
    pring_bytes_set((uintptr_t)pring_islands[0].bss_start, 8, PRING_BYTE_POSTED);
    pring_memory_suspect();
    for (int i = 0; i < 2; i++) {
        pring_memory_reset();
        assert_true(pring_memory_hash() == empty);
        assert_true(__asan_address_is_poisoned(a));
        assert_ptr_equal(pring_memory_alloc(5000, 0, false), a);
        assert_true(pring_memory_hash() == one);
    }
}

static void test_copies(void **state)
{
    (void)state;
    unsigned char from[100], to[100];
    for (unsigned i = 0; i < 100; i++)
        from[i] = (unsigned char)(i + 1);
    for (unsigned n = 0; n < 90; n++) {
        memset(to, 0, sizeof to);
        pring_copy(to + 3, from + 1, n);
        for (unsigned i = 0; i < 100; i++)
            assert_int_equal(to[i], i >= 3 && i < 3 + n ? i - 1 : 0);
        pring_fill(to + 3, 0, n);
        for (unsigned i = 0; i < 100; i++)
            assert_int_equal(to[i], 0);
    }
    char *a = pring_memory_alloc(8, 0, false);
    pring_copy(to, a - 16, 40); /* red zones are no error */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_objects, begin),
        cmocka_unit_test_setup(test_refused_when_full, begin),
        cmocka_unit_test_setup(test_flags_on_any_range, begin),
        cmocka_unit_test_setup(test_wild_ranges_are_harmless, begin),
        cmocka_unit_test_setup(test_what_exists, begin),
        cmocka_unit_test_setup(test_reset_forgets, begin),
        cmocka_unit_test_setup(test_copies, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
