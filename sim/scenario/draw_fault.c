/* SPDX-License-Identifier: Apache-2.0 */
#include "draw.h"

#include "fault/fault.h"
#include "fault/place.h"

#define PICK(draw, array) ((array)[pring_draw_below(draw, sizeof(array) / sizeof((array)[0]))])

/* ---- values ---- */

struct value {
    uint8_t base, op;
    uint32_t operand;
};
enum { IT = PRING_BASE_IT, PREV = PRING_BASE_PREV, MAX = PRING_BASE_MAX, INT = PRING_BASE_ZERO };
enum { ADD = PRING_OP_ADD, SUB = PRING_OP_SUB, XOR = PRING_OP_XOR, OR = PRING_OP_OR };

static const struct value words[] = {
    {INT, ADD, 0}, {INT, ADD, 1}, {INT, ADD, 2},   {INT, ADD, 3},       {INT, ADD, 511},  {INT, ADD, 0x8000},
    {MAX, ADD, 0}, {MAX, SUB, 1}, {PREV, ADD, 0},  {IT, ADD, 1},        {IT, SUB, 1},     {IT, XOR, 1},
    {IT, XOR, 2},  {IT, XOR, 8},  {IT, OR, 0x40},  {IT, OR, 0x80},      {IT, XOR, 0x200}, {IT, XOR, 1u << 31},
    {IT, XOR, 4},  {IT, OR, 15},  {IT, ADD, 4096}, {INT, ADD, 1u << 31}};
static const struct value sizes[] = {{PRING_BASE_POSTED, ADD, 0},
                                     {PRING_BASE_POSTED, ADD, 1},
                                     {PRING_BASE_POSTED, SUB, 1},
                                     {PRING_BASE_POSTED, ADD, 2},
                                     {PRING_BASE_POSTED, ADD, 16},
                                     {PRING_BASE_POSTED, ADD, 64},
                                     {PRING_BASE_HEADER, SUB, 1},
                                     {PRING_BASE_HEADER, ADD, 0},
                                     {PRING_BASE_HEADER, ADD, 1},
                                     {PRING_BASE_QSIZE, ADD, 0},
                                     {INT, ADD, 0},
                                     {INT, ADD, 1},
                                     {MAX, ADD, 0},
                                     {INT, ADD, 4096},
                                     {INT, ADD, 0x10000},
                                     {IT, ADD, 1},
                                     {IT, SUB, 1},
                                     {IT, XOR, 1u << 31},
                                     {INT, ADD, 1u << 31},
                                     {IT, OR, 0x10000},
                                     {PRING_BASE_POSTED, ADD, 4096}};
static const struct value indices[] = {{IT, ADD, 1},       {IT, SUB, 1},  {IT, ADD, 2},
                                       {IT, ADD, 8},       {IT, ADD, 9},  {IT, ADD, 0x8000},
                                       {PREV, ADD, 0},     {MAX, ADD, 0}, {INT, ADD, 0},
                                       {INT, ADD, 0x7fff}, {IT, SUB, 2},  {PRING_BASE_QSIZE, ADD, 1}};
static const struct value slots[] = {{PRING_BASE_QSIZE, ADD, 0},
                                     {PRING_BASE_QSIZE, ADD, 1},
                                     {PRING_BASE_QSIZE, SUB, 1},
                                     {PRING_BASE_HEAD, ADD, 0},
                                     {PRING_BASE_OLDEST, ADD, 0},
                                     {PRING_BASE_INNER, ADD, 0},
                                     {PRING_BASE_FREED, ADD, 0},
                                     {PRING_BASE_DONE, ADD, 0},
                                     {IT, ADD, 1},
                                     {IT, SUB, 1},
                                     {IT, OR, 0x10000},
                                     {PRING_BASE_HEAD, ADD, 0x10000}, /* another chain to who keeps 16 bits */
                                     {PRING_BASE_OLDEST, ADD, 0x10000},
                                     {IT, XOR, 1},
                                     {MAX, ADD, 0},
                                     {INT, ADD, 0},
                                     {IT, ADD, 256},
                                     {INT, ADD, 0x8000}};
