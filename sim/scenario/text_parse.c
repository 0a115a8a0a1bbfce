/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text: every line stands alone, so the parser reads one, adds one record, and forgets it. Only the device is
 * asked for first, because it decides which words the other lines may use.
 */
#include "canon.h"
#include "text.h"

#include "spec/feature.h"

#include <pring/verdict.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct parser {
    struct pring_scenario *scenario;
    struct pring_expect *expect;
    uint32_t device;
    bool device_seen;
};

/* ---- device ---- */

static bool add_set(struct pring_text *text, struct parser *parser, const struct pring_text *where,
                    struct pring_set set)
{
    struct pring_set asked = set;
    uint32_t before = parser->scenario->set_count;

    if (!pring_canon_set(&set, parser->device)) {
        *text = *where;
        return pring_text_expected(text, "something that the %s device has",
                                   pring_word(pring_words_device, parser->device));
    }
    if (set.value != asked.value) {
        *text = *where;
        return pring_text_expected(text, "a value in range; the nearest is %" PRIu64, set.value);
    }
    if (!pring_scenario_add_set(parser->scenario, &set)) {
        *text = *where;
        return pring_text_expected(text, "at most %d set-up records", PRING_SETS_MAX);
    }
    if (parser->scenario->set_count == before) {
        *text = *where;
        return pring_text_expected(text, "something that was not said before");
    }
    return true;
}

static bool parse_feature(struct pring_text *text, struct parser *parser, uint8_t key)
{
    struct pring_text before;
    int bit = -1;

    pring_text_next(text); /* the sign */
    before = *text;
    if (text->token.kind == PRING_TOKEN_WORD)
        bit = pring_feature_by_name(text->token.text, text->token.len, parser->device);
    if (bit < 0 && text->token.kind == PRING_TOKEN_WORD && text->token.len > 3 && text->token.len < 6 &&
        memcmp(text->token.text, "bit", 3) == 0) {
        bit = 0;
        for (uint32_t i = 3; i < text->token.len && bit >= 0; i++) {
            int digit = text->token.text[i] - '0';
            bit = digit >= 0 && digit <= 9 ? bit * 10 + digit : -1;
        }
    }
    if (bit < 0 || bit > 63)
        return pring_text_expected(text, "a feature of the %s device, or bit0 to bit63",
                                   pring_word(pring_words_device, parser->device));
    pring_text_next(text);
    return add_set(text, parser, &before, (struct pring_set){.key = key, .value = (uint64_t)bit});
}

/* When the whole line is known: features may stand behind the size. */
static bool check_size(struct pring_text *text, const struct parser *parser, const struct pring_text *at)
{
    for (uint32_t i = 0; i < parser->scenario->set_count; i++) {
        const struct pring_set *set = &parser->scenario->set[i];
        uint64_t size = set->key == PRING_SET_QUEUE_SIZE ? pring_canon_size(parser->scenario, set->value) : 0;
        if (!size || size == set->value)
            continue;
        *text = *at;
        return pring_text_expected(text, "a power of two without +RING_PACKED; the nearest is %" PRIu64,
                                   size);
    }
    return true;
}

static bool parse_device(struct pring_text *text, struct parser *parser)
{
    struct pring_text before = *text, size_at = *text;
    struct pring_set set = {0};
    uint8_t device;

    if (!pring_text_pick(text, pring_words_device, "a device", &device))
        return false;
    if (!pring_device_is_built(device))
        return pring_text_expected(&before, "rng, blk, net or console");
    if (parser->device_seen)
        return pring_text_expected(&before, "one device line only");
    parser->device_seen = true;
    while (text->token.kind != PRING_TOKEN_END) {
        if (pring_text_at_sign(text, "+") || pring_text_at_sign(text, "-")) {
            uint8_t key = pring_text_at_sign(text, "+") ? PRING_SET_FEATURE_ON : PRING_SET_FEATURE_OFF;
            if (!parse_feature(text, parser, key))
                return false;
            continue;
        }
        before = *text;
        if (!pring_text_pick(text, pring_words_device_key, "KEY=, +FEATURE or -FEATURE", &set.key) ||
            !pring_text_sign(text, "=") || !pring_text_unsigned(text, &set.value) ||
            !add_set(text, parser, &before, set))
            return false;
        if (set.key == PRING_SET_QUEUE_SIZE)
            size_at = before;
    }
    return check_size(text, parser, &size_at);
}

