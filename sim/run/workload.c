/* SPDX-License-Identifier: Apache-2.0 */
#include "run/workload.h"

#include <limits.h>

#include <pring/machine.h>

#include "oracle/judge.h"
#include "run/request.h"

#define PATIENCE_NS UINT64_C(10000000000) /* a caller's own, longer than any driver's: then it cancels */

static struct {
    struct workload w;
    uint32_t in_flight_max;
    bool probed, dead; /* dead: the driver refused to come up, or is gone */
} state;

void pring_workload_reset(const struct workload *workload)
{
    state.w = *workload;
    state.in_flight_max = workload->dut->in_flight_max ? workload->dut->in_flight_max : 1;
    state.probed = state.dead = false;
    pring_requests_reset();
}

static bool has_trait(uint32_t trait)
{
    return state.w.dut->traits & trait;
}

/* ---- driver calls ---- */

static void begin(enum pring_entry entry, struct pring_request *request)
{
    pring_machine_call_begins();
    pring_wire_begin(entry, request);
}

static void end(enum pring_entry entry, struct pring_request *request, int64_t result)
{
    pring_machine_sync(); /* its last store is part of the call */
    pring_wire_end(entry, request, result);
}

static void ask(void)
{
    struct pring_info info = {PRING_UNKNOWN, PRING_UNKNOWN, PRING_UNKNOWN, PRING_UNKNOWN};
    if (!state.w.dut->info || !state.probed || pring_requests_open())
        return;
    begin(PRING_ENTRY_INFO, NULL);
    int result = state.w.dut->info(0, &info);
    end(PRING_ENTRY_INFO, NULL, result);
    if (result >= 0)
        pring_judge_info(&info);
}

static void probe(void)
{
    if (state.probed)
        return;
    begin(PRING_ENTRY_PROBE, NULL);
    int result = state.w.dut->probe(0);
    end(PRING_ENTRY_PROBE, NULL, result);
    state.probed = result >= 0;
    ask();
}

static int is_nobody_inside(void *arg)
{
    (void)arg;
    for (uint32_t i = 0; i < pring_requests_made(); i++)
        if (pring_request_at(i)->submitted == INT_MAX)
            return 0;
    return 1;
}

static void remove_driver(void)
{
    if (!state.probed || !state.w.dut->remove)
        return;
    begin(PRING_ENTRY_REMOVE, NULL);
    state.w.dut->remove(0, pring_wire_observer()->unplugged);
    end(PRING_ENTRY_REMOVE, NULL, 0);
    state.probed = false;
    pring_machine_wait(is_nobody_inside, NULL, PATIENCE_NS); /* blocked submits come back now */
}

/* ---- waiting for requests ---- */

static int is_done(void *arg)
{
    const struct workload_request *slot = arg;
    if (slot->open && has_trait(PRING_TRAIT_POLLS) && state.w.dut->poll) {
        begin(PRING_ENTRY_POLL, NULL);
        state.w.dut->poll(0);
        end(PRING_ENTRY_POLL, NULL, 0);
    }
    return !slot->open && slot->submitted != INT_MAX;
}

static void stall_asleep(void)
{
    struct pring_event event = {.kind = PRING_EV_STALL, .made = PRING_STALL_ASLEEP};
    pring_wire_told(&event);
    pring_stop(PRING_STOP_ASLEEP);
}

/* A caller waits as long as anything may come, then gives up on the request, then on the device. */
static void await(struct workload_request *slot)
{
    if (pring_machine_wait(is_done, slot, PATIENCE_NS))
        return;
    if (state.w.dut->cancel && slot->open) {
        begin(PRING_ENTRY_CANCEL, &slot->request);
        end(PRING_ENTRY_CANCEL, &slot->request, state.w.dut->cancel(0, &slot->request));
        if (pring_machine_wait(is_done, slot, PATIENCE_NS))
            return;
    }
    stall_asleep();
}

static void join(void)
{
    for (struct workload_request *slot; (slot = pring_request_open(0));)
        await(slot);
}

/* ---- requests ---- */

static void submit_now(void *arg)
{
    struct workload_request *slot = arg;
    begin(PRING_ENTRY_SUBMIT, &slot->request);
    int result = state.w.dut->submit(0, &slot->request);
    end(PRING_ENTRY_SUBMIT, &slot->request, result);
    slot->submitted = result;
    if (result < 0)
        slot->open = false;
}

