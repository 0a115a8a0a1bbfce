/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical text: one line per record, set-up first; what the parser reads back as the same scenario. */
#include "canon.h"
#include "words.h"

#include "spec/feature.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

struct sink { /* like snprintf: counts on when the room is used up */
    char *out;
    size_t size_bytes, len;
};

__attribute__((format(printf, 2, 3))) static void put(struct sink *sink, const char *format, ...)
{
    size_t room = sink->len < sink->size_bytes ? sink->size_bytes - sink->len : 0;
    va_list args;
    int written;

    va_start(args, format);
    written = vsnprintf(room ? sink->out + sink->len : NULL, room, format, args);
    va_end(args);
    if (written > 0)
        sink->len += (size_t)written;
}

static struct sink sink_of(char *out, size_t size_bytes)
{
    if (size_bytes)
        out[0] = '\0';
    return (struct sink){out, size_bytes, 0};
}

/* ---- set-up ---- */

static void print_feature(struct sink *sink, const struct pring_set *set, uint32_t device)
{
    const char *name = pring_feature_name((uint32_t)set->value, device);
    char sign = set->key == PRING_SET_FEATURE_ON ? '+' : '-';

    if (name)
        put(sink, " %c%s", sign, name);
    else
        put(sink, " %cbit%" PRIu64, sign, set->value);
}

static void print_device(struct sink *sink, const struct pring_scenario *scenario)
{
    uint32_t device = pring_scenario_device(scenario);

    put(sink, "device %s", pring_word(pring_words_device, device));
    for (uint32_t i = 0; i < scenario->set_count; i++) {
        const char *key = pring_word(pring_words_device_key, scenario->set[i].key);
        if (key)
            put(sink, " %s=%" PRIu64, key, scenario->set[i].value);
    }
    for (uint32_t i = 0; i < scenario->set_count; i++) {
        if (scenario->set[i].key == PRING_SET_FEATURE_ON || scenario->set[i].key == PRING_SET_FEATURE_OFF)
            print_feature(sink, &scenario->set[i], device);
    }
    put(sink, "\n");
}

static void print_set(struct sink *sink, const struct pring_set *set)
{
    const char *key = pring_word(pring_words_set_key, set->key);
    const char *word = pring_word(pring_words_of_set(set->key), (uint32_t)set->value);

    if (!key)
        return;
    if (word)
        put(sink, "set %s=%s\n", key, word);
    else
        put(sink, "set %s=%" PRIu64 "\n", key, set->value);
}

/* ---- workload, payload ---- */

static void print_work(struct sink *sink, const struct pring_work *work)
{
    uint32_t uses = pring_work_uses(work->verb);
    const char *position = uses & PRING_USES_SECTOR     ? "sector"
                           : uses & PRING_USES_WHICH    ? "which"
                           : uses & PRING_USES_CAPACITY ? "capacity"
                           : uses & PRING_USES_NS       ? "ns"
                           : uses & PRING_USES_COMMAND  ? "command"
                                                        : NULL;

    put(sink, "work %s", pring_word(pring_words_verb, work->verb));
    if (position)
        put(sink, " %s=%" PRIu64, position, work->position);
    if (uses & (PRING_USES_COUNT | PRING_USES_BYTES))
        put(sink, " %s=%" PRIu32, uses & PRING_USES_COUNT ? "count" : "bytes", work->count);
    if (uses & PRING_USES_VALUE)
        put(sink, " value=%" PRIu32, work->count);
    if (work->unit)
        put(sink, " unit=%u", work->unit);
    put(sink, work->async ? " &\n" : "\n");
}

static void print_data(struct sink *sink, const struct pring_data *data)
{
    uint32_t count = sizeof data->bytes;

    while (count > 1 && data->bytes[count - 1] == 0)
        count--;
    put(sink, "data %s %u offset %" PRIu32 " bytes ", pring_word(pring_words_data, data->kind), data->buffer,
        data->offset);
    for (uint32_t i = 0; i < count; i++)
        put(sink, "%02x", data->bytes[i]);
    put(sink, "\n");
}

/* ---- faults ---- */

