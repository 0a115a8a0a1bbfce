/* SPDX-License-Identifier: Apache-2.0 */
/* Mutants: a patch file says in its first lines, as `key: value`, by which oracle and rule it must be caught.
 */
#ifndef PRING_TEST_E2E_MUTANTS_H
#define PRING_TEST_E2E_MUTANTS_H

#include "e2e.h"

struct mutant {
    char name[96]; /* of the patch file, without folder and ending */
    char oracle[32], rule[64], finder[32], device[16], backend[16];
    char driver[32]; /* the one that it patches: as it says, or the folder of tests/drivers */
};

static inline void mutant_key(const char *line, const char *key, char *value, size_t size)
{
    size_t len = strlen(key);
    if (strncmp(line, key, len) == 0 && line[len] == ':')
        snprintf(value, size, "%.*s", (int)strcspn(line + len + 2, " \n"), line + len + 2);
}

static inline struct mutant mutant_read(const char *path)
{
    struct mutant mutant = {.name = ""};
    char line[512];
    const char *base = strrchr(path, '/') + 1;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    snprintf(mutant.name, sizeof mutant.name, "%.*s", (int)(strlen(base) - strlen(".patch")), base);
    while (fgets(line, sizeof line, file) && strncmp(line, "---", 3) != 0) {
        const char *text = line + strspn(line, "# ");
        mutant_key(text, "oracle", mutant.oracle, sizeof mutant.oracle);
        mutant_key(text, "rule", mutant.rule, sizeof mutant.rule);
        mutant_key(text, "finder", mutant.finder, sizeof mutant.finder);
        mutant_key(text, "device", mutant.device, sizeof mutant.device);
        mutant_key(text, "backend", mutant.backend, sizeof mutant.backend);
        mutant_key(text, "driver", mutant.driver, sizeof mutant.driver);
    }
    if (!mutant.driver[0])
        sscanf(line, "--- a/tests/drivers/%31[a-z]/", mutant.driver);
    fclose(file);
    size_t prefix = strlen(mutant.oracle);
    if (!strncmp(mutant.rule, mutant.oracle, prefix) && mutant.rule[prefix] == '/') /* a key: oracle/rule */
        memmove(mutant.rule, mutant.rule + prefix + 1, strlen(mutant.rule) - prefix);
    return mutant;
}

/* The island of a mutant: prefix and name, with what is no C identifier as `_`. */
static inline const char *mutant_island(const char *prefix, const struct mutant *mutant)
{
    static char island[160];
    snprintf(island, sizeof island, "%s%s", prefix, mutant->name);
    for (char *c = island; *c; c++)
        if (!((*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z')))
            *c = '_';
    return island;
}

#endif
