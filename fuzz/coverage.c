/* SPDX-License-Identifier: Apache-2.0 */
/* Two kinds of feedback: the compiler's counters in the driver, and flags of our own. Flags and not counts:
 * as counts they would triple the corpus and halve the speed, for the same edges. */
#include "fuzz/target.h"

#include <string.h>

extern uint8_t __start___sancov_cntrs[] __attribute__((weak, visibility("hidden")));
extern uint8_t __stop___sancov_cntrs[] __attribute__((weak, visibility("hidden")));

__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t flags[PRING_FLAG_COUNT];

enum { COUNTERS_MAX = 1 << 16 };
static uint8_t kept[COUNTERS_MAX], kept_flags[PRING_FLAG_COUNT];
/* Which of the eight buckets that libFuzzer makes of a count were met: by counter. */
static uint8_t met_buckets[COUNTERS_MAX];
/* Eight counters as they were when last met and well known. */
static uint64_t last[COUNTERS_MAX / 8];

static size_t counter_bytes(void)
{
    size_t len = (uintptr_t)__stop___sancov_cntrs - (uintptr_t)__start___sancov_cntrs;
    return len < COUNTERS_MAX ? len : COUNTERS_MAX;
}

static uint8_t bucket(uint8_t count)
{
    if (count < 4)
        return (uint8_t)(1u << (count - 1));
    return count < 8 ? 8 : count < 16 ? 16 : count < 32 ? 32 : count < 128 ? 64 : 128;
}

/* True: one of these eight counters has a count as never before. */
static bool look_at(const uint8_t *counter, size_t at, size_t count, bool learns, uint64_t *edges)
{
    bool is_new = false;
    for (size_t i = 0; i < count; i++) {
        uint8_t met = met_buckets[at + i], bit = counter[i] ? bucket(counter[i]) : 0;
        if ((bit & ~met) == 0)
            continue;
        is_new = true;
        *edges += met == 0;
        if (learns || met == 0)
            met_buckets[at + i] = met | bit;
    }
    return is_new;
}

bool pring_coverage_look(bool learns, uint32_t *new_edges)
{
    static uint64_t edges; /* of this process: one that takes over begins anew */
    const uint8_t *counters = __start___sancov_cntrs;
    size_t len = counter_bytes();
    uint64_t before = edges;
    bool is_new = false;
    for (size_t i = 0; i < len; i += 8) { /* a word at a time: nearly always it is as it was */
        size_t count = len - i < 8 ? len - i : 8;
        uint64_t now = 0;
        memcpy(&now, counters + i, count);
        if (now == 0 || now == last[i / 8])
            continue;
        bool is_new_here = look_at(counters + i, i, count, learns, &edges);
        is_new |= is_new_here;
        if (!is_new_here)
            last[i / 8] = now;
    }
    *new_edges = (uint32_t)(edges - before);
    if (edges > pring_campaign.board->edges)
        pring_campaign.board->edges = edges;
    pring_campaign.board->edges_all = len;
    return is_new;
}

void pring_coverage_keep(void)
{
    memcpy(kept, __start___sancov_cntrs, counter_bytes());
    memcpy(kept_flags, flags, sizeof flags);
}

void pring_coverage_restore(void)
{
    memcpy(__start___sancov_cntrs, kept, counter_bytes());
    memcpy(flags, kept_flags, sizeof flags);
}

void pring_coverage_forget_edges(void)
{
    memset(__start___sancov_cntrs, 0, counter_bytes());
}

void pring_coverage_forget(void)
{
    pring_coverage_forget_edges();
    memset(flags, 0, sizeof flags);
}

size_t pring_coverage_counters(struct pring_counters counters[PRING_COUNTERS_MAX])
{
    counters[0] = (struct pring_counters){__start___sancov_cntrs, counter_bytes()};
    counters[1] = (struct pring_counters){flags, sizeof flags};
    return 2;
}

bool pring_coverage_flag(uint32_t flag)
{
    static uint8_t met[PRING_FLAG_COUNT];
    bool is_new = !met[flag];
    flags[flag] = met[flag] = 1;
    return is_new;
}
