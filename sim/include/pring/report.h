/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Results for people. Symbolizes, so it is slow: for findings and traces only. The key and the JSON line are
 * in run.h, names of verdicts in verdict.h.
 */
#ifndef PRING_REPORT_H
#define PRING_REPORT_H

#include <stdio.h>

#include <pring/run.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "bug: memory (heap-buffer-overflow)", "refused", "skipped: model lacks waves"; returns the length, like
 * snprintf. */
size_t pring_result_title(const struct pring_result *result, char *out, size_t size_bytes);
/* A block of lines, indented by two: what happened, the faults that fired, the rule, the driver's function,
 * notes. The caller prints the headline before it, and what it knows of files and backends behind it. */
void pring_result_print(FILE *out, const struct pring_result *result, const struct pring_scenario *scenario);

/* Parts of a JSON line: "text", and , "name": "text". */
void pring_json_text(FILE *out, const char *text);
void pring_json_member(FILE *out, const char *name, const char *text);

#ifdef __cplusplus
}
#endif
#endif
