/* SPDX-License-Identifier: Apache-2.0 */
/* What a sweep says: one row for each position, then each finding once, with a file that replays it. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pring/report.h>

#include "fuzz/args.h"
#include "fuzz/record.h"
#include "fuzz/sweep.h"
#include "fuzz/target.h"

enum { FOUND_MAX = 64, TEXT = 256 };

static struct {
    const char *file, *kind;
    bool is_json;
    struct { /* the position at hand */
        char name[TEXT];
        uint32_t verdicts; /* mask over the backends */
        bool differs, met;
    } variant[PRING_SWEEP_VARIANTS_MAX];
    uint32_t variants, found_count;
    struct found {
        char key[TEXT], fault[TEXT], path[TEXT], backend[32];
        struct pring_result result;
        uint32_t position, again;
    } found[FOUND_MAX];
} sweep;

static const char *phase_name(uint8_t phase)
{
    static const char *const names[] = {"", "probe", "setup", "request", "idle", "remove", "reprobe"};
    return phase < sizeof names / sizeof names[0] ? names[phase] : "";
}

void pring_sweep_begin(const char *file, const char *kind)
{
    memset(&sweep, 0, sizeof sweep);
    sweep.file = file;
    sweep.kind = kind;
    sweep.is_json = pring_arg_number("json", 0);
    if (!sweep.is_json)
        printf("sweep %s of %s, driver %s\n%8s %10s  %-8s %-36s %s\n", kind, file, pring_arg_island()->name,
               "position", "time us", "phase", "at", "verdict");
}

/* ---- findings ---- */

