/* SPDX-License-Identifier: Apache-2.0 */
#include "junit.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "option.h"
#include "process.h"

static const char *const elements[PRING_JUNIT_ENDS] = {NULL, "failure", "error", "skipped"};

/* XML has no control characters, not even as entities. */
static void put(FILE *out, const char *value)
{
    for (; *value; value++) {
        const char *entity = *value == '<'   ? "&lt;"
                             : *value == '>' ? "&gt;"
                             : *value == '&' ? "&amp;"
                             : *value == '"' ? "&quot;"
                                             : NULL;
        if (entity)
            fputs(entity, out);
        else if ((unsigned char)*value >= 0x20 || *value == '\n' || *value == '\t')
            fputc(*value, out);
    }
}

static void put_attribute(FILE *out, const char *name, const char *value)
{
    if (!value)
        return;
    fprintf(out, " %s=\"", name);
    put(out, value);
    fputc('"', out);
}

int pring_junit_open(struct pring_junit *junit)
{
    memset(junit, 0, sizeof *junit);
    junit->out = open_memstream(&junit->text, &junit->len);
    return junit->out ? PRING_CLEAN : pring_fail(PRING_SETUP, "out of memory");
}

void pring_junit_add(struct pring_junit *junit, const struct pring_junit_case *test)
{
    FILE *out = junit->out;
    junit->counts[test->end]++;
    fputs("  <testcase", out);
    put_attribute(out, "classname", test->classname);
    put_attribute(out, "name", test->name);
    if (test->end == PRING_JUNIT_PASSED) {
        fputs("/>\n", out);
        return;
    }
    fprintf(out, "><%s", elements[test->end]);
    put_attribute(out, "type", test->type);
    put_attribute(out, "message", test->message);
    fputc('>', out);
    put(out, test->command ? test->command : "");
    fprintf(out, "</%s></testcase>\n", elements[test->end]);
}

static void put_all(FILE *out, const struct pring_junit *junit, const char *suite)
{
    uint32_t tests = 0;
    for (int end = 0; end < PRING_JUNIT_ENDS; end++)
        tests += junit->counts[end];
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite", out);
    put_attribute(out, "name", suite);
    fprintf(out, " tests=\"%u\" failures=\"%u\" skipped=\"%u\" errors=\"%u\">\n", tests,
            junit->counts[PRING_JUNIT_FAILED], junit->counts[PRING_JUNIT_SKIPPED],
            junit->counts[PRING_JUNIT_ERROR]);
    fwrite(junit->text, 1, junit->len, out);
    fputs("</testsuite>\n", out);
}

int pring_junit_save(struct pring_junit *junit, const char *suite, const char *path)
{
    char *text = NULL;
    size_t len = 0;
    bool is_good = fclose(junit->out) == 0;
    FILE *out = is_good ? open_memstream(&text, &len) : NULL;
    if (out)
        put_all(out, junit, suite);
    is_good = out && fclose(out) == 0 && pring_file_write(path, text, len);
    int code = is_good ? PRING_CLEAN : pring_fail(PRING_SETUP, "%s: %s", path, strerror(errno));
    free(text);
    free(junit->text);
    return code;
}
