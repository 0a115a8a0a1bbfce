/* SPDX-License-Identifier: Apache-2.0 */
/* The ring proxy is transparent: with no fault armed, whenever nothing is withheld, the used ring that the
 * driver sees is byte for byte what the backend wrote; and so is a packed ring, with the device's event
 * structure. */
#include "e2e.h"

#include <pring/memory.h>

#include "wire/wire_state.h"

enum { RUNS = 10000 };
static unsigned checks, mismatches;

static void compare_bytes(uint64_t addr, const uint8_t *made, uint32_t bytes)
{
    static uint8_t seen[PACKED_BYTES * PRING_QUEUE_SIZE_MAX];
    pring_copy(seen, (const void *)(uintptr_t)addr, bytes);
    checks++;
    mismatches += memcmp(seen, made, bytes) != 0;
}

/* What the driver has made available and not kicked for is in its ring alone; a kick that comes is near. So
 * is what it prepares in places that are not the device's. */
static void compare_packed(const struct pring_observed_queue *o, const struct proxy_queue *p)
{
    if (o->gate != o->avail_idx)
        return;
    for (uint32_t i = 1; i <= o->ring_count; i++) {
        uint32_t at = PACKED_BYTES * ((o->avail_place + o->size - i) % o->size);

        compare_bytes(o->desc + at, p->packed.copy + at, PACKED_BYTES);
    }
    compare_bytes(o->device, p->shadow, o->device_bytes);
}

static void compare(const struct pring_event *event)
{
    if (event->kind != PRING_EV_LOAD)
        return;
    const struct proxy_queue *p = &wire.queue[event->queue];
    const struct pring_observed_queue *o = &wire.obs.queue[event->queue];
    if (event->field == PRING_F_USED_IDX && !p->list_count)
        compare_bytes(o->device, p->shadow, o->device_bytes);
    if (event->field == PRING_F_PACKED_FLAGS && !p->list_count)
        compare_packed(o, p);
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

static void write_packed(char text[512], unsigned run)
{
    static const char *const sizes[] = {"4", "5", "7", "8", "16", "31"};
    snprintf(text, 512,
             "pring 1\ndevice %s size=%s %cEVENT_IDX +RING_PACKED seed=%u\nset latency=%u\nset spacing=%u\n"
             "work %s\nwork %s &\nwork %s &\nwork wait\nwork %s\nwork %s &\nwork %s &\nwork wait\nwork %s\n",
             run % 3 ? "blk" : "rng", sizes[run % 6], run & 1 ? '+' : '-', run, run % 7 * 500, run % 5 * 100,
             run % 3 ? "read sector=1 count=1" : "entropy bytes=8",
             run % 3 ? "write sector=2 count=1" : "entropy bytes=100", run % 3 ? "flush" : "entropy bytes=3",
             run % 3 ? "id" : "entropy bytes=64", run % 3 ? "read sector=2 count=2" : "entropy bytes=40",
             run % 3 ? "write sector=2 count=1" : "entropy bytes=1", run % 3 ? "id" : "entropy bytes=64");
}

static void test_the_packed_ring_is_what_the_backend_wrote(void **state)
{
    (void)state;
    checks = mismatches = 0;
    pring_wire_listen(compare);
    for (unsigned run = 0; run < RUNS / 5; run++) {
        char text[512];
        write_packed(text, run);
        struct pring_result r = e2e_text("vio", "model", text);
        if (r.verdict != PRING_VERDICT_OK)
            fail_msg("run %u: %s/%s: %s\n%s", run, r.bug.oracle, r.bug.rule, r.bug.why, text);
    }
    pring_wire_deafen(compare);
    print_message("%u comparisons\n", checks);
    assert_true(checks > RUNS);
    assert_int_equal(mismatches, 0);
}

/* Completions out of order, and a device that looks where it was not told to: the driver sees none of it. */
static void test_packed_results_are_those_of_odd_devices_too(void **state)
{
    static const char *const odd[] = {"model-reverse", "model-polling"};
    (void)state;
    for (unsigned run = 0; run < RUNS / 20; run++) {
        char text[512];
        write_packed(text, run);
        struct pring_result plain = e2e_text("vio", "model", text);
        for (unsigned i = 0; i < 2; i++) {
            struct pring_result other = e2e_text("vio", odd[i], text);
            if (other.verdict != PRING_VERDICT_OK || other.result_hash != plain.result_hash)
                fail_msg("run %u: %s: %s\n%s", run, odd[i], other.bug.why, text);
        }
    }
}

static unsigned covers, covered; /* looks at a completion, and the chains that they covered */

static void count_covers(const struct pring_event *event)
{
    if (event->kind != PRING_EV_COVER)
        return;
    covers++;
    covered += (unsigned)event->made;
}

/* IN_ORDER: a lost kick or two makes the device find several chains at once, a completion that is held makes
 * the proxy show several at once. One used descriptor for them on either side, and the results are those of a
 * device that writes one for each. */
static void test_packed_batches_are_taken_apart_and_put_together(void **state)
{
    (void)state;
    pring_wire_listen(count_covers);
    for (unsigned run = 0; run < RUNS / 20; run++) {
        static const char *const faults[] = {"", "fault drop at kick nth 2\n", "fault hold 1 at done nth 2\n",
                                             "fault drop at kick nth 5\n"};
        char text[640];
        write_packed(text, run * 2); /* without EVENT_IDX: a kick for each */
        strcat(text, faults[run % 4]);
        char *at = strstr(text, "+RING_PACKED");
        memmove(at + 10, at, strlen(at) + 1);
        memcpy(at, "+IN_ORDER ", 10);
        struct pring_result plain = e2e_text("vio", "model", text);
        struct pring_result other = e2e_text("vio", "model-batch", text);
        if (plain.verdict != PRING_VERDICT_OK || other.verdict != PRING_VERDICT_OK ||
            other.result_hash != plain.result_hash || other.device_findings)
            fail_msg("run %u: %s, %s: %s %s\n%s", run, plain.bug.why, other.bug.why, other.device_bug.rule,
                     other.device_bug.why, text);
    }
    pring_wire_deafen(count_covers);
    print_message("%u looks covered %u chains\n", covers, covered);
    assert_true(covered > covers + RUNS / 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_used_ring_is_what_the_backend_wrote),
        cmocka_unit_test(test_the_packed_ring_is_what_the_backend_wrote),
        cmocka_unit_test(test_packed_results_are_those_of_odd_devices_too),
        cmocka_unit_test(test_packed_batches_are_taken_apart_and_put_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
