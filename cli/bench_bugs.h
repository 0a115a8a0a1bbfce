/* SPDX-License-Identifier: Apache-2.0 */
/* Hunts for planted bugs, many of them, each in a process of its own. */
#ifndef PRING_CLI_BENCH_BUGS_H
#define PRING_CLI_BENCH_BUGS_H

#include <stdbool.h>
#include <stdint.h>

#include "build.h"
#include "fuzz/board.h"

struct pring_bench_bugs {
    uint64_t trials, seconds, jobs, seed;
    uint64_t runs;              /* of a hunt of `feedback`, at most */
    const char *backend, *only; /* NULL: rtl; all */
    bool has_seeds, wants_json;
};
/* The exit code. */
int pring_bench_bugs_run(struct pring_bench_bugs *bench);
/* How many runs it takes to find them, with ever more help. */
int pring_bench_feedback_run(struct pring_bench_bugs *bench);

enum { PRING_SUBJECTS_MAX = PRING_NAMES_MAX };
struct pring_subject { /* a bug, or the clean driver */
    struct pring_driver driver;
    struct pring_about about;
    char oracle[128];    /* "": the clean driver */
    const char *backend; /* the patch's, else that of the bench */
    uint16_t device;     /* the patch's; 0: all that the driver drives */
    char wanted[32];     /* what `backend` may point to */
};
struct pring_help { /* what a hunt has beside the edges of the driver */
    const char *name, *feedback;
    bool plain_bytes;
};
struct pring_trial { /* shared with the process that runs it */
    int subject;
    const struct pring_help *help; /* NULL: all there is, and findings are confirmed */
    uint64_t seed;
    double seconds;              /* of the finding; negative: none. Written by the trial's process */
    uint64_t runs;               /* until it was met */
    char other[PRING_BOARD_KEY]; /* the first finding, if it was not the expected one */
};
/* Builds what is to be hunted. PRING_CLEAN, or the exit code after a message. */
int pring_bench_collect(struct pring_bench_bugs *bench, struct pring_subject *subjects, int *count);
struct pring_trial *pring_bench_trials(uint64_t most);
void pring_bench_run_trials(const struct pring_bench_bugs *bench, const struct pring_subject *subjects,
                            struct pring_trial *trials, uint64_t count);

#endif
