/* SPDX-License-Identifier: Apache-2.0 */
#include "option.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int pring_fail(enum pring_exit code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("pring: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return code;
}

static const struct pring_option *find(const struct pring_command *command, const char *name, size_t len)
{
    for (const struct pring_option *option = command->options; option->name; option++)
        if (strlen(option->name) == len && memcmp(option->name, name, len) == 0)
            return option;
    return NULL;
}

static int unknown(const struct pring_command *command, const char *word)
{
    fprintf(stderr, "pring %s: there is no option %s; it knows", command->name, word);
    for (const struct pring_option *option = command->options; option->name; option++)
        fprintf(stderr, " --%s", option->name);
    fputs(" --help\n", stderr);
    return -1;
}

static int parse_number(const struct pring_command *command, const struct pring_option *option,
                        const char *text)
{
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 0);
    bool is_number = text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
    if (!is_number || number < option->min || number > option->max) {
        fprintf(stderr, "pring %s: --%s is '%s'; a number from %llu to %llu was expected\n", command->name,
                option->name, text, (unsigned long long)option->min, (unsigned long long)option->max);
        return -1;
    }
    *(uint64_t *)option->target = number;
    return 0;
}

/* One option at argv[at]; returns how many words it took, or -1. */
static int parse_one(const struct pring_command *command, int at, int argc, char **argv)
{
    const char *name = argv[at] + 2;
    const char *equals = strchr(name, '=');
    size_t len = equals ? (size_t)(equals - name) : strlen(name);
    const struct pring_option *option = argv[at][1] == '-' ? find(command, name, len) : NULL;
    if (!option)
        return unknown(command, argv[at]);
    if (option->kind == PRING_FLAG) {
        if (equals)
            return fprintf(stderr, "pring %s: --%s takes no value\n", command->name, option->name), -1;
        *(bool *)option->target = true;
        return 1;
    }
    const char *text = equals ? equals + 1 : at + 1 < argc ? argv[at + 1] : NULL;
    if (!text || !*text)
        return fprintf(stderr, "pring %s: --%s needs a value: %s\n", command->name, option->name,
                       option->value),
               -1;
    if (option->kind == PRING_TEXT)
        *(const char **)option->target = text;
    else if (parse_number(command, option, text) < 0)
        return -1;
    return equals ? 1 : 2;
}

int pring_options_parse(const struct pring_command *command, int argc, char **argv, bool *help)
{
    int operands = 0;
    bool only_operands = false;
    *help = false;
    for (int at = 0; at < argc;) {
        if (!only_operands && strcmp(argv[at], "--") == 0) {
            only_operands = true;
            at++;
        } else if (!only_operands && (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0)) {
            *help = true;
            return 0;
        } else if (!only_operands && argv[at][0] == '-' && argv[at][1]) {
            int words = parse_one(command, at, argc, argv);
            if (words < 0)
                return -1;
            at += words;
        } else {
            argv[operands++] = argv[at++];
        }
    }
    argv[operands] = NULL; /* there is room: argv[argc] is NULL too */
    if (operands > 0 && !command->operands) {
        fprintf(stderr, "pring %s: it takes no operands, and '%s' is none of its options\n", command->name,
                argv[0]);
        return -1;
    }
    return operands;
}

void pring_options_help(const struct pring_command *command)
{
    printf("pring %s - %s\n\n  pring %s%s%s%s\n", command->name, command->summary, command->name,
           command->options->name ? " [OPTIONS]" : "", command->operands ? " " : "",
           command->operands ? command->operands : "");
    const char *group = "";
    for (const struct pring_option *option = command->options; option->name; option++) {
        char name[64];
        snprintf(name, sizeof name, "--%s%s%s", option->name, option->value ? " " : "",
                 option->value ? option->value : "");
        bool is_new = strcmp(group, option->group) != 0;
        printf("%s%-6s %-20s %s", is_new ? "\n" : "", is_new ? option->group : "", name, option->help);
        if (option->standard)
            printf(" [%s]", option->standard);
        putchar('\n');
        group = option->group;
    }
    if (command->more)
        printf("\n%s", command->more);
}
