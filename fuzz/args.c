/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int word_count, file_count;
static char **words, **files;

void pring_args_take(int argc, char **argv)
{
    words = argv;
    word_count = argc;
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--") == 0) {
            word_count = i;
            files = argv + i + 1;
            file_count = argc - i - 1;
            break;
        }
}

const char *pring_arg(const char *name, const char *standard)
{
    size_t len = strlen(name);
    for (int i = 0; i < word_count; i++)
        if (strncmp(words[i], name, len) == 0 && words[i][len] == '=')
            return words[i] + len + 1;
    return standard;
}

uint64_t pring_arg_number(const char *name, uint64_t standard)
{
    const char *text = pring_arg(name, NULL);
    char *end = NULL;
    if (!text)
        return standard;
    uint64_t number = strtoull(text, &end, 0);
    if (*text == '\0' || *end != '\0') {
        fprintf(stderr, "pring: internal: %s=%s is no number\n", name, text);
        exit(3);
    }
    return number;
}

int pring_arg_files(char ***out)
{
    *out = files;
    return file_count;
}
