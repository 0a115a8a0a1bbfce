/* SPDX-License-Identifier: Apache-2.0 */
/* Builds what a command needs, and is silent about it unless it fails or takes time. */
#ifndef PRING_CLI_BUILD_H
#define PRING_CLI_BUILD_H

#include <stdbool.h>
#include <stdint.h>

#include "place.h"

/* PRING_CLEAN or PRING_SETUP. After a failure the tool's own words were printed. */
int pring_build_target(const char *build, const char *target, const char *shown);
int pring_build_driver(const struct pring_driver *driver);
struct pring_about {    /* what a built program says of itself */
    char backends[512]; /* "model rtl" */
    uint16_t devices[8];
    int device_count;
    bool has_afl;
};
int pring_about_driver(const struct pring_driver *driver, struct pring_about *about);
/* `name` NULL or a backend of that program. Replaces a NULL by rtl, or by model where there is no rtl. */
int pring_backend_check(const struct pring_driver *driver, const struct pring_about *about,
                        const char **name);

#endif
