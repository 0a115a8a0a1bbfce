/* SPDX-License-Identifier: Apache-2.0 */
/* From what a worker met to a file worth reading: in a fresh process the finding comes again or it is none;
 * it is made small; then the facts are asked for. One at a time, beside the workers. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hunt.h"
#include "option.h"
#include "process.h"
#include "scenario_file.h"

enum { MINIMIZE_SECONDS_MAX = 120, FACTS_SECONDS_MAX = 60 };

static struct pring_finding *find(struct pring_hunt *hunt, const char *key)
{
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        if (strcmp(hunt->finding[i].key, key) == 0)
            return &hunt->finding[i];
    return NULL;
}

static struct pring_finding *add(struct pring_hunt *hunt, const char *key)
{
    if (hunt->finding_count == PRING_FINDINGS_MAX)
        return &hunt->finding[PRING_FINDINGS_MAX - 1];
    struct pring_finding *finding = &hunt->finding[hunt->finding_count++];
    memset(finding, 0, sizeof *finding);
    snprintf(finding->key, sizeof finding->key, "%s", key);
    finding->known = pring_known_reason(hunt->request->known, key);
    return finding;
}

void pring_confirm_take(struct pring_hunt *hunt, int worker_index)
{
    struct pring_worker *worker = &hunt->worker[worker_index];
    uint32_t count = __atomic_load_n(&worker->board->finding_count, __ATOMIC_ACQUIRE);
    for (; worker->taken < count; worker->taken++) {
        struct pring_board_finding *met = &worker->board->finding[worker->taken];
        struct pring_finding *finding = find(hunt, met->key);
        char path[PRING_PATH] = "";
        if (!finding && !pring_unfinished_keep(hunt, met, path, sizeof path))
            return; /* it stays on the board, until there is room */
        met->is_kept = 1;
        if (!finding) {
            finding = add(hunt, met->key);
            finding->first_run = met->first_run;
            snprintf(finding->oracle, sizeof finding->oracle, "%.*s", (int)strcspn(met->key, "/"), met->key);
            finding->first_seconds = (double)(met->first_ns - worker->board->start_ns) * 1e-9;
            snprintf(finding->staged, sizeof finding->staged, "%s", path);
        }
        worker->index[worker->taken] = (uint32_t)(finding - hunt->finding);
    }
}

