/* SPDX-License-Identifier: Apache-2.0 */
/* JUnit's XML, for whatever has test cases: fuzz, run, test, check. A failure says how to see it again. */
#ifndef PRING_CLI_JUNIT_H
#define PRING_CLI_JUNIT_H

#include <stdint.h>
#include <stdio.h>

enum pring_junit_end {
    PRING_JUNIT_PASSED,
    PRING_JUNIT_FAILED,
    PRING_JUNIT_ERROR,
    PRING_JUNIT_SKIPPED,
    PRING_JUNIT_ENDS
};

struct pring_junit { /* members are private */
    FILE *out;
    char *text;
    size_t len;
    uint32_t counts[PRING_JUNIT_ENDS];
};

struct pring_junit_case {
    const char *classname, *name;
    enum pring_junit_end end;
    const char *type;    /* of a failure: "bug", "unstable"; NULL: none */
    const char *message; /* why; NULL: passed */
    const char *command; /* what replays it: the text of the failure; NULL: none */
};

/* Begins a report. PRING_CLEAN, or PRING_SETUP after a message. */
int pring_junit_open(struct pring_junit *junit);
void pring_junit_add(struct pring_junit *junit, const struct pring_junit_case *test);
/* Writes the file and lets go of the report. PRING_CLEAN, or PRING_SETUP after a message. */
int pring_junit_save(struct pring_junit *junit, const char *suite, const char *path);

#endif
