/* SPDX-License-Identifier: Apache-2.0 */
/* The target: decode, run, judge, count. What it promises: any bytes are a run; nothing is left over from the
 * run before; findings do not end it. */
#include "fuzz/target.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/engine.h"
#include "fuzz/share.h"

struct pring_campaign pring_campaign;

enum { TRIAGE_EVERY = 1024, SORT_EVERY = 16, SLOW_EVENTS = 1500 };

/* What runs now is on the board, so that a run that kills the process is not lost. */
static void post_input(struct pring_board *board, const uint8_t *bytes, size_t len_bytes)
{
    size_t len = len_bytes < PRING_BOARD_INPUT ? len_bytes : PRING_BOARD_INPUT;
    memcpy(board->input, bytes, len);
    board->input_bytes = (uint32_t)len;
}

static void count_faults(struct pring_board *board, const struct pring_scenario *scenario,
                         const struct pring_result *result)
{
    bool fired[PRING_BOARD_ROWS] = {false}, effective[PRING_BOARD_ROWS] = {false};
    for (uint16_t i = 0; i < scenario->fault_count; i++) {
        int row = result->fault_fired[i] ? pring_fault_row_of(&scenario->fault[i]) : -1;
        if (row < 0 || row >= PRING_BOARD_ROWS)
            continue;
        board->fired[row] += !fired[row];
        fired[row] = true;
        if (!result->fault_effective[i])
            continue;
        board->effective[row] += !effective[row];
        effective[row] = true;
        uint8_t subject = pring_fault_rows[row].subject;
        board->labels_falsified[subject / 64 & 1] |= 1ull << subject % 64;
    }
}

static void count(struct pring_board *board, const struct pring_scenario *scenario, uint32_t device_type,
                  const struct pring_result *result)
{
    uint64_t *labels = pring_campaign.hints->labels[device_type];
    bool is_honest = true;
    for (uint16_t i = 0; i < scenario->fault_count; i++)
        is_honest &= !result->fault_fired[i];
    board->runs++;
    board->cycles += result->cycles;
    board->driver_ok += result->driver_ok;
    board->completed += result->completed > 0;
    board->requests += result->completed;
    board->verdicts[result->verdict]++;
    for (int i = 0; i < 2; i++) {
        labels[i] |= result->labels_seen[i];
        board->labels_seen[i] |= result->labels_seen[i];
        board->labels_honest[i] |= is_honest ? result->labels_seen[i] : 0;
    }
    if (scenario->fault_count > 0)
        count_faults(board, scenario, result);
}

/* The bench's own promise: same input, same run. Then the slow verdict: does it recover, are double fetches
 * real? */
static void triage(const struct pring_run_request *request, const struct pring_result *first)
{
    static struct pring_result second, third;
    struct pring_run_request again = *request;
    struct pring_board *board = pring_campaign.board;
    pring_coverage_keep();
    again.state_hash = true;
    pring_bench_run(&again, &second);
    pring_bench_run(&again, &third);
    board->unstable += second.verdict != first->verdict || second.result_hash != first->result_hash ||
                       second.state_hash != third.state_hash;
    again.state_hash = false;
    again.triage = true;
    pring_bench_run(&again, &second);
    pring_coverage_restore();
    board->triaged++;
    board->triage_verdicts[second.verdict]++;
    if (second.verdict != first->verdict)
        pring_finding_record(request->scenario, &second);
}

/* libFuzzer need not sort a thousand counters where nothing is new, except now and then, for smaller inputs
 * that reach the same. AFL++ compares maps of one input, so it gets them all; but its inputs stay short too.
 */
static void show_engine(bool is_new, bool is_worth, bool breeds)
{
    const struct pring_campaign *campaign = &pring_campaign;
    if (campaign->pure_maps) {
        if (!breeds)
            pring_coverage_forget_code();
        return;
    }
    if (!is_new && !is_worth && (!breeds || campaign->board->runs % SORT_EVERY != 0))
        pring_coverage_forget();
}

bool pring_target_run(const struct pring_scenario *scenario, uint32_t device_type)
{
    static struct pring_result result;
    const struct pring_campaign *campaign = &pring_campaign;
    struct pring_board *board = campaign->board;
    const struct pring_run_request request = {
        .island = campaign->island, .backend = campaign->backend, .scenario = scenario};
    pring_bench_run(&request, &result);
    count(board, scenario, device_type, &result);
    /* A run that mostly waits for time-outs is judged like any other, but it does not breed: its children
     * would wait as long, and there is little else to see in them. */
    bool breeds = result.events <= SLOW_EVENTS;
    uint32_t new_edges = 0;
    bool is_worth = pring_coverage_look(breeds, &new_edges) && breeds;
    bool is_new = pring_features_mark(scenario, &result, breeds) || new_edges > 0;
    if (is_new)
        board->news_ns = pring_now_ns();
    pring_finding_record(scenario, &result);
    if (is_new || board->runs % TRIAGE_EVERY == 0)
        triage(&request, &result);
    show_engine(is_new, is_worth, breeds);
    return is_new || is_worth;
}

int pring_target(const uint8_t *bytes, size_t len_bytes)
{
    static struct pring_scenario scenario; /* large */
    const struct pring_campaign *campaign = &pring_campaign;
    struct pring_board *board = campaign->board;
    if (board->stop || (campaign->runs_max && board->runs >= campaign->runs_max))
        pring_engine_end();
    if (len_bytes ==
        0) /* libFuzzer's trial run before it looks at counters: nothing may be learned from it */
        return 0;
    post_input(board, bytes, len_bytes);
    pring_scenario_decode(&scenario, bytes, len_bytes);
    uint32_t device_type = pring_campaign_device(&scenario);
    bool is_news = pring_target_run(&scenario, device_type);
    board->input_bytes = 0;
    if (is_news && campaign->is_loaded && campaign->corpus)
        board->imported += pring_share_has(campaign->corpus, bytes, len_bytes);
    return 0;
}
