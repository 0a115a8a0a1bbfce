/* SPDX-License-Identifier: Apache-2.0 */
/* What the table knows beyond pring_fault_row: which values are worth drawing. */
#ifndef PRING_FAULT_FAULT_H
#define PRING_FAULT_FAULT_H

#include <pring/scenario.h>

enum pring_fault_values {
    PRING_VALUES_NONE,
    PRING_VALUES_WORD,  /* a register, a configuration field, flags */
    PRING_VALUES_SIZE,  /* a length in bytes */
    PRING_VALUES_INDEX, /* a free-running ring index */
    PRING_VALUES_SLOT,  /* a descriptor number */
    PRING_VALUES_ADDR,  /* a bus address */
    PRING_VALUES_BYTE,  /* one byte of payload */
    PRING_VALUES_COUNT, /* a plain number */
};
enum pring_fault_values pring_fault_row_values(uint32_t row);

#endif
