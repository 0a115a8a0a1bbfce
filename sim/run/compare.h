/* SPDX-License-Identifier: Apache-2.0 */
/* After a run, where the backend can show what lies behind the device: did the data get there? */
#ifndef PRING_RUN_COMPARE_H
#define PRING_RUN_COMPARE_H

#include <pring/run.h>

/* Says in the result what was compared, or that it is not right. */
void pring_compare(const struct pring_backend *backend, void *self, const struct pring_setup *setup,
                   struct pring_result *result);

#endif
