/* SPDX-License-Identifier: Apache-2.0 */
#include "place.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "option.h"
#include "process.h"

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Calls visit for each entry of a folder, in the order of names: whatever we do depends on no file system. */
static void each_entry(const char *folder, void (*visit)(const char *folder, const char *entry, void *arg),
                       void *arg)
{
    char *entries[PRING_NAMES_MAX];
    int count = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir)) && count < PRING_NAMES_MAX;)
        if (entry->d_name[0] != '.')
            entries[count++] = strdup(entry->d_name);
    if (dir)
        closedir(dir);
    qsort(entries, (size_t)count, sizeof entries[0], by_name);
    for (int i = 0; i < count; i++) {
        visit(folder, entries[i], arg);
        free(entries[i]);
    }
}

static void add(struct pring_names *names, const char *name, size_t len, const char *path)
{
    if (names->count == PRING_NAMES_MAX || len == 0 || len >= PRING_NAME)
        return;
    snprintf(names->name[names->count], PRING_NAME, "%.*s", (int)len, name);
    snprintf(names->path[names->count], PRING_PATH, "%s", path);
    names->count++;
}

/* The first word of each pring_add_driver(NAME ...) in a folder's CMakeLists.txt. */
static void add_driver_of(struct pring_names *names, const char *folder)
{
    char path[PRING_PATH * 2];
    size_t len = 0;
    snprintf(path, sizeof path, "%s/CMakeLists.txt", folder);
    char *text = pring_file_read(path, &len);
    for (char *line = text; line; line = strchr(line, '\n')) {
        line += strspn(line, " \t\n");
        if (strncmp(line, "pring_add_driver", 16) == 0) {
            const char *name = line + 16 + strspn(line + 16, " \t\n(");
            add(names, name, strcspn(name, " \t\n)"), folder);
        }
    }
    free(text);
}

static void visit_driver(const char *folder, const char *entry, void *arg)
{
    char path[PRING_PATH];
    snprintf(path, sizeof path, "%s/%s", folder, entry);
    add_driver_of(arg, path);
}

struct pring_names *pring_drivers_in_tree(void)
{
    struct pring_names *names = calloc(1, sizeof *names);
    if (!names)
        return NULL;
    add_driver_of(names, PRING_SOURCE_DIR "/driver");
    each_entry(PRING_SOURCE_DIR "/tests/drivers", visit_driver, names);
    return names;
}

static void visit_bug(const char *folder, const char *entry, void *arg)
{
    size_t len = strlen(entry);
    char path[PRING_PATH];
    if (len <= 6 || strcmp(entry + len - 6, ".patch") != 0)
        return;
    snprintf(path, sizeof path, "%s/%s", folder, entry);
    add(arg, entry, len - 6, path);
}

struct pring_names *pring_bugs_planted(void)
{
    struct pring_names *names = calloc(1, sizeof *names);
    if (names)
        each_entry(PRING_SOURCE_DIR "/tests/bugs", visit_bug, names);
    return names;
}

