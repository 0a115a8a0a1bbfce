/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of the sanitizers, and crashes, with driver code on the stack. */
#include <inttypes.h>
#include <stdio.h>

#include <pring/machine.h>
#include <pring/memory.h>

#include "oracle/facts.h"
#include "oracle/judge.h"

/* Addresses beyond the machine's memory differ from process to process: a finding does not show them. */
static void where(char *out, size_t size_bytes, uint64_t addr)
{
    if (pring_is_low(addr, 1))
        snprintf(out, size_bytes, "at 0x%" PRIx64, addr);
    else
        snprintf(out, size_bytes, "outside the machine's memory");
}

static bool is_ours(const struct pring_event *event)
{
    const struct pring_report *report = pring_machine_report();

    return event->pc == 0 && report && !report->is_driver;
}

static void memory_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    const char *kind = event->text ? event->text : "report";
    char place[48];

    (void)state;
    where(place, sizeof(place), event->addr);
    if (is_ours(event)) {
        pring_note(judge, kind, event, "The bench itself is at fault: %s %s, no driver code on the stack.",
                   kind, place);
        return;
    }
    if (event->len_bytes)
        pring_accuse(judge, kind, event, "The driver %s %" PRIu32 " byte%s %s: %s.",
                     event->made ? "wrote" : "read", event->len_bytes, event->len_bytes == 1 ? "" : "s",
                     place, kind);
    else
        pring_accuse(judge, kind, event, "The driver's code is undefined here: %s.", kind);
}

static void memory_end(void *state, struct pring_judge *judge)
{
    (void)state;
    if (pring_judge_facts(judge)->why == PRING_STOP_CRASH && !pring_judge_bug())
        pring_accuse(judge, "crash", NULL, "The driver's code crashed, and no sanitizer has said where.");
}

const struct pring_oracle pring_oracle_memory = {
    .name = "memory",
    .kinds = 1u << PRING_EV_REPORT,
    .event = memory_event,
    .end = memory_end,
    .help = "no access outside an object, after free, through a wild pointer; no undefined arithmetic",
};
