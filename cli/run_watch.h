/* SPDX-License-Identifier: Apache-2.0 */
/* `pring run` with an eye on it: the program tells what became of each run, and here that becomes test cases,
 * waves of what failed, or the news that a run is not the same when it is made again. */
#ifndef PRING_CLI_RUN_WATCH_H
#define PRING_CLI_RUN_WATCH_H

#include "place.h"
#include "process.h"

struct pring_run_watch {
    const char *junit;        /* file, or NULL */
    const char *wave_on_fail; /* folder, or NULL */
    bool twice;
};
bool pring_run_is_watched(const struct pring_run_watch *watch);
/* Starts the program with these words and more. The exit code. */
int pring_run_watched(const struct pring_run_watch *watch, const struct pring_driver *driver,
                      const struct pring_args *args);

#endif
