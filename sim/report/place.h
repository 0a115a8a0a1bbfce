/* SPDX-License-Identifier: Apache-2.0 */
/* Where in the driver an accusation points to, as text. */
#ifndef PRING_REPORT_PLACE_H
#define PRING_REPORT_PLACE_H

#include <pring/machine.h>
#include <pring/run.h>

/* The report of a sanitizer knows its frame; other accusations have a code address. False: nothing is known.
 */
bool pring_place_of(const struct pring_accusation *accusation, struct pring_report *where);
const char *pring_label_name(uint8_t label);   /* "none" if there is none */
const char *pring_file_name(const char *path); /* behind the last slash */

#endif
