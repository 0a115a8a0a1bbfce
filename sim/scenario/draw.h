/* SPDX-License-Identifier: Apache-2.0 */
/* New records, drawn so that most of them do something. All results are canonical. */
#ifndef PRING_SCENARIO_DRAW_H
#define PRING_SCENARIO_DRAW_H

#include <pring/mutate.h>

#include "canon.h"

struct pring_draw {
    uint64_t state;
    const struct pring_mutate_hints *hints; /* never NULL */
    uint32_t device;
};

void pring_draw_open(struct pring_draw *draw, uint32_t seed, const struct pring_mutate_hints *hints);
uint32_t pring_draw_below(struct pring_draw *draw, uint32_t limit); /* 0..limit-1; limit > 0 */
bool pring_draw_chance(struct pring_draw *draw, uint32_t percent);

void pring_draw_setup(struct pring_draw *draw, struct pring_scenario *scenario); /* device and options anew */
void pring_draw_set(struct pring_draw *draw, struct pring_set *set);
void pring_draw_work(struct pring_draw *draw, struct pring_work *work);
void pring_draw_data(struct pring_draw *draw, struct pring_data *data);
void pring_draw_fault(struct pring_draw *draw, struct pring_fault *fault);
/* Parts of a fault; the caller makes it canonical again. */
void pring_draw_place(struct pring_draw *draw, struct pring_fault *fault);
void pring_draw_value(struct pring_draw *draw, struct pring_fault *fault);
void pring_draw_when(struct pring_draw *draw, struct pring_fault *fault);
/* Faults name words of the ring format that this scenario's runs have. */
void pring_draw_fit_words(struct pring_draw *draw, struct pring_scenario *s);
/* Is the scenario's device allowed by the hints? */
/* Rows of the fault table, and labels, from which to draw for this device: entropy and block have the first
 * ones, so that a seed draws for them what it always drew. */
uint32_t pring_draw_rows(const struct pring_draw *draw);
uint32_t pring_draw_labels(const struct pring_draw *draw);
bool pring_draw_allows(const struct pring_draw *draw, uint32_t device_type);

#endif
