/* SPDX-License-Identifier: Apache-2.0 */
/* Text of one fault: action at point, behind the word "fault". */
#include "canon.h"
#include "text.h"

#include "fault/place.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- values ---- */

static bool fits(uint64_t magnitude, bool negative, uint32_t bits)
{
    if (negative)
        return magnitude <= UINT64_C(1) << (bits - 1);
    return bits == 64 || magnitude < UINT64_C(1) << bits;
}

/* Into 32 bits, sign-extended where the field has 64; in wide fields a shift takes over trailing zeros. */
static bool pack_constant(struct pring_fault *fault, uint64_t value, uint32_t bits)
{
    uint32_t shift = 0;

    if (bits > 32 && bits < 64)
        value &= (UINT64_C(1) << bits) - 1;
    if (bits == 64 ? (int64_t)value != (int32_t)value : bits > 32 && value > UINT32_MAX)
        shift = (uint32_t)__builtin_ctzll(value);
    fault->operand = (uint32_t)((int64_t)value >> shift);
    if (bits > 32) /* elsewhere it is 0, or the offset of a payload byte */
        fault->shift = (uint8_t)shift;
    if (bits < 64)
        return bits <= 32 || value >> shift == fault->operand;
    return ((int64_t)value >> shift) == (int32_t)fault->operand;
}

/* "- INT" or "INT" alone: checked against the width of the field. */
static bool parse_integer(struct pring_text *text, uint32_t bits, uint64_t *value)
{
    struct pring_text before = *text;
    bool negative = pring_text_take_sign(text, "-");

    if (!pring_text_unsigned(text, value))
        return false;
    if (!fits(*value, negative, bits)) {
        if (negative)
            pring_text_next(&before);
        return pring_text_expected(&before, "a number that fits the field's %" PRIu32 " bits", bits);
    }
    *value = negative ? 0 - *value : *value;
    return true;
}

static bool parse_constant(struct pring_text *text, struct pring_fault *fault, uint32_t bits)
{
    struct pring_text before = *text;
    uint64_t value;

    if (!parse_integer(text, bits, &value))
        return false;
    if (!pack_constant(fault, value, bits))
        return pring_text_expected(&before, "a number of 32 bits, or one followed by zeros (INT << INT)");
    return true;
}

static bool parse_operand(struct pring_text *text, struct pring_fault *fault, uint32_t bits)
{
    static const char *const sign[] = {"+", "-", "^", "&", "|"};
    struct pring_text before;
    uint64_t value;

    for (uint8_t op = 0; op < sizeof sign / sizeof sign[0]; op++) {
        if (!pring_text_take_sign(text, sign[op]))
            continue;
        before = *text;
        fault->op = op;
        if (!parse_integer(text, bits, &value))
            return false;
        fault->operand = (uint32_t)value;
        if (bits == 64 && (int64_t)value != (int32_t)value)
            return pring_text_expected(&before, "a number of 32 bits with sign, as an operand");
        return true;
    }
    return true;
}

static bool parse_shift(struct pring_text *text, struct pring_fault *fault, uint32_t bits, bool is_byte)
{
    struct pring_text before = *text;
    uint64_t shift, value;

    if (!pring_text_take_sign(text, "<<"))
        return true;
    if (is_byte)
        return pring_text_expected(&before, "no shift: a byte of payload has none");
    if (!pring_text_range(text, "a shift", 0, bits - 1, &shift))
        return false;
    if (fault->base != PRING_BASE_ZERO) {
        fault->shift = (uint8_t)shift;
        return true;
    }
    value = pring_fault_value(fault, 0) << shift;
    if (!fits(value, false, bits) || !pack_constant(fault, value, bits))
        return pring_text_expected(&before, "a shifted number that fits the field's %" PRIu32 " bits", bits);
    return true;
}

static bool parse_value(struct pring_text *text, struct pring_fault *fault, uint32_t bits, bool is_byte)
{
    if (!pring_text_sign(text, "="))
        return false;
    if (text->token.kind == PRING_TOKEN_WORD) {
        if (!pring_text_pick(text, pring_words_base, "a number or one of", &fault->base) ||
            !parse_operand(text, fault, bits))
            return false;
    } else if (!parse_constant(text, fault, bits)) {
        return false;
    }
    return parse_shift(text, fault, bits, is_byte);
}

/* ---- labels ---- */

static bool parse_label(struct pring_text *text, uint32_t device_type, uint8_t *label)
{
    enum pring_field field = PRING_FIELD_NONE;

    if (text->token.kind == PRING_TOKEN_WORD)
        field = pring_field_by_name(text->token.text, text->token.len);
    if (field == PRING_FIELD_NONE)
        return pring_text_expected(text, "a label, such as reg.Status, used.len or done");
    if (pring_field_info[field].device && pring_field_info[field].device != device_type)
        return pring_text_expected(text, "a label that the %s device has",
                                   pring_word(pring_words_device, device_type));
    *label = (uint8_t)field;
    pring_text_next(text);
    return true;
}

