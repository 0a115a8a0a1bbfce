/* SPDX-License-Identifier: Apache-2.0 */
/* `pring diff`: where two runs part. Both are traced, and the traces are read side by side: what the driver
 * did and what it was shown, not the cycles, which are each backend's own. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "build.h"
#include "option.h"
#include "process.h"
#include "scenario_file.h"

enum { BEFORE = 4, AFTER = 3, NAME_MAX_BYTES = 64 };

static const char *driver_names = "vio", *backend_names, *bug_name;

static const struct pring_option options[] = {
    {"What", "driver", "NAME[,NAME]", "of both runs, or of the first and the second", "vio", PRING_TEXT,
     &driver_names, 0, 0},
    {"What", "backend", "NAME[,NAME]", "of both runs, or of the first and the second", "rtl", PRING_TEXT,
     &backend_names, 0, 0},
    {"What", "bug", "NAME", "the second run with this planted bug", NULL, PRING_TEXT, &bug_name, 0, 0},
    {NULL, NULL, NULL, NULL, NULL, PRING_FLAG, NULL, 0, 0},
};

struct event {      /* one line of a trace */
    double time_us; /* negative: it has none */
    const char *text;
};
struct side {
    const char *file, *backend;
    struct pring_driver driver;
    char name[2 * NAME_MAX_BYTES + 256]; /* for people: "a.scn, vio on rtl" */
    char *output;
    struct event *event;
    size_t count;
};

/* The n-th of names with commas between them; the last one serves for all that follow. NULL: none was given.
 */
static const char *nth_name(const char *names, int n, char out[PRING_PATH])
{
    if (!names)
        return NULL;
    for (const char *comma; n > 0 && (comma = strchr(names, ',')); n--)
        names = comma + 1;
    snprintf(out, PRING_PATH, "%.*s", (int)strcspn(names, ","), names);
    return out;
}

static int open_side(struct side *side, int n, const char *file)
{
    static char backends[2][PRING_PATH];
    static struct pring_scenario scenario;
    char driver[PRING_PATH];
    struct pring_about about;
    side->file = file;
    side->backend = nth_name(backend_names, n, backends[n]);
    int code = pring_scenario_file_load(file, &scenario);
    if (code == PRING_CLEAN)
        code =
            pring_driver_resolve(nth_name(driver_names, n, driver), n == 1 ? bug_name : NULL, &side->driver);
    if (code == PRING_CLEAN)
        code = pring_build_driver(&side->driver);
    if (code == PRING_CLEAN)
        code = pring_about_driver(&side->driver, &about);
    if (code == PRING_CLEAN)
        code = pring_backend_check(&side->driver, &about, &side->backend);
    snprintf(side->name, sizeof side->name, "%.200s, %.64s on %.60s", file, side->driver.label,
             side->backend);
    return code;
}

/* ---- the trace ---- */

static bool add_line(struct side *side, char *line)
{
    char *rest = NULL;
    double time_us = strtod(line, &rest);
    bool has_time = rest != line;
    if (has_time)
        strtoull(rest, &rest, 10); /* cycles */
    char *text = has_time ? rest : line;
    text += strspn(text, " ");
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == ' ')
        text[--len] = '\0';
    struct event *more = realloc(side->event, (side->count + 1) * sizeof *more);
    if (!more)
        return false;
    side->event = more;
    side->event[side->count++] = (struct event){has_time ? time_us : -1, text};
    return true;
}

/* Behind the two headings, until the verdict: lines of a trace begin with a blank. */
static bool cut_trace(struct side *side)
{
    char *line = strstr(side->output, "time us"), *next;
    for (line = line ? strchr(line, '\n') : NULL; line && line[1]; line = next) {
        next = strchr(++line, '\n');
        if (next)
            *next = '\0';
        if (line[0] != ' ')
            break;
        if (!add_line(side, line))
            return false;
    }
    return true;
}

