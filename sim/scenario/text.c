/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static const char *end_of_number(const char *at, const char *end)
{
    while (at < end && (is_digit(*at) || is_letter(*at)))
        at++;
    return at;
}

static const char *end_of_word(const char *at, const char *end)
{
    for (; at < end; at++) {
        bool hyphen = *at == '-' && at + 1 < end && is_letter(at[1]);
        if (!is_digit(*at) && !is_letter(*at) && *at != '.' && !hyphen)
            break;
    }
    return at;
}

void pring_text_next(struct pring_text *text)
{
    const char *at = text->at;

    while (at < text->end && is_blank(*at))
        at++;
    text->token.text = at;
    if (at == text->end || *at == '#') {
        text->token.kind = PRING_TOKEN_END;
        text->at = text->end;
        text->token.len = 0;
        return;
    }
    if (is_letter(*at)) {
        text->token.kind = PRING_TOKEN_WORD;
        text->at = end_of_word(at, text->end);
    } else if (is_digit(*at)) {
        text->token.kind = PRING_TOKEN_NUMBER;
        text->at = end_of_number(at, text->end);
    } else {
        text->token.kind = PRING_TOKEN_SIGN;
        text->at = at + (text->end - at > 1 && at[0] == '<' && at[1] == '<' ? 2 : 1);
    }
    text->token.len = (uint32_t)(text->at - at);
}

void pring_text_open(struct pring_text *text, const char *line, size_t len, struct pring_parse_error *error)
{
    text->at = line;
    text->end = line + len;
    text->error = error;
    pring_text_next(text);
}

/* ---- complaints ---- */

/* The token for a message: short, and printable whatever the file holds. */
static void name_token(const struct pring_text *text, char out[32])
{
    uint32_t len = text->token.len < 24 ? text->token.len : 24;

    if (text->token.kind == PRING_TOKEN_END) {
        memcpy(out, "the end of the line", sizeof "the end of the line");
        return;
    }
    out[0] = '\'';
    for (uint32_t i = 0; i < len; i++)
        out[1 + i] = text->token.text[i] >= ' ' && text->token.text[i] <= '~' ? text->token.text[i] : '?';
    memcpy(out + 1 + len, "'", 2);
}

bool pring_text_expected(struct pring_text *text, const char *format, ...)
{
    char found[32], wanted[120];
    va_list args;

    name_token(text, found);
    va_start(args, format);
    vsnprintf(wanted, sizeof wanted, format, args);
    va_end(args);
    snprintf(text->error->message, sizeof text->error->message, "found %s, expected %s", found, wanted);
    return false;
}

bool pring_text_wrong(struct pring_text *text, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(text->error->message, sizeof text->error->message, format, args);
    va_end(args);
    return false;
}

/* ---- pieces ---- */

static bool at_text(const struct pring_text *text, enum pring_token_kind kind, const char *wanted)
{
    return text->token.kind == kind && text->token.len == strlen(wanted) &&
           memcmp(text->token.text, wanted, text->token.len) == 0;
}

bool pring_text_at_sign(const struct pring_text *text, const char *sign)
{
    return at_text(text, PRING_TOKEN_SIGN, sign);
}

bool pring_text_at_word(const struct pring_text *text, const char *word)
{
    return at_text(text, PRING_TOKEN_WORD, word);
}

bool pring_text_take_sign(struct pring_text *text, const char *sign)
{
    bool here = pring_text_at_sign(text, sign);

    if (here)
        pring_text_next(text);
    return here;
}

bool pring_text_take_word(struct pring_text *text, const char *word)
{
    bool here = pring_text_at_word(text, word);

    if (here)
        pring_text_next(text);
    return here;
}

bool pring_text_sign(struct pring_text *text, const char *sign)
{
    return pring_text_take_sign(text, sign) || pring_text_expected(text, "'%s'", sign);
}

bool pring_text_pick(struct pring_text *text, struct pring_words words, const char *what, uint8_t *number)
{
    char list[100] = "";
    size_t len = 0;
    int found = -1;

    if (text->token.kind == PRING_TOKEN_WORD)
        found = pring_word_find(words, text->token.text, text->token.len);
    if (found >= 0) {
        *number = (uint8_t)found;
        pring_text_next(text);
        return true;
    }
    for (uint32_t i = 0; i < words.count; i++) {
        if (!words.name[i])
            continue;
        len += (size_t)snprintf(list + len, sizeof list - len, " %s", words.name[i]);
        if (len >= sizeof list) { /* too many to name */
            list[0] = '\0';
            break;
        }
    }
    return pring_text_expected(text, "%s%s%s", what, list[0] ? ":" : "", list);
}

static int digit_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

bool pring_text_unsigned(struct pring_text *text, uint64_t *value)
{
    const char *at = text->token.text, *end = at + text->token.len;
    uint64_t base = 10, sum = 0;

    if (text->token.kind != PRING_TOKEN_NUMBER)
        return pring_text_expected(text, "a number");
    if (end - at > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
        base = 16;
        at += 2;
    }
    for (; at < end; at++) {
        uint64_t digit = (uint64_t)digit_value(*at);
        if (digit >= base)
            return pring_text_expected(text, "a number, decimal or 0x");
        if (__builtin_mul_overflow(sum, base, &sum) || __builtin_add_overflow(sum, digit, &sum))
            return pring_text_expected(text, "a number below 2^64");
    }
    *value = sum;
    pring_text_next(text);
    return true;
}

bool pring_text_range(struct pring_text *text, const char *what, uint64_t least, uint64_t most,
                      uint64_t *value)
{
    struct pring_text before = *text;

    if (!pring_text_unsigned(text, value))
        return false;
    if (*value < least || *value > most)
        return pring_text_expected(&before, "%s of %" PRIu64 " to %" PRIu64, what, least, most);
    return true;
}

bool pring_text_finished(struct pring_text *text)
{
    return text->token.kind == PRING_TOKEN_END || pring_text_expected(text, "the end of the line");
}
