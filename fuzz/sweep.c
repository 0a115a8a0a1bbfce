/* SPDX-License-Identifier: Apache-2.0 */
/* `pring run --sweep KIND`: each scenario again and again, with one more fault, one position on each time. */
#include "fuzz/sweep.h"

#include <stdlib.h>

#include "fuzz/args.h"
#include "fuzz/modes.h"
#include "fuzz/target.h"

static void run_at(const struct pring_scenario *scenario, const struct pring_sweep_place *place,
                   uint32_t position, struct pring_outcome *outcome, struct pring_sweep_counts *counts)
{
    static struct pring_scenario with_fault;
    struct pring_fault faults[PRING_SWEEP_VARIANTS_MAX];
    uint32_t variants = pring_sweep_variants(place, faults);
    for (uint32_t i = 0; i < variants; i++) {
        with_fault = *scenario;
        with_fault.fault[with_fault.fault_count++] = faults[i];
        pring_outcome_run(outcome, &with_fault, NULL, NULL);
        const struct pring_sweep_run run = {.position = position,
                                            .place = place,
                                            .fault = &faults[i],
                                            .scenario = &with_fault,
                                            .outcome = outcome};
        pring_sweep_tell(&run, counts);
    }
    pring_sweep_row_end(place, position);
}

bool pring_sweep(const char *kind_name, const char *file, const struct pring_scenario *scenario,
                 struct pring_outcome *outcome)
{
    const struct pring_sweep_kind *kind = pring_sweep_kind_by_name(kind_name);
    struct pring_sweep_places places;
    struct pring_sweep_counts counts = {.runs = 0};
    pring_sweep_find(kind, scenario, outcome->backend[0], &places);
    pring_sweep_begin(file, kind->name);
    for (uint32_t i = 0; i < places.count; i++)
        run_at(scenario, &places.place[i], i + 1, outcome, &counts);
    pring_sweep_end(&places, &counts);
    free(places.place);
    return counts.verdicts[PRING_VERDICT_BUG] == 0 && counts.differ == 0 && counts.device_findings == 0;
}
