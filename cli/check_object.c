/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the hooks cannot see in a driver. Each source is compiled once more with the driver's own flags, to
 * the compiler's intermediate code: atomic read-modify-writes and inline assembly are named there, with their
 * lines, also those that came out of macros and headers. Functions without a single coverage counter (from
 * assembler files, or told to be left alone) are found in the island's machine code. Neither can tell whether
 * what was found touches shared memory: that is for the owner to judge.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "option.h"
#include "process.h"

enum { CODE_MAX = 1 << 24, COMMANDS_MAX = 1 << 20, SCOPES_MAX = 32 };

static int shell(const char *command, char *out, size_t size_bytes)
{
    struct pring_args args = {.count = 0};
    pring_args_add(&args, "sh");
    pring_args_add(&args, "-c");
    pring_args_add(&args, "%s", command);
    int code = pring_process_capture(&args, out, size_bytes);
    pring_args_free(&args);
    return code;
}

/* ---- debug information in intermediate code: "!7 = !DILocation(line: 12, column: 3, scope: !5)" ---- */

static const char *metadata(const char *code, int number)
{
    char start[32];
    snprintf(start, sizeof start, "\n!%d = ", number);
    const char *at = strstr(code, start);
    return at ? at + strlen(start) : NULL;
}

/* "name: " of one such line: what follows, cut at the next comma or bracket. False: it has none. */
static bool member(const char *data, const char *name, char *out, size_t size_bytes)
{
    size_t end = data ? strcspn(data, "\n") : 0, len = strlen(name);
    for (size_t i = 1; i + len < end; i++) {
        if (strncmp(data + i, name, len) != 0 || (data[i - 1] != '(' && data[i - 1] != ' '))
            continue;
        const char *value = data + i + len;
        bool is_quoted = *value == '"';
        value += is_quoted || *value == '!';
        snprintf(out, size_bytes, "%.*s", (int)strcspn(value, is_quoted ? "\"" : ",)\n"), value);
        return true;
    }
    return false;
}

struct spot {
    char line[16], function[128], file[512];
};

static void find_spot(const char *code, int location, struct spot *spot)
{
    char word[512];
    const char *data = metadata(code, location);
    memset(spot, 0, sizeof *spot);
    member(data, "line: ", spot->line, sizeof spot->line);
    for (int i = 0; data && i < SCOPES_MAX && !spot->function[0]; i++) {
        if (!member(data, "scope: ", word, sizeof word))
            return;
        data = metadata(code, atoi(word));
        if (data && !spot->file[0] && member(data, "file: ", word, sizeof word)) {
            const char *file = metadata(code, atoi(word));
            if (file)
                member(file, "filename: ", spot->file, sizeof spot->file);
        }
        if (data && strstr(data, "DISubprogram") && strstr(data, "DISubprogram") < data + strcspn(data, "\n"))
            member(data, "name: ", spot->function, sizeof spot->function);
    }
}

/* ---- one source ---- */

/* What this line of code is; NULL: nothing of interest. An empty assembly text is a barrier for the compiler
 * alone. */
static const char *kind_of(const char *line, size_t len, char *what, size_t size_bytes)
{
    char copy[1024];
    snprintf(copy, sizeof copy, "%.*s", (int)(len < sizeof copy ? len : sizeof copy - 1), line);
    const char *text = strstr(copy, " asm ");
    what[0] = '\0';
    if (text && strstr(copy, "call")) {
        text = strchr(text, '"');
        if (!text || text[1] == '"')
            return NULL;
        snprintf(what, size_bytes, "%.*s", (int)strcspn(text + 1, "\"\t"), text + 1);
        return "assembly";
    }
    if (!strstr(copy, " = atomicrmw ") && !strstr(copy, " = cmpxchg ") && !strstr(copy, "  atomicrmw "))
        return NULL;
    const char *operation =
        strstr(copy, "cmpxchg") ? "compare and exchange" : strstr(copy, "atomicrmw ") + 10;
    snprintf(what, size_bytes, "%.*s",
             (int)(strstr(copy, "cmpxchg") ? strlen(operation) : strcspn(operation, " ")), operation);
    return "atomic";
}

static void scan_code(FILE *out, const char *code)
{
    for (const char *line = code; *line;) {
        size_t len = strcspn(line, "\n");
        char what[128];
        const char *kind = *line == '!' ? NULL : kind_of(line, len, what, sizeof what);
        if (kind) {
            struct spot spot = {.line = ""};
            char *copy = strndup(line, len);
            const char *debug = copy ? strstr(copy, "!dbg !") : NULL;
            if (debug)
                find_spot(code, atoi(debug + 6), &spot);
            free(copy);
            fprintf(out, "blind\t%s\t%s\t%s\t%s\t%s\n", kind, spot.file, spot.line, spot.function, what);
        }
        line += len + (line[len] == '\n');
    }
}

