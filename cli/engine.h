/* SPDX-License-Identifier: Apache-2.0 */
/* Engines: how a worker of each is started, ended, and what it leaves behind. */
#ifndef PRING_CLI_ENGINE_H
#define PRING_CLI_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "build.h"

enum pring_engine { PRING_ENGINE_LIBFUZZER, PRING_ENGINE_AFL, PRING_ENGINE_BOTH };
struct pring_hunt;

/* PRING_CLEAN, or PRING_USAGE after a message. `name` NULL: libfuzzer. */
int pring_engine_by_name(const char *name, enum pring_engine *engine);
const char *pring_engine_name(enum pring_engine engine);
/* Is it in this build, and are there jobs enough? Builds the driver for it, and for this feedback (NULL:
 * faults). */
int pring_engine_prepare(const struct pring_driver *driver, const struct pring_about *about,
                         enum pring_engine engine, const char *feedback, uint64_t *jobs);
/* edges, faults or rtl, which goes with a backend of that name. */
int pring_engine_check_feedback(const char *feedback, const char *backend);

struct pring_args;
/* `env` and what makes afl-fuzz, a program for people at terminals of their own machine, quiet. It may bind
 * itself to a core: unbound it is half as fast. */
void pring_engine_afl_settings(struct pring_args *args);
/* Worker `index`: with `both`, every other one is AFL++. */
void pring_engine_start(struct pring_hunt *hunt, int index);
/* Asks it to end; what the target reads from its board is set as well. */
void pring_engine_stop(struct pring_hunt *hunt, int index);
/* AFL++'s own figure in percent, the least of all workers; negative: none. After they ended. */
double pring_engine_stability(const struct pring_hunt *hunt);

#endif
