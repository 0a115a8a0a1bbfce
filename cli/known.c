/* SPDX-License-Identifier: Apache-2.0 */
#include "known.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "option.h"
#include "process.h"

struct pring_known {
    char *text;
    int count;
    struct {
        const char *key, *reason;
    } line[];
};

static char *trim(char *text)
{
    text += strspn(text, " \t\r");
    for (size_t len = strlen(text); len > 0 && strchr(" \t\r", text[len - 1]); len--)
        text[len - 1] = '\0';
    return text;
}

static bool is_date(const char *text)
{
    return strlen(text) == 10 && strspn(text, "0123456789-") == 10 && text[4] == '-' && text[7] == '-';
}

/* key | date | reason; false: not of that form. */
static bool split(char *line, const char **key, const char **reason)
{
    char *date = strchr(line, '|');
    char *why = date ? strchr(date + 1, '|') : NULL;
    if (!why)
        return false;
    *date++ = *why++ = '\0';
    *key = trim(line);
    *reason = trim(why);
    return **key && **reason && is_date(trim(date));
}

int pring_known_read(const char *path, struct pring_known **known)
{
    size_t len = 0, lines = 1;
    *known = NULL;
    char *text = path ? pring_file_read(path, &len) : NULL;
    if (!text)
        return path ? pring_fail(PRING_USAGE, "--known %s: %s", path, strerror(errno)) : PRING_CLEAN;
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\n';
    struct pring_known *out = calloc(1, sizeof *out + lines * sizeof out->line[0]);
    if (!out)
        return pring_fail(PRING_SETUP, "out of memory");
    out->text = text;
    int number = 0;
    for (char *line = text, *next; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        number++;
        line[strcspn(line, "#")] = '\0';
        if (*trim(line) == '\0')
            continue;
        if (!split(line, &out->line[out->count].key, &out->line[out->count].reason)) {
            fprintf(stderr, "%s:%d: 'KEY | YYYY-MM-DD | REASON' was expected\n", path, number);
            pring_known_free(out);
            return PRING_USAGE;
        }
        out->count++;
    }
    *known = out;
    return PRING_CLEAN;
}

const char *pring_known_reason(const struct pring_known *known, const char *key)
{
    for (int i = 0; known && i < known->count; i++)
        if (strcmp(known->line[i].key, key) == 0)
            return known->line[i].reason;
    return NULL;
}

void pring_known_free(struct pring_known *known)
{
    if (known)
        free(known->text);
    free(known);
}
