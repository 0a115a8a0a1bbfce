/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board: what a fuzzing worker has done so far, in a file that both it and its supervisor map. Shared
 * memory and not messages, so that nothing is lost when either dies by kill -9, and a worker that takes over
 * goes on counting where the last one stopped. One worker writes; the supervisor only reads (and asks for the
 * end). Counters may be read while they change: each is one aligned word. With AFL++ a worker is two
 * processes, target and mutator, which take turns.
 */
#ifndef PRING_FUZZ_BOARD_H
#define PRING_FUZZ_BOARD_H

#include <stdint.h>

#include <pring/mutate.h>
#include <pring/scenario.h>
#include <pring/verdict.h>

enum {
    PRING_BOARD_MAGIC = 0x50520007, /* the last digits: layout */
    PRING_BOARD_ROWS = 256,         /* rows of the fault table */
    PRING_BOARD_FINDINGS = 512,
    PRING_BOARD_KEY = 192,
    PRING_BOARD_INPUT = 4096,
};

struct pring_board_finding {
    char key[PRING_BOARD_KEY]; /* pring_result_key, or "stuck/..." */
    uint64_t seen;             /* runs that ended in it */
    uint64_t first_run, first_ns;
    uint32_t is_kept; /* the supervisor's: there is a file of it */
    uint32_t input_bytes;
    uint8_t input[PRING_SCENARIO_BYTES_MAX];
};

struct pring_board {
    uint32_t magic;
    uint32_t stop;     /* the supervisor's: end after this run */
    uint32_t over;     /* the number of runs is reached; an engine that cannot end itself waits to be ended */
    uint64_t start_ns; /* CLOCK_MONOTONIC of the first run */
    uint64_t runs, cycles, triaged, driver_ok, completed, requests;
    uint64_t verdicts[PRING_VERDICT_COUNT]; /* of plain runs */
    uint64_t triage_verdicts[PRING_VERDICT_COUNT];
    uint64_t fired[PRING_BOARD_ROWS], effective[PRING_BOARD_ROWS]; /* runs in which row n did so */
    uint64_t labels_seen[2], labels_falsified[2];
    uint64_t labels_honest[2]; /* seen in runs in which no fault fired */
    uint64_t edges, edges_all;
    uint64_t lines, lines_all;       /* of the RTL; 0: not looked at */
    uint64_t news_ns;                /* when something new was last covered */
    uint64_t unstable;               /* state_hash or verdict of a repeated run differed: our own bug */
    uint64_t imported;               /* inputs of another engine that showed this one something new */
    uint64_t exported;               /* AFL++: inputs put into the shared corpus */
    struct pring_mutate_hints hints; /* for the mutator, which may be another process */
    double cost_ns;  /* AFL++, `pring bench`: processor time of one run, target and afl-fuzz together */
    uint32_t deaths; /* AFL++: runs that killed the target's process; the last of them: */
    uint32_t death_bytes;
    uint8_t death[PRING_BOARD_INPUT];
    uint32_t finding_count; /* written last */
    struct pring_board_finding finding[PRING_BOARD_FINDINGS];
    uint32_t input_bytes; /* the run under way; 0: none. What is left here when a worker dies has killed it */
    uint8_t input[PRING_BOARD_INPUT];
};

/* Creates or adopts the file. NULL: a message was printed. */
struct pring_board *pring_board_open(const char *path);
void pring_board_close(struct pring_board *board);
uint64_t pring_now_ns(void);

#endif
