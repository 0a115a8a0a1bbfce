/* SPDX-License-Identifier: Apache-2.0 */
/* The script of the test counts; here its lines are read. */
#include "bench_counts.h"

#include <stdio.h>
#include <string.h>

#include "process.h"

static void take(struct pring_bench_counts *out, const char *line)
{
    unsigned least, most, limit;
    const char *colon = strchr(line, ':');
    if (!colon || out->count == PRING_BENCH_COUNTS_MAX ||
        sscanf(colon, ": %u to %u instructions a request, at most %u", &least, &most, &limit) != 3)
        return;
    snprintf(out->row[out->count].name, sizeof out->row[0].name, "%.*s", (int)(colon - line), line);
    out->row[out->count].least = least;
    out->row[out->count].most = most;
    out->row[out->count].limit = limit;
    out->count++;
}

void pring_bench_counts_measure(struct pring_bench_counts *out)
{
    char text[4096], *rest = NULL;
    struct pring_args args = {.count = 0};
    out->count = 0;
    pring_args_add(&args, "sh");
    pring_args_add(&args, "%s/tests/freestanding/instructions.sh", PRING_SOURCE_DIR);
    pring_args_add(&args, "%s", PRING_SOURCE_DIR);
    pring_args_add(&args, "%s/bench", PRING_BUILD_DIR);
    int code = pring_process_capture(&args, text, sizeof text);
    pring_args_free(&args);
    if (code != 0)
        fprintf(stderr, "pring: instructions of the driver: %s", text);
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        take(out, line);
}
