/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRING_FUZZ_ENGINE_H
#define PRING_FUZZ_ENGINE_H

/* Fuzzes until the target ends the process. */
int pring_engine_run(void);

#endif
