/* SPDX-License-Identifier: Apache-2.0 */
/* What was found in a driver, for machines. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "junit.h"
#include "option.h"

/* Names of the words behind the first one; "#": a number, "?": 0 or 1. */
static const struct {
    const char *kind, *list, *names[PRING_CHECK_WORDS];
} shapes[] = {
    {"life",
     "lives",
     {"#device", "backend", "verdict", "?probe", "?features_ok", "?driver_ok", "?request", "?remove"}},
    {"requirement",
     "requirements",
     {"id", "state", "level", "wording", "scenario", "backends", "why", "source", "#line", "function"}},
    {"rule", "rules", {"rule", "scenario", "backends", "why", "source", "#line", "function"}},
    {"device", "backend_faults", {"backend", "scenario", "rule", "why"}},
    {"differs", "differences", {"backend", "scenario"}},
    {"blind", "blind", {"kind", "source", "#line", "function", "what"}},
    {"feature", "features", {"#device", "#bit", "state"}},
    {"size", "queue_sizes", {"#device", "backend", "#queue_size_max", "verdict", "#queue_size"}},
    {"wait", "waits", {"#device", "backend", "scenario", "state", "source", "#line", "function"}},
    {"read",
     "reads",
     {"label", "source", "#line", "function", "#tried", "#accepted", "#refused", "#bug", "#stuck",
      "example"}},
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static void print_text(const char *value)
{
    putchar('"');
    for (const unsigned char *at = (const unsigned char *)value; *at; at++)
        if (*at == '"' || *at == '\\')
            printf("\\%c", *at);
        else if (*at < 0x20)
            printf("\\u%04x", *at);
        else
            putchar(*at);
    putchar('"');
}

static void print_line(const struct pring_check_line *line, const char *const *names)
{
    fputs("    {", stdout);
    for (int i = 0; names[i]; i++) {
        const char *value = line->word[i + 1], *name = names[i] + strspn(names[i], "#?");
        printf("%s\"%s\": ", i ? ", " : "", name);
        if (names[i][0] == '#')
            fputs(*value ? value : "0", stdout);
        else if (names[i][0] == '?')
            fputs(*value == '1' ? "true" : "false", stdout);
        else
            print_text(value);
    }
    putchar('}');
}

void pring_check_json(const struct pring_check *check)
{
    fputs("{\n  \"driver\": ", stdout);
    print_text(check->driver->label);
    for (int i = 0; i < SHAPES; i++) {
        bool has_any = false;
        printf(",\n  \"%s\": [", shapes[i].list);
        for (int at = -1; (at = pring_check_next(check, shapes[i].kind, at)) >= 0; has_any = true) {
            fputs(has_any ? ",\n" : "\n", stdout);
            print_line(&check->line[at], shapes[i].names);
        }
        fputs(has_any ? "\n  ]" : "]", stdout);
    }
    puts("\n}");
}

/* ---- JUnit: a test case for each requirement and each other rule that was broken ---- */

static void add_case(struct pring_junit *junit, const struct pring_check *check, struct pring_junit_case test,
                     const char *file)
{
    char command[PRING_PATH * 2];
    snprintf(command, sizeof command, "./pring run %s%s --trace", file, check->driver->given);
    if (test.end == PRING_JUNIT_FAILED)
        test.command = command;
    pring_junit_add(junit, &test);
}

int pring_check_junit(const struct pring_check *check, const char *path)
{
    struct pring_junit junit;
    char suite[PRING_NAME * 2 + 16];
    int code = pring_junit_open(&junit);
    if (code != PRING_CLEAN)
        return code;
    for (int at = -1; (at = pring_check_next(check, "requirement", at)) >= 0;) {
        const char *const *word = check->line[at].word;
        bool is_broken = strcmp(word[2], "broken") == 0, is_kept = strcmp(word[2], "kept") == 0;
        add_case(&junit, check,
                 (struct pring_junit_case){.classname = "requirement",
                                           .name = word[1],
                                           .end = is_broken ? PRING_JUNIT_FAILED
                                                  : is_kept ? PRING_JUNIT_PASSED
                                                            : PRING_JUNIT_SKIPPED,
                                           .type = is_broken ? "broken" : NULL,
                                           .message = is_broken ? word[7]
                                                      : is_kept ? NULL
                                                                : "not reached"},
                 word[5]);
    }
    for (int at = -1; (at = pring_check_next(check, "rule", at)) >= 0;) {
        const char *const *word = check->line[at].word;
        add_case(&junit, check,
                 (struct pring_junit_case){.classname = "rule",
                                           .name = word[1],
                                           .end = PRING_JUNIT_FAILED,
                                           .type = "broken",
                                           .message = word[4]},
                 word[2]);
    }
    snprintf(suite, sizeof suite, "pring check %s", check->driver->label);
    return pring_junit_save(&junit, suite, path);
}
