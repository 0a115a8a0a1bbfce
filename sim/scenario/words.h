/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the text form, one table per list; the index is the number that bytes carry. NULL: no such
 * number. */
#ifndef PRING_SCENARIO_WORDS_H
#define PRING_SCENARIO_WORDS_H

#include <stdint.h>

struct pring_words {
    const char *const *name;
    uint32_t count;
};

extern const struct pring_words pring_words_device, pring_words_verb, pring_words_action, pring_words_phase,
    pring_words_base, pring_words_irq, pring_words_data, pring_words_device_key, pring_words_set_key,
    pring_words_work_key;

/* The words that a set key takes instead of a number; count 0: it takes a number. */
struct pring_words pring_words_of_set(uint8_t key);

int pring_word_find(struct pring_words words, const char *text, uint32_t len); /* -1: none */
const char *pring_word(struct pring_words words, uint32_t number);             /* NULL: none */

#endif