/* ---- set ---- */

static bool parse_set(struct pring_text *text, struct parser *parser)
{
    struct pring_text before = *text;
    struct pring_set set = {0};
    struct pring_words words;
    uint8_t word;

    if (!pring_text_pick(text, pring_words_set_key, "one of", &set.key) || !pring_text_sign(text, "="))
        return false;
    words = pring_words_of_set(set.key);
    if (!words.count) {
        if (!pring_text_unsigned(text, &set.value))
            return false;
    } else {
        if (!pring_text_pick(text, words, "one of", &word))
            return false;
        set.value = word;
    }
    return pring_text_finished(text) && add_set(text, parser, &before, set);
}

/* ---- work ---- */

enum { KEY_SECTOR, KEY_COUNT, KEY_BYTES, KEY_WHICH, KEY_CAPACITY, KEY_NS, KEY_UNIT, KEY_COMMAND, KEY_VALUE };

static void list_keys(char list[64], uint32_t uses)
{
    size_t len = 0;

    list[0] = '\0';
    for (uint32_t i = 0; i < pring_words_work_key.count; i++) {
        if (uses & (uint32_t)PRING_USES_SECTOR << i)
            len += (size_t)snprintf(list + len, 64 - len, "%s=, ", pring_words_work_key.name[i]);
    }
    snprintf(list + len, 64 - len, uses & PRING_USES_ASYNC ? "& or the end" : "the end");
}

static bool parse_work_key(struct pring_text *text, struct pring_work *work, uint32_t uses, uint32_t *given)
{
    char list[64];
    struct pring_text before = *text;
    uint64_t value;
    int key = -1;

    if (text->token.kind == PRING_TOKEN_WORD)
        key = pring_word_find(pring_words_work_key, text->token.text, text->token.len);
    if (key < 0 || !(uses & (uint32_t)PRING_USES_SECTOR << key)) {
        list_keys(list, uses);
        return pring_text_expected(text, "%s", list);
    }
    if (*given & 1u << key)
        return pring_text_expected(text, "each key once");
    *given |= 1u << key;
    pring_text_next(text);
    if (!pring_text_sign(text, "="))
        return false;
    before = *text;
    if (!pring_text_unsigned(text, &value))
        return false;
    if (key == KEY_UNIT && value >= PRING_UNITS_MAX)
        return pring_text_expected(&before, "0 to %d", PRING_UNITS_MAX - 1);
    if (key == KEY_UNIT)
        work->unit = (uint8_t)value;
    else if (key != KEY_COUNT && key != KEY_BYTES && key != KEY_VALUE)
        work->position = value;
    else if (value <= UINT32_MAX)
        work->count = (uint32_t)value;
    else
        return pring_text_expected(&before, "a number of 32 bits");
    return true;
}

static bool check_work(struct pring_text *text, struct pring_work *work, uint32_t device)
{
    struct pring_work asked = *work;
    const char *verb = pring_word(pring_words_verb, work->verb);

    if (!pring_canon_work(work, device))
        return pring_text_wrong(text, "%s does not fit the device", verb);
    if (work->count != asked.count)
        return pring_text_wrong(text, "found %" PRIu32 ", expected a size in range; the nearest is %" PRIu32,
                                asked.count, work->count);
    if (work->position != asked.position)
        return pring_text_wrong(text, "found %" PRIu64 ", expected a value in range; the nearest is %" PRIu64,
                                asked.position, work->position);
    return true;
}

