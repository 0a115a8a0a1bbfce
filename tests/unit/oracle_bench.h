/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hand-made events for the judge. This header stands in for wire, guest and run: it defines their accessors,
 * and a test program includes it once. The machine's memory is the real one.
 */
#ifndef PRING_UNIT_ORACLE_BENCH_H
#define PRING_UNIT_ORACLE_BENCH_H

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
static struct pring_report bench_report;
static bool bench_reported;
static enum pring_stop bench_stop;

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
    return bench_reported ? &bench_report : NULL;
}
void pring_stop_soon(enum pring_stop why)
{
    bench_stop = why;
}

/* The general oracles alone: hand-made events are no whole conversation, and the monitors of the
 * specification would say so. */
extern const struct pring_oracle pring_oracle_memory, pring_oracle_ledger, pring_oracle_length,
    pring_oracle_window, pring_oracle_ownership, pring_oracle_leak, pring_oracle_progress,
    pring_oracle_assert, pring_oracle_data, pring_oracle_balance, pring_oracle_recover, pring_oracle_honest;
const struct pring_oracle *const pring_oracles[] = {
    &pring_oracle_memory,    &pring_oracle_ledger,  &pring_oracle_length,   &pring_oracle_window,
    &pring_oracle_ownership, &pring_oracle_leak,    &pring_oracle_progress, &pring_oracle_assert,
    &pring_oracle_data,      &pring_oracle_balance, &pring_oracle_recover,  &pring_oracle_honest,
};
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

enum { BENCH_QUEUE_SIZE = 8, BENCH_PC = 0x401000 };

static struct pring_setup bench_setup;
static struct pring_options bench_options;
static struct pring_dut bench_dut;
static uint64_t bench_now;
static uint32_t bench_serial;

static void bench_remove(unsigned dev, int gone)
{
    (void)dev, (void)gone;
}

/* As at power on: a block device and a driver without traits, nothing probed. Change set-up, options and
 * traits before the first event; the judge keeps pointers. */
static void bench_reset(void)
{
    memset(&bench_observer, 0, sizeof(bench_observer));
    memset(&bench_platform, 0, sizeof(bench_platform));
    bench_reported = false;
    bench_stop = PRING_STOP_NONE;
    bench_now = bench_serial = 0;
    bench_setup = (struct pring_setup){.device_type = PRING_DEVICE_BLK,
                                       .queue_count = 1,
                                       .queue_size_max = BENCH_QUEUE_SIZE,
                                       .features = 1ull << 32 | 1ull << 9,
                                       .seed = 1,
                                       .blk = {.capacity_sectors = 64, .blk_size = 512}};
    bench_options = (struct pring_options){.latency_ns = 2000, .spacing_ns = 500};
    bench_dut = (struct pring_dut){.abi = PRING_ABI, .remove = bench_remove};
    assert_int_equal(pring_memory_open(), 0);
    pring_memory_reset();
    bench_observer.setup = bench_setup;
    pring_judge_reset(&bench_dut, &bench_setup, &bench_options);
}

/* Again, with the set-up as it was changed. */
static void bench_set_up(void)
{
    bench_observer.setup = bench_setup;
    pring_judge_reset(&bench_dut, &bench_setup, &bench_options);
}

static struct pring_event bench_event(enum pring_event_kind kind)
{
    return (struct pring_event){.kind = (uint8_t)kind, .time_ns = bench_now++, .pc = BENCH_PC};
}

static void begin(enum pring_entry entry, struct pring_request *request)
{
    struct pring_event event = bench_event(PRING_EV_BEGIN);

    event.made = entry;
    event.request = request;
    bench_observer.entry = (uint8_t)entry;
    pring_judge_event(&event);
}

static void end(enum pring_entry entry, int64_t result)
{
    struct pring_event event = bench_event(PRING_EV_END);

    event.made = entry;
    event.seen = (uint64_t)result;
    bench_observer.entry = 0;
    bench_observer.probed |= entry == PRING_ENTRY_PROBE && result >= 0;
    bench_observer.probed &= entry != PRING_ENTRY_REMOVE;
    pring_judge_event(&event);
}

static void call(enum pring_entry entry, int64_t result)
{
    begin(entry, NULL);
    end(entry, result);
}

static void done(struct pring_request *request, int result, size_t done_bytes)
{
    struct pring_event event = bench_event(PRING_EV_DONE);

    event.request = request;
    event.seen = (uint64_t)(int64_t)result;
    event.raw = done_bytes;
    pring_judge_event(&event);
}

/* A synchronous driver's whole submit. */
static void serve(struct pring_request *request, int result, size_t done_bytes)
{
    begin(PRING_ENTRY_SUBMIT, request);
    done(request, result, done_bytes);
    end(PRING_ENTRY_SUBMIT, 0);
}

static struct pring_request request_of(enum pring_op op, uint64_t offset, size_t len_bytes)
{
    struct pring_request request = {.op = op, .offset = offset, .len_bytes = len_bytes};

    if (len_bytes != 0)
        request.data = pring_memory_alloc(len_bytes, 16, false);
    return request;
}

static void fire(uint8_t action, uint8_t label, uint8_t target, bool lied)
{
    struct pring_event event = bench_event(PRING_EV_FAULT);
    struct pring_fault fault = {.action = action, .label = label, .target = target, .operand = 1};

    event.field = label;
    event.fault = &fault;
    event.made = lied;
    bench_observer.faults_fired++;
    bench_observer.lies_fired += lied;
    pring_judge_event(&event);
}

static void lie(uint8_t label)
{
    bench_observer.queue[0].lied = true;
    fire(PRING_FAULT_ANSWER, label, 0, true);
}