/* Small numbers as one says them, large ones and masks in hex; below 0 only where the field has 64 bits. */
static void print_number(struct sink *sink, uint32_t operand, uint32_t bits, bool mask)
{
    if (bits == 64 && (int32_t)operand < 0)
        put(sink, "%" PRId32, (int32_t)operand);
    else if (mask || operand > 99999)
        put(sink, "0x%" PRIx32, operand);
    else
        put(sink, "%" PRIu32, operand);
}

static void print_value(struct sink *sink, const struct pring_fault *fault)
{
    static const char sign[] = {'+', '-', '^', '&', '|'};
    uint32_t bits = pring_fault_bits(fault);
    const char *base = pring_word(pring_words_base, fault->base);
    bool is_byte = pring_field_info[pring_fault_subject(fault)].group == PRING_GROUP_DATA;

    put(sink, " = ");
    if (!base) {
        print_number(sink, fault->operand, bits, false);
    } else {
        put(sink, "%s", base);
        if (fault->op != PRING_OP_ADD || fault->operand != 0) {
            put(sink, " %c ", sign[fault->op % sizeof sign]);
            print_number(sink, fault->operand, bits, fault->op >= PRING_OP_XOR);
        }
    }
    if (fault->shift && !is_byte)
        put(sink, " << %u", fault->shift);
}

/* [k] behind a ring element, [offset] behind payload: from the front, or negative from the back. */
static void print_element(struct sink *sink, const struct pring_fault *fault, enum pring_field field)
{
    if (field != pring_fault_subject(fault))
        return;
    if (pring_field_info[field].group == PRING_GROUP_DATA)
        put(sink, "[%d]", fault->k ? -1 - (int)fault->shift : (int)fault->shift);
    else if (fault->k)
        put(sink, "[%u]", fault->k);
}

static void print_action(struct sink *sink, const struct pring_fault *fault)
{
    put(sink, "%s", pring_word(pring_words_action, fault->action));
    if (pring_action_has_target(fault->action)) {
        put(sink, " %s", pring_field_info[fault->target].name);
        print_element(sink, fault, (enum pring_field)fault->target);
    }
    if (pring_action_has_value(fault->action))
        print_value(sink, fault);
    if (pring_action_count_max(fault->action))
        put(sink, " %" PRIu32, fault->operand);
    if (fault->action == PRING_FAULT_IRQ)
        put(sink, " %s", pring_word(pring_words_irq, fault->operand));
}

static void print_point(struct sink *sink, const struct pring_fault *fault)
{
    static const char *const side[] = {"", "load ", "store ", ""};

    put(sink, " at %s%s", side[fault->side & 3], pring_field_info[fault->label].name);
    if (!pring_action_has_target(fault->action))
        print_element(sink, fault, (enum pring_field)fault->label);
    if (fault->queue < PRING_QUEUE_ANY)
        put(sink, " q%u", fault->queue);
    if (fault->phase)
        put(sink, " in %s", pring_word(pring_words_phase, fault->phase));
    if (fault->j > 1)
        put(sink, " nth %u.%u", fault->nth, fault->j);
    else if (fault->nth > 1)
        put(sink, " nth %u", fault->nth);
    if (fault->count == PRING_COUNT_EVER)
        put(sink, " for ever");
    else if (fault->count > 1)
        put(sink, " for %u", fault->count);
}

size_t pring_fault_print(const struct pring_fault *fault, char *out, size_t size_bytes)
{
    struct sink sink = sink_of(out, size_bytes);

    print_action(&sink, fault);
    print_point(&sink, fault);
    return sink.len;
}

size_t pring_scenario_print(const struct pring_scenario *scenario, char *out, size_t size_bytes)
{
    struct sink sink = sink_of(out, size_bytes);

    put(&sink, "pring 1\n");
    print_device(&sink, scenario);
    for (uint32_t i = 0; i < scenario->set_count; i++)
        print_set(&sink, &scenario->set[i]);
    for (uint32_t i = 0; i < scenario->work_count; i++)
        print_work(&sink, &scenario->work[i]);
    for (uint32_t i = 0; i < scenario->fault_count; i++) {
        put(&sink, "fault ");
        print_action(&sink, &scenario->fault[i]);
        print_point(&sink, &scenario->fault[i]);
        put(&sink, "\n");
    }
    for (uint32_t i = 0; i < scenario->data_count; i++)
        print_data(&sink, &scenario->data[i]);
    return sink.len;
}
