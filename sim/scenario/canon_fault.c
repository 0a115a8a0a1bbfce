/* SPDX-License-Identifier: Apache-2.0 */
#include "canon.h"

#include "fault/place.h"

bool pring_action_has_value(uint8_t action)
{
    return action >= PRING_FAULT_ANSWER && action <= PRING_FAULT_STATE;
}

bool pring_action_has_target(uint8_t action)
{
    return action >= PRING_FAULT_POKE && action <= PRING_FAULT_STATE;
}

uint32_t pring_action_count_max(uint8_t action)
{
    switch (action) {
    case PRING_FAULT_SWAP:
        return 255;
    case PRING_FAULT_HOLD:
        return 100000; /* 1 s: longer than drivers wait */
    case PRING_FAULT_SWITCH:
        return 15;
    default:
        return 0;
    }
}

/* At a place without a queue, `queue` still says whose ring is poked and whose completion is released. */
bool pring_fault_uses_queue(const struct pring_fault *fault)
{
    return fault->action == PRING_FAULT_POKE || fault->action == PRING_FAULT_RELEASE ||
           pring_field_has_queue((enum pring_field)fault->label);
}

/* Only a word that is polled is counted in changes and loads; of the others each load counts. */
bool pring_fault_uses_j(const struct pring_fault *fault)
{
    return fault->side == PRING_SIDE_LOAD && pring_field_is_polled((enum pring_field)fault->label);
}

static uint32_t truncate_to(uint32_t operand, uint32_t bits)
{
    return bits >= 32 ? operand : operand & ((1u << bits) - 1);
}

/* A plain number: odd mantissa and shift in 64 bits, else the number itself. */
static void canon_constant(struct pring_fault *fault, uint32_t bits)
{
    uint64_t value;

    fault->op = 0;
    value = pring_fault_value(fault, 0);
    if (bits == 64 ? (int64_t)value != (int32_t)value : value > UINT32_MAX) {
        uint32_t shift = (uint32_t)__builtin_ctzll(value);
        fault->operand = (uint32_t)((int64_t)value >> shift);
        fault->shift = (uint8_t)shift;
    } else {
        fault->operand = (uint32_t)value;
        fault->shift = 0;
    }
}

/* Sums: one sign, so that "it + -1" and "it - 1" are one fault. */
static void canon_sum(struct pring_fault *fault, uint32_t bits)
{
    uint32_t spare = bits >= 32 ? 0 : 32 - bits;
    int64_t delta = (int32_t)(fault->operand << spare) >> spare;
    int64_t least = -(INT64_C(1) << ((bits > 32 ? 32 : bits) - 1)); /* its own negative, in that width */

    if (bits == 64 && delta == INT32_MIN)
        delta++; /* its negative would not fit */
    if (fault->op == PRING_OP_SUB && delta != least)
        delta = -delta;
    fault->op = delta < 0 ? PRING_OP_SUB : PRING_OP_ADD;
    fault->operand = (uint32_t)(delta < 0 ? -delta : delta);
}

static void canon_value(struct pring_fault *fault)
{
    uint32_t bits = pring_fault_bits(fault);
    bool is_byte = pring_field_info[pring_fault_subject(fault)].group == PRING_GROUP_DATA;

    if (fault->base > PRING_BASE_GONE)
        fault->base = PRING_BASE_ZERO;
    if (fault->op > PRING_OP_OR)
        fault->op = PRING_OP_ADD;
    if (!is_byte)
        fault->shift %= (uint8_t)bits;
    fault->operand = truncate_to(fault->operand, bits);
    if (fault->base == PRING_BASE_ZERO) {
        uint8_t offset = fault->shift;
        canon_constant(fault, bits);
        if (is_byte)
            fault->shift = offset;
    } else if (fault->op == PRING_OP_ADD || fault->op == PRING_OP_SUB) {
        canon_sum(fault, bits);
    } else if (fault->operand == 0 && fault->op != PRING_OP_AND) {
        fault->op = PRING_OP_ADD;
    }
}

static void canon_k(struct pring_fault *fault)
{
    enum pring_field subject = pring_fault_subject(fault);

    if (pring_field_info[subject].group == PRING_GROUP_DATA)
        fault->k &= 1;
    else if (fault->action != PRING_FAULT_POKE || !pring_field_is_element(subject))
        fault->k = 0;
}

static void canon_numbers(struct pring_fault *fault)
{
    uint32_t most = pring_action_count_max(fault->action);

    if (pring_action_has_value(fault->action)) {
        canon_value(fault);
        return;
    }
    fault->base = fault->op = fault->shift = 0;
    if (fault->action == PRING_FAULT_IRQ)
        fault->operand &= 3;
    else if (fault->operand > most)
        fault->operand = most;
    if (fault->action == PRING_FAULT_SWAP && fault->operand == 0)
        fault->operand = 1;
}

/* A side that does not fit becomes the usual one of this label. */
static bool canon_side(struct pring_fault *fault)
{
    uint32_t sides = pring_fault_sides(fault);

    if (sides == 0)
        return false;
    if (fault->side > PRING_SIDE_STORE)
        fault->side = PRING_SIDE_DEVICE;
    if (sides >> fault->side & 1)
        return true;
    if (sides & 1u << PRING_SIDE_DEVICE)
        fault->side = PRING_SIDE_DEVICE;
    else if (pring_field_info[fault->label].group == PRING_GROUP_USED ||
             pring_field_info[fault->label].group == PRING_GROUP_PACKED || !(sides & 1u << PRING_SIDE_STORE))
        fault->side = PRING_SIDE_LOAD;
    else
        fault->side = PRING_SIDE_STORE;
    return true;
}

bool pring_canon_fault(struct pring_fault *fault, uint32_t device_type)
{
    int row;

    if (fault->label >= PRING_FIELD_COUNT || !pring_field_info[fault->label].name)
        return false;
    if (fault->action == PRING_FAULT_IRQ)
        fault->operand &= 3;
    if (!pring_action_has_target(fault->action))
        fault->target = 0;
    row = pring_fault_row_of(fault);
    if (row < 0 || (pring_fault_rows[row].device && pring_fault_rows[row].device != device_type))
        return false;
    if (pring_field_info[fault->label].device && pring_field_info[fault->label].device != device_type)
        return false;
    if (!canon_side(fault))
        return false;
    canon_numbers(fault);
    canon_k(fault);
    if (fault->queue > PRING_QUEUE_ANY || !pring_fault_uses_queue(fault))
        fault->queue = PRING_QUEUE_ANY;
    if (fault->phase > PRING_PHASE_REPROBE)
        fault->phase = PRING_PHASE_ANY;
    if (fault->nth == 0)
        fault->nth = 1;
    if (fault->count == 0)
        fault->count = 1;
    if (fault->j == 0 || !pring_fault_uses_j(fault))
        fault->j = 1;
    return true;
}
