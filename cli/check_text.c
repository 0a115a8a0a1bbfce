/* SPDX-License-Identifier: Apache-2.0 */
/* What was found in a driver, for a person. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "device.h"
#include "spec/feature.h"

static const char *const *words(const struct pring_check *check, const char *kind, int *at)
{
    *at = pring_check_next(check, kind, *at);
    return *at < 0 ? NULL : check->line[*at].word;
}

static void print_place(const char *const *place) /* source, line, function */
{
    if (place[0][0])
        printf("%s:%s in %s", place[0], place[1], place[2]);
}

/* Of the column that names devices: as wide as the longest that was tried. */
static int device_width(const struct pring_check *check)
{
    const char *const *word;
    size_t width = 0;
    for (int at = -1; (word = words(check, "life", &at));) {
        size_t len = strlen(pring_device_name((uint16_t)atoi(word[1])));
        width = len > width ? len : width;
    }
    return (int)width;
}

static void print_command(const struct pring_check *check, const char *file)
{
    printf("      ./pring run %s%s --trace\n", file, check->driver->given);
}

/* ---- life ---- */

static void print_lives(const struct pring_check *check)
{
    static const char *const steps[] = {"probe", "FEATURES_OK", "DRIVER_OK", "request", "remove"};
    const char *const *word;
    puts("How far it gets with an honest device");
    for (int at = -1; (word = words(check, "life", &at));) {
        printf("  %-*s on %-8s", device_width(check), pring_device_name((uint16_t)atoi(word[1])), word[2]);
        for (int i = 0; i < 5; i++)
            printf(" %s%s", steps[i], word[4 + i][0] == '1' ? "" : "(no)");
        printf("   %s\n", word[3]);
    }
}

/* ---- requirements ---- */

static void print_requirements(const struct pring_check *check)
{
    const char *const *word;
    int fooled = pring_check_count(check, "requirement", "fooled");
    printf("\nRequirements with honest devices: %d kept, %d broken, %d not reached",
           pring_check_count(check, "requirement", "kept"), pring_check_count(check, "requirement", "broken"),
           pring_check_count(check, "requirement", "unreached"));
    if (fooled)
        printf("; %d broken only with a device that is none", fooled);
    putchar('\n');
    for (int at = -1; (word = words(check, "requirement", &at));)
        printf("  %-11s %-18s %s %s\n",
               strcmp(word[2], "unreached") == 0  ? "not reached"
               : strcmp(word[2], "broken") == 0   ? "BROKEN"
               : strcmp(word[2], "fooled") == 0   ? "FOOLED"
               : strcmp(word[2], "unjudged") == 0 ? "not judged"
                                                  : word[2],
               word[1], word[3], word[4]);
}

static void print_breaches(const struct pring_check *check)
{
    const char *const *word;
    bool has_any = false;
    for (int at = -1; (word = words(check, "requirement", &at));) {
        if (strcmp(word[2], "broken") != 0 && strcmp(word[2], "fooled") != 0)
            continue;
        printf("%s  %s: %s\n      ", has_any ? "" : "\nBroken\n", word[1], word[7]);
        print_place(word + 8);
        printf("  (%s)\n", word[6]);
        print_command(check, word[5]);
        has_any = true;
    }
    for (int at = -1; (word = words(check, "rule", &at));) {
        printf("%s  %s: %s\n      ", has_any ? "" : "\nBroken\n", word[1], word[4]);
        print_place(word + 5);
        printf("  (%s)\n", word[3]);
        print_command(check, word[2]);
        has_any = true;
    }
    for (int at = -1; (word = words(check, "differs", &at));)
        printf("  The backends do not agree: %s on %s\n", word[2], word[1]);
    for (int at = -1; (word = words(check, "device", &at));)
        printf("  Not the driver, the backend %s broke %s in %s: %s\n", word[1], word[3], word[2], word[4]);
}

/* ---- what it makes use of ---- */

static void print_features(const struct pring_check *check)
{
    const char *const *word;
    char device[16] = "";
    puts("\nFeatures that it accepts; in brackets those that it could have had, with ? those that its "
         "binding rules out");
    for (int at = -1; (word = words(check, "feature", &at));) {
        uint16_t type = (uint16_t)atoi(word[1]);
        const char *name = pring_feature_name((uint32_t)atoi(word[2]), type);
        if (strcmp(device, word[1]) != 0)
            printf("%s  %-*s", device[0] ? "\n" : "", device_width(check), pring_device_name(type));
        snprintf(device, sizeof device, "%s", word[1]);
        bool is_taken = strcmp(word[3], "accepted") == 0, is_tried = strcmp(word[3], "untried") != 0;
        printf(" %s%s%s%s", is_taken ? "" : "[", name ? name : word[2], is_taken ? "" : "]",
               is_tried ? "" : "?");
    }
    putchar('\n');
}

