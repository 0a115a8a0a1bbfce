/* SPDX-License-Identifier: Apache-2.0 */
/* The sum of all workers, and what it says. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <pring/scenario.h>

#include "hunt.h"

static void add(struct pring_tally *tally, const struct pring_board *board, bool is_afl)
{
    tally->imported[is_afl] += board->imported;
    tally->runs += board->runs;
    tally->cycles += board->cycles;
    tally->triaged += board->triaged;
    tally->driver_ok += board->driver_ok;
    tally->completed += board->completed;
    tally->unstable += board->unstable;
    for (int i = 0; i < PRING_VERDICT_COUNT; i++) {
        tally->verdicts[i] += board->verdicts[i];
        tally->triage_verdicts[i] += board->triage_verdicts[i];
    }
    for (int i = 0; i < PRING_BOARD_ROWS; i++) {
        tally->fired[i] += board->fired[i];
        tally->effective[i] += board->effective[i];
    }
    for (int i = 0; i < 2; i++) {
        tally->labels_seen[i] |= board->labels_seen[i];
        tally->labels_falsified[i] |= board->labels_falsified[i];
        tally->labels_honest[i] |= board->labels_honest[i];
    }
    /* Workers reach mostly the same code: the best one counts. */
    tally->edges = board->edges > tally->edges ? board->edges : tally->edges;
    tally->edges_all = board->edges_all > tally->edges_all ? board->edges_all : tally->edges_all;
    tally->lines = board->lines > tally->lines ? board->lines : tally->lines;
    tally->lines_all = board->lines_all > tally->lines_all ? board->lines_all : tally->lines_all;
    tally->news_ns = board->news_ns > tally->news_ns ? board->news_ns : tally->news_ns;
}

void pring_tally_update(struct pring_hunt *hunt)
{
    memset(&hunt->tally, 0, sizeof hunt->tally);
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        hunt->finding[i].seen = 0;
    for (uint64_t i = 0; i < hunt->request->jobs; i++) {
        const struct pring_worker *worker = &hunt->worker[i];
        if (!worker->board)
            continue;
        add(&hunt->tally, worker->board, worker->is_afl);
        for (uint32_t k = 0; k < worker->taken; k++)
            hunt->finding[worker->index[k]].seen += worker->board->finding[k].seen;
    }
}

static bool has_label(const uint64_t labels[2], uint8_t label)
{
    return labels[label / 64 & 1] >> label % 64 & 1;
}

static bool drives(const struct pring_hunt *hunt, uint32_t device)
{
    const struct pring_about *about = hunt->request->about;
    for (int i = 0; i < about->device_count; i++)
        if (about->devices[i] == device)
            return hunt->request->device == 0 || hunt->request->device == device;
    return false;
}

/* The driver's own words in shared memory: most drivers never read them back, and then nobody can falsify
 * them. */
static bool is_drivers_own(uint8_t label)
{
    uint8_t group = pring_field_info[label].group;
    return group == PRING_GROUP_DESC || group == PRING_GROUP_AVAIL || label == PRING_F_PACKED_ADDR ||
           label == PRING_F_DATA_OUT;
}

/* A field that the driver never looks at cannot be falsified for it, and a switch needs somebody to switch
 * to. What it looks at only once something went wrong is no such field: a header that it takes for payload,
 * or all of another device. */
bool pring_tally_applies(const struct pring_hunt *hunt, uint32_t row)
{
    const struct pring_fault_row *fault = &pring_fault_rows[row];
    if (fault->device != 0 && !drives(hunt, fault->device))
        return false;
    if (fault->action == PRING_FAULT_SWITCH)
        return hunt->tally.fired[row] > 0;
    if (is_drivers_own(fault->subject))
        return hunt->tally.effective[row] > 0;
    return fault->subject == PRING_FIELD_NONE || has_label(hunt->tally.labels_honest, fault->subject);
}

uint32_t pring_tally_faults(const struct pring_hunt *hunt, uint32_t *applicable)
{
    uint32_t effective = 0;
    *applicable = 0;
    for (uint32_t row = 0; row < pring_fault_row_count && row < PRING_BOARD_ROWS; row++) {
        if (!pring_tally_applies(hunt, row))
            continue;
        ++*applicable;
        effective += hunt->tally.effective[row] > 0;
    }
    return effective;
}

/* A campaign that finds nothing proves something only if it reached the driver. Below half a million runs it
 * does not claim to. */
bool pring_tally_vacuous(const struct pring_hunt *hunt, char *why, size_t size_bytes)
{
    enum { RUNS_MIN = 500000, EFFECTIVE_MIN = 100 };
    const struct pring_tally *tally = &hunt->tally;
    size_t len = 0;
    why[0] = '\0';
    if (tally->runs < RUNS_MIN)
        return false;
    if (tally->driver_ok * 2 < tally->runs)
        len += (size_t)snprintf(why + len, size_bytes - len, "only %.1f %% of the runs reach DRIVER_OK; ",
                                100.0 * (double)tally->driver_ok / (double)tally->runs);
    if (tally->completed * 5 < tally->runs * 2)
        len += (size_t)snprintf(why + len, size_bytes - len, "only %.1f %% complete a request; ",
                                100.0 * (double)tally->completed / (double)tally->runs);
    for (uint32_t row = 0; row < pring_fault_row_count && row < PRING_BOARD_ROWS && len + 96 < size_bytes;
         row++)
        if (pring_tally_applies(hunt, row) && tally->effective[row] < EFFECTIVE_MIN)
            len += (size_t)snprintf(why + len, size_bytes - len, "%s effective %" PRIu64 " times; ",
                                    pring_fault_rows[row].name, tally->effective[row]);
    if (len >= 2 && len < size_bytes)
        why[len - 2] = '\0';
    return why[0] != '\0';
}

uint32_t pring_tally_open(const struct pring_hunt *hunt)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        count += hunt->finding[i].state == PRING_FINDING_DONE && !hunt->finding[i].known;
    return count;
}
