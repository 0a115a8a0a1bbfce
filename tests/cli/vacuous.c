/* SPDX-License-Identifier: Apache-2.0 */
/* A clean campaign that hardly reached the driver is not clean: when is that so, and who says it? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pring/scenario.h>

#include "cli/build.h"
#include "cli/device.h"
#include "cli/engine.h"
#include "cli/hunt.h"
#include "cli/option.h"
#include "cli/process.h"

static struct pring_hunt hunt;
static const struct pring_about about = {.devices = {PRING_DEVICE_BLK, PRING_DEVICE_RNG}, .device_count = 2};
static const struct pring_driver driver = {.label = "none"};
static struct pring_hunt_request request = {.about = &about, .driver = &driver, .backend = "model"};
static char why[8192];

/* Of engines and devices the report wants names only. */
const char *pring_engine_name(enum pring_engine engine)
{
    return engine == PRING_ENGINE_LIBFUZZER ? "libfuzzer" : "?";
}

double pring_engine_stability(const struct pring_hunt *campaign)
{
    (void)campaign;
    return -1;
}

const char *pring_device_name(uint16_t type)
{
    return type == PRING_DEVICE_BLK ? "blk" : "rng";
}

static void fail(const char *what, const char *text)
{
    printf("FAILED: %s: %s\n", what, text);
    exit(1);
}

/* The report's exit code is CODE, its last line holds LINE, and the file for CI machines ELEMENT. */
static void reported(int code, const char *line, const char *element, const char *what)
{
    char *text = NULL, *junit;
    size_t len = 0;
    request.report = open_memstream(&text, &len);
    int answer = pring_report_end(&hunt);
    fclose(request.report);
    text[len - 1] = '\0';
    const char *last = strrchr(text, '\n') ? strrchr(text, '\n') + 1 : text;
    if (answer != code || !strstr(last, line))
        fail(what, text);
    free(text);
    if (pring_machine_junit(&hunt, "vacuous.xml") != PRING_CLEAN)
        fail(what, "no report");
    junit = pring_file_read("vacuous.xml", &len);
    if (!junit || !strstr(junit, element))
        fail(what, junit ? junit : "no file");
    free(junit);
}

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
    hunt.tally.labels_honest[0] = hunt.tally.labels_honest[1] = UINT64_MAX;
    for (uint32_t row = 0; row < pring_fault_row_count; row++)
        hunt.tally.fired[row] = hunt.tally.effective[row] = 100;
}

int main(void)
{
    make_good();
    check(0, "", "just enough of everything");
    reported(PRING_CLEAN, "No finding.", "tests=\"1\" failures=\"0\" skipped=\"0\" errors=\"0\"",
             "a good campaign");
    hunt.tally.driver_ok--;
    check(1, "DRIVER_OK", "less than half reach DRIVER_OK");
    reported(PRING_SETUP, "No finding, but vacuous: only", "<error type=\"vacuous\" message=\"only",
             "a vacuous one");
    hunt.finding[0].state = PRING_FINDING_DONE;
    hunt.finding_count = 1;
    reported(PRING_FINDING, "1 finding.", "failures=\"1\" skipped=\"0\" errors=\"0\"",
             "one that found something");
    make_good();
    hunt.tally.completed--;
    check(1, "complete", "less than 40 % complete a request");
    make_good();
    hunt.tally.effective[pring_fault_row_count - 1] = 99;
    check(1, pring_fault_rows[pring_fault_row_count - 1].name, "the last fault, too, is named");
    make_good();
    hunt.tally.effective[0] = 99;
    check(1, pring_fault_rows[0].name, "a fault effective 99 times is named");
    hunt.tally.runs = 499999;
    check(0, "", "fewer runs claim nothing");
    make_good();
    uint8_t label = pring_fault_rows[0].subject;
    hunt.tally.effective[0] = 0;
    hunt.tally.labels_honest[label / 64] &= ~(1ull << label % 64);
    check(0, "", "a field that the driver never reads does not apply");
    return 0;
}
