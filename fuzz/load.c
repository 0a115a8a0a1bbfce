/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/modes.h"

static char *read_file(const char *path, size_t *len_bytes)
{
    enum { BYTES_MAX = 1 << 24 };
    char *data = malloc(BYTES_MAX);
    FILE *file = fopen(path, "rbe");
    *len_bytes = file && data ? fread(data, 1, BYTES_MAX, file) : 0;
    bool is_read = file && data && !ferror(file);
    if (!is_read)
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
    if (file)
        fclose(file);
    if (is_read)
        return data;
    free(data);
    return NULL;
}

static bool is_named_text(const char *path)
{
    size_t len = strlen(path);
    return len > 4 && strcmp(path + len - 4, ".scn") == 0;
}

bool pring_scenario_load(const char *path, struct pring_scenario *scenario, struct pring_expect *expect)
{
    size_t len = 0;
    char *data = read_file(path, &len);
    bool is_good = data != NULL;
    memset(expect, 0, sizeof *expect);
    if (data && (is_named_text(path) || pring_scenario_is_text(data, len))) {
        struct pring_parse_error error;
        is_good = pring_scenario_parse(scenario, expect, data, len, &error);
        if (!is_good)
            fprintf(stderr, "%s:%u: %s\n", path, error.line, error.message);
    } else if (data) {
        pring_scenario_decode(scenario, (const uint8_t *)data, len);
    }
    free(data);
    return is_good;
}

void pring_scenario_honest(struct pring_scenario *scenario, uint16_t device_type)
{
    memset(scenario, 0, sizeof *scenario);
    scenario->set[scenario->set_count++] = (struct pring_set){.key = PRING_SET_DEVICE, .value = device_type};
    static const struct pring_work rng[] = {{.verb = PRING_WORK_ENTROPY, .count = 16},
                                            {.verb = PRING_WORK_ENTROPY, .count = 64}};
    static const struct pring_work blk[] = {{.verb = PRING_WORK_READ, .count = 1},
                                            {.verb = PRING_WORK_WRITE, .count = 1, .position = 8},
                                            {.verb = PRING_WORK_READ, .count = 1, .position = 8},
                                            {.verb = PRING_WORK_READ, .count = 4, .position = 4}};
    static const struct pring_work send[] = {{.verb = PRING_WORK_SEND, .count = 60},
                                             {.verb = PRING_WORK_SEND, .count = 100},
                                             {.verb = PRING_WORK_SEND, .count = 17}};
    const struct pring_work *work = device_type == PRING_DEVICE_RNG ? rng : send;
    size_t bytes = device_type == PRING_DEVICE_RNG ? sizeof rng : sizeof send;
    if (device_type == PRING_DEVICE_BLK) {
        work = blk;
        bytes = sizeof blk;
    }
    scenario->work_count = (uint16_t)(bytes / sizeof work[0]);
    memcpy(scenario->work, work, bytes);
}

void pring_scenario_lifecycle(struct pring_scenario *scenario, uint16_t requests, bool has_event_idx)
{
    enum { EVENT_IDX = 29 };
    memset(scenario, 0, sizeof *scenario);
    scenario->set[scenario->set_count++] =
        (struct pring_set){.key = PRING_SET_DEVICE, .value = PRING_DEVICE_BLK};
    if (!has_event_idx)
        scenario->set[scenario->set_count++] =
            (struct pring_set){.key = PRING_SET_FEATURE_OFF, .value = EVENT_IDX};
    for (uint16_t i = 0; i < requests; i++)
        scenario->work[scenario->work_count++] =
            (struct pring_work){.verb = PRING_WORK_READ, .count = 1, .position = i};
}
