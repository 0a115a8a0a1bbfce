/* SPDX-License-Identifier: Apache-2.0 */
/* `pring new driver DIR`: a copy of the skeleton, under a name of its own. The skeleton is a driver of the
 * tree like any other, so every test that runs drivers proves that what is written here works. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "option.h"
#include "place.h"
#include "process.h"

static const char *const files[] = {"CMakeLists.txt", "skeleton.c", "skeleton.h", "glue.c"};
enum { FILES = sizeof files / sizeof files[0] };
static const char word[] = "skeleton", loud_word[] = "SKELETON";

/* What the folder is called, as a C identifier. */
static void name_of(const char *folder, char *name, size_t size_bytes)
{
    char copy[PRING_PATH];
    snprintf(copy, sizeof copy, "%s", folder);
    const char *base = basename(copy);
    snprintf(name, size_bytes, "%s%s", isdigit((unsigned char)base[0]) ? "driver_" : "", base);
    for (char *at = name; *at; at++)
        if (!isalnum((unsigned char)*at))
            *at = '_';
}

/* The text with the skeleton's name replaced; from malloc. */
static char *rename_in(const char *text, const char *name)
{
    char *out = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&out, &len);
    while (file && *text) {
        bool is_word = strncmp(text, word, sizeof word - 1) == 0;
        bool is_loud = strncmp(text, loud_word, sizeof loud_word - 1) == 0;
        if (is_word)
            fputs(name, file);
        else if (!is_loud)
            fputc(*text, file);
        for (const char *at = name; is_loud && *at; at++)
            fputc(toupper((unsigned char)*at), file);
        text += is_word || is_loud ? sizeof word - 1 : 1;
    }
    if (file)
        fclose(file);
    return out;
}

static int write_file(const char *folder, const char *file, const char *name)
{
    char from[PRING_PATH], to[PRING_PATH * 2];
    size_t len = 0;
    snprintf(from, sizeof from, "%s/tests/drivers/skeleton/%s", PRING_SOURCE_DIR, file);
    char *text = pring_file_read(from, &len);
    if (!text)
        return pring_fail(PRING_SETUP, "%s: %s", from, strerror(errno));
    char *renamed = rename_in(text, name), *path = rename_in(file, name);
    snprintf(to, sizeof to, "%s/%s", folder, path ? path : file);
    bool is_written = renamed && pring_file_write(to, renamed, strlen(renamed));
    if (!is_written)
        pring_fail(PRING_SETUP, "%s: %s", to, strerror(errno));
    else
        printf("  %s\n", to);
    free(text);
    free(renamed);
    free(path);
    return is_written ? PRING_CLEAN : PRING_SETUP;
}

static bool is_empty(const char *folder)
{
    DIR *dir = opendir(folder);
    int entries = 0;
    while (dir && readdir(dir))
        entries++;
    if (dir)
        closedir(dir);
    return entries <= 2; /* itself and its parent */
}

static int check_name(const char *folder, const char *name)
{
    struct pring_names *drivers = pring_drivers_in_tree();
    int code = PRING_CLEAN;
    for (int i = 0; drivers && i < drivers->count; i++)
        if (strcmp(drivers->name[i], name) == 0)
            code =
                pring_fail(PRING_USAGE,
                           "there is a driver '%s' already (pring list drivers); choose another name", name);
    free(drivers);
    if (code == PRING_CLEAN && !is_empty(folder))
        code = pring_fail(PRING_USAGE, "%s is not empty; a new folder was expected", folder);
    if (code == PRING_CLEAN && strlen(name) >= PRING_NAME - 16)
        code = pring_fail(PRING_USAGE, "the name '%s' is too long", name);
    return code;
}

/* To be typed as it stands, from where we stand. */
static void print_next(const char *folder, const char *name)
{
    char here[PRING_PATH] = "";
    const char *pring = getcwd(here, sizeof here) && strcmp(here, PRING_SOURCE_DIR) == 0 ? "./pring"
                                                                                         : PRING_SOURCE_DIR
                            "/pring";
    printf("\nA driver for entropy and block devices, small and complete. Try it:\n"
           "  %s run --driver %s --trace\n"
           "  %s check driver %s\n"
           "  %s fuzz --driver %s --time 20\n"
           "Then put your own sources in the place of %s.c, name them in CMakeLists.txt, and let glue.c call "
           "them.\n"
           "It may call what sim/include/pring/guest.h declares; the build says what else it wants.\n",
           pring, folder, pring, folder, pring, folder, name);
}

static int run(int operand_count, char **operands)
{
    char name[PRING_PATH];
    if (operand_count != 2 || strcmp(operands[0], "driver") != 0)
        return pring_fail(PRING_USAGE, "new takes 'driver' and a folder: pring new driver DIR");
    char *folder = operands[1];
    for (size_t len = strlen(folder); len > 1 && folder[len - 1] == '/'; len--)
        folder[len - 1] = '\0';
    name_of(folder, name, sizeof name);
    int code = check_name(folder, name);
    if (code == PRING_CLEAN && !pring_folder_make(folder))
        code = pring_fail(PRING_SETUP, "%s: %s", folder, strerror(errno));
    for (int i = 0; i < FILES && code == PRING_CLEAN; i++)
        code = write_file(folder, files[i], name);
    if (code == PRING_CLEAN)
        print_next(folder, name);
    return code;
}

static const struct pring_option options[] = {{NULL, NULL, NULL, NULL, NULL, PRING_FLAG, NULL, 0, 0}};

const struct pring_command pring_command_new = {
    .name = "new",
    .summary = "begin a driver",
    .operands = "driver DIR",
    .overview = "a folder with a driver that works, to begin with",
    .options = options,
    .more = "Writes DIR with a CMakeLists.txt, a commented driver for entropy and block devices, and the "
            "glue that binds\n"
            "it to the bench; and prints what to type next. DIR may lie anywhere, and must not hold files.\n",
    .run = run,
};
