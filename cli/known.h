/* SPDX-License-Identifier: Apache-2.0 */
/* Findings that somebody accepted: lines `key | date | reason`, # comments. */
#ifndef PRING_CLI_KNOWN_H
#define PRING_CLI_KNOWN_H

struct pring_known;

/* *known NULL when path is NULL. PRING_CLEAN, or PRING_USAGE after a message "FILE:LINE: ...". */
int pring_known_read(const char *path, struct pring_known **known);
const char *pring_known_reason(const struct pring_known *known, const char *key); /* NULL: not accepted */
void pring_known_free(struct pring_known *known);

#endif
