/* SPDX-License-Identifier: Apache-2.0 */
/* `pring check driver`: builds it, has it examined, tells what was found. */
#include "check.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "option.h"
#include "process.h"

enum { ANSWER_MAX = 1 << 21 };

static bool wants_json;
static const char *junit_path;

static const struct pring_option options[] = {
    {"Out", "json", NULL, "one object, for machines", NULL, PRING_FLAG, &wants_json, 0, 0},
    {"Out", "junit", "FILE", "requirements and waits as test cases", NULL, PRING_TEXT, &junit_path, 0, 0},
    {NULL, NULL, NULL, NULL, NULL, PRING_FLAG, NULL, 0, 0},
};

/* ---- lines ---- */

void pring_check_cut(struct pring_check *check, char *text)
{
    while (*text && check->count < PRING_CHECK_LINES) {
        struct pring_check_line *line = &check->line[check->count++];
        char *end = text + strcspn(text, "\n"), *next = *end ? end + 1 : end;
        *end = '\0';
        for (int i = 0; i < PRING_CHECK_WORDS; i++) {
            char *tab = strchr(text, '\t');
            line->word[i] = text;
            if (tab)
                *tab = '\0';
            text = tab ? tab + 1 : end;
        }
        text = next;
    }
}

int pring_check_next(const struct pring_check *check, const char *kind, int at)
{
    for (at++; at < check->count; at++)
        if (strcmp(check->line[at].word[0], kind) == 0)
            return at;
    return -1;
}

int pring_check_count(const struct pring_check *check, const char *kind, const char *state)
{
    int count = 0;
    for (int at = -1; (at = pring_check_next(check, kind, at)) >= 0;)
        count += !state || strcmp(check->line[at].word[2], state) == 0;
    return count;
}

bool pring_check_is_unbounded(const struct pring_check_line *wait)
{
    return strstr(wait->word[4], "for ever") != NULL;
}

void pring_check_about(const char *path, char *out, size_t size_bytes)
{
    char full[PRING_PATH * 2];
    size_t len = 0;
    snprintf(full, sizeof full, "%s/%s", PRING_SOURCE_DIR, path);
    char *text = pring_file_read(full, &len);
    const char *comment = text ? strstr(text, "\n# ") : NULL;
    snprintf(out, size_bytes, "%.*s", comment ? (int)strcspn(comment + 3, "\n") : 0,
             comment ? comment + 3 : "");
    free(text);
}

/* ---- what the program is to run ---- */

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool add_folder(int list, const char *kind, const char *folder)
{
    char *paths[] = {(char *)(uintptr_t)folder, NULL};
    FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    bool has_any = false;
    for (FTSENT *entry; tree && (entry = fts_read(tree));) {
        size_t len = entry->fts_namelen;
        if (entry->fts_info != FTS_F || len <= 4 || strcmp(entry->fts_name + len - 4, ".scn") != 0)
            continue;
        dprintf(list, "%s\t%s\n", kind, entry->fts_path);
        has_any = true;
    }
    if (tree)
        fts_close(tree);
    return has_any;
}

static int list_scenarios(void)
{
    static const char *const folders[][2] = {{"honest", PRING_SOURCE_DIR "/corpus/doctor/honest"},
                                             {"odd", PRING_SOURCE_DIR "/corpus/doctor/odd"},
                                             {"wait", PRING_SOURCE_DIR "/corpus/doctor/waits"},
                                             {"seed", PRING_SOURCE_DIR "/corpus/seeds"}};
    int list = memfd_create("pring-check", 0);
    for (size_t i = 0; list >= 0 && i < sizeof folders / sizeof folders[0]; i++)
        if (!add_folder(list, folders[i][0], folders[i][1]))
            pring_fail(PRING_SETUP, "there are no scenarios (*.scn) in %s", folders[i][1]);
    return list;
}

/* Paths as a person types them, standing at the top of the tree. */
static void shorten(char *text)
{
    static const char top[] = PRING_SOURCE_DIR "/";
    char *to = text;
    while (*text)
        if (strncmp(text, top, sizeof top - 1) == 0)
            text += sizeof top - 1;
        else
            *to++ = *text++;
    *to = '\0';
}

static int examine(struct pring_check *check)
{
    struct pring_args args = {.count = 0};
    int list = list_scenarios();
    check->text = malloc(ANSWER_MAX);
    if (list < 0 || !check->text)
        return pring_fail(PRING_SETUP, "%s", strerror(errno));
    pring_args_add(&args, "%s", check->driver->program);
    pring_args_add(&args, "doctor");
    pring_args_add(&args, "list=/dev/fd/%d", list);
    int code = pring_process_capture(&args, check->text, ANSWER_MAX);
    pring_args_free(&args);
    close(list);
    if (code != 0)
        return pring_fail(PRING_SETUP, "the examination of %s ended with exit %d", check->driver->name, code);
    shorten(check->text);
    pring_check_cut(check, check->text);
    check->object_text = pring_check_object(check->driver);
    if (!check->object_text)
        return PRING_SETUP;
    shorten(check->object_text);
    pring_check_cut(check, check->object_text);
    return PRING_CLEAN;
}

/* ---- the command ---- */

static bool is_at_fault(const struct pring_check *check)
{
    return pring_check_count(check, "requirement", "broken") > 0 ||
           pring_check_count(check, "rule", NULL) > 0;
}

static int run(int operand_count, char **operands)
{
    static struct pring_check check;
    static struct pring_driver driver;
    if (operand_count < 1 || operand_count > 2 || strcmp(operands[0], "driver") != 0)
        return pring_fail(PRING_USAGE,
                          "check takes 'driver' and one driver [vio]: pring check driver NAME|DIR");
    int code = pring_driver_resolve(operand_count > 1 ? operands[1] : NULL, NULL, &driver);
    if (code == PRING_CLEAN)
        code = pring_build_driver(&driver);
    check.driver = &driver;
    if (code == PRING_CLEAN)
        code = examine(&check);
    if (code == PRING_CLEAN && wants_json)
        pring_check_json(&check);
    else if (code == PRING_CLEAN)
        pring_check_print(&check);
    if (code == PRING_CLEAN && junit_path)
        code = pring_check_junit(&check, junit_path);
    if (code == PRING_CLEAN && is_at_fault(&check))
        code = PRING_FINDING;
    free(check.text);
    free(check.object_text);
    return code;
}

const struct pring_command pring_command_check = {
    .name = "check",
    .summary = "examine a driver",
    .operands = "driver [NAME|DIR]",
    .overview = "examine a driver: what it keeps, waits for, believes",
    .options = options,
    .more =
        "Runs the driver with honest devices on every backend, with silent ones, and with one falsified "
        "value at a\n"
        "time. Prints how far it gets, which requirements it keeps, what the hooks cannot see in its code, "
        "the\n"
        "features and queue sizes it uses, where it waits without bound, and each line that reads what the "
        "device\n"
        "controls. Exit 1: with an honest device it breaks a requirement, or another rule of the judge.\n",
    .run = run,
};
