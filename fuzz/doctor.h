/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doctor: what can be said of a driver in a few seconds. It runs the honest device of
 * corpus/doctor/honest (every device there keeps all requirements, some are unusual), the silent one of
 * corpus/doctor/waits, and a series with one falsified value each; and tells what it saw as lines of words
 * with tabs between them. `pring check` makes a page of them.
 *
 *   doctor.c        the parts, and the files
 *   doctor_watch.c  what is noted of a run, beside its result
 *   doctor_honest.c life, requirements, features, queue sizes
 *   doctor_reads.c  places that read what the device controls
 *   doctor_series.c one falsified value at a time
 */
#ifndef PRING_FUZZ_DOCTOR_H
#define PRING_FUZZ_DOCTOR_H

#include <pring/run.h>

#include "fuzz/doctor_reach.h"

enum { DOCTOR_FILES = 4096, DOCTOR_STACK = 8 };

enum doctor_kind { DOCTOR_HONEST, DOCTOR_WAIT, DOCTOR_SEED, DOCTOR_ODD };
struct doctor_file {
    char *path;
    enum doctor_kind kind;
    struct pring_scenario scenario;
};
extern struct doctor_file *doctor_files;
extern uint32_t doctor_file_count;

/* ---- what is noted of a run ---- */

struct doctor_seen {
    bool probed, features_ok, driver_ok, completed, removed;
    uint64_t offered, accepted; /* features; accepted: when FEATURES_OK was written last */
    uint32_t queue_size;        /* as written last */
    uint32_t stall;             /* enum pring_stall; 0: every call returned, every request came back */
    uint64_t stall_pc;
    uint64_t reached;                  /* mask of enum doctor_occasion */
    uint32_t reads[PRING_FIELD_COUNT]; /* by label */
};
extern struct doctor_seen doctor_seen;

/* Runs it and fills doctor_seen. falsified: the label of the one fault in it, or 0. */
void doctor_run(const struct pring_backend *backend, const struct pring_scenario *scenario,
                enum pring_field falsified, bool triage, struct pring_result *result);
/* No fault broke a requirement on the device. */
bool doctor_was_honest(const struct pring_scenario *scenario, const struct pring_result *result);
uint32_t doctor_device(const struct pring_scenario *scenario);
/* "FILE<tab>LINE<tab>FUNCTION"; "" if unknown. Valid until the next call. */
const char *doctor_place(uint64_t pc);

/* ---- parts ---- */

int doctor_honest(void); /* 3: a file is not what it should be */
void doctor_features(void);
void doctor_sizes(void);
void doctor_waits(void);

/* A load or register read of the driver, with the code addresses that led to it, innermost first. */
void doctor_read_note(enum pring_field label, const uint64_t *stack, uint32_t depth);
void doctor_read_met(void); /* what was read last was falsified */
void doctor_read_outcome(const struct pring_scenario *scenario, const struct pring_result *result);
void doctor_reads(void);
void doctor_series(void);

#endif
