/* SPDX-License-Identifier: Apache-2.0 */
/* The real judge with the real memory, and what stands in for wire, guest and run below it: one run of one
 * device, and the accusations that come of it. */
#ifndef PRING_UNIT_SPEC_JUDGE_H
#define PRING_UNIT_SPEC_JUDGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sys/personality.h>
#include <unistd.h>

#include <pring/machine.h>
#include <pring/memory.h>

#include "oracle/judge.h"

/* ---- what stands in ---- */

static struct pring_observer bench_observer;
static struct pring_platform bench_platform;

const struct pring_observer *pring_wire_observer(void)
{
    return &bench_observer;
}
const struct pring_platform *pring_machine_platform(void)
{
    return &bench_platform;
}
const struct pring_report *pring_machine_report(void)
{
    return NULL;
}
void pring_stop_soon(enum pring_stop why)
{
    (void)why;
}

/* The monitors alone. */
extern const struct pring_oracle pring_oracle_spec, pring_oracle_device;
const struct pring_oracle *const pring_oracles[] = {&pring_oracle_spec, &pring_oracle_device};
const uint32_t pring_oracle_count = sizeof(pring_oracles) / sizeof(pring_oracles[0]);

/* The machine's memory has fixed addresses, where without sanitizers the heap might lie. */
static __attribute__((constructor)) void bench_stand_still(int argc, char **argv)
{
    int now = personality(0xffffffff);

    (void)argc;
    if (now < 0 || now & ADDR_NO_RANDOMIZE || personality((unsigned)now | ADDR_NO_RANDOMIZE) < 0)
        return;
    execv("/proc/self/exe", argv);
}

/* ---- a run ---- */

enum { SIZE = 8 };
enum { F_FLUSH = 9, F_BLK_SIZE = 6, F_EVENT_IDX = 29, F_VERSION_1 = 32 };
enum { DESC = 0, DRIVER = 256, DEVICE = 512, RING_BYTES = 1024 };

static struct pring_setup bench_setup;
static struct pring_options bench_options;
static struct pring_dut bench_dut;
static uint8_t *bench_rings; /* table, available and used ring at DESC, DRIVER, DEVICE */
static uint8_t bench_flags;  /* what Status holds */
static uint64_t bench_features;
static uint16_t bench_avail_idx;

static uint64_t bus(const void *ptr)
{
    return (uint64_t)(uintptr_t)ptr;
}

static struct pring_observed_queue *queue(void)
{
    return &bench_observer.queue[0];
}

/* Set-up, options and traits may be changed behind it, before the first event; then bench_apply(). */
static void bench_apply(void)
{
    bench_observer.setup = bench_setup;
    bench_observer.capacity_sectors = bench_setup.blk.capacity_sectors;
    bench_features = bench_setup.features;
    pring_judge_reset(&bench_dut, &bench_setup, &bench_options);
}

static void bench_reset(uint32_t device_type)
{
    memset(&bench_observer, 0, sizeof(bench_observer));
    memset(&bench_platform, 0, sizeof(bench_platform));
    bench_setup = (struct pring_setup){.device_type = device_type,
                                       .queue_count = 1,
                                       .queue_size_max = SIZE,
                                       .features = 1ull << F_VERSION_1 | 1ull << F_EVENT_IDX,
                                       .seed = 1,
                                       .blk = {.capacity_sectors = 64, .blk_size = 512}};
    if (device_type == PRING_DEVICE_BLK)
        bench_setup.features |= 1ull << F_FLUSH | 1ull << F_BLK_SIZE;
    bench_options = (struct pring_options){.latency_ns = 2000, .spacing_ns = 500};
    bench_dut = (struct pring_dut){.abi = PRING_ABI};
    bench_flags = 0;
    bench_avail_idx = 0;
    assert_int_equal(pring_memory_open(), 0);
    pring_memory_reset();
    bench_rings = pring_memory_alloc(RING_BYTES, 16, true);
    bench_apply();
}

static int setup_blk(void **state)
{
    (void)state;
    bench_reset(PRING_DEVICE_BLK);
    return 0;
}
static int setup_rng(void **state)
{
    (void)state;
    bench_reset(PRING_DEVICE_RNG);
    return 0;
}
#define BLK_TEST(name) cmocka_unit_test_setup(name, setup_blk)
#define RNG_TEST(name) cmocka_unit_test_setup(name, setup_rng)

static struct pring_event event_of(enum pring_event_kind kind, enum pring_field field)
{
    return (struct pring_event){.kind = (uint8_t)kind, .field = (uint8_t)field, .pc = 0x401000};
}

static void tell(enum pring_event_kind kind, uint64_t made)
{
    struct pring_event event = event_of(kind, 0);

    event.made = event.seen = made;
    pring_judge_event(&event);
}

static void end_with(enum pring_entry entry, int64_t result)
{
    struct pring_event event = event_of(PRING_EV_END, 0);

    event.made = entry;
    event.seen = (uint64_t)result;
    pring_judge_event(&event);
}

/* ---- the verdict ---- */

static void expect(const char *rule)
{
    const struct pring_accusation *bug = pring_judge_bug();

    if (!bug)
        fail_msg("no accusation, %s expected", rule);
    assert_string_equal(bug->oracle, "spec");
    assert_string_equal(bug->rule, rule);
}

static void expect_silence(void)
{
    const struct pring_accusation *bug = pring_judge_bug();

    if (bug)
        fail_msg("%s: %s", bug->rule, bug->why);
}

static void expect_device(const char *rule)
{
    struct pring_result result = {0};

    pring_judge_verdict(&result);
    if (!result.device_findings)
        fail_msg("no device finding, %s expected", rule);
    assert_string_equal(result.device_bug.oracle, "device");
    assert_string_equal(result.device_bug.rule, rule);
}

static void expect_good_device(void)
{
    struct pring_result result = {0};

    pring_judge_verdict(&result);
    if (result.device_findings)
        fail_msg("%s: %s", result.device_bug.rule, result.device_bug.why);
}

#endif
