/* SPDX-License-Identifier: Apache-2.0 */
/* The driver and an honest device: how far it gets, which requirements it keeps, what it makes use of. */
#include "fuzz/doctor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fuzz/args.h"
#include "fuzz/modes.h"
#include "fuzz/target.h"

enum { RULES_MAX = 64 };

struct evidence {
    bool broken;
    const char *file;
    char backends[64], why[240];
    uint64_t pc;
};
static struct evidence requirement[PRING_REQ_COUNT];
static struct evidence fooled[PRING_REQ_COUNT]; /* the same with odd devices */
static struct {
    char name[64];
    struct evidence evidence;
} rule[RULES_MAX]; /* of oracles that judge no requirement */
static uint32_t rule_count;
static uint64_t reached;

/* ---- accusations ---- */

static void blame(struct evidence *evidence, const struct pring_accusation *bug,
                  const struct doctor_file *file, const char *backend)
{
    if (!evidence->broken) {
        evidence->file = file->path;
        evidence->pc = bug->pc;
        snprintf(evidence->why, sizeof evidence->why, "%s", bug->why);
    }
    evidence->broken = true;
    size_t len = strlen(evidence->backends);
    if (!strstr(evidence->backends, backend))
        snprintf(evidence->backends + len, sizeof evidence->backends - len, "%s%s", len ? " " : "", backend);
}

static struct evidence *evidence_of(const struct pring_accusation *bug)
{
    char name[64];
    enum pring_requirement id = doctor_requirement_of(bug->oracle, bug->rule);
    if (id != PRING_REQ_NONE)
        return &requirement[id];
    snprintf(name, sizeof name, "%s/%s", bug->oracle, bug->rule);
    for (uint32_t i = 0; i < rule_count; i++)
        if (strcmp(rule[i].name, name) == 0)
            return &rule[i].evidence;
    if (rule_count == RULES_MAX)
        return NULL;
    snprintf(rule[rule_count].name, sizeof rule[0].name, "%s", name);
    return &rule[rule_count++].evidence;
}

/* Of the notes only those that are requirements: a second accusation of one run is one of them. */
static void take(const struct pring_result *result, const struct doctor_file *file, const char *backend)
{
    struct evidence *evidence = result->verdict == PRING_VERDICT_BUG ? evidence_of(&result->bug) : NULL;
    if (evidence)
        blame(evidence, &result->bug, file, backend);
    for (uint32_t i = 0; i < result->note_count; i++) {
        enum pring_requirement id = doctor_requirement_of(result->note[i].oracle, result->note[i].rule);
        bool is_binding = id != PRING_REQ_NONE && pring_requirement_info[id].role == PRING_ROLE_DRV &&
                          pring_requirement_info[id].level != PRING_LEVEL_SHOULD;
        if (is_binding)
            blame(&requirement[id], &result->note[i], file, backend);
    }
}

/* With a device that is none, only what the specification says of that is looked at. */
static void take_odd(const struct pring_accusation *bug, const struct doctor_file *file, const char *backend)
{
    if (strcmp(bug->oracle, "spec") == 0)
        blame(&fooled[doctor_requirement_of(bug->oracle, bug->rule)], bug, file, backend);
}

static void run_odd(const struct doctor_file *file)
{
    static struct pring_result result;
    const struct pring_backend *backend;
    for (uint32_t i = 0; (backend = pring_bench_backend_at(i)); i++) {
        doctor_run(backend, &file->scenario, PRING_FIELD_NONE, false, &result);
        doctor_read_outcome(&file->scenario, &result);
        if (result.verdict == PRING_VERDICT_SKIPPED)
            continue;
        reached |= doctor_seen.reached;
        if (result.verdict == PRING_VERDICT_BUG)
            take_odd(&result.bug, file, backend->name);
        for (uint32_t k = 0; k < result.note_count; k++)
            take_odd(&result.note[k], file, backend->name);
    }
}

/* ---- runs ---- */

static bool is_settled(const struct pring_scenario *scenario)
{
    struct pring_setup setup;
    struct pring_options options;
    pring_scenario_resolve(scenario, &setup, &options);
    return options.schedule == PRING_SCHEDULE_SETTLED;
}

