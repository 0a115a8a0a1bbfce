/* SPDX-License-Identifier: Apache-2.0 */
/* The fuzz target and what it needs: which driver, which backend, where to count. Engines call pring_target
 * alone. */
#ifndef PRING_FUZZ_TARGET_H
#define PRING_FUZZ_TARGET_H

#include <pring/run.h>

#include "fuzz/board.h"

struct pring_campaign {
    const struct pring_island *island;
    const struct pring_backend *backend;
    uint16_t devices[8]; /* device types to press; a scenario that names another one gets one of these */
    uint32_t device_count;
    struct pring_mutate_hints *hints; /* for the mutator: these devices, and what runs have shown so far */
    uint64_t runs_max;                /* 0: no limit */
    bool strict;                      /* stuck and degraded are findings too */
    const char *corpus;               /* shared with the other workers; NULL: nobody to share with */
    bool plain_bytes; /* the mutator knows nothing of scenarios; a yardstick for `pring bench feedback` */
    bool edges_only;  /* no feedback but the driver's edges; likewise */
    bool pure_maps;   /* what the engine is shown depends on the input alone, not on earlier runs: AFL++ */
    bool is_loaded;   /* the corpus has been read: from here on inputs are new */
    struct pring_board *board;
};
extern struct pring_campaign pring_campaign;

/* From the words of the command line (args.h). */
void pring_campaign_take(void);
/* That alone: what the driver drives, and all of `backends` (NULL at the end) have, or what `device` names.
 */
void pring_campaign_take_devices(const struct pring_backend *const backends[]);
const struct pring_island *pring_arg_island(void);
const struct pring_backend *pring_arg_backend(void);
const struct pring_backend *pring_backend_named(const char *name); /* ends the process if there is none */

/* Presses one of the campaign's devices. Returns its type. */
uint32_t pring_campaign_device(struct pring_scenario *scenario);

/* Any bytes are a valid run. Always 0: they may stay in the corpus. Does not return when the campaign is
 * over. */
int pring_target(const uint8_t *bytes, size_t len_bytes);
/* What it does when decoded. True: it showed something new. */
bool pring_target_run(const struct pring_scenario *scenario, uint32_t device_type);

/* What makes two results the same: pring_result_key for a bug; "stuck/FAULT", "degraded/FAULT" or
 * "device/RULE/LABEL" for what is judged apart. False: nothing to report. */
bool pring_key_of(const struct pring_scenario *scenario, const struct pring_result *result, bool strict,
                  char *key, size_t size_bytes);
bool pring_key_of_device(const struct pring_result *result, char *key, size_t size_bytes);
/* Counts a finding under its key; the first input of a key stays on the board. */
void pring_finding_record(const struct pring_scenario *scenario, const struct pring_result *result);

/* All that engines are shown: the driver's counters and our own, in an order that is the same in each
 * process. How many ranges. */
enum { PRING_COUNTERS_MAX = 2 };
struct pring_counters {
    uint8_t *start;
    size_t len_bytes;
};
size_t pring_coverage_counters(struct pring_counters counters[PRING_COUNTERS_MAX]);
/* Looks at the driver's counters as libFuzzer will. True: a count of some edge is in a bucket where it never
 * was; *new_edges: edges that were never reached at all. learns: remember it. */
bool pring_coverage_look(bool learns, uint32_t *new_edges);
/* Puts the counters back as they were before a second run: only the first one of an input is feedback. */
void pring_coverage_keep(void);
void pring_coverage_restore(void);
/* As if this run had reached nothing: the engine does not keep its input. */
void pring_coverage_forget(void);
/* What code ran: our own flags of this run are still shown. */
void pring_coverage_forget_code(void);
/* Shows the engine that something was the case: not how often. True: for the first time. */
enum { PRING_FLAG_COUNT = 1280 };
bool pring_coverage_flag(uint32_t flag);
/* What the bench knows and the driver's counters do not show, as such flags; less of a run whose input should
 * not be kept. True: one of them is new. */
bool pring_features_mark(const struct pring_scenario *scenario, const struct pring_result *result,
                         bool breeds);

#endif
