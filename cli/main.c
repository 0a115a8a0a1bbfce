/* SPDX-License-Identifier: Apache-2.0 */
/* `pring`: parse, run, answer. Commands are in files of their own; each brings its table of options. */
#include "option.h"

#include <stdio.h>
#include <string.h>

static const struct pring_command *const commands[] = {
    &pring_command_fuzz,     &pring_command_run,  &pring_command_show,  &pring_command_list,
    &pring_command_bench,    &pring_command_test, &pring_command_check, &pring_command_new,
    &pring_command_coverage, &pring_command_why,  &pring_command_diff};
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_help(void)
{
    puts("pring - presses a virtio driver until it breaks, cycle by cycle\n");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        char usage[64];
        snprintf(usage, sizeof usage, "%s%s%s", commands[i]->name, commands[i]->operands ? " " : "",
                 commands[i]->operands ? commands[i]->operands : "");
        printf("  pring %-21s %s\n", usage, commands[i]->overview);
    }
    puts("\n'pring COMMAND --help' tells more. Exit: 0 clean, 1 finding, 2 wrong usage, 3 set-up trouble.");
}

static const struct pring_command *find(const char *name)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help();
        return argc < 2 ? PRING_USAGE : PRING_CLEAN;
    }
    const struct pring_command *command = find(argv[1]);
    if (!command) {
        fprintf(stderr, "pring: there is no command '%s'; it knows", argv[1]);
        for (int i = 0; i < COMMAND_COUNT; i++)
            fprintf(stderr, " %s", commands[i]->name);
        fputs(" --help\n", stderr);
        return PRING_USAGE;
    }
    bool help = false;
    int operands = pring_options_parse(command, argc - 2, argv + 2, &help);
    if (operands < 0)
        return PRING_USAGE;
    if (help) {
        pring_options_help(command);
        return PRING_CLEAN;
    }
    return command->run(operands, argv + 2);
}