/* [k] of a ring element, [offset] of payload. */
static bool parse_element(struct pring_text *text, struct pring_fault *fault, enum pring_field field)
{
    bool is_data = pring_field_info[field].group == PRING_GROUP_DATA;
    bool back;
    uint64_t number;

    if (!pring_text_at_sign(text, "["))
        return true;
    if (!is_data && (fault->action != PRING_FAULT_POKE || !pring_field_is_element(field)))
        return pring_text_expected(text, "no [k]: %s has no slots here", pring_field_info[field].name);
    pring_text_next(text);
    back = is_data && pring_text_take_sign(text, "-");
    if (!pring_text_range(text,
                          back      ? "an offset from the end"
                          : is_data ? "an offset"
                                    : "a slot",
                          back ? 1 : 0, is_data ? 63 + (uint64_t)back : 3, &number))
        return false;
    if (is_data) {
        fault->k = back;
        fault->shift = (uint8_t)(number - back);
    } else {
        fault->k = (uint8_t)number;
    }
    return pring_text_sign(text, "]");
}

/* ---- point ---- */

static bool parse_side(struct pring_text *text, struct pring_fault *fault)
{
    if (pring_text_take_word(text, "load"))
        fault->side = PRING_SIDE_LOAD;
    else if (pring_text_take_word(text, "store"))
        fault->side = PRING_SIDE_STORE;
    return true;
}

/* The row exists; may it stand here? `load` of a register is how one may also say that it is read. */
static bool check_place(struct pring_text *text, struct pring_fault *fault)
{
    enum pring_field label = (enum pring_field)fault->label;
    const char *action = pring_word(pring_words_action, fault->action), *name = pring_field_info[label].name;
    uint32_t sides = pring_fault_sides(fault);
    bool reg = pring_field_info[label].group <= PRING_GROUP_CONFIG;

    if (sides == 0)
        return pring_text_wrong(
            text,
            "%s cannot stand at %s; places are registers, configuration, load or store of a "
            "ring field, done, kick",
            action, name);
    if (sides >> fault->side & 1)
        return true;
    if (fault->side == PRING_SIDE_DEVICE)
        return pring_text_wrong(text, "found '%s', expected 'load %s' or 'store %s' behind 'at'", name, name,
                                name);
    if (reg && fault->side == PRING_SIDE_LOAD && pring_field_is_read(label))
        return true; /* the only way that it is accessed here: canonical without the word */
    if (reg && fault->side == PRING_SIDE_STORE && pring_field_is_written(label) &&
        fault->action != PRING_FAULT_ANSWER)
        return true;
    return pring_text_wrong(text, "found '%s %s', but %s at %s has no such side; leave the word out",
                            fault->side == PRING_SIDE_LOAD ? "load" : "store", name, action, name);
}

static bool parse_queue(struct pring_text *text, struct pring_fault *fault)
{
    uint32_t number = 0;

    if (text->token.kind != PRING_TOKEN_WORD || text->token.text[0] != 'q' || text->token.len < 2)
        return true;
    for (uint32_t i = 1; i < text->token.len; i++) {
        if (text->token.text[i] < '0' || text->token.text[i] > '9' || number > 99)
            return pring_text_expected(text, "q0 to q14");
        number = number * 10 + (uint32_t)(text->token.text[i] - '0');
    }
    if (number >= PRING_QUEUE_ANY)
        return pring_text_expected(text, "q0 to q14");
    if (!pring_fault_uses_queue(fault))
        return pring_text_expected(text, "no queue: %s belongs to none", pring_field_info[fault->label].name);
    fault->queue = (uint8_t)number;
    pring_text_next(text);
    return true;
}

static bool parse_nth(struct pring_text *text, struct pring_fault *fault)
{
    struct pring_text before;
    uint64_t number;

    if (!pring_text_take_word(text, "nth"))
        return true;
    if (!pring_text_range(text, "a count", 1, 255, &number))
        return false;
    fault->nth = (uint8_t)number;
    before = *text;
    if (!pring_text_take_sign(text, "."))
        return true;
    if (!pring_fault_uses_j(fault))
        return pring_text_expected(
            &before, "no second count: only loads of used.idx, used.flags and used.avail_event have one");
    if (!pring_text_range(text, "a count", 1, 255, &number))
        return false;
    fault->j = (uint8_t)number;
    return true;
}

