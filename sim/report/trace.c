/* SPDX-License-Identifier: Apache-2.0 */
#include "report/trace.h"

#include <inttypes.h>
#include <string.h>

#include <pring/wire.h>

#include "oracle/judge.h"
#include "report/place.h"

static struct {
    FILE *out;
    bool bug_told;
    struct pring_trace_line last; /* printed last; the same line again is only counted */
    uint32_t repeats;
} trace;

static void print_repeats(void)
{
    if (trace.repeats != 0)
        fprintf(trace.out, "%30s(%" PRIu32 " times more)\n", "", trace.repeats);
    trace.repeats = 0;
}

static bool is_again(const struct pring_event *event, const struct pring_trace_line *line)
{
    if (event->kind != PRING_EV_LOAD && event->kind != PRING_EV_REG_READ && event->kind != PRING_EV_CALL)
        return false;
    return strcmp(line->driver, trace.last.driver) == 0;
}

static void print_line(const struct pring_event *event, const struct pring_trace_line *line)
{
    fprintf(trace.out, "%11.3f %9" PRIu64 "  %-44s", (double)event->time_ns / 1000, event->cycle,
            line->driver);
    if (line->arrow[0] != '\0' || line->device[0] != '\0')
        fprintf(trace.out, " %-4s", line->arrow);
    if (line->device[0] != '\0')
        fprintf(trace.out, "  %s", line->device);
    fputc('\n', trace.out);
}

static void print_bug(void)
{
    const struct pring_accusation *bug = pring_judge_bug();
    struct pring_report where;

    if (trace.bug_told || !bug)
        return;
    print_repeats();
    trace.bug_told = true;
    fprintf(trace.out, "%23sBUG %s: %s", "", bug->oracle, bug->why);
    if (pring_place_of(bug, &where) && where.file[0] != '\0')
        fprintf(trace.out, " (%s:%" PRIu32 ")", pring_file_name(where.file), where.line);
    fputc('\n', trace.out);
}

static void trace_event(const struct pring_event *event)
{
    struct pring_trace_line line;

    pring_trace_decode(event, &line);
    if (line.driver[0] == '\0' && line.device[0] == '\0') {
        print_bug();
        return;
    }
    if (is_again(event, &line)) {
        trace.repeats++;
        print_bug();
        return;
    }
    print_repeats();
    print_line(event, &line);
    trace.last = line;
    print_bug();
}

void pring_trace_begin(FILE *out)
{
    trace.out = out;
    trace.bug_told = false;
    trace.repeats = 0;
    trace.last = (struct pring_trace_line){.arrow = ""};
    fprintf(out, "%11s %9s  %-44s %-4s  %s\n", "time us", "cycle", "driver", "", "device");
    pring_wire_listen(trace_event);
}

void pring_trace_end(void)
{
    pring_wire_deafen(trace_event);
    print_repeats();
    print_bug();
    trace.out = NULL;
}
