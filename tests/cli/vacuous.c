/* SPDX-License-Identifier: Apache-2.0 */
/* A clean campaign that hardly reached the driver is not clean: when does it say so? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pring/scenario.h>

#include "cli/hunt.h"

static struct pring_hunt hunt;
static const struct pring_about about = {.devices = {PRING_DEVICE_BLK, PRING_DEVICE_RNG}, .device_count = 2};
static const struct pring_hunt_request request = {.about = &about};
static char why[8192];

static void check(int is_vacuous, const char *word, const char *what)
{
    bool answer = pring_tally_vacuous(&hunt, why, sizeof why);
    if (answer == (is_vacuous != 0) && strstr(why, word))
        return;
    printf("FAILED: %s: answered %d \"%s\"\n", what, answer, why);
    exit(1);
}

static void make_good(void)
{
    memset(&hunt, 0, sizeof hunt);
    hunt.request = &request;
    hunt.tally.runs = 500000;
    hunt.tally.driver_ok = 250000;
    hunt.tally.completed = 200000;
    hunt.tally.labels_seen[0] = hunt.tally.labels_seen[1] = UINT64_MAX;
    for (uint32_t row = 0; row < pring_fault_row_count; row++)
        hunt.tally.fired[row] = hunt.tally.effective[row] = 100;
}

int main(void)
{
    make_good();
    check(0, "", "just enough of everything");
    hunt.tally.driver_ok--;
    check(1, "DRIVER_OK", "less than half reach DRIVER_OK");
    make_good();
    hunt.tally.completed--;
    check(1, "complete", "less than 40 % complete a request");
    make_good();
    hunt.tally.effective[0] = 99;
    check(1, pring_fault_rows[0].name, "a fault effective 99 times is named");
    hunt.tally.runs = 499999;
    check(0, "", "fewer runs claim nothing");
    make_good();
    uint8_t label = pring_fault_rows[0].subject;
    hunt.tally.effective[0] = 0;
    hunt.tally.labels_seen[label / 64] &= ~(1ull << label % 64);
    check(0, "", "a field that the driver never reads does not apply");
    return 0;
}
