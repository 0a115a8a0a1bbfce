/* SPDX-License-Identifier: Apache-2.0 */
/* What a report says of a finding: run once more in a fresh process, on the backend that found it and on the
 * others. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pring/machine.h>

#include "fuzz/args.h"
#include "fuzz/modes.h"
#include "fuzz/outcome.h"
#include "fuzz/target.h"

static void fact(const char *name, const char *value)
{
    printf("%s\t", name);
    for (; *value; value++)
        putchar(*value == '\n' || *value == '\t' ? ' ' : *value);
    putchar('\n');
}

static void accusation_facts(const struct pring_accusation *bug)
{
    struct pring_report where;
    char text[32];
    const char *label = pring_field_info[bug->label].name;
    fact("oracle", bug->oracle);
    fact("rule", bug->rule);
    fact("label", label ? label : "");
    fact("why", bug->why);
    if (bug->pc == 0 || !pring_machine_symbolize(bug->pc, &where))
        return;
    fact("function", where.function);
    fact("source", where.file);
    snprintf(text, sizeof text, "%u", where.line);
    fact("line", text);
}

static void fault_facts(const struct pring_scenario *scenario, const struct pring_result *result)
{
    char text[256], line[300];
    for (uint16_t i = 0; i < scenario->fault_count; i++) {
        pring_fault_print(&scenario->fault[i], text, sizeof text);
        snprintf(line, sizeof line, "%s", text);
        fact(result->fault_lied[i] ? "lie" : "quirk", line);
    }
}

int pring_mode_facts(void)
{
    static struct pring_outcome outcome;
    static struct pring_scenario scenario;
    struct pring_expect expect;
    char key[PRING_BOARD_KEY], backends[512] = "";
    if (!pring_scenario_load(pring_arg("in", ""), &scenario, &expect))
        return 3;
    pring_outcome_open(&outcome);
    pring_outcome_run(&outcome, &scenario, NULL, NULL);
    const char *found_on = pring_arg("found_on", outcome.backend[0]->name);
    const struct pring_result *result = &outcome.result[0];
    for (uint32_t i = 0; outcome.backend[i]; i++) {
        const struct pring_result *one = &outcome.result[i];
        if (strcmp(outcome.backend[i]->name, found_on) == 0)
            result = one;
        snprintf(backends + strlen(backends), sizeof backends - strlen(backends), "%s%s %s%s%s%s",
                 i ? ", " : "", outcome.backend[i]->name, pring_verdict_name(one->verdict),
                 one->verdict == PRING_VERDICT_BUG ? "(" : "",
                 one->verdict == PRING_VERDICT_BUG ? one->bug.oracle : "",
                 one->verdict == PRING_VERDICT_BUG ? ")" : "");
    }
    bool is_device = strncmp(pring_arg("key", ""), "device/", 7) == 0;
    if (is_device ? pring_key_of_device(result, key, sizeof key)
                  : pring_key_of(&scenario, result, true, key, sizeof key))
        fact("key", key);
    fact("verdict", is_device ? "device" : pring_verdict_name(result->verdict));
    accusation_facts(is_device ? &result->device_bug : &result->bug);
    fault_facts(&scenario, result);
    fact("backends", backends);
    fact("same", outcome.is_same ? "yes" : "no");
    return 0;
}
