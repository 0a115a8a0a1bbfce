/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts, oracles and what a run answers. The rules are in sim/oracle/README.md. */
#ifndef PRING_VERDICT_H
#define PRING_VERDICT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum pring_verdict { /* numbers are the bits of `expect` masks */
                     PRING_VERDICT_OK = 0,
                     PRING_VERDICT_REFUSED = 1,
                     PRING_VERDICT_DEGRADED = 2,
                     PRING_VERDICT_STUCK = 3,
                     PRING_VERDICT_BUG = 4,
                     PRING_VERDICT_SKIPPED = 5,
                     PRING_VERDICT_COUNT
};
const char *pring_verdict_name(enum pring_verdict verdict); /* "ok", "refused" ... */
int pring_verdict_by_name(const char *name, uint32_t len);  /* -1: unknown */

#ifdef __cplusplus
}
#endif
#endif