static void print_sizes(const struct pring_check *check)
{
    const char *const *word;
    char row[64] = "";
    puts("\nQueue sizes: QueueSizeMax, and what becomes of it");
    for (int at = -1; (word = words(check, "size", &at));) {
        char now[64];
        snprintf(now, sizeof now, "%s on %s", word[1], word[2]);
        if (strcmp(row, now) != 0)
            printf("%s  %-*s on %-8s", row[0] ? "\n" : "", device_width(check),
                   pring_device_name((uint16_t)atoi(word[1])), word[2]);
        memcpy(row, now, sizeof row);
        if (strcmp(word[4], "ok") != 0)
            printf(" %s:%s", word[3], word[4]);
        else if (strcmp(word[3], word[5]) == 0)
            printf(" %s", word[3]);
        else
            printf(" %s(%s)", word[3], word[5]);
    }
    puts("\n  in brackets: the size that it takes instead");
}

/* ---- waits ---- */

static bool was_told(const struct pring_check *check, int now)
{
    const char *const *word;
    for (int at = -1; (word = words(check, "wait", &at)) && at < now;)
        if (strcmp(word[3], check->line[now].word[3]) == 0 && strcmp(word[4], check->line[now].word[4]) == 0)
            return true;
    return false;
}

static void print_waits(const struct pring_check *check)
{
    const char *const *word;
    int unbounded = 0, tried = 0, not_met = 0;
    for (int at = -1; (word = words(check, "wait", &at));) {
        if (was_told(check, at))
            continue;
        tried++;
        not_met += strcmp(word[4], "not met") == 0;
        unbounded += pring_check_is_unbounded(&check->line[at]);
    }
    printf("\nUnbounded waits: ");
    if (unbounded)
        printf("%d", unbounded);
    else
        printf("none");
    printf(" (the device was silent in %d ways, of which %d do not concern this driver)\n", tried, not_met);
    for (int at = -1; (word = words(check, "wait", &at));) {
        char about[256];
        if (!pring_check_is_unbounded(&check->line[at]) || was_told(check, at))
            continue;
        pring_check_about(word[3], about, sizeof about);
        printf("  %-*s %s\n      it %s, ", device_width(check), pring_device_name((uint16_t)atoi(word[1])),
               about, word[4]);
        print_place(word + 5);
        putchar('\n');
        print_command(check, word[3]);
    }
}

/* ---- what the hooks cannot see ---- */

static void print_blind(const struct pring_check *check)
{
    const char *const *word;
    int count = pring_check_count(check, "blind", NULL);
    printf("\nWhat the hooks cannot see in its code:%s\n", count ? "" : " nothing found");
    for (int at = -1; (word = words(check, "blind", &at));) {
        printf("  %-15s ", word[1]);
        print_place(word + 2);
        printf("  %s\n", word[5]);
    }
    puts("  looked for: atomic read-modify-write, inline assembly and functions without hooks, in the "
         "compiler's\n"
         "  intermediate code of each source and in the island's machine code");
}

/* ---- untrusted reads ---- */

static bool is_own_word(const char *label)
{
    return strncmp(label, "desc.", 5) == 0 || strncmp(label, "avail.", 6) == 0;
}

static void print_read(const char *const *word)
{
    char place[320];
    int tried = atoi(word[5]), accepted = atoi(word[6]), refused = atoi(word[7]), bug = atoi(word[8]),
        stuck = atoi(word[9]);
    snprintf(place, sizeof place, "%s:%s %s", word[2], word[3], word[4]);
    printf("  %-52s %-24s", place, word[1]);
    if (tried == 0)
        printf(" never tried");
    if (bug)
        printf(" BUG %d", bug);
    if (accepted)
        printf(" accepted %d", accepted);
    if (refused)
        printf(" refused %d", refused);
    if (stuck)
        printf(" stuck %d", stuck);
    printf("%s\n", is_own_word(word[1]) ? "  (its own word, where the device can write)" : "");
    if ((bug || accepted) && word[10][0])
        printf("      %s %s\n", bug ? "e.g." : "took", word[10]);
}

static void print_reads(const struct pring_check *check)
{
    const char *const *word;
    puts(
        "\nUntrusted reads: each place that reads what the device controls, and what came of a falsified "
        "value\n"
        "  (runs: BUG it went wrong, accepted it went on, refused it said no, stuck it waits; on the model)");
    for (int at = -1; (word = words(check, "read", &at));)
        print_read(word);
    for (int at = -1; (word = words(check, "note", &at));)
        printf("  %s\n", word[1]);
}

static void print_answer(const struct pring_check *check)
{
    int broken = pring_check_count(check, "requirement", "broken"),
        rules = pring_check_count(check, "rule", NULL);
    if (broken + rules == 0)
        puts("\nWith an honest device it keeps every requirement that it was put to.");
    else
        printf("\nWith an honest device it breaks %d requirement%s and %d other rule%s.\n", broken,
               broken == 1 ? "" : "s", rules, rules == 1 ? "" : "s");
}

void pring_check_print(const struct pring_check *check)
{
    printf("driver %s\n\n", check->driver->label);
    print_lives(check);
    print_requirements(check);
    print_breaches(check);
    print_blind(check);
    print_features(check);
    print_sizes(check);
    print_waits(check);
    print_reads(check);
    print_answer(check);
}
