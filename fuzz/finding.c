/* SPDX-License-Identifier: Apache-2.0 */
/* Findings: told apart by their key, counted, and the first input of each kept on the board. */
#include "fuzz/target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first fault that had an effect names a verdict that no oracle explains. */
static const char *fault_name(const struct pring_scenario *scenario, const struct pring_result *result)
{
    for (int pass = 0; pass < 2; pass++)
        for (uint16_t i = 0; i < scenario->fault_count; i++) {
            bool is_it = pass == 0 ? result->fault_effective[i] : result->fault_fired[i] > 0;
            int row = is_it ? pring_fault_row_of(&scenario->fault[i]) : -1;
            if (row >= 0)
                return pring_fault_rows[row].name;
        }
    return "none";
}

bool pring_key_of(const struct pring_scenario *scenario, const struct pring_result *result, bool strict,
                  char *key, size_t size_bytes)
{
    if (result->verdict == PRING_VERDICT_BUG)
        pring_result_key(result, key, size_bytes);
    else if (strict && (result->verdict == PRING_VERDICT_STUCK || result->verdict == PRING_VERDICT_DEGRADED))
        snprintf(key, size_bytes, "%s/%s", pring_verdict_name(result->verdict), fault_name(scenario, result));
    else
        return false;
    return true;
}

bool pring_key_of_device(const struct pring_result *result, char *key, size_t size_bytes)
{
    if (result->device_findings == 0)
        return false;
    const char *label = pring_field_info[result->device_bug.label].name;
    snprintf(key, size_bytes, "device/%s/%s", result->device_bug.rule, label ? label : "none");
    return true;
}

/* Keys hold function names, and symbols are slow: a run that ends where an earlier one did is known by
 * numbers alone. */
enum { QUICK_SLOTS = 1 << 14 };
static struct {
    uint64_t hash;
    uint32_t finding;
} quick[QUICK_SLOTS];

static uint64_t mix(uint64_t hash, const void *data, size_t len)
{
    for (const uint8_t *byte = data; len > 0; len--)
        hash = (hash ^ *byte++) * 0x100000001b3u;
    return hash;
}

static uint64_t quick_hash(const struct pring_accusation *bug, uint32_t kind)
{
    uint64_t hash = mix(0xcbf29ce484222325u, &kind, sizeof kind);
    hash = mix(hash, bug->oracle, strlen(bug->oracle));
    hash = mix(hash, bug->rule, strlen(bug->rule));
    hash = mix(hash, &bug->label, sizeof bug->label);
    hash = mix(hash, &bug->pc, sizeof bug->pc);
    return hash | 1;
}

static uint32_t add(const struct pring_scenario *scenario, const char *key)
{
    struct pring_board *board = pring_campaign.board;
    uint32_t at = board->finding_count;
    for (uint32_t i = 0; i < at; i++)
        if (strcmp(board->finding[i].key, key) == 0)
            return i;
    if (at == PRING_BOARD_FINDINGS)
        return at - 1; /* more kinds than anyone reads: the last one stands for the rest */
    struct pring_board_finding *finding = &board->finding[at];
    memset(finding, 0, sizeof *finding);
    snprintf(finding->key, sizeof finding->key, "%s", key);
    finding->first_run = board->runs;
    finding->first_ns = pring_now_ns();
    size_t len = pring_scenario_encode(scenario, finding->input, sizeof finding->input);
    finding->input_bytes = (uint32_t)(len <= sizeof finding->input ? len : 0);
    board->news_ns = finding->first_ns;
    __atomic_store_n(&board->finding_count, at + 1, __ATOMIC_RELEASE);
    return at;
}

static void record(const struct pring_scenario *scenario, uint64_t hash, const char *key,
                   const struct pring_result *result)
{
    uint32_t slot = (uint32_t)(hash >> 20) % QUICK_SLOTS;
    char named[PRING_BOARD_KEY];
    for (uint32_t tries = 0; tries < QUICK_SLOTS && quick[slot].hash && quick[slot].hash != hash; tries++)
        slot = (slot + 1) % QUICK_SLOTS;
    if (quick[slot].hash != hash) {
        if (!key) {
            pring_result_key(result, named, sizeof named);
            key = named;
        }
        quick[slot].finding = add(scenario, key);
        quick[slot].hash = hash;
    }
    pring_campaign.board->finding[quick[slot].finding].seen++;
}

void pring_finding_record(const struct pring_scenario *scenario, const struct pring_result *result)
{
    char key[PRING_BOARD_KEY];
    if (result->verdict == PRING_VERDICT_BUG)
        record(scenario, quick_hash(&result->bug, PRING_VERDICT_BUG), NULL, result);
    else if (pring_key_of(scenario, result, pring_campaign.strict, key, sizeof key))
        record(scenario, mix(0x9e3779b97f4a7c15u, key, strlen(key)) | 1, key, result);
    if (pring_key_of_device(result, key, sizeof key))
        record(scenario, mix(0x517cc1b727220a95u, key, strlen(key)) | 1, key, result);
}
