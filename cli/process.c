/* SPDX-License-Identifier: Apache-2.0 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "option.h"

void pring_args_add(struct pring_args *args, const char *format, ...)
{
    char *word = NULL;
    va_list list;
    va_start(list, format);
    int len = vasprintf(&word, format, list);
    va_end(list);
    if (len < 0 || args->count == PRING_ARGS_MAX)
        exit(pring_fail(PRING_SETUP, "out of memory, or a command line of more than %d words",
                        PRING_ARGS_MAX));
    args->word[args->count++] = word;
    args->word[args->count] = NULL;
}

void pring_args_free(struct pring_args *args)
{
    for (int i = 0; i < args->count; i++)
        free(args->word[i]);
    args->count = 0;
}

static void redirect(const char *path, int target)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd >= 0)
        dup2(fd, target);
}

static void become_worker(pid_t parent)
{
    signal(SIGINT, SIG_IGN); /* Ctrl-C reaches the whole terminal group; only the supervisor decides */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(PRING_SETUP);
    personality(ADDR_NO_RANDOMIZE); /* refused in some containers: then only addresses in logs differ */
}

pid_t pring_process_start(const struct pring_args *args, const struct pring_process *how)
{
    fflush(NULL);
    pid_t self = getpid();
    pid_t pid = fork();
    if (pid < 0)
        return pring_fail(PRING_SETUP, "fork: %s", strerror(errno)), -1;
    if (pid > 0)
        return pid;
    if (how->output)
        redirect(how->output, 1);
    if (how->errors)
        redirect(how->errors, 2);
    if (how->is_worker)
        become_worker(self);
    execvp(args->word[0], args->word);
    _exit(pring_fail(PRING_SETUP, "%s: %s", args->word[0], strerror(errno)));
}

int pring_process_end(pid_t pid, bool wait)
{
    int status = 0;
    pid_t got;
    do {
        got = waitpid(pid, &status, wait ? 0 : WNOHANG);
    } while (got < 0 && errno == EINTR && wait);
    if (got != pid)
        return got == 0 || errno == EINTR ? -1 : PRING_SETUP;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int pring_process_capture(const struct pring_args *args, char *out, size_t size_bytes)
{
    char path[] = "/tmp/pring-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0)
        return pring_fail(PRING_SETUP, "%s: %s", path, strerror(errno));
    struct pring_process how = {.output = path};
    pid_t pid = pring_process_start(args, &how);
    int code = pid < 0 ? PRING_SETUP : pring_process_end(pid, true);
    ssize_t len = pread(fd, out, size_bytes - 1, 0);
    out[len > 0 ? len : 0] = '\0';
    close(fd);
    unlink(path);
    return code;
}

double pring_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

char *pring_file_read(const char *path, size_t *len_bytes)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd < 0)
        return NULL;
    if (fstat(fd, &info) < 0 || S_ISDIR(info.st_mode) || info.st_size > 1 << 26) {
        errno = S_ISDIR(info.st_mode) ? EISDIR : EFBIG;
        close(fd);
        return NULL;
    }
    char *data = malloc((size_t)info.st_size + 1);
    ssize_t len = data ? read(fd, data, (size_t)info.st_size) : -1;
    close(fd);
    if (len < 0) {
        free(data);
        return NULL;
    }
    data[len] = '\0';
    *len_bytes = (size_t)len;
    return data;
}

bool pring_file_write(const char *path, const void *data, size_t len_bytes)
{
    char beside[4096];
    snprintf(beside, sizeof beside, "%s.%d.part", path, (int)getpid());
    FILE *file = fopen(beside, "wbe");
    if (!file)
        return false;
    bool is_written = fwrite(data, 1, len_bytes, file) == len_bytes;
    is_written &= fclose(file) == 0;
    if (is_written && rename(beside, path) == 0)
        return true;
    unlink(beside);
    return false;
}

bool pring_folder_make(const char *path)
{
    char part[4096];
    snprintf(part, sizeof part, "%s", path);
    for (char *at = part + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        if (mkdir(part, 0755) < 0 && errno != EEXIST)
            return false;
        *at = '/';
    }
    return mkdir(part, 0755) == 0 || errno == EEXIST;
}