static int scan_source(FILE *out, const char *build, const char *compile, char *code)
{
    static const char keep[] =
        " | grep -E ' asm |atomicrmw |cmpxchg "
        "|^![0-9]+ = (distinct )?!DI(Location|Subprogram|LexicalBlock|LexicalBlockFile|File)[(]'";
    size_t size = strlen(build) + strlen(compile) + sizeof keep + 128;
    char *command = malloc(size);
    if (!command)
        return pring_fail(PRING_SETUP, "out of memory");
    /* Behind all other words: these win. grep finds nothing in most sources, which is no failure. */
    snprintf(command, size, "cd '%s' && { %s -S -emit-llvm -g -MF /dev/null -o - || exit 9; }%s; :", build,
             compile, keep);
    code[0] = '\n';
    int status = shell(command, code + 1, CODE_MAX - 1);
    free(command);
    if (status != 0)
        return pring_fail(PRING_SETUP, "a source of the driver does not compile to intermediate code");
    scan_code(out, code);
    return PRING_CLEAN;
}

/* ---- the island ---- */

/* "0000000000000040 <name>:" */
static bool is_label(const char *line, size_t len, char *name, size_t size_bytes)
{
    const char *open = memchr(line, '<', len);
    if (len < 20 || !isxdigit((unsigned char)line[0]) || !open || line[len - 1] != ':')
        return false;
    snprintf(name, size_bytes, "%.*s", (int)(line + len - 2 - open - 1), open + 1);
    return true;
}

/* An operand in memory that is neither on the stack nor a constant's place. */
static bool touches_memory(const char *line, size_t len)
{
    for (const char *at = line; (at = memchr(at, '(', len - (size_t)(at - line))); at++)
        if (at[1] == '%' && strncmp(at + 1, "%rsp", 4) != 0 && strncmp(at + 1, "%rbp", 4) != 0 &&
            strncmp(at + 1, "%rip", 4) != 0)
            return true;
    return false;
}

static void tell_function(FILE *out, const char *name, bool is_counted, bool is_touching)
{
    if (*name && !is_counted && is_touching && !strchr(name, '.'))
        fprintf(out, "blind\tno hooks\t\t\t\tfunction %s\n", name);
}

static void scan_island(FILE *out, const char *text)
{
    char name[256] = "";
    bool is_counted = false, is_touching = false;
    for (const char *line = text; *line;) {
        size_t len = strcspn(line, "\n");
        char next[256];
        if (is_label(line, len, next, sizeof next)) {
            tell_function(out, name, is_counted, is_touching);
            memcpy(name, next, sizeof name);
            is_counted = is_touching = false;
        } else {
            char *copy = strndup(line, len);
            is_counted |= copy && strstr(copy, "sancov") != NULL;
            free(copy);
            is_touching |= len > 0 && touches_memory(line, len);
        }
        line += len + (line[len] == '\n');
    }
    tell_function(out, name, is_counted, is_touching);
}

static int scan_machine_code(FILE *out, const struct pring_driver *driver, const char *island, char *text)
{
    char command[PRING_PATH * 2];
    snprintf(command, sizeof command,
             "cd '%.900s' && objdump -d -r -w --no-show-raw-insn -j pring_text_%s '%.900s'", driver->build,
             driver->name, island);
    if (shell(command, text, CODE_MAX) != 0)
        return pring_fail(PRING_SETUP, "objdump cannot read the island %s", island);
    scan_island(out, text);
    return PRING_CLEAN;
}

/* ---- all ---- */

/* The island's path stands in the command that links it: "... -o PATH/NAME.whole.o". */
static bool island_in(const char *command, char *out, size_t size_bytes)
{
    const char *whole = strstr(command, ".whole.o"), *start = NULL;
    for (const char *at = command; whole && (at = strstr(at, " -o ")) && at < whole; at++)
        start = at + 4;
    if (!start)
        return false;
    snprintf(out, size_bytes, "%.*s.o", (int)(whole - start), start);
    return true;
}

static int scan_commands(FILE *out, const struct pring_driver *driver, char *commands, char *scratch)
{
    char island[PRING_PATH] = "", *rest = NULL;
    int code = PRING_CLEAN;
    for (char *line = strtok_r(commands, "\n", &rest); line && code == PRING_CLEAN;
         line = strtok_r(NULL, "\n", &rest)) {
        if (strstr(line, ".objects.dir/") && strstr(line, " -c "))
            code = scan_source(out, driver->build, line, scratch);
        else
            island_in(line, island, sizeof island);
    }
    if (code == PRING_CLEAN && !island[0])
        code = pring_fail(PRING_SETUP, "no island is built for %s", driver->name);
    return code == PRING_CLEAN ? scan_machine_code(out, driver, island, scratch) : code;
}

char *pring_check_object(const struct pring_driver *driver)
{
    char *text = NULL, command[PRING_PATH + 64];
    char *commands = malloc(COMMANDS_MAX), *scratch = malloc(CODE_MAX);
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    snprintf(command, sizeof command, "ninja -C '%.900s' -t commands %s.island", driver->build, driver->name);
    int code = PRING_SETUP;
    if (!commands || !scratch || !out)
        pring_fail(code, "%s", strerror(errno));
    else if (shell(command, commands, COMMANDS_MAX) != 0)
        pring_fail(code, "ninja does not tell how %s is built", driver->name);
    else
        code = scan_commands(out, driver, commands, scratch);
    free(commands);
    free(scratch);
    if (out)
        fclose(out);
    if (code == PRING_CLEAN)
        return text;
    free(text);
    return NULL;
}