static bool parse_work(struct pring_text *text, struct parser *parser)
{
    struct pring_work *work = &parser->scenario->work[parser->scenario->work_count];
    struct pring_text before = *text;
    uint32_t uses, given = 0;

    if (parser->scenario->work_count == PRING_WORKS_MAX)
        return pring_text_expected(text, "at most %d work lines", PRING_WORKS_MAX);
    *work = (struct pring_work){0};
    if (!pring_text_pick(text, pring_words_verb, "a verb, such as read, entropy or wait", &work->verb))
        return false;
    if (!pring_work_fits(work->verb, parser->device))
        return pring_text_expected(&before, "a verb that the %s device serves",
                                   pring_word(pring_words_device, parser->device));
    uses = pring_work_uses(work->verb);
    work->count = uses & PRING_USES_COUNT ? 1 : uses & PRING_USES_BYTES ? 16 : 0;
    while (text->token.kind != PRING_TOKEN_END) {
        if ((uses & PRING_USES_ASYNC) && pring_text_take_sign(text, "&")) {
            work->async = true;
            break;
        }
        if (!parse_work_key(text, work, uses, &given))
            return false;
    }
    if ((uses & PRING_USES_CAPACITY && !(given & 1u << KEY_CAPACITY)) ||
        (uses & PRING_USES_COMMAND && !(given & 1u << KEY_COMMAND)) ||
        (uses & PRING_USES_NS && !(given & 1u << KEY_NS)))
        return pring_text_expected(text, "%s",
                                   uses & PRING_USES_NS        ? "ns="
                                   : uses & PRING_USES_COMMAND ? "command="
                                                               : "capacity=");
    if (!pring_text_finished(text) || !check_work(text, work, parser->device))
        return false;
    parser->scenario->work_count++;
    return true;
}

/* ---- fault, data, expect ---- */

static bool parse_fault(struct pring_text *text, struct parser *parser)
{
    struct pring_scenario *scenario = parser->scenario;

    if (scenario->fault_count == PRING_FAULTS_MAX)
        return pring_text_expected(text, "at most %d fault lines", PRING_FAULTS_MAX);
    if (!pring_text_fault(text, &scenario->fault[scenario->fault_count], parser->device))
        return false;
    scenario->fault_count++;
    return true;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;

    return at ? (int)(at - digits) : -1;
}

static bool parse_hex(struct pring_text *text, uint8_t *bytes, uint32_t size_bytes)
{
    if (text->token.kind == PRING_TOKEN_END || text->token.len % 2 || text->token.len > 2 * size_bytes)
        return pring_text_expected(text, "1 to %" PRIu32 " bytes as pairs of hex digits", size_bytes);
    for (uint32_t i = 0; i < text->token.len; i += 2) {
        int high = hex_digit(text->token.text[i]), low = hex_digit(text->token.text[i + 1]);
        if (high < 0 || low < 0)
            return pring_text_expected(text, "pairs of hex digits");
        bytes[i / 2] = (uint8_t)(high << 4 | low);
    }
    pring_text_next(text);
    return true;
}

static bool parse_data(struct pring_text *text, struct parser *parser)
{
    struct pring_scenario *scenario = parser->scenario;
    struct pring_data *data = &scenario->data[scenario->data_count];
    uint64_t number;

    if (scenario->data_count == PRING_DATAS_MAX)
        return pring_text_expected(text, "at most %d data lines", PRING_DATAS_MAX);
    *data = (struct pring_data){0};
    if (!pring_text_pick(text, pring_words_data, "a kind of data", &data->kind) ||
        !pring_text_range(text, "a buffer", 0, UINT16_MAX, &number))
        return false;
    data->buffer = (uint16_t)number;
    if (!pring_text_take_word(text, "offset"))
        return pring_text_expected(text, "'offset'");
    if (!pring_text_range(text, "an offset", 0, UINT32_MAX, &number))
        return false;
    data->offset = (uint32_t)number;
    if (!pring_text_take_word(text, "bytes"))
        return pring_text_expected(text, "'bytes'");
    if (!parse_hex(text, data->bytes, sizeof data->bytes) || !pring_text_finished(text))
        return false;
    scenario->data_count++;
    return true;
}