static void stall(enum pring_stall kind)
{
    struct pring_event event = bench_event(PRING_EV_STALL);

    event.made = kind;
    pring_judge_event(&event);
}

/* ---- lending ---- */

static uint64_t address_of(const void *ptr)
{
    return (uint64_t)(uintptr_t)ptr;
}

/* Lends `count` descriptors from `head` on; segments[i].flags need no NEXT. */
static void lend(uint16_t head, const struct pring_segment *segments, uint16_t count)
{
    struct pring_observed_queue *q = &bench_observer.queue[0];
    struct pring_chain *chain = &q->chain[head];
    struct pring_event event = bench_event(PRING_EV_LEND);

    q->ready = true;
    q->size = BENCH_QUEUE_SIZE;
    *chain = (struct pring_chain){
        .head = head, .count = count, .state = PRING_CHAIN_LENT, .serial = ++bench_serial};
    for (uint16_t i = 0; i < count; i++) {
        q->segment[head + i] = segments[i];
        q->segment[head + i].next = (uint16_t)(head + i + 1);
        if (segments[i].flags & PRING_DESC_WRITE)
            chain->writable_bytes += segments[i].len_bytes;
    }
    q->lent_count++;
    event.chain = chain;
    event.field = PRING_F_AVAIL_RING;
    pring_judge_event(&event);
    for (uint16_t i = 0; i < count; i++) {
        if (!pring_memory_exists(segments[i].addr, segments[i].len_bytes))
            continue;
        pring_bytes_clear(segments[i].addr, segments[i].len_bytes, PRING_BYTE_DEVICE);
        pring_bytes_set(segments[i].addr, segments[i].len_bytes, PRING_BYTE_POSTED);
    }
}

static void show(uint16_t head, uint32_t len_bytes)
{
    struct pring_event event = bench_event(PRING_EV_SHOWN);

    event.made = event.seen = head;
    event.raw = len_bytes;
    bench_observer.queue[0].chain[head].state = PRING_CHAIN_SHOWN;
    bench_observer.queue[0].published++;
    pring_judge_event(&event);
}

/* The driver loads an index that covers this chain: the wire takes it back. */
static void cover(uint16_t head)
{
    struct pring_observed_queue *q = &bench_observer.queue[0];
    struct pring_event event = bench_event(PRING_EV_COVER);

    event.made = 1;
    pring_judge_event(&event);
    q->covered++;
    q->lent_count--;
    q->chain[head].state = PRING_CHAIN_FREE;
    for (uint16_t i = 0; i < q->chain[head].count; i++)
        pring_bytes_clear(q->segment[head + i].addr, q->segment[head + i].len_bytes, PRING_BYTE_POSTED);
}

static struct pring_segment segment(const void *ptr, uint32_t len_bytes, uint16_t flags)
{
    return (struct pring_segment){.addr = address_of(ptr), .len_bytes = len_bytes, .flags = flags};
}

static void map(const void *ptr, uint32_t len_bytes)
{
    pring_bytes_set(address_of(ptr), len_bytes, PRING_BYTE_TO_DEVICE | PRING_BYTE_FROM_DEVICE);
}

static void device_writes(void *ptr, uint8_t value, uint32_t len_bytes)
{
    memset(ptr, value, len_bytes);
    pring_bytes_set(address_of(ptr), len_bytes, PRING_BYTE_DEVICE);
}

static void driver_writes(void *ptr, const void *from, uint32_t len_bytes)
{
    memcpy(ptr, from, len_bytes);
    pring_bytes_set(address_of(ptr), len_bytes, PRING_BYTE_WRITTEN);
    pring_bytes_clear(address_of(ptr), len_bytes, PRING_BYTE_DEVICE);
}

/* ---- verdicts ---- */

static void expect_bug(const char *oracle, const char *rule)
{
    const struct pring_accusation *bug = pring_judge_bug();

    assert_non_null(bug);
    assert_string_equal(bug->oracle, oracle);
    assert_string_equal(bug->rule, rule);
}

#define expect_silence() assert_null(pring_judge_bug())

static struct pring_result finish(enum pring_stop why)
{
    struct pring_result result;

    memset(&result, 0, sizeof(result));
    pring_judge_end(why);
    pring_judge_verdict(&result);
    return result;
}

static void expect_verdict(enum pring_stop why, enum pring_verdict verdict)
{
    struct pring_result result = finish(why);

    assert_string_equal(pring_verdict_name(result.verdict), pring_verdict_name(verdict));
}

#define BENCH_TEST(name) cmocka_unit_test_setup(name, bench_before)
static int bench_before(void **state)
{
    (void)state;
    bench_reset();
    return 0;
}

/* Not every program needs all of the above. */
static void (*const bench_unused[])(void) __attribute__((unused)) = {
    (void (*)(void))bench_set_up,  (void (*)(void))call,       (void (*)(void))serve,
    (void (*)(void))request_of,    (void (*)(void))lie,        (void (*)(void))stall,
    (void (*)(void))lend,          (void (*)(void))show,       (void (*)(void))cover,
    (void (*)(void))segment,       (void (*)(void))map,        (void (*)(void))device_writes,
    (void (*)(void))driver_writes, (void (*)(void))expect_bug, (void (*)(void))expect_verdict,
};

static inline void *mapped(uint32_t len_bytes)
{
    void *ptr = pring_memory_alloc(len_bytes, 16, false);

    map(ptr, len_bytes);
    return ptr;
}

static inline void poke_desc(void)
{
    bench_observer.queue[0].lied = true;
    fire(PRING_FAULT_POKE, PRING_F_USED_IDX, PRING_F_DESC_ADDR, true);
}

#endif
