/* SPDX-License-Identifier: Apache-2.0 */
/* Other programs: started, awaited, listened to. */
#ifndef PRING_CLI_PROCESS_H
#define PRING_CLI_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { PRING_ARGS_MAX = 64 };
struct pring_args { /* of a program: words are copied; too many or too long ends the process */
    char *word[PRING_ARGS_MAX + 1];
    int count;
};
void pring_args_add(struct pring_args *args, const char *format, ...) __attribute__((format(printf, 2, 3)));
void pring_args_free(struct pring_args *args);

struct pring_process {
    const char *output; /* file for stdout; NULL: ours */
    const char *errors; /* file for stderr; NULL: ours */
    bool is_worker; /* dies with us, deaf to Ctrl-C, no address randomisation: the same bytes, the same run */
};
/* -1: could not be started; a message was printed. */
pid_t pring_process_start(const struct pring_args *args, const struct pring_process *how);
/* The exit code; 128 + n: killed by signal n; -1: still running and `wait` is false. */
int pring_process_end(pid_t pid, bool wait);
/* Runs it and catches what it says (cut at size_bytes - 1). The exit code as above. */
int pring_process_capture(const struct pring_args *args, char *out, size_t size_bytes);

double pring_seconds(void); /* since some fixed instant */
/* The whole file, NUL-terminated, from malloc; NULL: cannot be read (errno says why). */
char *pring_file_read(const char *path, size_t *len_bytes);
/* Written beside and renamed, so that nobody ever sees half of it. */
bool pring_file_write(const char *path, const void *data, size_t len_bytes);
bool pring_folder_make(const char *path); /* with its parents */

#endif
