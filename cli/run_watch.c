/* SPDX-License-Identifier: Apache-2.0 */
#include "run_watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"
#include "junit.h"
#include "option.h"

enum {
    STEM = 280,     /* name of a trace without its folder */
    WAVES_MAX = 32, /* whoever has more failures than that looks at the first ones anyway */
    TRACE_PART = 1 << 18,
};

struct record { /* one line of the program's; see fuzz/record.h */
    char *file, *backend, *end, *type, *verdict, *message;
};

bool pring_run_is_watched(const struct pring_run_watch *watch)
{
    return watch->junit || watch->wave_on_fail || watch->twice;
}

/* ---- the program's records ---- */

static bool split(char *line, struct record *record)
{
    char *words[8];
    int count = 0;
    while (count < 8 && (words[count] = strsep(&line, count < 7 ? "\t" : "")))
        count++;
    if (count == 8)
        *record = (struct record){words[0], words[1], words[2], words[3], words[4], words[7]};
    return count == 8;
}

static char *read_records(int fd)
{
    off_t len = lseek(fd, 0, SEEK_END);
    char *text = len < 0 ? NULL : malloc((size_t)len + 1);
    ssize_t got = text ? pread(fd, text, (size_t)len, 0) : -1;
    if (got >= 0)
        text[got] = '\0';
    return text;
}

static void each_record(const char *records, void (*visit)(const struct record *record, void *arg), void *arg)
{
    char *copy = strdup(records), *rest = NULL;
    struct record record;
    for (char *line = copy ? strtok_r(copy, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest))
        if (split(line, &record))
            visit(&record, arg);
    free(copy);
}

/* ---- what is made of them ---- */

struct watched {
    const struct pring_run_watch *watch;
    const struct pring_driver *driver;
    struct pring_junit junit;
    int failures;
    char stem[WAVES_MAX][STEM];
};

static bool is_file(const struct record *record) /* else the built-in workload: "honest blk" */
{
    return strncmp(record->file, "honest ", 7) != 0 || access(record->file, R_OK) == 0;
}

static void junit_record(const struct record *record, void *arg)
{
    struct watched *watched = arg;
    char classname[PRING_NAME * 4], command[PRING_PATH * 2 + 128];
    bool is_good = strcmp(record->end, "pass") == 0, is_skip = strcmp(record->end, "skip") == 0;
    snprintf(classname, sizeof classname, "pring.%s.%.60s", watched->driver->label, record->backend);
    snprintf(command, sizeof command, "./pring run %s%.*s%s --backend %s%s --trace",
             is_file(record) ? "" : "--device ", PRING_PATH, record->file + (is_file(record) ? 0 : 7),
             watched->driver->given, record->backend,
             strcmp(record->type, "unstable") == 0 ? " --twice" : "");
    pring_junit_add(&watched->junit, &(struct pring_junit_case){.classname = classname,
                                                                .name = record->file,
                                                                .end = is_good   ? PRING_JUNIT_PASSED
                                                                       : is_skip ? PRING_JUNIT_SKIPPED
                                                                                 : PRING_JUNIT_FAILED,
                                                                .type = record->type,
                                                                .message = record->message,
                                                                .command = is_skip ? NULL : command});
}

/* dir/seed-rtl, as far as a file name can say it; dir/seed-rtl-2 if a seed of that name failed before. */
static void stem_of(struct watched *watched, const struct record *record, char *out, size_t size_bytes)
{
    const char *folder = watched->watch->wave_on_fail;
    const char *slash = strrchr(record->file, '/'), *base = slash ? slash + 1 : record->file;
    const char *end = strrchr(base, '.');
    int len = end ? (int)(end - base) : (int)strlen(base), again = 1;
    snprintf(watched->stem[watched->failures], STEM, "%.*s-%.60s", len < 200 ? len : 200, base,
             record->backend);
    for (char *c = watched->stem[watched->failures]; *c; c++)
        if (*c == ' ')
            *c = '-';
    for (int i = 0; i < watched->failures; i++)
        again += strcmp(watched->stem[i], watched->stem[watched->failures]) == 0;
    len = snprintf(out, size_bytes, "%.900s/%s", folder, watched->stem[watched->failures]);
    if (again > 1)
        snprintf(out + len, size_bytes - (size_t)len, "-%d", again);
}

/* A driver in a loop says the same thing a million times: its beginning and its end are enough. */
static void shorten(const char *path)
{
    size_t len = 0;
    char *text = pring_file_read(path, &len);
    if (text && len > 2 * TRACE_PART) {
        FILE *out = fopen(path, "we");
        if (out) {
            fwrite(text, 1, TRACE_PART, out);
            fprintf(out, "\n... %zu bytes are left out ...\n", len - 2 * (size_t)TRACE_PART);
            fwrite(text + len - TRACE_PART, 1, TRACE_PART, out);
            fclose(out);
        }
    }
    free(text);
}

