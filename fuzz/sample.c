/* SPDX-License-Identifier: Apache-2.0 */
/* `pring run --sample N`: inputs as a fuzzer makes them, the same ones for the same seed, on every backend
 * asked for. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/args.h"
#include "fuzz/modes.h"
#include "fuzz/outcome.h"
#include "fuzz/target.h"

enum { POOL = 64, INPUT_MAX = 512 };
static struct {
    uint8_t bytes[INPUT_MAX];
    size_t len;
} pool[POOL];
static uint64_t random_state;

static uint32_t draw(uint32_t limit)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 33) % limit);
}

static void fill_pool(void)
{
    static struct pring_scenario scenario;
    const uint16_t *types = pring_arg_island()->dut->device_types;
    uint32_t count = 0;
    while (types && types[count])
        count++;
    for (uint32_t i = 0; i < POOL; i++) {
        pring_scenario_honest(&scenario, count ? types[i % count] : PRING_DEVICE_BLK);
        pool[i].len = pring_scenario_encode(&scenario, pool[i].bytes, INPUT_MAX);
    }
}

/* Backends owe equal results only where nothing but the driver's acts moves time. */
static void make_settled(struct pring_scenario *scenario)
{
    for (uint16_t i = 0; i < scenario->set_count; i++)
        if (scenario->set[i].key == PRING_SET_SCHEDULE)
            scenario->set[i].value = PRING_SCHEDULE_SETTLED;
}

static void save(const struct pring_scenario *scenario, uint64_t run)
{
    static char text[1 << 18];
    char path[4096];
    const char *folder = pring_arg("differs", NULL);
    if (!folder)
        return;
    pring_scenario_print(scenario, text, sizeof text);
    snprintf(path, sizeof path, "%s/differs-%" PRIu64 ".scn", folder, run);
    FILE *out = fopen(path, "we");
    if (out) {
        fputs(text, out);
        fclose(out);
        printf("         ./pring run %s --backend all\n", path);
    }
}

static void one(uint64_t run, struct pring_outcome *outcome, uint64_t *differ, uint64_t *ok)
{
    static struct pring_scenario scenario;
    uint8_t bytes[INPUT_MAX];
    uint32_t from = draw(POOL);
    size_t len = pool[from].len;
    memcpy(bytes, pool[from].bytes, len);
    for (uint32_t steps = 1 + draw(4); steps > 0; steps--)
        len = pring_mutate(bytes, len, INPUT_MAX, draw(UINT32_MAX), pring_campaign.hints);
    pring_scenario_decode(&scenario, bytes, len);
    pring_campaign_device(&scenario);
    make_settled(&scenario);
    pring_outcome_run(outcome, &scenario, NULL, NULL);
    char name[32];
    snprintf(name, sizeof name, "sample %" PRIu64, run);
    if (pring_arg_number("json", 0))
        pring_outcome_json(outcome, name);
    *ok += outcome->result[0].verdict == PRING_VERDICT_OK;
    if (outcome->is_same && draw(4) == 0) { /* the pool drifts away from honesty, slowly */
        from = draw(POOL);
        memcpy(pool[from].bytes, bytes, len);
        pool[from].len = len;
    }
    if (outcome->is_same || (*differ)++ >= 10)
        return;
    pring_outcome_text(outcome, &scenario, name, true);
    save(&scenario, run);
}

int pring_mode_sample(void)
{
    static struct pring_outcome outcome;
    uint64_t runs = pring_arg_number("sample", 1000), differ = 0, ok = 0;
    random_state = pring_arg_number("seed", 1);
    pring_outcome_open(&outcome);
    pring_campaign_take_devices(outcome.backend);
    fill_pool();
    for (uint64_t run = 0; run < runs; run++) {
        one(run, &outcome, &differ, &ok);
        if (run % 64 == 63)
            fill_pool(); /* drift is bounded: half of the runs should still work */
    }
    if (!pring_arg_number("json", 0)) {
        printf("%" PRIu64 " generated inputs on", runs);
        for (uint32_t i = 0; outcome.backend[i]; i++)
            printf(" %s", outcome.backend[i]->name);
        printf(": %" PRIu64 " ok on the first, %" PRIu64 " differ.\n", ok, differ);
    }
    return differ ? 1 : 0;
}
