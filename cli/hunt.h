/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A campaign as the supervisor holds it. hunt.c runs it; campaign.c keeps its folder; confirm.c takes a new
 * finding from the worker that met it to a small file that repeats in a fresh process; report.c and machine.c
 * tell of it.
 */
#ifndef PRING_CLI_HUNT_H
#define PRING_CLI_HUNT_H

#include <stdio.h>
#include <sys/types.h>

#include "build.h"
#include "engine.h"
#include "fuzz/board.h"
#include "known.h"
#include "place.h"

enum { PRING_JOBS_MAX = 64, PRING_FINDINGS_MAX = 512, PRING_TEXT_MAX = 512 };

struct pring_hunt_request {
    const struct pring_driver *driver;
    const struct pring_about *about;
    const char *backend;
    uint16_t device; /* 0: all that the driver drives */
    enum pring_engine engine;
    uint64_t seed, jobs;
    uint64_t seconds; /* 0: no limit */
    uint64_t runs;    /* 0: no limit */
    const char *out;  /* folder */
    bool is_fresh;    /* begin with an empty folder */
    bool has_seeds;   /* begin with corpus/ of the tree */
    bool strict;
    const char *feedback; /* edges, faults, rtl; NULL: faults */
    bool plain_bytes;     /* a mutator that knows nothing, for comparison */
    bool is_quick;        /* findings are only counted, not confirmed */
    const struct pring_known *known;
    const char *until; /* oracle whose first finding ends the campaign; NULL: none does */
    FILE *progress;    /* NULL: none */
    FILE *report;      /* NULL: none */
};

enum pring_finding_state {
    PRING_FINDING_NEW, /* met by a worker, or left by an earlier campaign */
    PRING_FINDING_OLD, /* file of an earlier campaign, to be tried again */
    PRING_FINDING_MINIMIZING,
    PRING_FINDING_ASKING, /* for facts */
    PRING_FINDING_DONE,
    PRING_FINDING_UNCONFIRMED, /* does not come again in a fresh process */
    PRING_FINDING_GONE,        /* an earlier one that does not come any more */
};

struct pring_finding {
    enum pring_finding_state state;
    char key[PRING_BOARD_KEY];
    char staged[PRING_PATH], file[PRING_PATH]; /* in unfinished/, in findings/ */
    uint64_t seen, first_run;
    double first_seconds, started;
    const char *known;     /* the reason why it is accepted; NULL: it is not */
    pid_t pid;             /* of what is done to it now */
    bool is_told, is_left; /* by a campaign that was killed */
    /* facts */
    char verdict[16], oracle[32], rule[64], label[64], function[128], source[256], why[PRING_TEXT_MAX];
    char faults[1024]; /* one a line, as "lie\ttext" */
    char backends[PRING_TEXT_MAX];
    uint32_t line, fault_count, records_before;
    bool is_same;
    char command[PRING_PATH * 2];
};

struct pring_tally { /* of all workers */
    uint64_t runs, cycles, triaged, driver_ok, completed, unstable;
    uint64_t verdicts[PRING_VERDICT_COUNT], triage_verdicts[PRING_VERDICT_COUNT];
    uint64_t fired[PRING_BOARD_ROWS], effective[PRING_BOARD_ROWS];
    uint64_t labels_seen[2], labels_falsified[2], labels_honest[2];
    uint64_t edges, edges_all, lines, lines_all, news_ns;
    uint64_t imported[2]; /* by engine: inputs of the other one that it took */
};

struct pring_worker {
    pid_t pid;
    struct pring_board *board;
    uint32_t taken, restarts, deaths;     /* findings that were taken from its board */
    uint32_t index[PRING_BOARD_FINDINGS]; /* where they are in the hunt */
    uint64_t last_runs;
    double last_moved;
    bool is_done, is_afl;
};

struct pring_hunt {
    const struct pring_hunt_request *request;
    char folder[PRING_PATH];
    int lock;
    uint32_t seed_files, corpus_files;
    uint64_t runs_before; /* of earlier campaigns in this folder */
    double start, seconds;
    struct pring_worker worker[PRING_JOBS_MAX];
    struct pring_tally tally;
    uint32_t finding_count, told;
    struct pring_finding finding[PRING_FINDINGS_MAX];
    uint32_t crashes;                      /* of the bench */
    bool is_interrupted, is_over, is_full; /* full: the disk */
};

/* hunt.c: the exit code; *hunt holds all that a report needs. */
int pring_hunt_run(const struct pring_hunt_request *request, struct pring_hunt *hunt);

/* campaign.c */
void pring_campaign_first_inputs(const struct pring_hunt *hunt, const char *path); /* a folder, for AFL++ */
int pring_campaign_open(struct pring_hunt *hunt);
bool pring_campaign_save(const struct pring_hunt *hunt);
bool pring_campaign_has_room(const struct pring_hunt *hunt);
void pring_campaign_close(struct pring_hunt *hunt);

/* unfinished.c */
/* Puts it into FOLDER/unfinished/, unless it is there. False: no room; then it is still on the board. */
bool pring_unfinished_keep(const struct pring_hunt *hunt, const struct pring_board_finding *met, char *path,
                           size_t size_bytes);
void pring_unfinished_drop(const struct pring_finding *finding);
/* Keeps what is on the boards of a campaign that was killed, and sums its runs. False: no room for it. */
bool pring_unfinished_rescue(const struct pring_hunt *hunt, uint64_t *runs);

/* confirm.c: one step of whatever is waiting; true: nothing is left to do. */
bool pring_confirm_step(struct pring_hunt *hunt);
void pring_confirm_take(struct pring_hunt *hunt, int worker);
void pring_confirm_crash(struct pring_hunt *hunt, int worker, const uint8_t *input, uint32_t len_bytes,
                         int code);

/* tally.c */
void pring_tally_update(struct pring_hunt *hunt);
bool pring_tally_applies(const struct pring_hunt *hunt, uint32_t row); /* can it meet this driver at all? */
uint32_t pring_tally_faults(const struct pring_hunt *hunt,
                            uint32_t *applicable); /* how many were effective */
bool pring_tally_vacuous(const struct pring_hunt *hunt, char *why, size_t size_bytes);
uint32_t pring_tally_open(const struct pring_hunt *hunt); /* confirmed findings that nobody accepted */

/* report.c */
void pring_report_start(const struct pring_hunt *hunt);
void pring_report_progress(const struct pring_hunt *hunt, bool is_last);
void pring_report_finding(struct pring_hunt *hunt, struct pring_finding *finding);
int pring_report_end(struct pring_hunt *hunt); /* the exit code */
/* "6.7 M": three digits and a unit. */
const char *pring_short(uint64_t number, char *out, size_t size_bytes);

/* machine.c: PRING_CLEAN or PRING_SETUP */
int pring_machine_json(const struct pring_hunt *hunt, const char *path);
int pring_machine_junit(const struct pring_hunt *hunt, const char *path);

#endif
