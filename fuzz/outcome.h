/* SPDX-License-Identifier: Apache-2.0 */
/* One scenario on one or all backends, told to a person or to a machine. */
#ifndef PRING_FUZZ_OUTCOME_H
#define PRING_FUZZ_OUTCOME_H

#include <pring/run.h>

enum { PRING_BACKENDS_MAX = 16 };

struct pring_outcome {
    const struct pring_backend *backend[PRING_BACKENDS_MAX + 1]; /* ends with NULL */
    struct pring_result result[PRING_BACKENDS_MAX];
    struct { /* of a run that was made twice, where it is another one: its verdict is `unstable` */
        bool is_unstable;
        enum pring_verdict verdict;
        uint64_t result_hash, state_hash;
    } second[PRING_BACKENDS_MAX];
    bool is_same; /* of those not skipped, under `settled`: verdict and result_hash */
};

void pring_outcome_open(struct pring_outcome *outcome); /* backends from the command line */
void pring_outcome_run(struct pring_outcome *outcome, const struct pring_scenario *scenario, FILE *trace,
                       const char *wave);
void pring_outcome_json(const struct pring_outcome *outcome, const char *file);
/* One line for each backend, and below it what was wrong. */
void pring_outcome_text(const struct pring_outcome *outcome, const struct pring_scenario *scenario,
                        const char *file, bool is_brief);
/* As `expect` for this driver says; without such a line: not a bug. And the backends agree, and broke no
 * rule. */
bool pring_outcome_is_allowed(const struct pring_outcome *outcome, uint32_t backend,
                              const struct pring_expect *expect); /* the verdict alone */
bool pring_outcome_is_good(const struct pring_outcome *outcome, const struct pring_expect *expect);

#endif
