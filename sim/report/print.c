/* SPDX-License-Identifier: Apache-2.0 */
#include <pring/report.h>

#include <string.h>

#include <pring/requirement.h>

#include "report/place.h"

size_t pring_result_title(const struct pring_result *result, char *out, size_t size_bytes)
{
    const char *name = pring_verdict_name(result->verdict);
    int len;

    if (result->verdict == PRING_VERDICT_BUG)
        len = snprintf(out, size_bytes, "bug: %s (%s)", result->bug.oracle, result->bug.rule);
    else if (result->verdict == PRING_VERDICT_SKIPPED)
        len = snprintf(out, size_bytes, "skipped: %s", result->skipped);
    else
        len = snprintf(out, size_bytes, "%s", name);
    return len < 0 ? 0 : (size_t)len;
}

static void print_fault(FILE *out, const struct pring_fault *fault, bool lied)
{
    char text[256];

    pring_fault_print(fault, text, sizeof(text));
    fprintf(out, "  %-9s %s\n", lied ? "lie" : "quirk", text);
}

static void print_faults(FILE *out, const struct pring_result *result, const struct pring_scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->fault_count; i++) {
        if (result->fault_fired[i] != 0)
            print_fault(out, &scenario->fault[i], result->fault_lied[i]);
    }
}

static void print_rule(FILE *out, const struct pring_accusation *a)
{
    enum pring_requirement id = pring_requirement_by_id(a->rule, (uint32_t)strlen(a->rule));
    const struct pring_requirement_info *info = &pring_requirement_info[id];

    if (id == PRING_REQ_NONE)
        fprintf(out, "  rule      %s/%s at %s", a->oracle, a->rule, pring_label_name(a->label));
    else
        fprintf(out, "  rule      %s: the %s %s %s", info->id,
                pring_requirement_role_name((enum pring_requirement_role)info->role),
                pring_requirement_level_name((enum pring_requirement_level)info->level), info->wording);
    fputc('\n', out);
}

static void print_place(FILE *out, const struct pring_accusation *a)
{
    struct pring_report where;

    if (!pring_place_of(a, &where))
        return;
    if (where.file[0] != '\0')
        fprintf(out, "  driver    %s:%u in %s\n", pring_file_name(where.file), where.line, where.function);
    else
        fprintf(out, "  driver    in %s\n", where.function);
}

void pring_result_print(FILE *out, const struct pring_result *result, const struct pring_scenario *scenario)
{
    if (result->verdict == PRING_VERDICT_BUG) {
        fprintf(out, "  %s\n", result->bug.why);
        print_rule(out, &result->bug);
        print_place(out, &result->bug);
    }
    print_faults(out, result, scenario);
    if (result->device_findings != 0) {
        fprintf(out, "  device    %s\n", result->device_bug.why);
        print_rule(out, &result->device_bug);
    }
    for (uint32_t i = 0; i < result->note_count; i++)
        fprintf(out, "  note      %s/%s: %s\n", result->note[i].oracle, result->note[i].rule,
                result->note[i].why);
}
