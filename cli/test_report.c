/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what ctest 3.21 and later write, and nothing else: elements one after the other, attributes in double
 * quotes. */
#include "test_report.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "junit.h"
#include "option.h"
#include "process.h"

enum { NAME = 256, SAID = 400 };

static size_t unescape_one(const char *in, char *out)
{
    static const struct {
        const char *entity, character;
    } entities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
        if (strncmp(in, entities[i].entity, strlen(entities[i].entity)) == 0) {
            *out = entities[i].character;
            return strlen(entities[i].entity);
        }
    *out = *in;
    return 1;
}

static void unescape(const char *from, const char *to, char *out, size_t size_bytes)
{
    size_t at = 0;
    while (from < to && at + 1 < size_bytes)
        from += unescape_one(from, &out[at++]);
    out[at] = '\0';
}

/* name="..." between `from` and `to`; "" if it is not there. */
static void attribute(const char *from, const char *to, const char *name, char *out, size_t size_bytes)
{
    char key[32];
    snprintf(key, sizeof key, " %s=\"", name);
    const char *at = memmem(from, (size_t)(to - from), key, strlen(key));
    const char *end = at ? strchr(at + strlen(key), '"') : NULL;
    out[0] = '\0';
    if (end && end <= to)
        unescape(at + strlen(key), end, out, size_bytes);
}

/* The end of what a test said: there it says what is wrong. */
static void said(const char *from, const char *to, char *out, size_t size_bytes)
{
    const char *start = memmem(from, (size_t)(to - from), "<system-out>", 12);
    const char *end = start ? strstr(start, "</system-out>") : NULL;
    out[0] = '\0';
    if (!end || end > to)
        return;
    start += 12;
    if (end - start > (long)size_bytes - 1)
        start = end - size_bytes + 1;
    unescape(start, end, out, size_bytes);
}

static void tell(struct pring_junit *junit, const char *from, const char *to)
{
    char name[NAME], status[32], why[64], text[SAID], message[SAID + 96], command[NAME + 64];
    const char *head = memchr(from, '>', (size_t)(to - from));
    const char *failure = memmem(from, (size_t)(to - from), "<failure", 8);
    attribute(from, head ? head : to, "name", name, sizeof name);
    attribute(from, head ? head : to, "status", status, sizeof status);
    attribute(failure ? failure : to, to, "message", why, sizeof why);
    said(from, to, text, sizeof text);
    snprintf(message, sizeof message, "%s: %s", why[0] ? why : "Failed", text);
    snprintf(command, sizeof command, "./pring test --label nightly --only '^%s$'", name);
    bool is_run = strcmp(status, "run") == 0, is_failed = strcmp(status, "fail") == 0;
    pring_junit_add(junit, &(struct pring_junit_case){.classname = "pring.test",
                                                      .name = name,
                                                      .end = is_run      ? PRING_JUNIT_PASSED
                                                             : is_failed ? PRING_JUNIT_FAILED
                                                                         : PRING_JUNIT_SKIPPED,
                                                      .type = is_failed ? "test" : NULL,
                                                      .message = is_failed ? message : status,
                                                      .command = is_failed ? command : NULL});
}

int pring_test_report(const char *ctest_xml, const char *path)
{
    struct pring_junit junit;
    size_t len = 0;
    char *text = pring_file_read(ctest_xml, &len);
    if (!text)
        return pring_fail(PRING_SETUP, "%s: %s", ctest_xml, strerror(errno));
    int code = pring_junit_open(&junit);
    const char *at = code == PRING_CLEAN ? strstr(text, "<testcase ") : NULL;
    while (at) {
        const char *next = strstr(at + 1, "<testcase ");
        tell(&junit, at, next ? next : text + len);
        at = next;
    }
    if (code == PRING_CLEAN)
        code = pring_junit_save(&junit, "pring test", path);
    free(text);
    return code;
}