static const struct value addresses[] = {{PRING_BASE_RING, ADD, 0},
                                         {PRING_BASE_RING, ADD, 16},
                                         {PRING_BASE_BUF, ADD, 0},
                                         {PRING_BASE_BUF, ADD, 64},
                                         {PRING_BASE_GONE, ADD, 0},
                                         {MAX, ADD, 0},
                                         {INT, ADD, 0},
                                         {IT, ADD, 1},
                                         {IT, ADD, 4096},
                                         {IT, SUB, 16},
                                         {PRING_BASE_BUF, SUB, 1}};
static const struct value bytes[] = {{IT, XOR, 1},  {IT, XOR, 0xff}, {INT, ADD, 0}, {INT, ADD, 1},
                                     {INT, ADD, 2}, {INT, ADD, 3},   {MAX, ADD, 0}, {INT, ADD, 0x80},
                                     {IT, ADD, 1},  {IT, XOR, 2}};

static struct value draw_listed(struct pring_draw *draw, enum pring_fault_values values)
{
    switch (values) {
    case PRING_VALUES_SIZE:
        return PICK(draw, sizes);
    case PRING_VALUES_INDEX:
        return PICK(draw, indices);
    case PRING_VALUES_SLOT:
        return PICK(draw, slots);
    case PRING_VALUES_ADDR:
        return PICK(draw, addresses);
    case PRING_VALUES_BYTE:
        return PICK(draw, bytes);
    default:
        return PICK(draw, words);
    }
}

static void draw_count(struct pring_draw *draw, struct pring_fault *fault)
{
    static const uint16_t counts[] = {0, 1, 1, 2, 2, 3, 4, 8, 10, 100, 1000, 5001};

    fault->operand = PICK(draw, counts);
}

/* Boundary values of this field; now and then one bit, or anything. */
void pring_draw_value(struct pring_draw *draw, struct pring_fault *fault)
{
    int row = pring_fault_row_of(fault);
    enum pring_fault_values values = row < 0 ? PRING_VALUES_NONE : pring_fault_row_values((uint32_t)row);
    struct value value = draw_listed(draw, values);

    if (values == PRING_VALUES_COUNT) {
        draw_count(draw, fault);
        return;
    }
    if (!pring_action_has_value(fault->action))
        return;
    if (pring_draw_chance(draw, 10))
        value = (struct value){IT, XOR, 1u << pring_draw_below(draw, 32)};
    else if (pring_draw_chance(draw, 5))
        value = (struct value){(uint8_t)pring_draw_below(draw, PRING_BASE_GONE + 1),
                               (uint8_t)pring_draw_below(draw, PRING_OP_OR + 1),
                               pring_draw_below(draw, UINT32_MAX)};
    fault->base = value.base;
    fault->op = value.op;
    fault->operand = value.operand;
    fault->shift = 0;
    if (values == PRING_VALUES_BYTE) {
        fault->k = pring_draw_chance(draw, 50);
        fault->shift = (uint8_t)(pring_draw_chance(draw, 70) ? 0 : pring_draw_below(draw, 64));
    } else if (pring_fault_bits(fault) == 64 && pring_draw_chance(draw, 20)) {
        fault->shift = (uint8_t)pring_draw_below(draw, 64);
    }
}

/* ---- places ---- */

static uint8_t draw_seen_label(struct pring_draw *draw)
{
    const uint64_t *seen = draw->hints->labels[draw->device];
    uint32_t count = pring_draw_labels(draw), start = pring_draw_below(draw, count);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t label = (start + i) % count;
        if (seen[label / 64] >> label % 64 & 1)
            return (uint8_t)label;
    }
    return 0;
}

/* For faults that may stand anywhere: mostly where this device's runs have been. */
void pring_draw_place(struct pring_draw *draw, struct pring_fault *fault)
{
    static const uint8_t usual[] = {
        PRING_F_REG_STATUS,
        PRING_F_REG_STATUS,
        PRING_F_REG_DEVICE_FEATURES,
        PRING_F_REG_DRIVER_FEATURES,
        PRING_F_REG_QUEUE_READY,
        PRING_F_KICK,
        PRING_F_REG_INTERRUPT_STATUS,
        PRING_F_REG_INTERRUPT_ACK,
        PRING_F_DONE,
        PRING_F_USED_IDX,
        PRING_F_USED_IDX,
        PRING_F_USED_ID,
        PRING_F_USED_LEN,
        PRING_F_AVAIL_IDX,
        PRING_F_AVAIL_FLAGS,
        PRING_F_REG_QUEUE_NOTIFY,
    };

    for (uint32_t tries = 0; tries < 16; tries++) {
        fault->label = pring_draw_chance(draw, 70) ? draw_seen_label(draw) : 0;
        if (!fault->label)
            fault->label = PICK(draw, usual);
        if (pring_fault_sides(fault))
            break;
        fault->label = PRING_F_REG_STATUS; /* fits all of them */
    }
    /* Canonical form turns a side that does not fit into the usual one: ask for an unusual one sometimes. */
    fault->side = pring_draw_chance(draw, 75) ? PRING_SIDE_DEVICE : (uint8_t)(1 + pring_draw_below(draw, 2));
}

