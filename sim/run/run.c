/* SPDX-License-Identifier: Apache-2.0 */
/* One scenario, one driver, one backend, one verdict. */
#include <pring/run.h>

#include <string.h>

#include <pring/machine.h>
#include <pring/memory.h>
#include <pring/wire.h>

#include "oracle/judge.h"
#include "report/trace.h"
#include "run/compare.h"
#include "run/request.h"
#include "run/workload.h"
#include "spec/feature.h"

int pring_bench_open(void)
{
    static bool opened;
    if (opened)
        return 0;
    if (pring_machine_open() < 0)
        return -1;
    pring_wire_listen_to(pring_judge_event, pring_judge_wanted());
    opened = true;
    return 0;
}

/* ---- what a scenario needs, and is not there ---- */

static bool drives(const struct pring_dut *dut, uint32_t device_type)
{
    for (const uint16_t *type = dut->device_types; type && *type; type++)
        if (*type == device_type)
            return true;
    return false;
}

static const char *device_name(uint32_t device_type)
{
    static const char *const names[] = {"no device", "net", "blk", "console", "rng"};
    return device_type < sizeof names / sizeof names[0] ? names[device_type] : "an unknown device";
}

static bool skips(struct pring_result *result, const char *who, const char *what)
{
    snprintf(result->skipped, sizeof result->skipped, "%s lacks %s", who, what);
    result->verdict = PRING_VERDICT_SKIPPED;
    return true;
}

static uint64_t can_offer(const struct pring_backend *backend, uint32_t device_type)
{
    switch (device_type) {
    case PRING_DEVICE_NET:
        return backend->net_features;
    case PRING_DEVICE_CONSOLE:
        return backend->console_features;
    default:
        return backend->features;
    }
}

/* Ranges are offered only to drivers that know them; to the others they would be one more bit to leave alone.
 */
static bool lacks_ranges(const struct pring_dut *dut, const struct pring_setup *setup)
{
    enum { DISCARD = 13 }; /* and WRITE_ZEROES behind it */
    return setup->device_type != PRING_DEVICE_NET && setup->device_type != PRING_DEVICE_CONSOLE &&
           (setup->features >> DISCARD & 3) && !(dut->operations & (1u << PRING_DISCARD | 1u << PRING_ZERO));
}

static bool lacks_features(const struct pring_run_request *r, const struct pring_setup *setup,
                           struct pring_result *result)
{
    uint64_t lacking = setup->features & ~can_offer(r->backend, setup->device_type);
    uint32_t bit = (uint32_t)__builtin_ctzll(lacking);
    const char *name = pring_feature_name(bit, setup->device_type);
    char number[8];
    snprintf(number, sizeof number, "bit%u", bit);
    return skips(result, r->backend->name, name ? name : number);
}

/* The driver would refuse this device, and be right: nothing is learnt from that. */
static bool is_no_match(const struct pring_run_request *r, const struct pring_setup *setup,
                        struct pring_result *result)
{
    uint64_t lacking = r->island->dut->features_needed & ~setup->features;
    char what[64];
    if (!lacking)
        return false;
    uint32_t bit = (uint32_t)__builtin_ctzll(lacking);
    const char *name = pring_feature_name(bit, setup->device_type);
    snprintf(what, sizeof what, "%s, which %s needs", name ? name : "a feature", r->island->name);
    return skips(result, "the device", what);
}

static bool is_skipped(const struct pring_run_request *r, const struct pring_setup *setup,
                       const struct pring_options *options, struct pring_result *result)
{
    const struct pring_dut *dut = r->island->dut;
    const char *lacks = pring_workload_lacks(dut, r->scenario);
    const char *no_such = r->backend->lacks ? r->backend->lacks(setup) : NULL;
    if (lacks)
        return skips(result, r->island->name, lacks);
    if (!drives(dut, setup->device_type))
        return skips(result, r->island->name, device_name(setup->device_type));
    if (is_no_match(r, setup, result))
        return true;
    if (options->isolation == PRING_ISOLATION_BYTE && !(dut->traits & PRING_TRAIT_BOUNCE))
        return skips(result, r->island->name, "bounce buffers (isolation=byte)");
    if (options->order_weak)
        return skips(result, "the bench", "order=weak");
    if (no_such)
        return skips(result, r->backend->name, no_such);
    if (lacks_ranges(dut, setup))
        return skips(result, r->island->name, "discard and write zeroes");
    if (!can_offer(r->backend, setup->device_type))
        return skips(result, r->backend->name, device_name(setup->device_type));
    if (setup->features & ~can_offer(r->backend, setup->device_type))
        return lacks_features(r, setup, result);
    if (setup->queue_size_max > r->backend->queue_size_max)
        return skips(result, r->backend->name, "queues of that size");
    if (r->wave && !(r->backend->caps & PRING_CAP_WAVES))
        return skips(result, r->backend->name, "waves");
    return false;
}

