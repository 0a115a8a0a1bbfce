/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include <pring/report.h>

#include "report/place.h"

void pring_json_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p == '"' || *p == '\\')
            fprintf(out, "\\%c", *p);
        else if (*p < 0x20)
            fprintf(out, "\\u%04x", *p);
        else
            fputc(*p, out);
    }
    fputc('"', out);
}

void pring_json_member(FILE *out, const char *name, const char *text)
{
    fprintf(out, ", \"%s\": ", name);
    pring_json_text(out, text);
}

static void put_bug(FILE *out, const struct pring_result *result)
{
    char key[256];

    pring_result_key(result, key, sizeof(key));
    pring_json_member(out, "label", pring_label_name(result->bug.label));
    pring_json_member(out, "key", key);
    pring_json_member(out, "why", result->bug.why);
}

void pring_result_json(const struct pring_result *result, const char *file, const char *backend, FILE *out)
{
    fputs("{\"file\": ", out);
    pring_json_text(out, file);
    pring_json_member(out, "backend", backend);
    pring_json_member(out, "verdict", pring_verdict_name(result->verdict));
    pring_json_member(out, "oracle", result->bug.oracle);
    pring_json_member(out, "rule", result->bug.rule);
    if (result->verdict == PRING_VERDICT_BUG)
        put_bug(out, result);
    if (result->verdict == PRING_VERDICT_SKIPPED)
        pring_json_member(out, "skipped", result->skipped);
    fprintf(out, ", \"completed\": %" PRIu32 ", \"reg_accesses\": %" PRIu32 ", \"events\": %" PRIu32,
            result->completed, result->reg_accesses, result->events);
    fprintf(out, ", \"cycles\": %" PRIu64 ", \"time_ns\": %" PRIu64 ", \"device_findings\": %" PRIu32,
            result->cycles, result->time_ns, result->device_findings);
    if (result->device_findings != 0)
        pring_json_member(out, "device_rule", result->device_bug.rule);
    fprintf(out, ", \"result_hash\": \"%016" PRIx64 "\", \"state_hash\": \"%016" PRIx64 "\"}\n",
            result->result_hash, result->state_hash);
}
