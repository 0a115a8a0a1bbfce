/* SPDX-License-Identifier: Apache-2.0 */
#include "fault.h"

#define WORD_TEXT  "= it | prev | max | INT"
#define SIZE_TEXT  "= it | posted | header | qsize | max | INT"
#define INDEX_TEXT "= it | prev | qsize | max | INT"
#define SLOT_TEXT  "= it | qsize | head | oldest | inner | freed | done | max | INT"
#define ADDR_TEXT  "= it | ring | buf | gone | max | INT"
#define BYTE_TEXT  "[OFFSET] = it | max | INT"
#define COUNT_TEXT "INT"
#define NONE_TEXT  ""

enum { PRING_F_NONE = PRING_FIELD_NONE }; /* so that a row may name no subject */

const struct pring_fault_row pring_fault_rows[] = {
#define PRING_FAULT_ROW(code, action, subject, variant, device, values, name, help)                          \
    {code, PRING_FAULT_##action, PRING_F_##subject, variant, device, name, values##_TEXT, help},
#include "faults.def"
#undef PRING_FAULT_ROW
};
const uint32_t pring_fault_row_count = sizeof pring_fault_rows / sizeof pring_fault_rows[0];

static const uint8_t values_of_row[] = {
#define PRING_FAULT_ROW(code, action, subject, variant, device, values, name, help) PRING_VALUES_##values,
#include "faults.def"
#undef PRING_FAULT_ROW
};

/* Row number + 1 by action and subject; irq by its variant. */
enum {
#define PRING_FAULT_ROW(code, action, subject, variant, device, values, name, help)                          \
    ROW_##action##_##subject##_##variant,
#include "faults.def"
#undef PRING_FAULT_ROW
};
static const uint8_t row_at[PRING_FAULT_UNPLUG + 1][PRING_FIELD_COUNT] = {
#define PRING_FAULT_ROW(code, action, subject, variant, device, values, name, help)                          \
    [PRING_FAULT_##action][PRING_F_##subject + (variant)] = ROW_##action##_##subject##_##variant + 1,
#include "faults.def"
#undef PRING_FAULT_ROW
};

int pring_fault_row_of(const struct pring_fault *fault)
{
    uint32_t column = fault->label;

    switch (fault->action) {
    case PRING_FAULT_POKE:
    case PRING_FAULT_CHANGE:
    case PRING_FAULT_STATE:
        column = fault->target;
        break;
    case PRING_FAULT_IRQ:
        column = fault->operand;
        break;
    case PRING_FAULT_RELEASE:
    case PRING_FAULT_SWITCH:
    case PRING_FAULT_NEEDS_RESET:
    case PRING_FAULT_UNPLUG:
        column = 0;
        break;
    default:
        break;
    }
    if (fault->action > PRING_FAULT_UNPLUG || column >= PRING_FIELD_COUNT)
        return -1;
    return (int)row_at[fault->action][column] - 1;
}

enum pring_fault_values pring_fault_row_values(uint32_t row)
{
    return (enum pring_fault_values)values_of_row[row];
}

enum pring_field pring_fault_subject(const struct pring_fault *fault)
{
    switch (fault->action) {
    case PRING_FAULT_ANSWER:
        return (enum pring_field)fault->label;
    case PRING_FAULT_POKE:
    case PRING_FAULT_CHANGE:
    case PRING_FAULT_STATE:
        return (enum pring_field)fault->target;
    default:
        return PRING_FIELD_NONE;
    }
}

uint32_t pring_fault_bits(const struct pring_fault *fault)
{
    const struct pring_field_info *info = &pring_field_info[pring_fault_subject(fault)];

    return info->group == PRING_GROUP_DATA ? 8 : info->bits;
}

static uint64_t apply(uint8_t op, uint64_t base, uint64_t operand)
{
    switch (op) {
    case PRING_OP_SUB:
        return base - operand;
    case PRING_OP_XOR:
        return base ^ operand;
    case PRING_OP_AND:
        return base & operand;
    case PRING_OP_OR:
        return base | operand;
    default:
        return base + operand;
    }
}

uint64_t pring_fault_value(const struct pring_fault *fault, uint64_t base)
{
    uint32_t bits = pring_fault_bits(fault);
    uint64_t operand = bits == 64 ? (uint64_t)(int32_t)fault->operand : fault->operand;
    uint64_t value = fault->base == PRING_BASE_ZERO ? operand : apply(fault->op, base, operand);
    bool is_byte = pring_field_info[pring_fault_subject(fault)].group == PRING_GROUP_DATA;

    if (!is_byte)
        value <<= fault->shift & 63;
    return bits == 64 || bits == 0 ? value : value & ((UINT64_C(1) << bits) - 1);
}

bool pring_fault_byte(const struct pring_fault *fault, uint64_t part_bytes, uint64_t *offset)
{
    if (fault->shift >= part_bytes)
        return false;
    *offset = fault->k ? part_bytes - 1 - fault->shift : fault->shift;
    return true;
}
