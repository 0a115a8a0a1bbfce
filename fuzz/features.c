/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the bench knows of a run and the driver's edges do not show: how far it came, and for each fault that
 * had an effect, how the driver took it.
 *
 * Label x fault x reaction. A row of the fault table is an action on one label; a row that names none
 * (an unplugged device, an interrupt out of nothing) counts by the group of labels where it struck: by each
 * label it would be three thousand flags, and each flag is an input more to keep.
 */
#include "fuzz/target.h"

enum reaction { ACCEPTED, REFUSED, STUCK, REACTIONS };
enum { GROUPS = PRING_GROUP_CALL + 1, PLACED_MAX = 16 };
enum {
    FLAG_VERDICT = 0,
    FLAG_REACHED = 8,
    FLAG_ROW = 16,
    FLAG_PLACED = FLAG_ROW + PRING_BOARD_ROWS * REACTIONS,
    FLAG_END = FLAG_PLACED + PLACED_MAX * GROUPS * REACTIONS
};
_Static_assert(FLAG_END <= PRING_FLAG_COUNT, "too few flags");

static enum reaction reaction_of(enum pring_verdict verdict)
{
    switch (verdict) {
    case PRING_VERDICT_REFUSED:
        return REFUSED;
    case PRING_VERDICT_STUCK:
        return STUCK;
    default:
        return ACCEPTED;
    }
}

/* The how-manieth of the rows without a label of their own. */
static uint32_t placed_number(int row)
{
    static uint8_t numbers[PRING_BOARD_ROWS];
    static bool is_made;
    for (uint32_t i = 0, next = 0; !is_made && i < pring_fault_row_count && i < PRING_BOARD_ROWS; i++)
        if (pring_fault_rows[i].subject == PRING_FIELD_NONE)
            numbers[i] = (uint8_t)(next++ % PLACED_MAX);
    is_made = true;
    return numbers[row];
}

static bool mark_fault(const struct pring_fault *fault, enum reaction reaction)
{
    int row = pring_fault_row_of(fault);
    if (row < 0 || row >= PRING_BOARD_ROWS)
        return false;
    if (pring_fault_rows[row].subject != PRING_FIELD_NONE)
        return pring_coverage_flag(FLAG_ROW + (uint32_t)row * REACTIONS + reaction);
    uint32_t group = pring_field_info[fault->label].group;
    return pring_coverage_flag(FLAG_PLACED + (placed_number(row) * GROUPS + group) * REACTIONS + reaction);
}

bool pring_features_mark(const struct pring_scenario *scenario, const struct pring_result *result,
                         bool breeds)
{
    if (pring_campaign.edges_only)
        return false;
    enum reaction reaction = reaction_of(result->verdict);
    bool is_new = pring_coverage_flag(FLAG_VERDICT + (uint32_t)result->verdict);
    if (result->driver_ok)
        is_new |= pring_coverage_flag(FLAG_REACHED);
    if (result->completed > 0)
        is_new |= pring_coverage_flag(FLAG_REACHED + (result->completed < 4 ? result->completed : 4));
    if (result->device_findings > 0)
        is_new |= pring_coverage_flag(FLAG_REACHED + 5);
    /* One slow child for each way to get stuck, and the campaign would do little else. */
    for (uint16_t i = 0; breeds && i < scenario->fault_count; i++)
        if (result->fault_effective[i])
            is_new |= mark_fault(&scenario->fault[i], reaction);
    return is_new;
}
