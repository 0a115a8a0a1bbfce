/* SPDX-License-Identifier: Apache-2.0 */
/* What was found in a driver, for machines. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "option.h"
#include "process.h"

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

/* ---- JUnit: a test case for each requirement, other rule and wait ---- */

static void xml_text(FILE *out, const char *value)
{
    for (; *value; value++) {
        const char *entity = *value == '<'   ? "&lt;"
                             : *value == '&' ? "&amp;"
                             : *value == '"' ? "&quot;"
                                             : NULL;
        if (entity)
            fputs(entity, out);
        else if ((unsigned char)*value >= 0x20)
            fputc(*value, out);
    }
}

static void start_case(FILE *out, const char *class, const char *name)
{
    fprintf(out, "  <testcase classname=\"pring check.%s\" name=\"", class);
    xml_text(out, name);
    fputs("\">", out);
}

static void failure(FILE *out, const struct pring_check *check, const char *why, const char *file)
{
    fputs("<failure message=\"", out);
    xml_text(out, why);
    fputs("\">./pring run ", out);
    xml_text(out, file);
    xml_text(out, check->driver->given);
    fputs(" --trace</failure>", out);
}

static void junit_cases(FILE *out, const struct pring_check *check)
{
    for (int at = -1; (at = pring_check_next(check, "requirement", at)) >= 0;) {
        const char *const *word = check->line[at].word;
        start_case(out, "requirement", word[1]);
        if (strcmp(word[2], "broken") == 0)
            failure(out, check, word[7], word[5]);
        else if (strcmp(word[2], "kept") != 0)
            fputs("<skipped message=\"not reached\"/>", out);
        fputs("</testcase>\n", out);
    }
    for (int at = -1; (at = pring_check_next(check, "rule", at)) >= 0;) {
        const char *const *word = check->line[at].word;
        start_case(out, "rule", word[1]);
        failure(out, check, word[4], word[2]);
        fputs("</testcase>\n", out);
    }
}

int pring_check_junit(const struct pring_check *check, const char *path)
{
    char *text = NULL;
    size_t len = 0;
    int broken = pring_check_count(check, "requirement", "broken"),
        rules = pring_check_count(check, "rule", NULL);
    int kept = pring_check_count(check, "requirement", "kept"),
        all = pring_check_count(check, "requirement", NULL);
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return pring_fail(PRING_SETUP, "%s", strerror(errno));
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"pring check %s\" tests=\"%d\" "
            "failures=\"%d\" skipped=\"%d\" errors=\"0\">\n",
            check->driver->label, all + rules, broken + rules, all - broken - kept);
    junit_cases(out, check);
    fputs("</testsuite>\n", out);
    bool is_written = fclose(out) == 0 && pring_file_write(path, text, len);
    free(text);
    return is_written ? PRING_CLEAN : pring_fail(PRING_SETUP, "%s: %s", path, strerror(errno));
}
