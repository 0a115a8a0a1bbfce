/* SPDX-License-Identifier: Apache-2.0 */
#include "build.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "option.h"
#include "process.h"

/* Two builds in one folder destroy each other's files; the launcher takes the same lock. */
static int lock(const char *build)
{
    char path[PRING_PATH + 32];
    if (!pring_folder_make(build))
        return -1;
    snprintf(path, sizeof path, "%s/pring.lock", build);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd >= 0)
        flock(fd, LOCK_EX);
    return fd;
}

static void show_log(const char *log)
{
    size_t len = 0;
    char *text = pring_file_read(log, &len);
    if (text)
        fwrite(text, 1, len, stderr);
    free(text);
}

/* Runs a tool with its output in a file; says what is going on once it takes longer than a blink. */
static int run_quietly(const struct pring_args *args, const char *log, const char *doing)
{
    unlink(log);
    struct pring_process how = {.output = log, .errors = log};
    double start = pring_seconds();
    pid_t pid = pring_process_start(args, &how);
    bool is_shown = false;
    int code = pid < 0 ? PRING_SETUP : -1;
    while (code < 0) {
        code = pring_process_end(pid, false);
        if (code < 0 && !is_shown && pring_seconds() - start > 0.4) {
            fprintf(stderr, "pring: %s ... ", doing);
            is_shown = true;
        }
        struct timespec pause = {.tv_nsec = 5000000};
        if (code < 0)
            nanosleep(&pause, NULL);
    }
    if (is_shown)
        fprintf(stderr, "%.1f s%s\n", pring_seconds() - start, code ? ", failed" : "");
    if (code != 0)
        show_log(log);
    return code ? PRING_SETUP : PRING_CLEAN;
}

int pring_build_target(const char *build, const char *target, const char *shown)
{
    char log[PRING_PATH + 32], doing[PRING_NAME * 2];
    snprintf(log, sizeof log, "%s/pring-build.log", build);
    snprintf(doing, sizeof doing, "building %s", shown);
    struct pring_args args = {.count = 0};
    pring_args_add(&args, "cmake");
    pring_args_add(&args, "--build");
    pring_args_add(&args, "%s", build);
    if (target) {
        pring_args_add(&args, "--target");
        pring_args_add(&args, "%s", target);
    }
    int fd = lock(build);
    int code = run_quietly(&args, log, doing);
    close(fd);
    pring_args_free(&args);
    if (code != PRING_CLEAN)
        pring_fail(code, "%s does not build (%s)", shown, log);
    return code;
}

/* A driver outside the tree: configured when the folder is another than last time. */
static int configure(const struct pring_driver *driver)
{
    char mark[PRING_PATH + 32], log[PRING_PATH + 32], doing[PRING_PATH + 32];
    size_t len = 0;
    snprintf(mark, sizeof mark, "%s/pring-user-driver", driver->build);
    snprintf(log, sizeof log, "%s/pring-configure.log", driver->build);
    snprintf(doing, sizeof doing, "configuring %.900s", driver->folder);
    char *marked = pring_file_read(mark, &len);
    bool is_same = marked && strcmp(marked, driver->folder) == 0;
    free(marked);
    if (is_same)
        return PRING_CLEAN;
    struct pring_args args = {.count = 0};
    pring_args_add(&args, "cmake");
    pring_args_add(&args, "-S%s", PRING_SOURCE_DIR);
    pring_args_add(&args, "-B%s", driver->build);
    pring_args_add(&args, "-GNinja");
    pring_args_add(&args, "-DPRING_WITH_TESTS=OFF"); /* so that the names of test drivers are free */
    pring_args_add(&args, "-DPRING_USER_DRIVER=%s", driver->folder);
    int fd = lock(driver->build);
    unlink(mark);
    int code = run_quietly(&args, log, doing);
    if (code == PRING_CLEAN)
        pring_file_write(mark, driver->folder, strlen(driver->folder));
    close(fd);
    pring_args_free(&args);
    if (code != PRING_CLEAN)
        pring_fail(code, "%s cannot be configured (%s)", driver->folder, log);
    return code;
}

int pring_build_driver(const struct pring_driver *driver)
{
    char target[PRING_NAME + 8];
    snprintf(target, sizeof target, "%s.fuzz", driver->name);
    int code = driver->folder[0] ? configure(driver) : PRING_CLEAN;
    return code == PRING_CLEAN ? pring_build_target(driver->build, target, driver->name) : code;
}

int pring_about_driver(const struct pring_driver *driver, struct pring_about *about)
{
    char text[4096];
    struct pring_args args = {.count = 0};
    pring_args_add(&args, "%s", driver->program);
    pring_args_add(&args, "list");
    pring_args_add(&args, "what=about");
    int code = pring_process_capture(&args, text, sizeof text);
    pring_args_free(&args);
    memset(about, 0, sizeof *about);
    for (char *line = strtok(text, "\n"); code == 0 && line; line = strtok(NULL, "\n")) {
        size_t len = strlen(about->backends);
        if (strncmp(line, "backend ", 8) == 0)
            snprintf(about->backends + len, sizeof about->backends - len, "%s%s", len ? " " : "", line + 8);
        else if (strncmp(line, "device ", 7) == 0 && about->device_count < 8)
            about->devices[about->device_count++] = (uint16_t)atoi(line + 7);
        else if (strcmp(line, "engine afl") == 0)
            about->has_afl = true;
    }
    return code == 0 ? PRING_CLEAN
                     : pring_fail(PRING_SETUP, "%s does not start (exit %d)", driver->program, code);
}

static bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = words; (at = strstr(at, word)); at += len)
        if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return true;
    return false;
}

/* Some backends are for tests only: not listed, but there for whoever knows the name. */
static bool is_unlisted(const struct pring_driver *driver, const char *name)
{
    char text[256];
    struct pring_args args = {.count = 0};
    pring_args_add(&args, "%s", driver->program);
    pring_args_add(&args, "list");
    pring_args_add(&args, "what=backend");
    pring_args_add(&args, "name=%s", name);
    int code = pring_process_capture(&args, text, sizeof text);
    pring_args_free(&args);
    return code == 0;
}

int pring_backend_check(const struct pring_driver *driver, const struct pring_about *about, const char **name)
{
    const char *names = about->backends;
    if (!*name && !has_word(names, "rtl"))
        fputs("pring: there is no rtl in this build (verilator zlib1g-dev, then remove build/): model is "
              "used\n",
              stderr);
    if (!*name)
        *name = has_word(names, "rtl") ? "rtl" : "model";
    if (!has_word(names, *name) && !is_unlisted(driver, *name))
        return pring_fail(PRING_USAGE, "there is no backend '%s'; this build has %s", *name, names);
    return PRING_CLEAN;
}