static bool parse_expect(struct pring_text *text, struct parser *parser)
{
    struct pring_expect unused = {0}, *expect = parser->expect ? parser->expect : &unused;
    uint32_t line_max = sizeof expect->line / sizeof expect->line[0];

    if (expect->count == line_max)
        return pring_text_expected(text, "at most %" PRIu32 " expect lines", line_max);
    if (text->token.kind != PRING_TOKEN_WORD || text->token.len >= sizeof expect->line[0].driver)
        return pring_text_expected(text, "the name of a driver");
    memset(&expect->line[expect->count], 0, sizeof expect->line[0]);
    memcpy(expect->line[expect->count].driver, text->token.text, text->token.len);
    pring_text_next(text);
    if (!pring_text_sign(text, ":"))
        return false;
    do {
        int verdict = text->token.kind == PRING_TOKEN_WORD
                          ? pring_verdict_by_name(text->token.text, text->token.len)
                          : -1;
        if (verdict < 0)
            return pring_text_expected(text, "a verdict: ok refused degraded stuck bug skipped");
        expect->line[expect->count].verdicts |= 1u << verdict;
        pring_text_next(text);
    } while (pring_text_take_sign(text, "|"));
    if (!pring_text_finished(text))
        return false;
    expect->count++;
    return true;
}

/* ---- lines ---- */

static bool parse_line(struct pring_text *text, struct parser *parser)
{
    if (text->token.kind == PRING_TOKEN_END)
        return true;
    if (pring_text_take_word(text, "device"))
        return parse_device(text, parser);
    if (pring_text_take_word(text, "set"))
        return parse_set(text, parser);
    if (pring_text_take_word(text, "work"))
        return parse_work(text, parser);
    if (pring_text_take_word(text, "fault"))
        return parse_fault(text, parser);
    if (pring_text_take_word(text, "data"))
        return parse_data(text, parser);
    if (pring_text_take_word(text, "expect"))
        return parse_expect(text, parser);
    return pring_text_expected(text, "device, set, work, fault, data, expect or #");
}

static bool parse_header(struct pring_text *text)
{
    uint64_t version;

    if (!pring_text_take_word(text, "pring"))
        return pring_text_expected(text, "'pring 1' as the first line");
    return pring_text_range(text, "a version", 1, 1, &version) && pring_text_finished(text);
}

static size_t line_len(const char *at, const char *end)
{
    const char *newline = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;

    return (size_t)((newline ? newline : end) - at);
}

/* The device of a line that names one that is built; complaints come when the line is parsed. */
static uint32_t peek_device(const char *at, const char *end)
{
    struct pring_parse_error ignored;
    struct pring_text text;
    uint8_t device;

    while (at < end) {
        size_t len = line_len(at, end);
        pring_text_open(&text, at, len, &ignored);
        if (pring_text_take_word(&text, "device") &&
            pring_text_pick(&text, pring_words_device, "a device", &device) && pring_device_is_built(device))
            return device;
        at += len + (at + len < end);
    }
    return PRING_DEVICE_BLK;
}

bool pring_scenario_is_text(const void *data, size_t len_bytes)
{
    return len_bytes >= 6 && memcmp(data, "pring ", 6) == 0;
}

bool pring_scenario_parse(struct pring_scenario *scenario, struct pring_expect *expect, const char *text,
                          size_t len_bytes, struct pring_parse_error *error)
{
    const char *at = text, *end = text + len_bytes;
    struct parser parser = {.scenario = scenario, .expect = expect, .device = peek_device(at, end)};
    struct pring_text line;

    scenario->set_count = scenario->work_count = scenario->fault_count = scenario->data_count = 0;
    if (expect)
        expect->count = 0;
    pring_scenario_add_set(scenario, &(struct pring_set){.key = PRING_SET_DEVICE, .value = parser.device});
    error->line = 0;
    error->message[0] = '\0';
    do {
        size_t len = line_len(at, end);
        error->line++;
        pring_text_open(&line, at, len, error);
        if (!(error->line == 1 ? parse_header(&line) : parse_line(&line, &parser)))
            return false;
        at += len;
    } while (at < end && ++at < end);
    return true;
}
