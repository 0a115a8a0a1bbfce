/* SPDX-License-Identifier: Apache-2.0 */
/* What the driver makes use of, and how long it waits. */
#include <stdio.h>
#include <string.h>

#include <pring/lie.h>

#include "fuzz/args.h"
#include "fuzz/doctor.h"
#include "fuzz/modes.h"
#include "fuzz/target.h"

static struct pring_scenario scenario;
static struct pring_result result;

static void set(enum pring_set_key key, uint64_t value)
{
    if (scenario.set_count < PRING_SETS_MAX)
        scenario.set[scenario.set_count++] = (struct pring_set){.key = (uint8_t)key, .value = value};
}

static uint64_t offers(const struct pring_backend *backend, uint32_t type)
{
    uint64_t features = type == PRING_DEVICE_NET       ? backend->net_features
                        : type == PRING_DEVICE_CONSOLE ? backend->console_features
                                                       : backend->features;
    return features & pring_features_known(type);
}

/* One at a time, beside what is usual: some are not to be had together, and some a driver must not be shown.
 */
static void features_of(const struct pring_backend *backend, uint32_t type)
{
    for (uint32_t bit = 0; bit < 64; bit++) {
        if (!(offers(backend, type) >> bit & 1))
            continue;
        pring_scenario_honest(&scenario, (uint16_t)type);
        set(PRING_SET_FEATURE_ON, bit);
        doctor_run(backend, &scenario, PRING_FIELD_NONE, false, &result);
        doctor_read_outcome(&scenario, &result);
        printf("feature\t%u\t%u\t%s\n", type, bit,
               result.verdict == PRING_VERDICT_SKIPPED ? "untried"
               : doctor_seen.accepted >> bit & 1       ? "accepted"
                                                       : "declined");
    }
}

void doctor_features(void)
{
    const uint16_t *type = pring_arg_island()->dut->device_types;
    for (; type && *type; type++)
        features_of(pring_bench_backend_at(0), *type);
}

/* QueueSizeMax from 1 to whatever the backend can build. */
void doctor_sizes(void)
{
    const struct pring_backend *backend;
    const uint16_t *type = pring_arg_island()->dut->device_types;
    for (; type && *type; type++)
        for (uint32_t i = 0; (backend = pring_bench_backend_at(i)); i++)
            for (uint32_t size = 1; size <= PRING_QUEUE_SIZE_MAX; size *= 2) {
                pring_scenario_honest(&scenario, *type);
                set(PRING_SET_QUEUE_SIZE, size);
                doctor_run(backend, &scenario, PRING_FIELD_NONE, false, &result);
                doctor_read_outcome(&scenario, &result);
                if (result.verdict != PRING_VERDICT_SKIPPED)
                    printf("size\t%u\t%s\t%u\t%s\t%u\n", *type, backend->name, size,
                           pring_verdict_name(result.verdict), doctor_seen.queue_size);
            }
}

static const char *bound(bool is_met)
{
    static const char *const stalls[] = {"", "loops for ever", "sleeps for ever", "is interrupted for ever"};
    if (doctor_seen.stall && doctor_seen.stall < sizeof stalls / sizeof stalls[0])
        return stalls[doctor_seen.stall];
    return is_met ? "ends" : "not met";
}

/* A wait is met if the fault that withholds what it waits for came into play. */
static void wait_in(const struct doctor_file *file)
{
    const struct pring_backend *backend;
    for (uint32_t i = 0; (backend = pring_bench_backend_at(i)); i++) {
        bool is_met = file->scenario.fault_count == 0;
        doctor_run(backend, &file->scenario, PRING_FIELD_NONE, false, &result);
        doctor_read_outcome(&file->scenario, &result);
        for (uint16_t k = 0; k < file->scenario.fault_count; k++)
            is_met |= result.fault_effective[k] || result.fault_fired[k];
        if (result.verdict == PRING_VERDICT_SKIPPED)
            continue;
        const char *where = doctor_place(doctor_seen.stall_pc);
        printf("wait\t%u\t%s\t%s\t%s\t%s\n", doctor_device(&file->scenario), backend->name, file->path,
               bound(is_met), *where ? where : "\t0\t");
    }
}

void doctor_waits(void)
{
    for (uint32_t i = 0; i < doctor_file_count; i++)
        if (doctor_files[i].kind == DOCTOR_WAIT)
            wait_in(&doctor_files[i]);
}
