/* SPDX-License-Identifier: Apache-2.0 */
/* A value from the device must not bring the guest down. Low severity: it is a clean end. */
#include "oracle/facts.h"

enum { STATUS_FEATURES_OK = 8 };

/* Wrong identification or features that were refused: a panic is a way to say no. */
static bool is_refusal(const struct pring_observer *o)
{
    if (o->entry != PRING_ENTRY_PROBE || o->driver_ok)
        return false;
    return !(o->status_written & STATUS_FEATURES_OK) || !(o->status_seen & STATUS_FEATURES_OK);
}

static void assert_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_facts *f = pring_judge_facts(judge);
    const struct pring_observer *o = pring_judge_observer(judge);
    const char *text = event->text ? event->text : "";

    (void)state;
    if (f->excuses == 0 && !o->unplugged)
        return; /* on an honest device it is `honest` that accuses */
    if (is_refusal(o))
        return;
    pring_accuse(judge, event->made ? "assert" : "panic", event,
                 "What the device did brought the driver down: %s", text);
}

const struct pring_oracle pring_oracle_assert = {
    .name = "assert",
    .kinds = 1u << PRING_EV_PANIC,
    .event = assert_event,
    .help = "no value from the device reaches a panic or an assertion",
};