void pring_draw_when(struct pring_draw *draw, struct pring_fault *fault)
{
    uint32_t span = pring_draw_chance(draw, 50) ? 1 : pring_draw_chance(draw, 70) ? 4 : 24;

    fault->nth = (uint8_t)(1 + pring_draw_below(draw, span));
    fault->j = (uint8_t)(pring_draw_chance(draw, 70) ? 1 : 1 + pring_draw_below(draw, 6));
    fault->count = 1;
    if (pring_draw_chance(draw, 10))
        fault->count = PRING_COUNT_EVER;
    else if (pring_draw_chance(draw, 10))
        fault->count = (uint8_t)(1 + pring_draw_below(draw, 8));
    fault->phase =
        (uint8_t)(pring_draw_chance(draw, 75) ? 0 : 1 + pring_draw_below(draw, PRING_PHASE_REPROBE));
    fault->queue = pring_draw_chance(draw, 80) ? PRING_QUEUE_ANY : 0;
    fault->k = (uint8_t)(pring_draw_chance(draw, 80) ? fault->k : pring_draw_below(draw, 4));
}

/* Half of the table are registers and configuration, read once; completions come again and again, and there
 * the bugs are: they are drawn more often. */
static const struct pring_fault_row *draw_row(struct pring_draw *draw)
{
    const struct pring_fault_row *row;
    uint32_t tries = pring_draw_chance(draw, 30) ? 8 : 1;

    do {
        row = &pring_fault_rows[pring_draw_below(draw, pring_draw_rows(draw))];
    } while (--tries && pring_field_info[row->subject].group != PRING_GROUP_USED &&
             pring_field_info[row->subject].group != PRING_GROUP_PACKED &&
             pring_field_info[row->subject].group != PRING_GROUP_HEADER && row->subject != PRING_F_DONE);
    return row;
}

/* Where some faults show at all: identification is read once, at the start; QueueReset once it was written,
 * by drivers that reset a queue at all; payload is looked at after its completion, and of block requests the
 * status byte alone. */
static void draw_telling_place(struct pring_draw *draw, struct pring_fault *fault)
{
    bool is_reset = fault->action == PRING_FAULT_STATE && fault->target == PRING_F_REG_QUEUE_RESET;

    if (!pring_draw_chance(draw, 50) && !is_reset)
        return;
    if (is_reset || (fault->action == PRING_FAULT_STATE && fault->target <= PRING_F_REG_DEVICE_ID)) {
        fault->label = is_reset ? PRING_F_REG_QUEUE_RESET : PRING_F_REG_MAGIC_VALUE;
        fault->side = PRING_SIDE_DEVICE;
        fault->nth = 1;
        fault->phase = 0;
    } else if (fault->action == PRING_FAULT_POKE && fault->target == PRING_F_DATA_IN) {
        fault->label = pring_draw_chance(draw, 50) ? PRING_F_USED_ID : PRING_F_USED_LEN;
        fault->side = PRING_SIDE_LOAD;
        fault->phase = 0;
        fault->shift = 0;
        fault->k = 1;
    }
}

void pring_draw_fault(struct pring_draw *draw, struct pring_fault *fault)
{
    const struct pring_fault_row *row;

    do {
        row = draw_row(draw);
        *fault = (struct pring_fault){.action = row->action, .label = row->subject};
        if (pring_action_has_target(row->action))
            fault->target = row->subject;
        if (row->action == PRING_FAULT_IRQ)
            fault->operand = row->variant;
        if (pring_action_has_target(row->action) || !row->subject)
            pring_draw_place(draw, fault);
        pring_draw_value(draw, fault);
        pring_draw_when(draw, fault);
        draw_telling_place(draw, fault);
    } while (!pring_canon_fault(fault, draw->device));
}
