/* SPDX-License-Identifier: Apache-2.0 */
/* What programs read: JSON and JUnit. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pring/scenario.h>

#include "hunt.h"
#include "junit.h"
#include "option.h"
#include "process.h"

static void json_text(FILE *out, const char *name, const char *value, const char *end)
{
    fprintf(out, "\"%s\": \"", name);
    for (const unsigned char *at = (const unsigned char *)value; *at; at++) {
        if (*at == '"' || *at == '\\')
            fprintf(out, "\\%c", *at);
        else if (*at < 0x20)
            fprintf(out, "\\u%04x", *at);
        else
            fputc(*at, out);
    }
    fprintf(out, "\"%s", end);
}

static void json_faults(FILE *out, const struct pring_hunt *hunt)
{
    const char *before = "";
    fputs("  \"faults\": {", out);
    for (uint32_t row = 0; row < pring_fault_row_count && row < PRING_BOARD_ROWS; row++) {
        if (!pring_tally_applies(hunt, row))
            continue;
        fprintf(out, "%s\n    \"%s\": {\"fired\": %" PRIu64 ", \"effective\": %" PRIu64 "}", before,
                pring_fault_rows[row].name, hunt->tally.fired[row], hunt->tally.effective[row]);
        before = ",";
    }
    fputs("\n  },\n", out);
}

static void json_finding(FILE *out, const struct pring_finding *finding)
{
    fputs("    {", out);
    json_text(out, "verdict", finding->verdict, ", ");
    json_text(out, "oracle", finding->oracle, ", ");
    json_text(out, "rule", finding->rule, ", ");
    json_text(out, "label", finding->label, ", ");
    json_text(out, "function", finding->function, ", ");
    json_text(out, "file", finding->file, ", ");
    json_text(out, "command", finding->command, ", ");
    json_text(out, "key", finding->key, ", ");
    fprintf(out, "\"seen\": %" PRIu64 ", \"known\": %s}", finding->seen, finding->known ? "true" : "false");
}

static FILE *text_open(char **text, size_t *len)
{
    return open_memstream(text, len);
}

static int text_save(FILE *out, char **text, size_t *len, const char *path)
{
    bool is_written = fclose(out) == 0 && pring_file_write(path, *text, *len);
    free(*text);
    return is_written ? PRING_CLEAN : pring_fail(PRING_SETUP, "%s: %s", path, strerror(errno));
}

int pring_machine_json(const struct pring_hunt *hunt, const char *path)
{
    char *text = NULL, why[8192];
    size_t len = 0;
    const struct pring_tally *tally = &hunt->tally;
    const char *before = "";
    FILE *out = path ? text_open(&text, &len) : NULL;
    if (!out)
        return path ? PRING_SETUP : PRING_CLEAN;
    fputs("{\n  ", out);
    json_text(out, "driver", hunt->request->driver->label, ", ");
    json_text(out, "backend", hunt->request->backend, ", ");
    json_text(out, "engine", pring_engine_name(hunt->request->engine), ",\n");
    fprintf(out, "  \"runs\": %" PRIu64 ",\n  \"runs_per_second\": %.0f,\n", tally->runs,
            hunt->seconds > 0 ? (double)tally->runs / hunt->seconds : 0);
    fprintf(out,
            "  \"cycles\": %" PRIu64 ",\n  \"reached\": {\"driver_ok\": %" PRIu64 ", \"completed\": %" PRIu64
            "},\n",
            tally->cycles, tally->driver_ok, tally->completed);
    fputs("  \"verdicts\": {", out);
    for (int i = 0; i < PRING_VERDICT_COUNT; i++)
        fprintf(out, "%s\"%s\": %" PRIu64, i ? ", " : "", pring_verdict_name((enum pring_verdict)i),
                tally->verdicts[i]);
    fputs("},\n", out);
    json_faults(out, hunt);
    if (hunt->request->engine != PRING_ENGINE_LIBFUZZER)
        fprintf(out,
                "  \"stability\": %.2f,\n  \"imported\": {\"libfuzzer\": %" PRIu64 ", \"afl\": %" PRIu64
                "},\n",
                pring_engine_stability(hunt), hunt->tally.imported[0], hunt->tally.imported[1]);
    fprintf(out, "  \"vacuous\": %s,\n  \"findings\": [",
            pring_tally_open(hunt) == 0 && pring_tally_vacuous(hunt, why, sizeof why) ? "true" : "false");
    for (uint32_t i = 0; i < hunt->finding_count; i++) {
        if (hunt->finding[i].state != PRING_FINDING_DONE)
            continue;
        fprintf(out, "%s\n", before);
        json_finding(out, &hunt->finding[i]);
        before = ",";
    }
    fprintf(out, "%s]\n}\n", before[0] ? "\n  " : "");
    return text_save(out, &text, &len, path);
}

static void junit_finding(struct pring_junit *junit, const struct pring_finding *finding)
{
    pring_junit_add(junit, &(struct pring_junit_case){
                               .classname = "pring",
                               .name = finding->key,
                               .end = finding->known ? PRING_JUNIT_SKIPPED : PRING_JUNIT_FAILED,
                               .type = finding->verdict,
                               .message = finding->known ? finding->known : finding->why,
                               .command = finding->command,
                           });
}

int pring_machine_junit(const struct pring_hunt *hunt, const char *path)
{
    static char why[8192];
    char suite[PRING_NAME * 3], runs[64];
    struct pring_junit junit;
    if (!path)
        return PRING_CLEAN;
    if (pring_junit_open(&junit) != PRING_CLEAN)
        return PRING_SETUP;
    bool is_vacuous = pring_tally_open(hunt) == 0 && pring_tally_vacuous(hunt, why, sizeof why);
    snprintf(suite, sizeof suite, "pring fuzz %s", hunt->request->driver->label);
    snprintf(runs, sizeof runs, "%" PRIu64 " runs", hunt->tally.runs);
    pring_junit_add(&junit,
                    &(struct pring_junit_case){.classname = "pring",
                                               .name = runs,
                                               .end = is_vacuous ? PRING_JUNIT_ERROR : PRING_JUNIT_PASSED,
                                               .type = "vacuous",
                                               .message = why});
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        if (hunt->finding[i].state == PRING_FINDING_DONE)
            junit_finding(&junit, &hunt->finding[i]);
    return pring_junit_save(&junit, suite, path);
}