/* ---- the run ---- */

static void fill_result(const struct pring_run_request *r, struct pring_result *result)
{
    result->result_hash = pring_wire_result_hash();
    if (r->state_hash)
        result->state_hash = pring_wire_state_hash() ^ pring_machine_state_hash() ^ pring_judge_state_hash();
    result->cycles = pring_wire_cycles();
    result->time_ns = pring_wire_now();
    result->events = (uint32_t)pring_wire_events();
    pring_wire_labels_seen(result->labels_seen);
    for (uint32_t i = 0; i < r->scenario->fault_count; i++) {
        const struct pring_fault_state *fault = pring_wire_fault(i);
        result->fault_fired[i] = fault->fired;
        result->fault_effective[i] = fault->effective && fault->fired;
        result->fault_lied[i] = fault->lied;
    }
}

static void run_machine(void *stop)
{
    *(enum pring_stop *)stop = pring_machine_run(pring_workload_body, NULL);
}

static enum pring_stop play(const struct pring_run_request *r, const struct pring_setup *setup,
                            const struct pring_options *options)
{
    struct workload workload = {r->island->dut, r->scenario, r->triage};
    pring_machine_reset(r->island);
    pring_machine_isolation(options->isolation);
    pring_wire_reset(r->backend, r->scenario, setup, options);
    pring_judge_reset(r->island->dut, setup, options);
    pring_workload_reset(&workload);
    enum pring_stop stop = PRING_STOP_NONE;
    if (r->backend->host)
        r->backend->host(pring_wire_backend_self(r->backend), run_machine, &stop);
    else
        run_machine(&stop);
    return stop;
}

/* What the driver keeps for good (pools): measured once per driver and device type, on the honest C model. */
static void allow_pools(const struct pring_run_request *r, uint32_t device_type)
{
    enum { POOLS_MAX = 64 };
    static struct {
        const struct pring_island *island;
        uint32_t device_type;
        struct pring_platform left;
    } pools[POOLS_MAX];
    static uint32_t pool_count;
    static struct pring_scenario honest;
    for (uint32_t i = 0; i < pool_count; i++)
        if (pools[i].island == r->island && pools[i].device_type == device_type) {
            pring_judge_allow(&pools[i].left);
            return;
        }
    if (pool_count == POOLS_MAX || pring_wire_open(&pring_backend_model) < 0)
        return;
    struct pring_run_request run = {
        .island = r->island, .backend = &pring_backend_model, .scenario = &honest};
    struct pring_setup setup;
    struct pring_options options;
    honest.set_count = 1;
    honest.set[0] = (struct pring_set){.key = PRING_SET_DEVICE, .value = device_type};
    honest.work_count = 1;
    honest.work[0].verb = pring_request_verb(device_type);
    honest.work[0].count = device_type == PRING_DEVICE_NET ? 60 : 1;
    pring_scenario_resolve(&honest, &setup, &options);
    setup.features |= r->island->dut->features_needed;
    play(&run, &setup, &options);
    pools[pool_count].island = r->island;
    pools[pool_count].device_type = device_type;
    pring_judge_left(&pools[pool_count].left);
    pring_judge_allow(&pools[pool_count++].left);
}

void pring_bench_run(const struct pring_run_request *request, struct pring_result *result)
{
    struct pring_setup setup;
    struct pring_options options;
    *result = (struct pring_result){.verdict = PRING_VERDICT_OK};
    pring_scenario_resolve(request->scenario, &setup, &options);
    if (is_skipped(request, &setup, &options, result))
        return;
    if (pring_wire_open(request->backend) < 0) {
        skips(result, "this machine", request->backend->name);
        return;
    }
    allow_pools(request, setup.device_type);
    void *self = pring_wire_backend_self(request->backend);
    if (request->wave && request->backend->wave_open(self, request->wave) < 0) {
        skips(result, "the disk", "room for the wave file");
        return;
    }
    if (request->trace)
        pring_trace_begin(request->trace);
    enum pring_stop why = play(request, &setup, &options);
    pring_judge_end(why);
    if (request->trace)
        pring_trace_end();
    if (request->wave)
        request->backend->wave_close(self);
    pring_judge_verdict(result);
    pring_compare(request->backend, self, &setup, result);
    fill_result(request, result);
    pring_wire_finish();
}
