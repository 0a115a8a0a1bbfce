/* SPDX-License-Identifier: Apache-2.0 */
/* Feature bits by name: features.def as two look-ups. */
#ifndef PRING_SPEC_FEATURE_H
#define PRING_SPEC_FEATURE_H

#include <stdint.h>

int pring_feature_by_name(const char *name, uint32_t len, uint32_t device_type); /* bit; -1: unknown */
const char *pring_feature_name(uint32_t bit, uint32_t device_type);              /* NULL: it has none */

#endif
