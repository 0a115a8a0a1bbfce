/* SPDX-License-Identifier: Apache-2.0 */
/* The workload of a scenario, played on driver stack 0; what a driver reports comes in here (dut.h). */
#ifndef PRING_RUN_WORKLOAD_H
#define PRING_RUN_WORKLOAD_H

#include <pring/island.h>
#include <pring/scenario.h>

struct workload {
    const struct pring_dut *dut;
    const struct pring_scenario *scenario;
    bool recover; /* triage: an honest second life after the main part */
};

void pring_workload_reset(const struct workload *workload);
/* For pring_machine_run. */
void pring_workload_body(void *arg);
/* Does the driver have what this verb needs? Its name if not, else NULL. */
const char *pring_workload_lacks(const struct pring_dut *dut, const struct pring_scenario *scenario);

#endif
