/* SPDX-License-Identifier: Apache-2.0 */
/* The ring proxy is transparent: with no fault armed, whenever nothing is withheld, the used ring that the
 * driver sees is byte for byte what the backend wrote. */
#include "e2e.h"

#include <pring/memory.h>

#include "wire/wire_state.h"

enum { RUNS = 10000 };
static unsigned checks, mismatches;

static void compare(const struct pring_event *event)
{
    if (event->kind != PRING_EV_LOAD || event->field != PRING_F_USED_IDX)
        return;
    const struct proxy_queue *p = &wire.queue[event->queue];
    const struct pring_observed_queue *o = &wire.obs.queue[event->queue];
    if (p->list_count)
        return;
    uint8_t seen[6 + 8 * PRING_QUEUE_SIZE_MAX];
    pring_copy(seen, (const void *)(uintptr_t)o->device, p->end);
    checks++;
    mismatches += memcmp(seen, p->shadow, p->end) != 0;
}

static void test_the_used_ring_is_what_the_backend_wrote(void **state)
{
    (void)state;
    assert_int_equal(pring_bench_open(), 0);
    pring_wire_listen(compare);
    for (unsigned run = 0; run < RUNS; run++) {
        char text[512];
        const char *backend = "model";
#ifdef PRING_WITH_RTL
        if (run % 4 == 1)
            backend = "rtl";
#endif
        snprintf(
            text, sizeof text,
            "pring 1\ndevice %s size=%u %cEVENT_IDX seed=%u\nset latency=%u\nset spacing=%u\nset profile=%s\n"
            "work %s\nwork %s &\nwork %s &\nwork %s\n",
            run % 3 ? "blk" : "rng", 4U << run % 3, run & 1 ? '+' : '-', run, run % 7 * 500, run % 5 * 100,
            run % 8 == 1 ? "stall" : "ideal", run % 3 ? "read sector=1 count=1" : "entropy bytes=8",
            run % 3 ? "write sector=2 count=1" : "entropy bytes=100", run % 3 ? "flush" : "entropy bytes=3",
            run % 3 ? "id" : "entropy bytes=64");
        struct pring_result r = e2e_text(run % 2 ? "vio" : "straight", backend, text);
        if (r.verdict != PRING_VERDICT_OK)
            fail_msg("run %u on %s: %s/%s: %s\n%s", run, backend, r.bug.oracle, r.bug.rule, r.bug.why, text);
    }
    pring_wire_deafen(compare);
    print_message("%u comparisons\n", checks);
    assert_true(checks > RUNS);
    assert_int_equal(mismatches, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_used_ring_is_what_the_backend_wrote)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