static bool parse_for(struct pring_text *text, struct pring_fault *fault)
{
    uint64_t number;

    if (!pring_text_take_word(text, "for"))
        return true;
    if (pring_text_take_word(text, "ever")) {
        fault->count = PRING_COUNT_EVER;
        return true;
    }
    if (text->token.kind != PRING_TOKEN_NUMBER)
        return pring_text_expected(text, "a count or 'ever'");
    if (!pring_text_range(text, "a count", 1, 254, &number))
        return false;
    fault->count = (uint8_t)number;
    return true;
}

static bool parse_point(struct pring_text *text, struct pring_fault *fault)
{
    if (!parse_queue(text, fault))
        return false;
    if (pring_text_take_word(text, "in") &&
        !pring_text_pick(text, pring_words_phase, "a phase", &fault->phase))
        return false;
    return parse_nth(text, fault) && parse_for(text, fault);
}

/* ---- the whole ---- */

/* Names what the action does apply to, as far as it fits the line. */
static bool no_such_fault(struct pring_text *text, const struct pring_fault *fault)
{
    char list[80] = "";
    size_t len = 0;

    for (uint32_t i = 0; i < pring_fault_row_count && len < sizeof list - 1; i++) {
        const char *name = pring_field_info[pring_fault_rows[i].subject].name;
        if (pring_fault_rows[i].action == fault->action && name)
            len += (size_t)snprintf(list + len, sizeof list - len, " %s", name);
    }
    return pring_text_expected(text, "what %s applies to:%s%s", pring_word(pring_words_action, fault->action),
                               list, len >= sizeof list - 1 ? "..." : "");
}

static bool parse_action(struct pring_text *text, struct pring_fault *fault, uint32_t device_type)
{
    struct pring_text before;
    uint32_t most = pring_action_count_max(fault->action);
    uint64_t number;

    if (pring_action_has_target(fault->action)) {
        before = *text;
        if (!parse_label(text, device_type, &fault->target))
            return false;
        if (pring_fault_row_of(fault) < 0)
            return no_such_fault(&before, fault);
        return parse_element(text, fault, (enum pring_field)fault->target) &&
               parse_value(text, fault, pring_fault_bits(fault),
                           pring_field_info[fault->target].group == PRING_GROUP_DATA);
    }
    if (fault->action == PRING_FAULT_IRQ) {
        uint8_t kind;
        if (!pring_text_pick(text, pring_words_irq, "an interrupt", &kind))
            return false;
        fault->operand = kind;
        return true;
    }
    if (!most)
        return true;
    if (!pring_text_range(text, "a count", fault->action == PRING_FAULT_SWAP ? 1 : 0, most, &number))
        return false;
    fault->operand = (uint32_t)number;
    return true;
}

/* The value of an answer stands before the label that gives it a width: it is read when the label is known.
 */
static bool skip_to_point(struct pring_text *text)
{
    while (text->token.kind != PRING_TOKEN_END && !pring_text_at_word(text, "at"))
        pring_text_next(text);
    return pring_text_take_word(text, "at") || pring_text_expected(text, "'at' and a label");
}

static bool parse_answer_value(struct pring_text *value, struct pring_fault *fault)
{
    bool is_byte = pring_field_info[fault->label].group == PRING_GROUP_DATA;

    if (!parse_value(value, fault, pring_fault_bits(fault), is_byte))
        return false;
    return pring_text_at_word(value, "at") || pring_text_expected(value, "'at' and a label");
}

bool pring_text_fault(struct pring_text *text, struct pring_fault *fault, uint32_t device_type)
{
    struct pring_text value, before;

    *fault = (struct pring_fault){.queue = PRING_QUEUE_ANY, .nth = 1, .j = 1, .count = 1};
    if (!pring_text_pick(text, pring_words_action, "an action", &fault->action))
        return false;
    value = *text;
    if (fault->action != PRING_FAULT_ANSWER) {
        if (!parse_action(text, fault, device_type))
            return false;
        if (!pring_text_at_word(text, "at"))
            return pring_text_expected(text, "'at' and a label");
    }
    if (!skip_to_point(text) || !parse_side(text, fault))
        return false;
    before = *text;
    if (!parse_label(text, device_type, &fault->label))
        return false;
    if (pring_fault_row_of(fault) < 0)
        return no_such_fault(&before, fault);
    if (fault->action == PRING_FAULT_ANSWER &&
        (!parse_answer_value(&value, fault) || !parse_element(text, fault, (enum pring_field)fault->label)))
        return false;
    if (!check_place(text, fault) || !parse_point(text, fault) || !pring_text_finished(text))
        return false;
    return pring_canon_fault(fault, device_type) ||
           pring_text_wrong(text, "this fault does not fit the device");
}