static int run_side(struct side *side)
{
    struct pring_args args = {.count = 0};
    char path[] = "/tmp/pring-diff-XXXXXX";
    int list = memfd_create("pring-files", 0), out = mkstemp(path);
    if (list < 0 || out < 0)
        return pring_fail(PRING_SETUP, "%s: %s", path, strerror(errno));
    dprintf(list, "%s\n", side->file);
    pring_args_add(&args, "%s", side->driver.program);
    pring_args_add(&args, "run");
    pring_args_add(&args, "backend=%s", side->backend);
    pring_args_add(&args, "trace=1");
    pring_args_add(&args, "list=/dev/fd/%d", list);
    struct pring_process how = {.output = path, .errors = "/dev/null"};
    pid_t pid = pring_process_start(&args, &how);
    int code = pid < 0 ? PRING_SETUP : pring_process_end(pid, true);
    size_t len = 0;
    side->output = pring_file_read(path, &len);
    pring_args_free(&args);
    close(list);
    close(out);
    unlink(path);
    if (code > PRING_FINDING || !side->output)
        return pring_fail(PRING_SETUP, "%s could not be run (%d)", side->name, code);
    return cut_trace(side) ? PRING_CLEAN : pring_fail(PRING_SETUP, "out of memory");
}

/* ---- side by side ---- */

static void print_event(const char *mark, const struct side *side, size_t at)
{
    if (at >= side->count)
        printf("  %s %12s  (the run is over)\n", mark, "");
    else if (side->event[at].time_us < 0)
        printf("  %s %12s  %s\n", mark, "", side->event[at].text);
    else
        printf("  %s %12.3f  %s\n", mark, side->event[at].time_us, side->event[at].text);
}

static void print_from(const char *mark, const struct side *side, size_t at)
{
    for (size_t i = at; i < at + 1 + AFTER && i <= side->count; i++)
        print_event(i == at ? mark : " ", side, i);
}

static bool is_same(const struct side *a, const struct side *b, size_t at)
{
    return at < a->count && at < b->count && strcmp(a->event[at].text, b->event[at].text) == 0;
}

static int compare(const struct side *a, const struct side *b)
{
    size_t at = 0, late = 0;
    printf("A  %s\nB  %s\n", a->name, b->name);
    while (is_same(a, b, at))
        at++;
    while (late < at && a->event[late].time_us == b->event[late].time_us)
        late++;
    if (at == a->count && at == b->count && late == at) {
        printf("No difference in %zu events.\n", at);
        return PRING_CLEAN;
    }
    if (at == a->count && at == b->count) {
        print_event("A", a, late);
        print_event("B", b, late);
        printf("The same %zu events, but event %zu comes at another time.\n", at, late + 1);
        return PRING_FINDING;
    }
    for (size_t i = at < BEFORE ? 0 : at - BEFORE; i < at; i++)
        print_event("=", a, i);
    print_from("A", a, at);
    print_from("B", b, at);
    printf("The runs part at event %zu.%s\n", at + 1,
           late < at ? " Before that they were the same, but not at the same time." : "");
    return PRING_FINDING;
}

static int run(int operand_count, char **operands)
{
    static struct side sides[2];
    if (operand_count < 1 || operand_count > 2)
        return pring_fail(PRING_USAGE, "diff takes one FILE or two");
    bool is_two = operand_count == 2 || bug_name || (backend_names && strchr(backend_names, ',')) ||
                  strchr(driver_names, ',');
    if (!is_two)
        return pring_fail(PRING_USAGE,
                          "that is one run; a second FILE, --bug, or two names for --backend or --driver "
                          "make two");
    int code = PRING_CLEAN;
    for (int n = 0; n < 2 && code == PRING_CLEAN; n++) {
        code = open_side(&sides[n], n, operands[n < operand_count ? n : 0]);
        if (code == PRING_CLEAN)
            code = run_side(&sides[n]);
    }
    return code == PRING_CLEAN ? compare(&sides[0], &sides[1]) : code;
}

const struct pring_command pring_command_diff = {
    .name = "diff",
    .summary = "where two runs part",
    .operands = "FILE [FILE]",
    .overview = "the first event in which two runs differ",
    .options = options,
    .more = "Two files, or one file on two backends (--backend model,rtl), with two drivers (--driver "
            "vio,straight), or "
            "without and\nwith a planted bug. Compared is what the driver did and was shown, then virtual "
            "time; never "
            "cycles.\nExit: 0 no difference, 1 they differ.\n",
    .run = run,
};
