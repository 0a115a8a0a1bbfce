/* SPDX-License-Identifier: Apache-2.0 */
/* One falsified value at a time: every field that a plain honest run reads, each time it is read, with the
 * values that are worth trying; then the seeds that have one fault. */
#include "fuzz/doctor.h"

#include <string.h>

enum { NTH_MAX = 16, NTH_EVER_MAX = 2, DEAR_MAX = 2, DEAR_EVENTS = 5000 };

static const struct {
    uint8_t base, op;
    uint32_t operand;
} values[] = {
    {PRING_BASE_ZERO, PRING_OP_ADD, 0},  {PRING_BASE_MAX, PRING_OP_ADD, 0},
    {PRING_BASE_IT, PRING_OP_ADD, 1},    {PRING_BASE_IT, PRING_OP_SUB, 1},
    {PRING_BASE_IT, PRING_OP_XOR, 0x40}, {PRING_BASE_IT, PRING_OP_AND, 0xf7},
    {PRING_BASE_QSIZE, PRING_OP_ADD, 0}, {PRING_BASE_IT, PRING_OP_OR, 0x10000},
    {PRING_BASE_FREED, PRING_OP_ADD, 0},
};

/* The fault that falsifies this field where the driver reads it. False: there is no such row. */
static bool fault_at(enum pring_field label, uint8_t nth, bool is_from_end, struct pring_fault *fault)
{
    *fault = (struct pring_fault){
        .label = (uint8_t)label, .queue = PRING_QUEUE_ANY, .nth = nth, .j = 1, .count = 1};
    switch (pring_field_info[label].group) {
    case PRING_GROUP_REG:
    case PRING_GROUP_CONFIG:
        fault->action = PRING_FAULT_ANSWER;
        break;
    case PRING_GROUP_DATA:
        fault->action = PRING_FAULT_ANSWER;
        fault->k = is_from_end;
        break;
    default:
        fault->action = PRING_FAULT_POKE;
        fault->target = (uint8_t)label;
        fault->side = PRING_SIDE_LOAD;
        break;
    }
    return pring_fault_row_of(fault) >= 0;
}

/* True: the driver took long over it. */
static bool try(struct pring_scenario *scenario, const struct pring_fault *fault, enum pring_field label)
{
    static struct pring_result result;
    scenario->fault_count = 1;
    scenario->fault[0] = *fault;
    doctor_run(pring_bench_backend_at(0), scenario, label, false, &result);
    doctor_read_outcome(scenario, &result);
    scenario->fault_count = 0;
    return doctor_seen.stall || result.events > DEAR_EVENTS;
}

static void falsify(struct pring_scenario *scenario, enum pring_field label, uint32_t times)
{
    struct pring_fault fault;
    uint32_t ends = label == PRING_F_DATA_IN ? 2 : 1; /* of a buffer, the last byte too */
    uint32_t dear = 0; /* a field on which the driver hangs need not be tried in every way */
    for (uint32_t nth = 1; nth <= times && nth <= NTH_MAX && dear < DEAR_MAX; nth++)
        for (uint32_t end = 0; end < ends; end++) {
            if (!fault_at(label, (uint8_t)nth, end != 0, &fault))
                return;
            for (size_t v = 0; v < sizeof values / sizeof values[0]; v++) {
                fault.base = values[v].base;
                fault.op = values[v].op;
                fault.operand = values[v].operand;
                fault.count = 1;
                dear += try(scenario, &fault, label);
                fault.count = PRING_COUNT_EVER; /* for drivers that look twice */
                if (nth <= NTH_EVER_MAX)
                    dear += try(scenario, &fault, label);
            }
        }
}

static void falsify_all(const struct pring_scenario *honest)
{
    static struct pring_result result;
    static struct pring_scenario scenario;
    uint32_t reads[PRING_FIELD_COUNT];
    doctor_run(pring_bench_backend_at(0), honest, PRING_FIELD_NONE, false, &result);
    doctor_read_outcome(honest, &result);
    if (result.verdict != PRING_VERDICT_OK)
        return; /* what came of a lie could not be told from what comes without */
    memcpy(reads, doctor_seen.reads, sizeof reads);
    scenario = *honest;
    for (int label = 1; label < PRING_FIELD_COUNT; label++)
        falsify(&scenario, (enum pring_field)label, reads[label]);
}

void doctor_series(void)
{
    static struct pring_result result;
    for (uint32_t i = 0; i < doctor_file_count; i++) {
        const struct pring_scenario *scenario = &doctor_files[i].scenario;
        if (doctor_files[i].kind == DOCTOR_HONEST && scenario->fault_count == 0)
            falsify_all(scenario);
        if (doctor_files[i].kind != DOCTOR_SEED || scenario->fault_count != 1)
            continue;
        doctor_run(pring_bench_backend_at(0), scenario, pring_fault_subject(&scenario->fault[0]), false,
                   &result);
        doctor_read_outcome(scenario, &result);
    }
}