bool pring_patch_header(const char *path, const char *name, char *out, size_t size_bytes)
{
    size_t len = 0, name_len = strlen(name);
    char *text = pring_file_read(path, &len);
    bool is_found = false;
    for (char *line = text; line && !is_found && strncmp(line, "--- ", 4) != 0;) {
        line += strspn(line, "# \t");
        if (strncasecmp(line, name, name_len) == 0 && line[name_len] == ':') {
            const char *value = line + name_len + 1 + strspn(line + name_len + 1, " \t");
            snprintf(out, size_bytes, "%.*s", (int)strcspn(value, "\n"), value);
            is_found = true;
        }
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    free(text);
    return is_found;
}

static bool contains(const struct pring_names *names, const char *name)
{
    for (int i = 0; i < names->count; i++)
        if (strcmp(names->name[i], name) == 0)
            return true;
    return false;
}

static void visit_fix(const char *folder, const char *entry, void *arg)
{
    size_t len = strlen(entry);
    char name[PRING_NAME], path[PRING_PATH];
    if (len <= 6 || strcmp(entry + len - 6, ".patch") != 0)
        return;
    snprintf(name, sizeof name, "teaching_fix_%.*s", (int)len - 6, entry);
    for (char *at = name; *at; at++)
        if (!isalnum((unsigned char)*at))
            *at = '_';
    snprintf(path, sizeof path, "%s/%s", folder, entry);
    add(arg, name, strlen(name), path);
}

/* The teaching driver with one of its bugs mended: teaching_fix_NAME, for whoever knows the name. */
static bool is_fix(const char *name)
{
    struct pring_names *names = calloc(1, sizeof *names);
    if (names)
        each_entry(PRING_SOURCE_DIR "/tests/bugs/teaching-fix", visit_fix, names);
    bool is_found = names && contains(names, name);
    free(names);
    return is_found;
}

static int unknown(const char *what, const char *given, const struct pring_names *names)
{
    fprintf(stderr, "pring: there is no %s '%s'; there %s", what, given, names->count ? "are" : "are none");
    for (int i = 0; i < names->count; i++)
        fprintf(stderr, " %s", names->name[i]);
    fputs(strcmp(what, "driver") == 0 ? "; or name a folder of yours\n" : "\n", stderr);
    return PRING_USAGE;
}

/* A driver outside the tree has a build folder of its own: when it does not build, nothing else is touched.
 */
static int resolve_folder(const char *given, struct pring_driver *out)
{
    char folder[PATH_MAX];
    if (!realpath(given, folder) || strlen(folder) >= PRING_PATH - 32)
        return pring_fail(PRING_USAGE, "there is no folder '%s'", given);
    struct pring_names *names = calloc(1, sizeof *names);
    if (names)
        add_driver_of(names, folder);
    if (!names || names->count == 0) {
        free(names);
        return pring_fail(PRING_SETUP, "%s/CMakeLists.txt has no line pring_add_driver(NAME SOURCES ...)",
                          given);
    }
    snprintf(out->name, sizeof out->name, "%s", names->name[0]);
    snprintf(out->label, sizeof out->label, "%s", names->name[0]);
    snprintf(out->folder, sizeof out->folder, "%s", folder);
    snprintf(out->given, sizeof out->given, " --driver %s", folder);
    snprintf(out->build, sizeof out->build, "%s-user", PRING_BUILD_DIR);
    free(names);
    return PRING_CLEAN;
}

static int resolve_name(const char *driver, const char *bug, struct pring_driver *out)
{
    struct pring_names *drivers = pring_drivers_in_tree(), *bugs = pring_bugs_planted();
    int code = PRING_CLEAN;
    if (!drivers || !bugs)
        code = pring_fail(PRING_SETUP, "out of memory");
    else if (!contains(drivers, driver) && !is_fix(driver))
        code = unknown("driver", driver, drivers);
    else if (bug && !contains(bugs, bug))
        code = unknown("bug", bug, bugs);
    else if (bug && strcmp(driver, "vio") != 0)
        code = pring_fail(PRING_USAGE, "--bug plants into vio; it does not go with --driver %s", driver);
    snprintf(out->name, sizeof out->name, "%s", bug ? bug : driver);
    snprintf(out->label, sizeof out->label, "%s%s%s", driver, bug ? "-" : "", bug ? bug : "");
    if (bug)
        snprintf(out->given, sizeof out->given, " --bug %s", bug);
    else if (strcmp(driver, "vio") != 0)
        snprintf(out->given, sizeof out->given, " --driver %s", driver);
    snprintf(out->build, sizeof out->build, "%s", PRING_BUILD_DIR);
    free(drivers);
    free(bugs);
    return code;
}

/* A folder in the place where we stand, if no driver of the tree has that name. */
static bool is_folder_here(const char *driver)
{
    struct stat info;
    struct pring_names *drivers = pring_drivers_in_tree();
    bool is_known = drivers && contains(drivers, driver);
    free(drivers);
    return !is_known && stat(driver, &info) == 0 && S_ISDIR(info.st_mode);
}

int pring_driver_resolve(const char *driver, const char *bug, struct pring_driver *out)
{
    struct stat info;
    memset(out, 0, sizeof *out);
    driver = driver ? driver : "vio";
    bool is_folder = strchr(driver, '/') || strcmp(driver, ".") == 0 || is_folder_here(driver);
    int code;
    if (is_folder && bug)
        code = pring_fail(PRING_USAGE, "--bug plants into vio; it does not go with a driver folder");
    else if (is_folder && (stat(driver, &info) < 0 || !S_ISDIR(info.st_mode)))
        code = pring_fail(PRING_USAGE, "there is no driver folder '%s'", driver);
    else
        code = is_folder ? resolve_folder(driver, out) : resolve_name(driver, bug, out);
    snprintf(out->program, sizeof out->program, "%.900s/bin/%s.fuzz", out->build, out->name);
    return code;
}