/* Once more, by itself, with all eyes open. The run that failed had none of this in its way. */
static void wave_record(const struct record *record, void *arg)
{
    struct watched *watched = arg;
    char stem[PRING_PATH + 300], trace[PRING_PATH + 310], wave[PRING_PATH + 310];
    if (strcmp(record->end, "fail") != 0)
        return;
    if (watched->failures >= WAVES_MAX) {
        watched->failures++;
        return;
    }
    stem_of(watched, record, stem, sizeof stem);
    watched->failures++;
    snprintf(trace, sizeof trace, "%s.txt", stem);
    snprintf(wave, sizeof wave, "%s.fst", stem);
    unlink(wave);
    struct pring_args args = {.count = 0};
    int list = memfd_create("pring-files", 0);
    pring_args_add(&args, "%s", watched->driver->program);
    pring_args_add(&args, "run");
    pring_args_add(&args, "backend=%s", record->backend);
    pring_args_add(&args, "trace=1");
    pring_args_add(&args, "wave=%s", wave);
    if (is_file(record)) {
        dprintf(list, "%s\n", record->file);
        pring_args_add(&args, "list=/dev/fd/%d", list);
    } else {
        pring_args_add(&args, "device=%u", (unsigned)pring_device_by_name(record->file + strlen("honest ")));
    }
    struct pring_process how = {.output = trace, .errors = "/dev/null"};
    pid_t pid = pring_process_start(&args, &how);
    if (pid >= 0)
        pring_process_end(pid, true);
    shorten(trace);
    bool has_wave = access(wave, R_OK) == 0; /* of a backend that has pins */
    fprintf(stderr, "pring: %s on %s: %s%s%s\n", record->file, record->backend, trace, has_wave ? ", " : "",
            has_wave ? wave : "");
    close(list);
    pring_args_free(&args);
}

/* ---- the run ---- */

static int start(const struct pring_args *base, bool is_quiet, int records, int before)
{
    struct pring_args args = {.count = 0};
    struct pring_process how = {.output = is_quiet ? "/dev/null" : NULL,
                                .errors = is_quiet ? "/dev/null" : NULL};
    for (int i = 0; i < base->count; i++)
        pring_args_add(&args, "%s", base->word[i]);
    pring_args_add(&args, "records=/dev/fd/%d", records);
    if (before >= 0) {
        pring_args_add(&args, "before=/dev/fd/%d", before);
        pring_args_add(&args, "twice=1");
    }
    fflush(NULL);
    pid_t pid = pring_process_start(&args, &how);
    int code = pid < 0 ? PRING_SETUP : pring_process_end(pid, true);
    pring_args_free(&args);
    return code > PRING_SETUP ? pring_fail(PRING_SETUP, "%s died (%d)", base->word[0], code) : code;
}

static int tell(struct watched *watched, const char *records, int code)
{
    const struct pring_run_watch *watch = watched->watch;
    char suite[PRING_NAME * 3];
    if (watch->wave_on_fail && !pring_folder_make(watch->wave_on_fail))
        return pring_fail(PRING_SETUP, "%s: %s", watch->wave_on_fail, strerror(errno));
    if (watch->wave_on_fail)
        each_record(records, wave_record, watched);
    if (watched->failures > WAVES_MAX)
        fprintf(stderr, "pring: %d more failed and got no wave\n", watched->failures - WAVES_MAX);
    if (!watch->junit)
        return code;
    if (pring_junit_open(&watched->junit) != PRING_CLEAN)
        return PRING_SETUP;
    each_record(records, junit_record, watched);
    snprintf(suite, sizeof suite, "pring run %s", watched->driver->label);
    int saved = pring_junit_save(&watched->junit, suite, watch->junit);
    return saved == PRING_CLEAN ? code : saved;
}

int pring_run_watched(const struct pring_run_watch *watch, const struct pring_driver *driver,
                      const struct pring_args *args)
{
    struct watched watched = {.watch = watch, .driver = driver};
    int records = memfd_create("pring-records", 0), before = -1;
    if (watch->twice) { /* a process of its own: addresses and leftovers are others there */
        before = memfd_create("pring-before", 0);
        start(args, true, before, -1);
    }
    int code = start(args, false, records, before);
    char *text = read_records(records);
    if (!text)
        return pring_fail(PRING_SETUP, "out of memory");
    if (code <= PRING_FINDING)
        code = tell(&watched, text, code);
    free(text);
    return code;
}
