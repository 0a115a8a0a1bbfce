/* SPDX-License-Identifier: Apache-2.0 */
/* What counts as a turn of a spin must not depend on where the linker put the loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "wire/wire_state.h"

enum { LOOP_PLACES = 9 }; /* the index, and a ring of eight entries */

static uint64_t word(unsigned place)
{
    return UINT64_C(0x20001002) + (place ? 4 * place + 2 : 0);
}

/* A loop that loads the index at one place and an entry of the ring at another: are all of them counted? */
static bool counts_every_turn(uint64_t pc, uint64_t distance)
{
    wire.epoch++;
    for (unsigned turn = 0; turn < 3; turn++)
        for (unsigned place = 0; place < LOOP_PLACES; place++) {
            struct spin_key *key = wire_spin_key(word(place), place ? pc + distance : pc);
            if (!key || key->loads++ != turn)
                return false;
        }
    return true;
}

static void test_a_spin_is_counted_wherever_its_code_lies(void **state)
{
    (void)state;
    for (uint64_t distance = 1; distance < 4096; distance++)
        for (uint64_t pc = 0x401000; pc < 0x401040; pc += 5)
            assert_true(counts_every_turn(pc, distance));
}

static void test_too_many_places_are_no_spin(void **state)
{
    unsigned known = 0;
    (void)state;
    wire.epoch++;
    for (unsigned i = 0; i < 2 * WIRE_SPIN_KEYS; i++)
        known += wire_spin_key(0x20001000 + 8 * i, 0x401000 + 64 * i) != NULL;
    assert_int_equal(known, WIRE_SPIN_KEYS);
    wire.epoch++; /* something was done: all is forgotten */
    assert_non_null(wire_spin_key(0x20009000, 0x409000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_spin_is_counted_wherever_its_code_lies),
        cmocka_unit_test(test_too_many_places_are_no_spin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
