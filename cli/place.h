/* SPDX-License-Identifier: Apache-2.0 */
/* Where things are: drivers, planted bugs, programs. */
#ifndef PRING_CLI_PLACE_H
#define PRING_CLI_PLACE_H

#include <stdbool.h>
#include <stddef.h>

enum { PRING_PATH = 1024, PRING_NAME = 64, PRING_NAMES_MAX = 256 };

struct pring_driver {
    char name[PRING_NAME];      /* "vio"; of a mutant: "used_id_unchecked" */
    char label[PRING_NAME * 2]; /* names its folder under out/: "vio", "vio-used_id_unchecked" */
    char given[PRING_PATH];     /* options that select it again: "--driver teaching"; "" for the default */
    char folder[PRING_PATH];    /* of a driver outside the tree; else "" */
    char build[PRING_PATH];     /* build folder */
    char program[PRING_PATH];   /* .../bin/NAME.fuzz */
};

struct pring_names {
    int count;
    char name[PRING_NAMES_MAX][PRING_NAME];
    char path[PRING_NAMES_MAX][PRING_PATH]; /* driver: its folder; bug: its patch */
};

/* Sorted by name. From malloc: free it. */
struct pring_names *pring_drivers_in_tree(void);
struct pring_names *pring_bugs_planted(void);
/* PRING_CLEAN, or the exit code after a message. `driver` NULL: the default; `bug` NULL: none. */
int pring_driver_resolve(const char *driver, const char *bug, struct pring_driver *out);
/* Reads "NAME: value" from the head of a patch; false: not there. */
bool pring_patch_header(const char *path, const char *name, char *out, size_t size_bytes);

#endif
