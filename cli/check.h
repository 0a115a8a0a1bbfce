/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `pring check driver`. NAME.fuzz runs the driver and says what it saw in lines of words with tabs between
 * them; check_object.c adds what is to be seen in the compiled driver, in lines of the same kind;
 * check_text.c and check_json.c tell it to a person and to a machine. The lines, by their first word:
 *
 *   backend      NAME
 *   life         DEVICE BACKEND VERDICT probed features_ok driver_ok completed removed (each 0 or 1)
 *   requirement  ID STATE LEVEL WORDING FILE BACKENDS WHY SOURCE LINE FUNCTION
 *                STATE: kept, broken, fooled (by a device that is none), unreached, unjudged
 *   rule         ORACLE/RULE FILE BACKENDS WHY SOURCE LINE FUNCTION
 *   device       BACKEND FILE RULE WHY          the backend itself broke a rule
 *   differs      BACKEND FILE                   from the first backend
 *   blind        KIND SOURCE LINE FUNCTION WHAT the hooks cannot see this
 *   feature      DEVICE BIT accepted|declined|untried
 *   size         DEVICE BACKEND QUEUESIZEMAX VERDICT QUEUESIZE
 *   wait         DEVICE BACKEND FILE HOW SOURCE LINE FUNCTION
 *   read         LABEL SOURCE LINE FUNCTION tried accepted refused bug stuck EXAMPLE
 *   note         TEXT
 */
#ifndef PRING_CLI_CHECK_H
#define PRING_CLI_CHECK_H

#include "build.h"

enum { PRING_CHECK_WORDS = 12, PRING_CHECK_LINES = 4096 };

struct pring_check_line {
    const char *word[PRING_CHECK_WORDS]; /* "" where there is none */
};
struct pring_check {
    const struct pring_driver *driver;
    char *text, *object_text; /* what the words point into */
    int count;
    struct pring_check_line line[PRING_CHECK_LINES];
};

/* The next line behind `at` (-1: the first one) whose first word is `kind`; -1: no more. */
int pring_check_next(const struct pring_check *check, const char *kind, int at);
/* Cuts `text` into lines and words, in place; it must stay where it is. */
void pring_check_cut(struct pring_check *check, char *text);
/* Lines of the kind `state` ("requirement" in state "broken" ...). */
int pring_check_count(const struct pring_check *check, const char *kind, const char *state);
/* An unbounded wait, whatever it waits for. */
bool pring_check_is_unbounded(const struct pring_check_line *wait);
/* Of a scenario, its first comment: what it is about. "" if there is none. */
void pring_check_about(const char *path, char *out, size_t size_bytes);

/* check_object.c: "blind" lines from the compiled driver, from malloc; NULL after a message. */
char *pring_check_object(const struct pring_driver *driver);
void pring_check_print(const struct pring_check *check);
void pring_check_json(const struct pring_check *check);
int pring_check_junit(const struct pring_check *check, const char *path); /* the exit code */

#endif
