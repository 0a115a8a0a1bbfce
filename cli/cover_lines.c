/* SPDX-License-Identifier: Apache-2.0 */
/* Line counts as "SF:file", "DA:line,count", "LF:lines", "end_of_record". */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cover.h"
#include "option.h"
#include "process.h"

enum { LINES_MAX = 65536, NAME_MAX_BYTES = 512 };

struct file {
    char name[NAME_MAX_BYTES];
    unsigned found, reached, lines; /* lines: those of LF, 0: a header without a function */
    unsigned unreached[LINES_MAX];
    unsigned unreached_count;
};

static FILE *copy; /* of what is printed */

static __attribute__((format(printf, 1, 2))) void both(const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    vprintf(format, args);
    vfprintf(copy, format, again);
    va_end(again);
    va_end(args);
}

static double share(unsigned part, unsigned all)
{
    return all ? 100.0 * part / all : 100;
}

/* 3, 7-9, 12 */
static void print_unreached(const struct file *file)
{
    for (unsigned i = 0; i < file->unreached_count;) {
        unsigned first = file->unreached[i], last = first;
        for (i++; i < file->unreached_count && file->unreached[i] == last + 1; i++)
            last++;
        fprintf(copy, last == first ? " %u" : " %u-%u", first, last);
    }
}

static void end_file(struct file *file, unsigned *found, unsigned *reached)
{
    if (file->lines > 0) {
        both("  %6.2f %%  %5u of %5u  %s\n", share(file->reached, file->found), file->reached, file->found,
             file->name);
        if (file->unreached_count) {
            fputs("            unreached:", copy);
            print_unreached(file);
            fputc('\n', copy);
        }
        *found += file->found;
        *reached += file->reached;
    }
    memset(file, 0, offsetof(struct file, unreached));
    file->unreached_count = 0;
}

static void take_line(struct file *file, const char *line)
{
    unsigned number, lines;
    unsigned long long count;
    if (strncmp(line, "SF:", 3) == 0) {
        snprintf(file->name, sizeof file->name, "%s", line + 3);
    } else if (sscanf(line, "LF:%u", &lines) == 1) {
        file->lines = lines;
    } else if (sscanf(line, "DA:%u,%llu", &number, &count) == 2) {
        file->found++;
        file->reached += count > 0;
        if (count == 0 && file->unreached_count < LINES_MAX)
            file->unreached[file->unreached_count++] = number;
    }
}

int pring_cover_print(const char *lcov, const char *text, const char *label, int inputs)
{
    static struct file file;
    unsigned found = 0, reached = 0;
    size_t len = 0;
    char *out = NULL, *rest = NULL, *data = pring_file_read(lcov, &len);
    copy = open_memstream(&out, &len);
    if (!data || !copy)
        return pring_fail(PRING_SETUP, "%s: %s", lcov, strerror(errno));
    both("driver %s: the lines that %d inputs reach\n", label, inputs);
    for (char *line = strtok_r(data, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        take_line(&file, line);
        if (strcmp(line, "end_of_record") == 0)
            end_file(&file, &found, &reached);
    }
    both("  %6.2f %%  %5u of %5u  lines in all; the others are listed in the text\n", share(reached, found),
         reached, found);
    free(data);
    bool is_written = fclose(copy) == 0 && pring_file_write(text, out, strlen(out));
    free(out);
    return is_written ? PRING_CLEAN : pring_fail(PRING_SETUP, "%s: %s", text, strerror(errno));
}
