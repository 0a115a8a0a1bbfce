/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRING_FUZZ_ENGINE_H
#define PRING_FUZZ_ENGINE_H

/* Fuzzes until the target ends the process. */
int pring_engine_run(void);
/* The campaign is over: the engine is left in its own way. Does not return. */
_Noreturn void pring_engine_end(void);

#endif
