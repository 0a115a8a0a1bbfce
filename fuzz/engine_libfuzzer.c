/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer around the target: all that is particular to this engine. It neither handles signals nor looks
 * for leaks nor watches memory here; the guest machine and the judge do that, and go on. */
#include "fuzz/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz/args.h"
#include "fuzz/mutator.h"
#include "fuzz/target.h"

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *bytes, size_t len_bytes));
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t len_bytes, size_t size_bytes);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len_bytes, size_t size_bytes, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_len, const uint8_t *other, size_t other_len,
                                 uint8_t *out, size_t size_bytes, unsigned seed);

static size_t plain(uint8_t *bytes, size_t len_bytes, size_t size_bytes, unsigned seed)
{
    (void)seed; /* it has its own */
    return LLVMFuzzerMutate(bytes, len_bytes, size_bytes);
}

static struct pring_mutator mutator = {.devices = pring_campaign.devices, .plain = plain};

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len_bytes, size_t size_bytes, unsigned seed)
{
    pring_campaign.is_loaded = true;
    return pring_mutator_change(&mutator, bytes, len_bytes, size_bytes, seed);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_len, const uint8_t *other, size_t other_len,
                                 uint8_t *out, size_t size_bytes, unsigned seed)
{
    pring_campaign.is_loaded = true;
    return pring_mutator_cross(&mutator, one, one_len, other, other_len, out, size_bytes, seed);
}

void pring_engine_end(void)
{
    _exit(0);
}

static void flag(char **words, int *count, const char *name, unsigned long long value)
{
    char word[64];
    snprintf(word, sizeof word, "-%s=%llu", name, value);
    words[(*count)++] = strdup(word);
}

static void text(char **words, int *count, const char *prefix, const char *value)
{
    size_t size = strlen(prefix) + strlen(value) + 1;
    char *word = malloc(size);
    if (word)
        snprintf(word, size, "%s%s", prefix, value);
    words[(*count)++] = word;
}

int pring_engine_run(void)
{
    char *list[32] = {NULL};
    char **words = list;
    int count = 0;
    text(words, &count, "", "pring");
    flag(words, &count, "seed", pring_arg_number("seed", 1));
    flag(words, &count, "max_len", pring_arg_number("max_len", 512));
    flag(words, &count, "reload", pring_arg_number("reload", 0));
    flag(words, &count, "len_control", 0);
    flag(words, &count, "timeout", 0);
    flag(words, &count, "rss_limit_mb", 0);
    flag(words, &count, "malloc_limit_mb", 0);
    flag(words, &count, "detect_leaks", 0);
    flag(words, &count, "verbosity", 0);
    flag(words, &count, "use_value_profile", 0);
    flag(words, &count, "entropic", 0); /* its bookkeeping costs more than the run */
    static const char *const handlers[] = {"abrt", "bus",  "fpe",  "ill",  "int",
                                           "segv", "term", "usr1", "usr2", "xfsz"};
    for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++) {
        char option[32];
        snprintf(option, sizeof option, "handle_%s", handlers[i]);
        flag(words, &count, option, 0);
    }
    text(words, &count, "-artifact_prefix=", pring_arg("artifacts", "./"));
    if (*pring_arg("seeds", ""))
        text(words, &count, "-seed_inputs=@", pring_arg("seeds", ""));
    text(words, &count, "", pring_arg("corpus", "."));
    pring_campaign_take();
    mutator.hints = pring_campaign.hints;
    mutator.board = pring_campaign.board;
    mutator.device_count = pring_campaign.device_count;
    mutator.plain_only = pring_campaign.plain_bytes;
    return LLVMFuzzerRunDriver(&count, &words, pring_target);
}
