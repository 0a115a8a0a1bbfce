/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands and their options: one table per command defines name, value, effect and help. Parsing, help texts
 * and error messages all come from it.
 */
#ifndef PRING_CLI_OPTION_H
#define PRING_CLI_OPTION_H

#include <stdbool.h>
#include <stdint.h>

enum pring_exit { PRING_CLEAN = 0, PRING_FINDING = 1, PRING_USAGE = 2, PRING_SETUP = 3 };

enum pring_option_kind { PRING_FLAG, PRING_TEXT, PRING_NUMBER };

struct pring_option {
    const char *group; /* first column of the help: "What", "How" ... */
    const char *name;  /* without "--" */
    const char *value; /* how its value is called in the help; NULL: a flag */
    const char *help;
    const char *standard; /* its default, as the help shows it; NULL: none to show */
    enum pring_option_kind kind;
    void *target;      /* bool, const char *, uint64_t: the default stands there */
    uint64_t min, max; /* of a number */
};

struct pring_command {
    const char *name;
    const char *summary;  /* "hunt for bugs" */
    const char *operands; /* "FILE|DIR ..."; NULL: takes none */
    const char *overview; /* its line in `pring --help`, behind the name; NULL: not shown there */
    const struct pring_option *options; /* ends with name NULL */
    const char *more;                   /* printed below the options; NULL: nothing */
    int (*run)(int operand_count, char **operands);
};

/* Fills the targets; operands are moved to the front of `argv`. The number of operands, or -1 after a
 * message; `help`:
 * --help was there. */
int pring_options_parse(const struct pring_command *command, int argc, char **argv, bool *help);
void pring_options_help(const struct pring_command *command);
/* "pring: ..." on stderr. Returns `code`, so that a caller can leave with it. */
int pring_fail(enum pring_exit code, const char *format, ...) __attribute__((format(printf, 2, 3)));

extern const struct pring_command pring_command_fuzz, pring_command_run, pring_command_show,
    pring_command_list, pring_command_bench, pring_command_test, pring_command_check, pring_command_new,
    pring_command_coverage, pring_command_why, pring_command_diff;

#endif