/* ORACLE-LABEL-N: the first N that is free. */
static void name_file(const struct pring_hunt *hunt, struct pring_finding *finding)
{
    char stem[PRING_BOARD_KEY], part[4][64] = {"", "", "", ""};
    sscanf(finding->key, "%63[^/]/%63[^/]/%63[^/]/%63[^/]", part[0], part[1], part[2], part[3]);
    bool has_label = part[2][0] && strcmp(part[2], "none") != 0;
    snprintf(stem, sizeof stem, "%s-%s", part[0], has_label ? part[2] : part[1]);
    for (char *at = stem; *at; at++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", *at))
            *at = '-';
    for (int n = 1; n < 10000; n++) {
        bool is_free = true;
        snprintf(finding->file, sizeof finding->file, "%.700s/findings/%.190s-%d.scn", hunt->folder, stem, n);
        for (uint32_t i = 0; i < hunt->finding_count; i++)
            is_free &= &hunt->finding[i] == finding || strcmp(hunt->finding[i].file, finding->file) != 0;
        if (is_free && access(finding->file, F_OK) < 0)
            return;
    }
}

/* In a user's words: relative to where they stand, if it is below. */
static const char *shown(const char *path)
{
    static char here[PRING_PATH];
    size_t len = getcwd(here, sizeof here) ? strlen(here) : 0;
    return len && strncmp(path, here, len) == 0 && path[len] == '/' ? path + len + 1 : path;
}

static void make_command(const struct pring_hunt *hunt, struct pring_finding *finding)
{
    const char *backend = hunt->request->backend;
    snprintf(finding->command, sizeof finding->command, "./pring run %s%s%s%s", shown(finding->file),
             hunt->request->driver->given, strcmp(backend, "rtl") == 0 ? "" : " --backend ",
             strcmp(backend, "rtl") == 0 ? "" : backend);
}

static void start(struct pring_hunt *hunt, struct pring_finding *finding, const struct pring_args *args,
                  enum pring_finding_state state)
{
    char output[PRING_PATH * 2], errors[PRING_PATH * 2];
    snprintf(output, sizeof output, "%s/state/facts", hunt->folder);
    snprintf(errors, sizeof errors, "%s/state/confirm.log", hunt->folder);
    unlink(output);
    struct pring_process how = {.output = output, .errors = errors, .is_worker = true};
    finding->pid = pring_process_start(args, &how);
    finding->started = pring_seconds();
    finding->state = state;
}

static void start_minimize(struct pring_hunt *hunt, struct pring_finding *finding)
{
    struct pring_args args = {.count = 0};
    name_file(hunt, finding);
    make_command(hunt, finding);
    pring_args_add(&args, "%s", hunt->request->driver->program);
    pring_args_add(&args, "minimize");
    pring_args_add(&args, "backend=%s", hunt->request->backend);
    pring_args_add(&args, "key=%s", finding->key);
    pring_args_add(&args, "in=%s", finding->staged);
    pring_args_add(&args, "out=%s", finding->file);
    pring_args_add(&args, "command=%s", finding->command);
    start(hunt, finding, &args, PRING_FINDING_MINIMIZING);
    pring_args_free(&args);
}

static void start_facts(struct pring_hunt *hunt, struct pring_finding *finding)
{
    struct pring_args args = {.count = 0};
    make_command(hunt, finding);
    pring_args_add(&args, "%s", hunt->request->driver->program);
    pring_args_add(&args, "facts");
    pring_args_add(&args, "backend=all");
    pring_args_add(&args, "found_on=%s", hunt->request->backend);
    pring_args_add(&args, "key=%s", finding->key);
    pring_args_add(&args, "in=%s", finding->file);
    start(hunt, finding, &args, PRING_FINDING_ASKING);
    pring_args_free(&args);
}

static void keep(char *out, size_t size_bytes, const char *value)
{
    snprintf(out, size_bytes, "%s", value);
}

static void read_fact(struct pring_finding *finding, const char *name, const char *value, char *key)
{
    const struct {
        const char *name;
        char *out;
        size_t size_bytes;
    } texts[] = {
        {"key", key, PRING_BOARD_KEY},
        {"verdict", finding->verdict, sizeof finding->verdict},
        {"oracle", finding->oracle, sizeof finding->oracle},
        {"rule", finding->rule, sizeof finding->rule},
        {"label", finding->label, sizeof finding->label},
        {"function", finding->function, sizeof finding->function},
        {"source", finding->source, sizeof finding->source},
        {"why", finding->why, sizeof finding->why},
        {"backends", finding->backends, sizeof finding->backends},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(name, texts[i].name) == 0)
            keep(texts[i].out, texts[i].size_bytes, value);
    size_t len = strlen(finding->faults);
    if (strcmp(name, "lie") == 0 || strcmp(name, "quirk") == 0) {
        snprintf(finding->faults + len, sizeof finding->faults - len, "%s\t%s\n", name, value);
        finding->fault_count++;
    } else if (strcmp(name, "line") == 0) {
        finding->line = (uint32_t)atoi(value);
    } else if (strcmp(name, "same") == 0) {
        finding->is_same = strcmp(value, "yes") == 0;
    }
}

/* Did it come again, with the same key? */
static bool read_facts(const struct pring_hunt *hunt, struct pring_finding *finding)
{
    char path[PRING_PATH * 2], key[PRING_BOARD_KEY] = "", *rest = NULL;
    size_t len = 0;
    snprintf(path, sizeof path, "%s/state/facts", hunt->folder);
    char *text = pring_file_read(path, &len);
    finding->faults[0] = '\0';
    finding->fault_count = 0;
    for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) {
        char *tab = strchr(line, '\t');
        if (!tab)
            continue;
        *tab = '\0';
        read_fact(finding, line, tab + 1, key);
    }
    free(text);
    size_t size = 0;
    char *scenario = pring_file_read(finding->file, &size);
    const char *shrunk = scenario ? strstr(scenario, "# shrunk: from ") : NULL;
    finding->records_before = shrunk ? (uint32_t)atoi(shrunk + 15) : 0;
    free(scenario);
    return strcmp(key, finding->key) == 0;
}

static void set_gone(const struct pring_hunt *hunt, struct pring_finding *finding)
{
    char path[PRING_PATH * 2];
    snprintf(path, sizeof path, "%s/findings/gone", hunt->folder);
    pring_folder_make(path);
    const char *slash = strrchr(finding->file, '/');
    snprintf(path, sizeof path, "%s/findings/gone%s", hunt->folder, slash ? slash : "");
    rename(finding->file, path);
    finding->state = PRING_FINDING_GONE;
}

