/* SPDX-License-Identifier: Apache-2.0 */
/* What the wire is told of a driver's loads, stores and memory functions, and in which order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pring/memory.h>

#include "guest_cases.h"
#include "guest_wire.h"

static void begin(void)
{
    fake_reset();
    assert_int_equal(pring_machine_open(), 0);
    pring_machine_reset(pring_island_by_name("guest_a"));
}

static int run(int which)
{
    int result = -99;
    assert_int_equal(fake_run_again("guest_a", which, &result), PRING_STOP_NONE);
    return result;
}

static void test_raw_register_load(void **state)
{
    (void)state;
    begin();
    fake.reg[0] = 0x74726976;
    assert_int_equal(run(CASE_REG_RAW), 0x74726976);
    assert_int_equal(fake.notes, 1);
    assert_int_equal(fake.note[0].what, 'r');
    assert_int_equal(fake.note[0].len, 4);
}

static void test_registers_where_the_driver_expects_them(void **state)
{
    (void)state;
    int result;
    begin();
    pring_machine_reset(pring_island_by_name("guest_b"));
    fake.reg[0x034 / 4] = 8;
    assert_int_equal(fake_run_again("guest_b", CASE_REG_WRITE_RAW, &result), PRING_STOP_NONE);
    assert_int_equal(result, 8);
    assert_int_equal(fake.notes, 2);
    assert_int_equal(fake.note[0].addr, 0x030);
    assert_int_equal(pring_page_class[0x0a000000 >> 12], PRING_PAGE_REG);
}

static void test_register_store_comes_before_the_next_load(void **state)
{
    (void)state;
    begin();
    fake.reg[0x034 / 4] = 256;
    assert_int_equal(run(CASE_REG_WRITE_RAW), 256);
    assert_int_equal(fake.notes, 2);
    assert_int_equal(fake.note[0].what, 'R');
    assert_int_equal(fake.note[0].addr, 0x030);
    assert_int_equal(fake.note[0].value, 7);
    assert_int_equal(fake.note[1].what, 'r');
}

static void test_last_store_is_not_lost(void **state)
{
    (void)state;
    begin();
    run(CASE_REG_LAST);
    assert_int_equal(fake.notes, 1);
    assert_int_equal(fake.note[0].addr, 0x050);
    assert_int_equal(fake.note[0].value, 9);
}

static void test_memcpy_from_registers_goes_in_words(void **state)
{
    (void)state;
    begin();
    fake.reg[0x100 / 4] = 3;
    fake.reg[0x104 / 4] = 4;
    assert_int_equal(run(CASE_REG_WIDE), 7);
    assert_int_equal(fake_count('r'), 3);
    assert_int_equal(fake_find('r', 1)->addr, 0x104);
    assert_int_equal(fake_find('r', 1)->len, 4);
}

static void test_shared_stores_have_values_and_order(void **state)
{
    (void)state;
    begin();
    run(CASE_SHARED_STORE);
    assert_int_equal(fake_count('s'), 2);
    assert_int_equal(fake_find('s', 0)->value, 1);
    assert_int_equal(fake_find('s', 1)->value, 2);
    assert_int_equal(fake_find('s', 1)->addr, fake_find('s', 0)->addr + 4);
    assert_ptr_equal(fake_find('s', 1) + 1, fake_find('r', 0)); /* landed before the register read */
}

static void test_memset_of_ring_bytes(void **state)
{
    (void)state;
    begin();
    fake.ring_bytes = 12;
    run(CASE_SHARED_SET);
    assert_int_equal(fake_count('s'), 2);
    assert_int_equal(fake_find('s', 0)->len, 8);
    assert_int_equal(fake_find('s', 0)->value, 0x5a5a5a5a5a5a5a5a);
    assert_false(fake_find('s', 0)->bad); /* the bytes before are known */
}

static void test_struct_copy_into_ring_bytes(void **state)
{
    (void)state;
    begin();
    fake.ring_bytes = 32;
    run(CASE_SHARED_COPY);
    unsigned stores = fake_count('s');
    assert_true(stores >= 4 && stores <= 8);
    assert_int_equal(fake_find('s', 0)->value & 0xffffffff, 1);
    assert_int_equal(fake_find('s', stores - 1)->addr + fake_find('s', stores - 1)->len,
                     fake_find('s', 0)->addr + 32);
}

static void test_barriers(void **state)
{
    (void)state;
    begin();
    run(CASE_FENCE);
    assert_int_equal(fake_count('b'), 3);
    assert_int_equal(fake_find('b', 0)->value, PRING_BARRIER_FULL);
    assert_int_equal(fake_find('b', 1)->value, PRING_BARRIER_READ);
    assert_int_equal(fake_find('b', 2)->value, PRING_BARRIER_WRITE);
}

static void test_mapped_stack(void **state)
{
    (void)state;
    begin();
    assert_int_equal(run(CASE_MAP_STACK), 1);
    assert_int_equal(fake_find('c', 0)->value, PRING_CALL_MAP);
    assert_int_equal(fake_find('c', 0)->len, 64);
    assert_int_equal(fake_find('c', 1)->value, PRING_CALL_UNMAP);
    assert_int_equal(pring_machine_platform()->maps, 0);
}

static void test_bad_frees_are_told(void **state)
{
    (void)state;
    begin();
    run(CASE_DOUBLE_FREE);
    unsigned bad = 0;
    for (unsigned i = 0; i < fake.notes; i++)
        bad += fake.note[i].bad;
    assert_int_equal(bad, 2);
    assert_int_equal(pring_machine_platform()->dma_allocs, 1);
    assert_int_equal(pring_machine_platform()->allocs, 0);
    begin();
    run(CASE_BAD_UNMAP);
    assert_true(fake_find('c', 2)->bad);
    assert_true(fake_find('c', 3)->bad); /* gone already */
}

static void test_bounce_buffers(void **state)
{
    (void)state;
    begin();
    pring_machine_isolation(PRING_ISOLATION_BYTE);
    fake.device_fill = 4;
    assert_int_equal(run(CASE_BOUNCE), 0);
}

static void test_refusals(void **state)
{
    (void)state;
    begin();
    fake.refuse = true;
    assert_int_equal(run(CASE_REFUSED), 4);
    begin();
    assert_int_equal(run(CASE_REFUSED), 0);
    assert_int_equal(pring_machine_platform()->allocs, 1);
    assert_int_equal(pring_machine_platform()->maps, 1);
}

static char logged[64];
static void take_log(const char *text)
{
    for (unsigned i = 0; i < sizeof logged - 1 && (logged[i] = text[i]); i++)
        ;
}

static void test_log(void **state)
{
    (void)state;
    begin();
    run(CASE_LOG);
    assert_string_equal(logged, "");
    pring_machine_on_log(take_log);
    run(CASE_LOG);
    pring_machine_on_log(NULL);
    assert_string_equal(logged, "answer 42");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_raw_register_load),
        cmocka_unit_test(test_registers_where_the_driver_expects_them),
        cmocka_unit_test(test_register_store_comes_before_the_next_load),
        cmocka_unit_test(test_last_store_is_not_lost),
        cmocka_unit_test(test_memcpy_from_registers_goes_in_words),
        cmocka_unit_test(test_shared_stores_have_values_and_order),
        cmocka_unit_test(test_memset_of_ring_bytes),
        cmocka_unit_test(test_struct_copy_into_ring_bytes),
        cmocka_unit_test(test_barriers),
        cmocka_unit_test(test_mapped_stack),
        cmocka_unit_test(test_bad_frees_are_told),
        cmocka_unit_test(test_bounce_buffers),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
