/* SPDX-License-Identifier: Apache-2.0 */
/* What `pring` is told of each run, beside what people read: lines of words with tabs between them, written
 * to records=FILE. And what an earlier process has told in before=FILE: two runs of one seed are the same
 * run. */
#ifndef PRING_FUZZ_RECORD_H
#define PRING_FUZZ_RECORD_H

#include <stdint.h>

#include "fuzz/outcome.h"

/* FILE BACKEND END TYPE VERDICT RESULT_HASH STATE_HASH MESSAGE; END: pass, fail, skip. One line a backend. */
void pring_record_outcome(const char *file, const struct pring_outcome *outcome,
                          const struct pring_expect *expect);
void pring_record_sweep(const char *file, const char *backend,
                        const struct pring_result *bug); /* NULL: none */
/* Runs it once more, and looks up what the earlier process had: fills outcome->second. Nothing without
 * twice=1. */
void pring_record_again(struct pring_outcome *outcome, const struct pring_scenario *scenario);

#endif
