/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The untrusted-read list. A site is a label and the code addresses that led to its read. Many drivers read
 * all registers through one accessor, so the innermost address says little: of the lines that led to the read
 * the place is the innermost one through which the fewest different labels are read.
 */
#include "fuzz/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pring/machine.h>

enum { SITES_MAX = 4096, SLOTS = 8192, PLACES_MAX = 1024, EXAMPLE = 160, LINES_MAX = 4096, FRAMES = 4 };

struct tally {
    uint32_t tried, accepted, refused, bug, stuck;
    char example[EXAMPLE]; /* of a bug, else of a value that was accepted */
    bool is_bug;
};

struct site {
    uint8_t label, depth;
    uint64_t stack[DOCTOR_STACK];
    bool met; /* in this run */
    struct tally tally;
};

static struct site sites[SITES_MAX];
static uint32_t site_count;
static uint16_t slots[SLOTS]; /* site + 1, by hash */
static struct site *last;

static struct site *site_of(enum pring_field label, const uint64_t *stack, uint32_t depth)
{
    uint64_t hash = (uint64_t)label * UINT64_C(0x9e3779b97f4a7c15);
    for (uint32_t i = 0; i < depth; i++)
        hash = (hash ^ stack[i]) * UINT64_C(0x9e3779b97f4a7c15);
    for (uint32_t at = (uint32_t)(hash >> 40) % SLOTS;; at = (at + 1) % SLOTS) {
        if (slots[at] == 0 && site_count == SITES_MAX)
            return NULL;
        if (slots[at] == 0) {
            slots[at] = (uint16_t)(site_count + 1);
            struct site *site = &sites[site_count++];
            site->label = (uint8_t)label;
            site->depth = (uint8_t)depth;
            memcpy(site->stack, stack, depth * sizeof stack[0]);
            return site;
        }
        struct site *site = &sites[slots[at] - 1];
        if (site->label == label && site->depth == depth &&
            memcmp(site->stack, stack, depth * sizeof stack[0]) == 0)
            return site;
    }
}

void doctor_read_note(enum pring_field label, const uint64_t *stack, uint32_t depth)
{
    last = depth ? site_of(label, stack, depth) : NULL;
}

void doctor_read_met(void)
{
    if (last)
        last->met = true;
}

/* ---- what came of it ---- */

static void count(struct tally *tally, enum pring_verdict verdict, const char *fault, const char *oracle)
{
    bool is_bug = verdict == PRING_VERDICT_BUG;
    bool is_accepted = verdict == PRING_VERDICT_OK || verdict == PRING_VERDICT_DEGRADED;
    tally->tried++;
    tally->bug += is_bug;
    tally->accepted += is_accepted;
    tally->refused += verdict == PRING_VERDICT_REFUSED;
    tally->stuck += verdict == PRING_VERDICT_STUCK;
    if ((is_bug && !tally->is_bug) || (is_accepted && !tally->example[0]))
        snprintf(tally->example, sizeof tally->example, "%s%s%s", fault, is_bug ? ": " : "", oracle);
    tally->is_bug |= is_bug;
}

void doctor_read_outcome(const struct pring_scenario *scenario, const struct pring_result *result)
{
    char fault[EXAMPLE] = "", oracle[64] = "";
    if (scenario->fault_count)
        pring_fault_print(&scenario->fault[0], fault, sizeof fault);
    if (result->verdict == PRING_VERDICT_BUG)
        snprintf(oracle, sizeof oracle, "%s/%s", result->bug.oracle, result->bug.rule);
    for (uint32_t i = 0; i < site_count; i++) {
        if (sites[i].met && scenario->fault_count)
            count(&sites[i].tally, result->verdict, fault, oracle);
        sites[i].met = false;
    }
}

/* ---- places ---- */

struct place {
    uint8_t label;
    char where[320];
    struct tally tally;
};

/* A line of the driver, and which labels are read through it. */
struct line {
    char where[320];
    uint64_t labels[2];
};
static struct line lines[LINES_MAX];
static uint32_t line_count;

/* A code address is several lines where functions were inlined. */
static struct address {
    uint64_t pc;
    uint16_t line[FRAMES], lines;
} addresses[LINES_MAX];
static uint32_t address_count;

static uint16_t line_of(const struct pring_report *frame)
{
    char where[320];
    uint32_t at = 0;
    snprintf(where, sizeof where, "%s\t%u\t%s", frame->file, frame->line, frame->function);
    while (at < line_count && strcmp(lines[at].where, where) != 0)
        at++;
    if (at == LINES_MAX)
        return 0;
    if (at == line_count)
        memcpy(lines[line_count++].where, where, sizeof where);
    return (uint16_t)at;
}

