/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the parser: one line as tokens, and how to complain. */
#ifndef PRING_SCENARIO_TEXT_H
#define PRING_SCENARIO_TEXT_H

#include <pring/scenario.h>

#include "words.h"

enum pring_token_kind {
    PRING_TOKEN_END,    /* of the line, or a comment */
    PRING_TOKEN_WORD,   /* letters, digits, '_', '.', and '-' before a letter */
    PRING_TOKEN_NUMBER, /* begins with a digit */
    PRING_TOKEN_SIGN,   /* one character; "<<" is one token */
};

struct pring_text {       /* a line that is being read; `token` is the next one, not consumed yet */
    const char *at, *end; /* behind the token; end of the line */
    struct {
        enum pring_token_kind kind;
        const char *text;
        uint32_t len;
    } token;
    struct pring_parse_error *error;
};

void pring_text_open(struct pring_text *text, const char *line, size_t len, struct pring_parse_error *error);
void pring_text_next(struct pring_text *text);

/* "found X, expected ..."; always false, so that callers can return it. */
bool pring_text_expected(struct pring_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Any other complaint. */
bool pring_text_wrong(struct pring_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

bool pring_text_at_sign(const struct pring_text *text, const char *sign);
bool pring_text_at_word(const struct pring_text *text, const char *word);
bool pring_text_take_sign(struct pring_text *text, const char *sign); /* consumes it if it is next */
bool pring_text_take_word(struct pring_text *text, const char *word);
bool pring_text_sign(struct pring_text *text, const char *sign); /* must be next */
/* A word of the list, as its number; `what` names the list in the complaint. */
bool pring_text_pick(struct pring_text *text, struct pring_words words, const char *what, uint8_t *number);
bool pring_text_unsigned(struct pring_text *text, uint64_t *value); /* decimal or 0x */
bool pring_text_range(struct pring_text *text, const char *what, uint64_t least, uint64_t most,
                      uint64_t *value);
bool pring_text_finished(struct pring_text *text); /* nothing may follow */

/* text_fault.c: behind "fault". */
bool pring_text_fault(struct pring_text *text, struct pring_fault *fault, uint32_t device_type);

#endif
