/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRING_CLI_TEST_REPORT_H
#define PRING_CLI_TEST_REPORT_H

/* ctest's own JUnit file, told again: without times, and each failure with the command that replays it.
 * PRING_CLEAN, or PRING_SETUP after a message. */
int pring_test_report(const char *ctest_xml, const char *path);

#endif
