/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fuzz/args.h"

static FILE *records(void)
{
    static FILE *out;
    const char *path = pring_arg("records", NULL);
    if (path && !out)
        out = fopen(path, "ae");
    return out;
}

struct line {
    const char *file, *backend, *end, *type, *verdict, *message;
    uint64_t result_hash, state_hash;
};

static void put(const struct line *line)
{
    char message[512];
    FILE *out = records();
    if (!out)
        return;
    snprintf(message, sizeof message, "%s", line->message);
    for (char *c = message; *c; c++)
        if (*c == '\t' || *c == '\n')
            *c = ' ';
    fprintf(out, "%s\t%s\t%s\t%s\t%s\t%016" PRIx64 "\t%016" PRIx64 "\t%s\n", line->file, line->backend,
            line->end, line->type[0] ? line->type : "-", line->verdict, line->result_hash, line->state_hash,
            message);
    fflush(out);
}

/* What is wrong with it, in the order of what a person wants to know first. */
static const char *type_of(const struct pring_outcome *outcome, uint32_t i, bool is_bad, const char **message)
{
    const struct pring_result *result = &outcome->result[i];
    if (outcome->second[i].is_unstable) {
        *message = "two runs of one seed are not the same run";
        return "unstable";
    }
    if (result->verdict == PRING_VERDICT_BUG && is_bad) {
        *message = result->bug.why;
        return result->bug.oracle;
    }
    if (result->device_findings > 0) {
        *message = result->device_bug.why;
        return "device";
    }
    *message = is_bad ? "not what the scenario expects" : outcome->is_same ? "" : "the backends do not agree";
    return is_bad ? pring_verdict_name(result->verdict) : outcome->is_same ? "" : "differs";
}

void pring_record_outcome(const char *file, const struct pring_outcome *outcome,
                          const struct pring_expect *expect)
{
    for (uint32_t i = 0; records() && outcome->backend[i]; i++) {
        const struct pring_result *result = &outcome->result[i];
        bool is_bad = !pring_outcome_is_allowed(outcome, i, expect);
        struct line line = {.file = file,
                            .backend = outcome->backend[i]->name,
                            .verdict = pring_verdict_name(result->verdict),
                            .result_hash = result->result_hash,
                            .state_hash = result->state_hash,
                            .end = "pass"};
        line.type = type_of(outcome, i, is_bad, &line.message);
        if (line.type[0])
            line.end = "fail";
        else if (result->verdict == PRING_VERDICT_SKIPPED) {
            line.end = "skip";
            line.message = result->skipped;
        }
        put(&line);
    }
}

void pring_record_sweep(const char *file, const char *backend, const struct pring_result *bug)
{
    put(&(struct line){.file = file,
                       .backend = backend,
                       .end = bug ? "fail" : "pass",
                       .type = bug ? bug->bug.oracle : "",
                       .verdict = bug ? "bug" : "ok",
                       .message = bug ? bug->bug.why : "",
                       .result_hash = bug ? bug->result_hash : 0,
                       .state_hash = bug ? bug->state_hash : 0});
}

/* ---- two runs of one seed ---- */

static void compare(struct pring_outcome *outcome, uint32_t i, int verdict, uint64_t result_hash,
                    uint64_t state_hash)
{
    const struct pring_result *first = &outcome->result[i];
    if (outcome->second[i].is_unstable ||
        ((int)first->verdict == verdict && first->result_hash == result_hash &&
         first->state_hash == state_hash))
        return;
    outcome->second[i].is_unstable = true;
    outcome->second[i].verdict = verdict < 0 ? PRING_VERDICT_SKIPPED : (enum pring_verdict)verdict;
    outcome->second[i].result_hash = result_hash;
    outcome->second[i].state_hash = state_hash;
}

/* The next line of the earlier process, which ran the same files in the same order. */
static bool before(char verdict[32], uint64_t *result_hash, uint64_t *state_hash)
{
    static FILE *in;
    char line[8192];
    const char *path = pring_arg("before", NULL);
    if (path && !in)
        in = fopen(path, "re");
    return in && fgets(line, sizeof line, in) &&
           sscanf(line, "%*[^\t]\t%*[^\t]\t%*[^\t]\t%*[^\t]\t%31[^\t]\t%" SCNx64 "\t%" SCNx64, verdict,
                  result_hash, state_hash) == 3;
}

void pring_record_again(struct pring_outcome *outcome, const struct pring_scenario *scenario)
{
    static struct pring_outcome again;
    if (!pring_arg_number("twice", 0))
        return;
    memcpy(again.backend, outcome->backend, sizeof again.backend);
    pring_outcome_run(&again, scenario, NULL, NULL);
    for (uint32_t i = 0; outcome->backend[i]; i++) {
        const struct pring_result *second = &again.result[i];
        char verdict[32];
        uint64_t result_hash, state_hash;
        compare(outcome, i, (int)second->verdict, second->result_hash, second->state_hash);
        if (before(verdict, &result_hash, &state_hash))
            compare(outcome, i, pring_verdict_by_name(verdict, (uint32_t)strlen(verdict)), result_hash,
                    state_hash);
    }
}