/* A run that does not repeat is the bench's own fault; its input is kept for whoever looks for it. */
static void set_unconfirmed(const struct pring_hunt *hunt, struct pring_finding *finding)
{
    char path[PRING_PATH];
    snprintf(path, sizeof path, "%.900s/unconfirmed-%d.scn", hunt->folder,
             (int)(finding - hunt->finding) + 1);
    if (rename(finding->staged, path) == 0)
        snprintf(finding->staged, sizeof finding->staged, "%s", path);
    unlink(finding->file);
    finding->state = PRING_FINDING_UNCONFIRMED;
}

/* Minimizing failed in some way: the file as the worker met it is better than none. */
static void keep_unminimized(struct pring_hunt *hunt, struct pring_finding *finding)
{
    size_t len = 0, total = 0;
    char *text = pring_file_read(finding->staged, &len);
    char *end = text ? strchr(text, '\n') : NULL;
    char *whole = end ? malloc(len + PRING_PATH * 3) : NULL;
    if (whole) {
        total = (size_t)snprintf(whole, len + PRING_PATH * 3, "%.*s\n# run: %s\n%s", (int)(end - text), text,
                                 finding->command, end + 1);
        pring_file_write(finding->file, whole, total);
    }
    free(whole);
    free(text);
    start_facts(hunt, finding);
}

static void minimized(struct pring_hunt *hunt, struct pring_finding *finding, int code)
{
    if (code == 0)
        start_facts(hunt, finding);
    else if (code == 1)
        set_unconfirmed(hunt, finding);
    else
        keep_unminimized(hunt, finding);
}

static void asked(struct pring_hunt *hunt, struct pring_finding *finding, int code)
{
    bool is_again = code == 0 && read_facts(hunt, finding);
    finding->known = pring_known_reason(hunt->request->known, finding->key);
    if (is_again) {
        finding->state = PRING_FINDING_DONE;
        pring_unfinished_drop(finding);
    } else if (finding->staged[0])
        set_unconfirmed(hunt, finding);
    else
        set_gone(hunt, finding);
}

static void watch(struct pring_hunt *hunt, struct pring_finding *finding)
{
    bool is_minimizing = finding->state == PRING_FINDING_MINIMIZING;
    int code = finding->pid > 0 ? pring_process_end(finding->pid, false) : PRING_SETUP;
    double limit = is_minimizing ? MINIMIZE_SECONDS_MAX : FACTS_SECONDS_MAX;
    if (code < 0 && pring_seconds() - finding->started > limit) {
        kill(finding->pid, SIGKILL);
        code = pring_process_end(finding->pid, true);
    }
    if (code < 0)
        return;
    if (is_minimizing)
        minimized(hunt, finding, code);
    else
        asked(hunt, finding, code);
}

bool pring_confirm_step(struct pring_hunt *hunt)
{
    for (uint32_t i = 0; i < hunt->finding_count; i++) {
        struct pring_finding *finding = &hunt->finding[i];
        switch (finding->state) {
        case PRING_FINDING_MINIMIZING:
        case PRING_FINDING_ASKING:
            watch(hunt, finding);
            return false;
        case PRING_FINDING_OLD:
            start_facts(hunt, finding);
            return false;
        case PRING_FINDING_NEW:
            start_minimize(hunt, finding);
            return false;
        default:
            break;
        }
    }
    return true;
}

/* The input that was running when a worker died. The machine survives what drivers do, so this is the bench's
 * fault. */
void pring_confirm_crash(struct pring_hunt *hunt, int worker_index, const uint8_t *input, uint32_t len_bytes,
                         int code)
{
    static struct pring_scenario scenario;
    static char text[1 << 18];
    char path[PRING_PATH * 2];
    hunt->crashes++;
    if (len_bytes == 0 || len_bytes > PRING_BOARD_INPUT) {
        pring_fail(PRING_SETUP, "a worker ended with code %d; see %s/state/%d.log", code, hunt->folder,
                   worker_index);
        return;
    }
    pring_scenario_decode(&scenario, input, len_bytes);
    size_t len = pring_scenario_print(&scenario, text, sizeof text);
    snprintf(path, sizeof path, "%s/crash-%u.scn", hunt->folder, hunt->crashes);
    pring_file_write(path, text, len < sizeof text ? len : sizeof text - 1);
    pring_fail(PRING_SETUP, "the bench itself died (code %d) in the scenario %s; see %s/state/%d.log", code,
               path, hunt->folder, worker_index);
}
