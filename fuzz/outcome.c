/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/outcome.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pring/machine.h>
#include <pring/report.h>

#include "fuzz/args.h"
#include "fuzz/target.h"

/* backend=all, or names with commas between them. */
void pring_outcome_open(struct pring_outcome *outcome)
{
    uint32_t count = 0;
    const struct pring_backend *backend;
    char names[512], *rest = NULL;
    memset(outcome, 0, sizeof *outcome);
    snprintf(names, sizeof names, "%s", pring_arg("backend", "model"));
    if (strcmp(names, "all") == 0)
        while (count < PRING_BACKENDS_MAX && (backend = pring_bench_backend_at(count)))
            outcome->backend[count++] = backend;
    else
        for (char *name = strtok_r(names, ",", &rest); name && count < PRING_BACKENDS_MAX;
             name = strtok_r(NULL, ",", &rest))
            outcome->backend[count++] = pring_backend_named(name);
}

/* Under `free` time is cycles, and backends may differ. */
static bool is_comparable(const struct pring_scenario *scenario)
{
    struct pring_setup setup;
    struct pring_options options;
    pring_scenario_resolve(scenario, &setup, &options);
    return options.schedule == PRING_SCHEDULE_SETTLED;
}

void pring_outcome_run(struct pring_outcome *outcome, const struct pring_scenario *scenario, FILE *trace,
                       const char *wave)
{
    const struct pring_island *island = pring_arg_island();
    const struct pring_result *first = NULL;
    memset(outcome->second, 0, sizeof outcome->second);
    outcome->is_same = true;
    for (uint32_t i = 0; outcome->backend[i]; i++) {
        const struct pring_backend *backend = outcome->backend[i];
        const struct pring_run_request request = {.island = island,
                                                  .backend = backend,
                                                  .scenario = scenario,
                                                  .triage = true,
                                                  .state_hash = true,
                                                  .trace = trace,
                                                  .wave = backend->caps & PRING_CAP_WAVES ? wave : NULL};
        struct pring_result *result = &outcome->result[i];
        if (trace)
            fprintf(trace, "%s on %s\n", island->name, backend->name);
        pring_bench_run(&request, result);
        if (result->verdict == PRING_VERDICT_SKIPPED)
            continue;
        if (first && (first->verdict != result->verdict || first->result_hash != result->result_hash))
            outcome->is_same = false;
        first = first ? first : result;
    }
    outcome->is_same |= !is_comparable(scenario);
}

static void print_unstable_json(const struct pring_outcome *outcome, uint32_t i, const char *file)
{
    fputs("{\"file\": ", stdout);
    pring_json_text(stdout, file);
    pring_json_member(stdout, "backend", outcome->backend[i]->name);
    pring_json_member(stdout, "verdict", "unstable");
    pring_json_member(stdout, "first", pring_verdict_name(outcome->result[i].verdict));
    pring_json_member(stdout, "second", pring_verdict_name(outcome->second[i].verdict));
    printf(", \"result_hashes\": [\"%016" PRIx64 "\", \"%016" PRIx64 "\"], \"state_hashes\": [\"%016" PRIx64
           "\", \"%016" PRIx64 "\"]}\n",
           outcome->result[i].result_hash, outcome->second[i].result_hash, outcome->result[i].state_hash,
           outcome->second[i].state_hash);
}

void pring_outcome_json(const struct pring_outcome *outcome, const char *file)
{
    for (uint32_t i = 0; outcome->backend[i]; i++)
        if (outcome->second[i].is_unstable)
            print_unstable_json(outcome, i, file);
        else
            pring_result_json(&outcome->result[i], file, outcome->backend[i]->name, stdout);
}

static void print_place(const char *indent, uint64_t pc)
{
    struct pring_report where;
    if (pc == 0 || !pring_machine_symbolize(pc, &where))
        return;
    printf("%sdriver    %s:%u in %s\n", indent, where.file, where.line, where.function);
}

static void print_bug(const char *who, const struct pring_accusation *bug)
{
    const char *label = pring_field_info[bug->label].name;
    printf("    %s\n    rule      %s: %s%s%s\n", bug->why, who, bug->rule, label ? " at " : "",
           label ? label : "");
    print_place("    ", bug->pc);
}

