/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decoded conversation, one line per thing that happened: what the driver did on the left, what it was
 * shown by the device on the right. No wall time, no host address: the same run prints the same text.
 */
#ifndef PRING_REPORT_TRACE_H
#define PRING_REPORT_TRACE_H

#include <stdio.h>

#include <pring/event.h>

void pring_trace_begin(FILE *out); /* listens from now on, behind the judge; prints the header */
void pring_trace_end(void);        /* after pring_judge_end */

/* trace_text.c: the texts of an event for the two columns; empty: nothing to print. */
enum { PRING_TRACE_TEXT = 200 };
struct pring_trace_line {
    char driver[PRING_TRACE_TEXT], device[PRING_TRACE_TEXT];
    const char *arrow; /* "--->", "<---" or "" */
};
void pring_trace_decode(const struct pring_event *event, struct pring_trace_line *line);

#endif
