/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRING_CLI_SCENARIO_FILE_H
#define PRING_CLI_SCENARIO_FILE_H

#include <pring/scenario.h>

/* Text or bytes. PRING_CLEAN, or PRING_USAGE after a message "FILE:LINE: ...". */
int pring_scenario_file_load(const char *path, struct pring_scenario *scenario);

#endif