static void print_details(const struct pring_result *result, const struct pring_scenario *scenario)
{
    if (result->verdict == PRING_VERDICT_BUG)
        print_bug(result->bug.oracle, &result->bug);
    if (result->device_findings > 0)
        print_bug("the device itself", &result->device_bug);
    for (uint32_t i = 0; i < result->note_count; i++)
        printf("    note      %s: %s\n", result->note[i].rule, result->note[i].why);
    for (uint16_t i = 0; i < scenario->fault_count; i++) {
        char text[256];
        pring_fault_print(&scenario->fault[i], text, sizeof text);
        printf("    %-9s %s%s\n", result->fault_lied[i] ? "lie" : "quirk", text,
               result->fault_effective[i] ? ""
               : result->fault_fired[i]   ? " (no effect)"
                                          : " (did not fire)");
    }
}

void pring_outcome_text(const struct pring_outcome *outcome, const struct pring_scenario *scenario,
                        const char *file, bool is_brief)
{
    for (uint32_t i = 0; outcome->backend[i]; i++) {
        const struct pring_result *result = &outcome->result[i];
        const char *bracket = result->verdict == PRING_VERDICT_BUG ? result->bug.oracle : result->skipped;
        printf("%-8s %s%s%s%s on %s: %u completed, %u register accesses, %" PRIu64 " cycles, %.1f us\n",
               pring_verdict_name(result->verdict), *bracket ? "(" : "", bracket, *bracket ? ") " : "", file,
               outcome->backend[i]->name, result->completed, result->reg_accesses, result->cycles,
               (double)result->time_ns / 1000);
        if (result->compared[0])
            printf("    compared  %s\n", result->compared);
        if (outcome->second[i].is_unstable)
            printf("UNSTABLE %s on %s: the same seed again is %s; result_hash %016" PRIx64 " and %016" PRIx64
                   ", state_hash %016" PRIx64 " and %016" PRIx64 "\n",
                   file, outcome->backend[i]->name, pring_verdict_name(outcome->second[i].verdict),
                   result->result_hash, outcome->second[i].result_hash, result->state_hash,
                   outcome->second[i].state_hash);
        bool is_bad = result->verdict == PRING_VERDICT_BUG || result->device_findings > 0;
        if (!is_brief || is_bad)
            print_details(result, scenario);
    }
    if (!outcome->is_same)
        printf("DIFFERS  %s: the backends do not agree\n", file);
    for (uint32_t i = 0; outcome->backend[i] && !outcome->is_same; i++)
        printf("    %-12s %-8s result_hash %016" PRIx64 "\n", outcome->backend[i]->name,
               pring_verdict_name(outcome->result[i].verdict), outcome->result[i].result_hash);
}

static const uint32_t *expected(const struct pring_expect *expect, const char *driver)
{
    for (uint32_t i = 0; i < expect->count; i++)
        if (strcmp(expect->line[i].driver, driver) == 0)
            return &expect->line[i].verdicts;
    return NULL;
}

bool pring_outcome_is_allowed(const struct pring_outcome *outcome, uint32_t backend,
                              const struct pring_expect *expect)
{
    const uint32_t *allowed = expected(expect, pring_arg_island()->name);
    enum pring_verdict verdict = outcome->result[backend].verdict;
    return verdict == PRING_VERDICT_SKIPPED ||
           (allowed ? *allowed >> verdict & 1 : verdict != PRING_VERDICT_BUG);
}

bool pring_outcome_is_good(const struct pring_outcome *outcome, const struct pring_expect *expect)
{
    const char *driver = pring_arg_island()->name;
    bool is_good = outcome->is_same;
    for (uint32_t i = 0; outcome->backend[i]; i++) {
        bool is_allowed = pring_outcome_is_allowed(outcome, i, expect);
        if (!is_allowed && expected(expect, driver))
            fprintf(stderr, "pring: %s on %s is not what the scenario expects of %s\n",
                    pring_verdict_name(outcome->result[i].verdict), outcome->backend[i]->name, driver);
        is_good &= is_allowed && outcome->result[i].device_findings == 0 && !outcome->second[i].is_unstable;
    }
    return is_good;
}
