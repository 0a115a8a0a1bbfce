/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRING_CLI_COVER_H
#define PRING_CLI_COVER_H

/* Reads llvm-cov's line counts (lcov format), prints the share of each file, and writes that with the
 * unreached lines to `text`. The exit code. */
int pring_cover_print(const char *lcov, const char *text, const char *label, int inputs);

#endif
