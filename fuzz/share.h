/* SPDX-License-Identifier: Apache-2.0 */
/* The corpus folder that engines share. libFuzzer names its files by their SHA-1; what AFL++ adds has names
 * that look alike but tell where it came from, so that each engine can say what it took from the other. */
#ifndef PRING_FUZZ_SHARE_H
#define PRING_FUZZ_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PRING_SHARE_NAME = 41 };

/* Its name, if AFL++ adds it. */
void pring_share_name(const uint8_t *bytes, size_t len_bytes, char name[PRING_SHARE_NAME]);
bool pring_share_is_ours(const char *name); /* did AFL++ add it? */
/* Has AFL++ added this input to the folder? */
bool pring_share_has(const char *folder, const uint8_t *bytes, size_t len_bytes);
/* Adds it, whole or not at all; `scratch`: a folder beside it, for the half of a file. */
bool pring_share_add(const char *folder, const char *scratch, const uint8_t *bytes, size_t len_bytes);

#endif
