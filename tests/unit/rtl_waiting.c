/* SPDX-License-Identifier: Apache-2.0 */
/* Which AXI channel waits, and since which cycle: each held up in turn by a memory that does (nearly) never
 * what that channel is for.
 */
#include "rtl_bench.h"

enum { ALWAYS = 0xffff, LONG = 100, CYCLES_MAX = 300 };

static const struct {
    const char *channel;
    struct pring_profile memory;
} cases[] = {
    {"AR", {.stall_ar = ALWAYS}}, {"R", {.read_latency = 1000}}, {"R", {.stall_r = ALWAYS}},
    {"AW", {.stall_aw = ALWAYS}}, {"W", {.stall_w = ALWAYS}},    {"B", {.write_latency = 1000}},
};

static struct bench *start_on(const struct pring_profile *memory)
{
    struct pring_setup setup = bench_rng_setup(5);
    struct bench *b = the_rtl();

    bench_power_on(b, &setup, memory);
    bench_bring_up(b, 0, 8);
    bench_desc(b, 0, BENCH_DATA, 8, BENCH_WRITE, 0);
    bench_offer(b, 0);
    return b;
}

/* Advances until that channel waits; the first cycle in which it does. */
static uint64_t until(struct bench *b, const char *channel)
{
    for (int n = 0; n < CYCLES_MAX; n++) {
        uint64_t since = UINT64_MAX;
        const char *now = b->backend->waiting(b->self, &since);

        if (now && strcmp(now, channel) == 0)
            return since;
        b->backend->advance(b->self, 1);
    }
    fail_msg("%s never waits", channel);
    return 0;
}

static void a_channel_waits_since_the_cycle_in_which_it_began(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench *b = start_on(&cases[i].memory);
        uint64_t begun, since, cycle;

        bench_kick(b);
        begun = until(b, cases[i].channel);
        cycle = b->backend->cycle(b->self);
        assert_in_range(begun, cycle - 1, cycle); /* it was looked for in each cycle */
        b->backend->advance(b->self, LONG);
        assert_int_equal(b->backend->cycle(b->self), cycle + LONG);
        assert_string_equal(b->backend->waiting(b->self, &since), cases[i].channel);
        assert_int_equal(since, begun);
    }
}

/* Nothing that the next power-on could see is left of a wait. */
static void nothing_waits_where_nothing_is_owed(void **state)
{
    struct bench *b = start_on(&cases[0].memory);
    uint64_t since;

    (void)state;
    bench_kick(b);
    until(b, "AR");
    b = start_on(&bench_ideal_memory);
    assert_null(b->backend->waiting(b->self, &since));
    bench_kick_and_settle(b);
    bench_check_used(b, 0, 0, 8);
    assert_null(b->backend->waiting(b->self, &since));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_channel_waits_since_the_cycle_in_which_it_began),
        cmocka_unit_test(nothing_waits_where_nothing_is_owed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
