/* SPDX-License-Identifier: Apache-2.0 */
/* Where a fault may stand; shared with the decoder and the parser. */
#ifndef PRING_FAULT_PLACE_H
#define PRING_FAULT_PLACE_H

#include <pring/scenario.h>

/* Mask of 1 << enum pring_side that fits action and label; 0: the action cannot stand at this label at all.
 */
uint32_t pring_fault_sides(const struct pring_fault *fault);
/* Does the driver ever read, or write, this register or configuration field? */
bool pring_field_is_read(enum pring_field field);
bool pring_field_is_written(enum pring_field field);
/* Is it a ring field of which a queue has many, so that [k] means something? */
bool pring_field_is_element(enum pring_field field);
/* Is it a ring field that drivers load again and again, until it changes? */
bool pring_field_is_polled(enum pring_field field);

#endif