static void submit(const struct pring_work *work)
{
    struct workload_request *slot = pring_request_make(work, state.w.scenario, pring_wire_observer());
    if (!slot || !state.w.dut->submit)
        return;
    while (pring_requests_open() >= state.in_flight_max)
        await(pring_request_open(0));
    slot->open = true;
    if (!work->async || !has_trait(PRING_TRAIT_SYNCHRONOUS) || pring_machine_spawn(submit_now, slot) < 0)
        submit_now(slot);
    if (!work->async && !is_done(slot))
        await(slot);
}

static void cancel(const struct pring_work *work)
{
    struct workload_request *slot = pring_request_open((uint32_t)work->position);
    if (!slot)
        return;
    begin(PRING_ENTRY_CANCEL, &slot->request);
    end(PRING_ENTRY_CANCEL, &slot->request, state.w.dut->cancel(0, &slot->request));
}

static void play(const struct pring_work *work)
{
    switch (work->verb) {
    case PRING_WORK_PROBE:
        probe();
        return;
    case PRING_WORK_UNPLUG:
        pring_wire_unplug();
        return;
    case PRING_WORK_RESIZE:
        pring_wire_resize(work->position ? work->position : 1);
        return;
    case PRING_WORK_DELAY:
        pring_machine_wait(NULL, NULL, work->position);
        return;
    case PRING_WORK_WAIT:
        join();
        return;
    default:
        break;
    }
    if (!state.probed)
        return;
    switch (work->verb) {
    case PRING_WORK_CANCEL:
        cancel(work);
        break;
    case PRING_WORK_RESET:
        begin(PRING_ENTRY_RESET, NULL);
        end(PRING_ENTRY_RESET, NULL, state.w.dut->reset(0));
        break;
    case PRING_WORK_REMOVE:
        remove_driver(); /* also with requests in flight: they must come back */
        break;
    default:
        submit(work);
    }
}

/* ---- a whole life ---- */

static void recover(void)
{
    uint32_t type = pring_wire_observer()->setup.device_type;
    struct pring_work work = {.verb = pring_request_verb(type), .count = 1};
    if (!pring_judge_may_recover())
        return;
    pring_wire_honest();
    pring_judge_phase_recover();
    probe();
    if (type != PRING_DEVICE_BLK)
        work.count = type == PRING_DEVICE_NET ? 60 : 16;
    if (state.probed)
        submit(&work);
    remove_driver();
}

void pring_workload_body(void *arg)
{
    (void)arg;
    const struct pring_scenario *scenario = state.w.scenario;
    if (scenario->work_count == 0 || scenario->work[0].verb != PRING_WORK_PROBE)
        probe();
    for (uint32_t i = 0; i < scenario->work_count; i++)
        play(&scenario->work[i]);
    join();
    ask();
    remove_driver();
    if (state.w.recover)
        recover();
}

static bool knows(const struct pring_dut *dut, enum pring_op op)
{
    return dut->operations >> op & 1;
}

const char *pring_workload_lacks(const struct pring_dut *dut, const struct pring_scenario *scenario)
{
    uint32_t probes = scenario->work_count == 0 || scenario->work[0].verb != PRING_WORK_PROBE;
    for (uint32_t i = 0; i < scenario->work_count; i++) {
        uint8_t verb = scenario->work[i].verb;
        probes += verb == PRING_WORK_PROBE;
        if (verb == PRING_WORK_CANCEL && !dut->cancel)
            return "cancel";
        if (verb == PRING_WORK_RESET && !dut->reset)
            return "reset";
        if (verb == PRING_WORK_REMOVE && !dut->remove)
            return "remove";
        if (verb == PRING_WORK_DISCARD && !knows(dut, PRING_DISCARD))
            return "discard";
        if (verb == PRING_WORK_ZERO && !knows(dut, PRING_ZERO))
            return "zero";
        if (verb == PRING_WORK_CONTROL && !knows(dut, PRING_CONTROL))
            return "control";
    }
    return probes > 1 && (dut->traits & PRING_TRAIT_ONCE) ? "a second probe" : NULL;
}
