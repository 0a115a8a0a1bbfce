/* SPDX-License-Identifier: Apache-2.0 */
/* A sweep: one fault at position 1, 2, 3 ... of a run, until a run ends without meeting it. */
#ifndef PRING_FUZZ_SWEEP_H
#define PRING_FUZZ_SWEEP_H

#include <pring/run.h>

#include "fuzz/outcome.h"

enum { PRING_SWEEP_VARIANTS_MAX = 4 };

/* sweep.c: the whole table of one scenario, on all backends of `outcome`. False: a bug, or a difference. The
 * scenario has room for one more fault. */
bool pring_sweep(const char *kind, const char *file, const struct pring_scenario *scenario,
                 struct pring_outcome *outcome);

struct pring_sweep_kind {
    const char *name; /* irq, load, fail, unplug */
    uint8_t action; /* enum pring_action; of load: answer or poke, as the fault table offers for the field */
};
const struct pring_sweep_kind *pring_sweep_kind_by_name(const char *name); /* NULL: unknown */

struct pring_sweep_place { /* where the fault stands, and when the run came there */
    struct pring_fault fault;
    uint64_t ordinal, time_ns; /* events of the run before it */
    uint8_t phase;             /* enum pring_phase */
};
struct pring_sweep_places {
    struct pring_sweep_place *place; /* in the order of the run; from malloc */
    uint32_t count;
    char skipped[128]; /* why there is none: what lacks what */
    const char *cut;   /* a label with more events than a selector can count to, or NULL */
};

/* sweep_places.c: every place that a fault of this kind can stand at and this run meets. */
void pring_sweep_find(const struct pring_sweep_kind *kind, const struct pring_scenario *scenario,
                      const struct pring_backend *backend, struct pring_sweep_places *places);
/* The faults to try at a place, which differ in their value: how many. */
uint32_t pring_sweep_variants(const struct pring_sweep_place *place,
                              struct pring_fault faults[PRING_SWEEP_VARIANTS_MAX]);
/* The n-th of them in a word: "queue", "= max"; "" if there is but one. */
void pring_sweep_variant_name(const struct pring_fault *fault, char *out, size_t size_bytes);
/* "reg.Status nth 3": the point of a fault. */
void pring_sweep_point(const struct pring_fault *fault, char *out, size_t size_bytes);

struct pring_sweep_run { /* one fault at one place */
    uint32_t position;
    const struct pring_sweep_place *place;
    const struct pring_fault *fault;
    const struct pring_scenario *scenario; /* with the fault, its last one */
    const struct pring_outcome *outcome;
};

/* sweep_print.c: the table, and what was found. */
struct pring_sweep_counts {
    uint32_t verdicts[PRING_VERDICT_COUNT], runs, unmet, differ, device_findings;
};
void pring_sweep_begin(const char *file, const char *kind);
void pring_sweep_tell(const struct pring_sweep_run *run, struct pring_sweep_counts *counts);
void pring_sweep_row_end(const struct pring_sweep_place *place, uint32_t position);
void pring_sweep_end(const struct pring_sweep_places *places, const struct pring_sweep_counts *counts);

#endif