/* out/sweep/one_sector-irq-12-1.scn */
static void save(struct found *found, const struct pring_sweep_run *run)
{
    static char text[1 << 18];
    char stem[64];
    const char *slash = strrchr(sweep.file, '/'), *base = slash ? slash + 1 : sweep.file;
    const char *end = strrchr(base, '.');
    snprintf(stem, sizeof stem, "%.*s", end ? (int)(end - base) : (int)strlen(base), base);
    for (char *c = stem; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_')
            *c = '-';
    snprintf(found->path, sizeof found->path, "%s/%s-%s-%u-%u.scn", pring_arg("folder", "."), stem,
             sweep.kind, run->position, sweep.variants);
    pring_scenario_print(run->scenario, text, sizeof text);
    FILE *out = fopen(found->path, "we");
    bool is_written = out && fputs(text, out) >= 0;
    if (out && fclose(out) == 0 && is_written)
        return;
    fprintf(stderr, "pring: %s cannot be written\n", found->path);
    found->path[0] = '\0';
}

/* As a finding's key, but for the label: here that is the position. */
static void key_of(const struct pring_result *result, char *out, size_t size_bytes)
{
    struct pring_result any = *result;
    any.bug.label = 0;
    pring_result_key(&any, out, size_bytes);
}

static void find(const struct pring_sweep_run *run, uint32_t backend)
{
    const struct pring_result *result = &run->outcome->result[backend];
    struct found *found = sweep.found;
    char key[TEXT];
    key_of(result, key, sizeof key);
    while (found < sweep.found + sweep.found_count && strcmp(found->key, key) != 0)
        found++;
    if (found < sweep.found + sweep.found_count) {
        found->again++;
        return;
    }
    if (sweep.found_count == FOUND_MAX)
        return;
    sweep.found_count++;
    snprintf(found->key, sizeof found->key, "%s", key);
    snprintf(found->backend, sizeof found->backend, "%s", run->outcome->backend[backend]->name);
    pring_fault_print(run->fault, found->fault, sizeof found->fault);
    found->result = *result;
    found->position = run->position;
    save(found, run);
}

static void print_found(struct found *found, uint32_t number)
{
    static struct pring_scenario none;
    printf("\nFINDING %u   bug: %s (%s)   at position %u: %s\n", number, found->result.bug.oracle,
           found->result.bug.rule, found->position, found->fault);
    pring_result_print(stdout, &found->result, &none);
    if (found->again)
        printf("  again     in %u more runs\n", found->again);
    if (found->path[0])
        printf("  look      ./pring run %s%s%s%s --trace\n", found->path, pring_arg("given", ""),
               strcmp(found->backend, "rtl") == 0 ? "" : " --backend ",
               strcmp(found->backend, "rtl") == 0 ? "" : found->backend);
}

/* ---- rows ---- */

static void print_json(const struct pring_sweep_run *run, uint32_t backend)
{
    const struct pring_result *result = &run->outcome->result[backend];
    char text[TEXT];
    fputs("{\"sweep\": ", stdout);
    pring_json_text(stdout, sweep.kind);
    pring_json_member(stdout, "file", sweep.file);
    printf(", \"position\": %u, \"at_ns\": %" PRIu64, run->position, run->place->time_ns);
    pring_json_member(stdout, "phase", phase_name(run->place->phase));
    pring_fault_print(run->fault, text, sizeof text);
    pring_json_member(stdout, "fault", text);
    printf(", \"met\": %s", result->fault_fired[run->scenario->fault_count - 1] ? "true" : "false");
    pring_json_member(stdout, "backend", run->outcome->backend[backend]->name);
    pring_json_member(stdout, "verdict", pring_verdict_name(result->verdict));
    pring_json_member(stdout, "oracle", result->bug.oracle);
    pring_json_member(stdout, "rule", result->bug.rule);
    pring_json_member(stdout, "why", result->bug.why);
    printf(", \"device_findings\": %u, \"same\": %s, \"result_hash\": \"%016" PRIx64 "\"}\n",
           result->device_findings, run->outcome->is_same ? "true" : "false", result->result_hash);
}

void pring_sweep_tell(const struct pring_sweep_run *run, struct pring_sweep_counts *counts)
{
    uint32_t at = sweep.variants++;
    memset(&sweep.variant[at], 0, sizeof sweep.variant[at]);
    pring_sweep_variant_name(run->fault, sweep.variant[at].name, sizeof sweep.variant[at].name);
    sweep.variant[at].differs = !run->outcome->is_same;
    counts->differ += !run->outcome->is_same;
    for (uint32_t i = 0; run->outcome->backend[i]; i++) {
        const struct pring_result *result = &run->outcome->result[i];
        bool is_met = result->fault_fired[run->scenario->fault_count - 1] > 0;
        sweep.variant[at].met |= is_met;
        sweep.variant[at].verdicts |= 1u << result->verdict;
        counts->runs++;
        counts->unmet += !is_met;
        counts->device_findings += result->device_findings > 0;
        counts->verdicts[result->verdict]++;
        if (result->verdict == PRING_VERDICT_BUG)
            find(run, i);
        if (sweep.is_json)
            print_json(run, i);
    }
}

/* "ok" if all that was tried there ends so; else "ok; refused: = max, = it ^ 1". */
static void print_verdicts(void)
{
    uint32_t all = 0;
    for (uint32_t i = 0; i < sweep.variants; i++)
        all |= sweep.variant[i].verdicts;
    const char *before = "";
    for (int verdict = 0; verdict < PRING_VERDICT_COUNT; verdict++) {
        if (!(all >> verdict & 1))
            continue;
        printf("%s%s", before, pring_verdict_name((enum pring_verdict)verdict));
        const char *between = ": ";
        for (uint32_t i = 0; i < sweep.variants && (all & (all - 1)) && before[0]; i++)
            if (sweep.variant[i].verdicts >> verdict & 1) {
                printf("%s%s", between, sweep.variant[i].name);
                between = ", ";
            }
        before = "; ";
    }
    for (uint32_t i = 0; i < sweep.variants; i++) {
        if (!sweep.variant[i].met)
            printf("%s%s does not fire", before, sweep.variant[i].name);
        if (sweep.variant[i].differs)
            printf("%sDIFFERS: %s", before, sweep.variant[i].name);
    }
    putchar('\n');
}

void pring_sweep_row_end(const struct pring_sweep_place *place, uint32_t position)
{
    char point[TEXT];
    if (!sweep.is_json) {
        pring_sweep_point(&place->fault, point, sizeof point);
        printf("%8u %10.3f  %-8s %-36s ", position, (double)place->time_ns / 1000, phase_name(place->phase),
               point);
        print_verdicts();
    }
    fflush(stdout);
    sweep.variants = 0;
}

void pring_sweep_end(const struct pring_sweep_places *places, const struct pring_sweep_counts *counts)
{
    for (uint32_t i = 0; i < sweep.found_count; i++)
        pring_record_sweep(sweep.found[i].path, sweep.found[i].backend, &sweep.found[i].result);
    if (sweep.found_count == 0)
        pring_record_sweep(sweep.file, sweep.kind, NULL);
    if (sweep.is_json)
        return;
    for (uint32_t i = 0; i < sweep.found_count; i++)
        print_found(&sweep.found[i], i + 1);
    if (places->cut)
        printf("Only the first 255 of %s were tried: a selector counts no further.\n", places->cut);
    if (places->count == 0 && places->skipped[0]) {
        printf("skipped: %s\n", places->skipped);
        return;
    }
    printf("%u position%s, then the run ends without meeting it. %u runs:", places->count,
           places->count == 1 ? "" : "s", counts->runs);
    for (int verdict = 0; verdict < PRING_VERDICT_COUNT; verdict++)
        if (counts->verdicts[verdict] > 0)
            printf(" %s %u", pring_verdict_name((enum pring_verdict)verdict), counts->verdicts[verdict]);
    if (counts->unmet > 0)
        printf("; in %u the value had nothing to refer to", counts->unmet);
    if (counts->device_findings > 0)
        printf("; the device itself broke a rule in %u", counts->device_findings);
    if (counts->differ > 0)
        printf("; backends differ in %u", counts->differ);
    puts(".");
}