static void print_life(const struct pring_backend *backend, uint32_t type, const struct pring_result *result)
{
    const struct doctor_seen *seen = &doctor_seen;
    printf("life\t%u\t%s\t%s\t%d\t%d\t%d\t%d\t%d\n", type, backend->name, pring_verdict_name(result->verdict),
           seen->probed, seen->features_ok, seen->driver_ok, seen->completed, seen->removed);
}

/* The plainest scenario of all, on every backend. */
static void lives(void)
{
    static struct pring_scenario scenario;
    static struct pring_result result;
    const struct pring_backend *backend;
    const uint16_t *type = pring_arg_island()->dut->device_types;
    for (; type && *type; type++)
        for (uint32_t i = 0; (backend = pring_bench_backend_at(i)); i++) {
            pring_scenario_honest(&scenario, *type);
            doctor_run(backend, &scenario, PRING_FIELD_NONE, true, &result);
            doctor_read_outcome(&scenario, &result);
            print_life(backend, *type, &result);
        }
}

/* False: the device in it was not honest. */
static bool run_file(const struct doctor_file *file)
{
    static struct pring_result result, first;
    const struct pring_backend *backend;
    bool has_first = false, is_honest = true;
    for (uint32_t i = 0; (backend = pring_bench_backend_at(i)); i++) {
        doctor_run(backend, &file->scenario, PRING_FIELD_NONE, true, &result);
        doctor_read_outcome(&file->scenario, &result);
        if (result.verdict == PRING_VERDICT_SKIPPED)
            continue;
        is_honest &= doctor_was_honest(&file->scenario, &result);
        reached |= doctor_seen.reached;
        take(&result, file, backend->name);
        if (result.device_findings)
            printf("device\t%s\t%s\t%s\t%s\n", backend->name, file->path, result.device_bug.rule,
                   result.device_bug.why);
        if (has_first && is_settled(&file->scenario) &&
            (first.verdict != result.verdict || first.result_hash != result.result_hash))
            printf("differs\t%s\t%s\n", backend->name, file->path);
        if (!has_first)
            first = result;
        has_first = true;
    }
    return is_honest;
}

/* ---- the tables ---- */

static void print_evidence(const struct evidence *evidence)
{
    const char *where = doctor_place(evidence->pc);
    printf("%s\t%s\t%s\t%s\n", evidence->file, evidence->backends, evidence->why, *where ? where : "\t0\t");
}

static void print_requirements(void)
{
    for (int id = 1; id < PRING_REQ_COUNT; id++) {
        const struct pring_requirement_info *info = &pring_requirement_info[id];
        enum doctor_occasion occasion = doctor_occasion_of((enum pring_requirement)id);
        if (info->role != PRING_ROLE_DRV)
            continue;
        bool is_reached = reached >> occasion & 1;
        const struct evidence *evidence = requirement[id].broken ? &requirement[id] : &fooled[id];
        printf("requirement\t%s\t%s\t%s\t%s\t", info->id,
               requirement[id].broken     ? "broken"
               : evidence->broken         ? "fooled"
               : occasion == DOCTOR_NEVER ? "unjudged"
               : is_reached               ? "kept"
                                          : "unreached",
               pring_requirement_level_name((enum pring_requirement_level)info->level), info->wording);
        if (evidence->broken)
            print_evidence(evidence);
        else
            puts("\t\t\t\t0\t");
    }
    for (uint32_t i = 0; i < rule_count; i++) {
        printf("rule\t%s\t", rule[i].name);
        print_evidence(&rule[i].evidence);
    }
}

int doctor_honest(void)
{
    int code = 0;
    lives();
    for (uint32_t i = 0; i < doctor_file_count; i++)
        if (doctor_files[i].kind == DOCTOR_HONEST && !run_file(&doctor_files[i])) {
            fprintf(stderr, "%s: this device is not honest\n", doctor_files[i].path);
            code = 3;
        }
    for (uint32_t i = 0; i < doctor_file_count; i++)
        if (doctor_files[i].kind == DOCTOR_ODD)
            run_odd(&doctor_files[i]);
    print_requirements();
    return code;
}