static const struct address *address_of(uint64_t pc)
{
    struct pring_report frames[FRAMES];
    uint32_t at = 0;
    while (at < address_count && addresses[at].pc != pc)
        at++;
    if (at == LINES_MAX)
        return &addresses[0];
    if (at < address_count)
        return &addresses[at];
    struct address *address = &addresses[address_count++];
    address->pc = pc;
    address->lines = (uint16_t)pring_machine_frames(pc, frames, FRAMES);
    for (uint32_t i = 0; i < address->lines; i++)
        address->line[i] = line_of(&frames[i]);
    return address;
}

/* All lines on the way to this read, innermost first. */
static uint32_t way_to(const struct site *site, uint16_t way[DOCTOR_STACK * FRAMES])
{
    uint32_t count = 0;
    for (uint32_t k = 0; k < site->depth; k++) {
        const struct address *address = address_of(site->stack[k]);
        for (uint32_t i = 0; i < address->lines; i++)
            way[count++] = address->line[i];
    }
    return count;
}

static void note_labels(const struct site *site)
{
    uint16_t way[DOCTOR_STACK * FRAMES];
    uint32_t count = way_to(site, way);
    for (uint32_t k = 0; k < count; k++)
        lines[way[k]].labels[site->label / 64] |= UINT64_C(1) << site->label % 64;
}

static int labels_of(const struct line *line)
{
    return __builtin_popcountll(line->labels[0]) + __builtin_popcountll(line->labels[1]);
}

static bool is_in_header(const struct line *line)
{
    const char *end = strchr(line->where, '\t');
    return end && end - line->where > 2 && strncmp(end - 2, ".h", 2) == 0;
}

/* An accessor in a header says less than who called it. */
static const char *place_of(const struct site *site)
{
    uint16_t way[DOCTOR_STACK * FRAMES];
    uint32_t count = way_to(site, way);
    const struct line *best = NULL;
    for (uint32_t k = 0; k < count; k++) {
        const struct line *line = &lines[way[k]];
        int fewer = best ? labels_of(best) - labels_of(line) : 1;
        if (fewer > 0 || (fewer == 0 && is_in_header(best)))
            best = line;
    }
    return best ? best->where : "?\t0\t?";
}

static void add(struct tally *sum, const struct tally *more)
{
    sum->tried += more->tried;
    sum->accepted += more->accepted;
    sum->refused += more->refused;
    sum->bug += more->bug;
    sum->stuck += more->stuck;
    if (more->example[0] && (!sum->example[0] || (more->is_bug && !sum->is_bug)))
        memcpy(sum->example, more->example, sizeof sum->example);
    sum->is_bug |= more->is_bug;
}

static int by_place(const void *a, const void *b)
{
    const struct place *one = a, *other = b;
    const char *line = strchr(one->where, '\t'), *line_other = strchr(other->where, '\t');
    size_t len = line ? (size_t)(line - one->where) : 0;
    int order = strncmp(one->where, other->where, len + 1);
    if (order == 0 && line && line_other)
        order = atoi(line + 1) - atoi(line_other + 1);
    return order ? order : one->label - other->label;
}

static void print_place(const struct place *place)
{
    const struct tally *t = &place->tally;
    printf("read\t%s\t%s\t%u\t%u\t%u\t%u\t%u\t%s\n", pring_field_info[place->label].name, place->where,
           t->tried, t->accepted, t->refused, t->bug, t->stuck, t->example);
}

void doctor_reads(void)
{
    static struct place places[PLACES_MAX];
    uint32_t place_count = 0;
    for (uint32_t i = 0; i < site_count; i++)
        note_labels(&sites[i]);
    for (uint32_t i = 0; i < site_count; i++) {
        struct place place = {.label = sites[i].label};
        snprintf(place.where, sizeof place.where, "%s", place_of(&sites[i]));
        uint32_t at = 0;
        while (at < place_count &&
               (places[at].label != place.label || strcmp(places[at].where, place.where) != 0))
            at++;
        if (at == PLACES_MAX)
            continue;
        if (at == place_count)
            places[place_count++] = place;
        add(&places[at].tally, &sites[i].tally);
    }
    qsort(places, place_count, sizeof places[0], by_place);
    for (uint32_t i = 0; i < place_count; i++)
        print_place(&places[i]);
    if (site_count == SITES_MAX)
        puts("note\tmore places read the device than this list holds");
}
