/* SPDX-License-Identifier: Apache-2.0 */
/* What the words of the command line select. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/args.h"
#include "fuzz/target.h"

const struct pring_island *pring_arg_island(void)
{
    const char *name = pring_arg("driver", NULL);
    const struct pring_island *island = name ? pring_island_by_name(name) : NULL;
    if (!name && pring_island_count > 0)
        island = &pring_islands[0];
    if (!island) {
        fprintf(stderr, "pring: internal: no driver %s in this program\n", name ? name : "");
        exit(3);
    }
    return island;
}

const struct pring_backend *pring_backend_named(const char *name)
{
    const struct pring_backend *backend = pring_bench_backend(name);
    if (!backend) {
        fprintf(stderr, "pring: there is no backend '%s'; this build has", name);
        for (uint32_t i = 0; (backend = pring_bench_backend_at(i)); i++)
            fprintf(stderr, " %s", backend->name);
        fputc('\n', stderr);
        exit(2);
    }
    return backend;
}

const struct pring_backend *pring_arg_backend(void)
{
    return pring_backend_named(pring_arg("backend", "model"));
}

static bool have(const struct pring_backend *const backends[], uint32_t type)
{
    for (uint32_t i = 0; backends[i]; i++)
        if ((type == PRING_DEVICE_NET && !backends[i]->net_features) ||
            (type == PRING_DEVICE_CONSOLE && !backends[i]->console_features))
            return false;
    return true;
}

void pring_campaign_take_devices(const struct pring_backend *const backends[])
{
    static struct pring_mutate_hints own; /* of who shares them with nobody */
    struct pring_campaign *campaign = &pring_campaign;
    campaign->hints = campaign->board ? &campaign->board->hints : &own;
    campaign->hints->operations = pring_arg_island()->dut->operations;
    campaign->hints->ring_features = PRING_RING_FEATURES;
    for (uint32_t i = 0; backends[i]; i++)
        campaign->hints->ring_features &= backends[i]->features;
    uint16_t only = (uint16_t)pring_arg_number("device", 0);
    for (const uint16_t *type = pring_arg_island()->dut->device_types; type && *type; type++)
        if ((only ? *type == only : have(backends, *type)) && campaign->device_count < 8 &&
            *type < PRING_MUTATE_DEVICES) {
            campaign->devices[campaign->device_count++] = *type;
            campaign->hints->devices |= 1u << *type;
        }
}

uint32_t pring_campaign_device(struct pring_scenario *scenario)
{
    const struct pring_campaign *campaign = &pring_campaign;
    struct pring_set *device = NULL;
    for (uint16_t i = 0; i < scenario->set_count; i++)
        if (scenario->set[i].key == PRING_SET_DEVICE)
            device = &scenario->set[i];
    uint64_t type = device ? device->value : PRING_DEVICE_BLK;
    for (uint32_t i = 0; i < campaign->device_count; i++)
        if (campaign->devices[i] == type)
            return (uint32_t)type;
    if (!device) { /* blk is what none means: there is always room for one more, or the last set-up record
                      goes */
        uint16_t kept = scenario->set_count < PRING_SETS_MAX ? scenario->set_count : PRING_SETS_MAX - 1;
        memmove(&scenario->set[1], &scenario->set[0], kept * sizeof scenario->set[0]);
        scenario->set_count = (uint16_t)(kept + 1);
        device = &scenario->set[0];
        *device = (struct pring_set){.key = PRING_SET_DEVICE};
    }
    type = campaign->device_count ? campaign->devices[type % campaign->device_count] : PRING_DEVICE_BLK;
    device->value = type;
    static uint8_t
        bytes[PRING_SCENARIO_BYTES_MAX]; /* there and back: drops what the other device cannot do */
    pring_scenario_decode(scenario, bytes, pring_scenario_encode(scenario, bytes, sizeof bytes));
    return (uint32_t)type;
}

void pring_campaign_take(void)
{
    struct pring_campaign *campaign = &pring_campaign;
    campaign->island = pring_arg_island();
    campaign->backend = pring_arg_backend();
    campaign->runs_max = pring_arg_number("runs", 0);
    campaign->strict = pring_arg_number("strict", 0);
    campaign->plain_bytes = strcmp(pring_arg("mutate", "records"), "bytes") == 0;
    campaign->edges_only = strcmp(pring_arg("feedback", "faults"), "edges") == 0;
    campaign->corpus = pring_arg_number("reload", 0) ? pring_arg("corpus", NULL) : NULL;
    campaign->board = pring_board_open(pring_arg("board", "board"));
    if (!campaign->board)
        exit(3);
    if (campaign->board->start_ns == 0)
        campaign->board->start_ns = pring_now_ns();
    pring_campaign_take_devices((const struct pring_backend *const[]){campaign->backend, NULL});
}
