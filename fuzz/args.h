/* SPDX-License-Identifier: Apache-2.0 */
/* The words that `pring` starts NAME.fuzz with: MODE name=value ... [-- FILE ...]. People never type them;
 * the program `pring` has checked them, so that a wrong one here is a bug and ends the process with exit
 * code 3. */
#ifndef PRING_FUZZ_ARGS_H
#define PRING_FUZZ_ARGS_H

#include <stdint.h>

void pring_args_take(int argc, char **argv);
const char *pring_arg(const char *name, const char *standard);
uint64_t pring_arg_number(const char *name, uint64_t standard);
int pring_arg_files(char ***files); /* how many */

#endif
