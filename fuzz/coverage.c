/* SPDX-License-Identifier: Apache-2.0 */
/* Two kinds of feedback: the compiler's counters in the driver, and flags of our own. Flags and not counts:
 * as counts they would triple the corpus and halve the speed, for the same edges. */
#include "fuzz/target.h"

#include <string.h>

extern uint8_t __start___sancov_cntrs[] __attribute__((weak, visibility("hidden")));
extern uint8_t __stop___sancov_cntrs[] __attribute__((weak, visibility("hidden")));

/* In this section: our own flags, and those of the device's lines where it has them. */
extern uint8_t __start___libfuzzer_extra_counters[] __attribute__((visibility("hidden")));
extern uint8_t __stop___libfuzzer_extra_counters[] __attribute__((visibility("hidden")));
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t own_flags[PRING_FLAG_COUNT];
extern const uint32_t pring_rtl_line_count __attribute__((weak)); /* not there: no such lines */
enum { EXTRA_MAX = 1 << 14 };
static uint8_t met_lines[EXTRA_MAX];

enum { COUNTERS_MAX = 1 << 16, BLOCK = 64 };
static uint8_t kept[COUNTERS_MAX], kept_extra[EXTRA_MAX];
/* Which of the eight buckets that libFuzzer makes of a count were met: by counter. */
static uint8_t met_buckets[COUNTERS_MAX];
/* Eight counters as they were when last met and well known. */
static uint64_t last[COUNTERS_MAX / 8];

/* The compiler may not know that these are part of that section, or it would think nobody reads them. */
static uint8_t *flags(void)
{
    uint8_t *start = own_flags;
    __asm__("" : "+r"(start));
    return start;
}

static size_t counter_bytes(void)
{
    size_t len = (uintptr_t)__stop___sancov_cntrs - (uintptr_t)__start___sancov_cntrs;
    return len < COUNTERS_MAX ? len : COUNTERS_MAX;
}

static size_t extra_bytes(void)
{
    size_t len = (uintptr_t)__stop___libfuzzer_extra_counters - (uintptr_t)__start___libfuzzer_extra_counters;
    return len < EXTRA_MAX ? len : EXTRA_MAX;
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

static bool look_at_word(const uint8_t *counter, size_t at, size_t count, bool learns, uint64_t *edges)
{
    uint64_t now = 0;
    memcpy(&now, counter, count);
    if (now == 0 || now == last[at / 8])
        return false;
    bool is_new = look_at(counter, at, count, learns, edges);
    if (!is_new)
        last[at / 8] = now;
    return is_new;
}

/* Is one of these words neither zero nor as it was? Without a branch: the compiler takes several at a time.
 */
static bool is_other(const uint8_t *counters, const uint64_t known[BLOCK / 8])
{
    uint64_t now[BLOCK / 8], other = 0;
    memcpy(now, counters, sizeof now);
    for (size_t i = 0; i < BLOCK / 8; i++)
        other |= (uint64_t)(now[i] != 0) & (uint64_t)(now[i] != known[i]);
    return other != 0;
}

/* Lines of the device: true: one that never ran before. Our own flags are not set yet when this is asked. */
static bool look_at_lines(bool learns)
{
    static uint64_t lines;
    const uint8_t *now = __start___libfuzzer_extra_counters;
    size_t len = extra_bytes();
    uint64_t before = lines;
    if (!&pring_rtl_line_count)
        return false;
    for (size_t i = 0; i < len; i += 8) {
        size_t count = len - i < 8 ? len - i : 8;
        uint64_t word = 0, met = 0;
        memcpy(&word, now + i, count);
        memcpy(&met, met_lines + i, count);
        uint64_t fresh = word & ~met;
        lines += (uint64_t)__builtin_popcountll(fresh);
        met |= fresh;
        if (fresh && learns)
            memcpy(met_lines + i, &met, count);
    }
    bool is_new = lines != before;
    lines = learns ? lines : before;
    if (lines > pring_campaign.board->lines)
        pring_campaign.board->lines = lines;
    pring_campaign.board->lines_all = pring_rtl_line_count;
    return is_new;
}

bool pring_coverage_look(bool learns, uint32_t *new_edges)
{
    static uint64_t edges; /* of this process: one that takes over begins anew */
    const uint8_t *counters = __start___sancov_cntrs;
    size_t len = counter_bytes();
    uint64_t before = edges;
    bool is_new = look_at_lines(learns);
    size_t i = 0;
    for (; i + BLOCK <= len; i += BLOCK) /* nearly always all is as it was */
        if (is_other(counters + i, &last[i / 8]))
            for (size_t at = i; at < i + BLOCK; at += 8)
                is_new |= look_at_word(counters + at, at, 8, learns, &edges);
    for (; i < len; i += 8)
        is_new |= look_at_word(counters + i, i, len - i < 8 ? len - i : 8, learns, &edges);
    *new_edges = (uint32_t)(edges - before);
    if (edges > pring_campaign.board->edges)
        pring_campaign.board->edges = edges;
    pring_campaign.board->edges_all = len;
    return is_new;
}

void pring_coverage_keep(void)
{
    memcpy(kept, __start___sancov_cntrs, counter_bytes());
    memcpy(kept_extra, __start___libfuzzer_extra_counters, extra_bytes());
}

void pring_coverage_restore(void)
{
    memcpy(__start___sancov_cntrs, kept, counter_bytes());
    memcpy(__start___libfuzzer_extra_counters, kept_extra, extra_bytes());
}

void pring_coverage_forget(void)
{
    memset(__start___sancov_cntrs, 0, counter_bytes());
    memset(__start___libfuzzer_extra_counters, 0, extra_bytes());
}

void pring_coverage_forget_code(void)
{
    static uint8_t own[PRING_FLAG_COUNT];
    memcpy(own, flags(), sizeof own);
    pring_coverage_forget();
    memcpy(flags(), own, sizeof own);
}

size_t pring_coverage_counters(struct pring_counters counters[PRING_COUNTERS_MAX])
{
    counters[0] = (struct pring_counters){__start___sancov_cntrs, counter_bytes()};
    counters[1] = (struct pring_counters){__start___libfuzzer_extra_counters, extra_bytes()};
    return 2;
}

bool pring_coverage_flag(uint32_t flag)
{
    static uint8_t met[PRING_FLAG_COUNT];
    bool is_new = !met[flag];
    flags()[flag] = met[flag] = 1;
    return is_new;
}
