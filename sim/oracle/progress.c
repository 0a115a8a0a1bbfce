/* SPDX-License-Identifier: Apache-2.0 */
/* Calls come back. A loop that never sleeps is the driver's fault; a sleep is, if what it waits for was
 * there. */
#include "oracle/facts.h"

enum { STORM_HANDLERS = 100 };

struct progress_state {
    uint32_t handlers; /* runs of an interrupt handler since a driver call began or ended */
};

/* The call that does not return: the one at hand, or a submit that sleeps on a stack of its own. */
static const char *call_name(const struct pring_judge *judge)
{
    static const char *const names[] = {"a call", "probe", "remove",  "submit", "cancel",
                                        "poll",   "reset", "suspend", "resume", "info"};
    uint8_t entry = pring_judge_observer(judge)->entry;

    if (entry == 0 && pring_facts_call_sleeps(pring_judge_facts(judge)))
        entry = PRING_ENTRY_SUBMIT;
    return entry < sizeof(names) / sizeof(names[0]) ? names[entry] : names[0];
}

/* The device will answer, only later than a loop can wait: no finding. */
static bool is_patience(const struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);

    if (!pring_facts_slow(pring_judge_options(judge)))
        return false;
    for (uint32_t q = 0; q < o->setup.queue_count; q++) {
        if (o->queue[q].lent_count)
            return true;
    }
    return false;
}

/* No loop of the driver's: handlers end, and a fault sees to it that the next one begins. */
static bool is_storm(const struct progress_state *s, const struct pring_judge *judge)
{
    return s->handlers >= STORM_HANDLERS && pring_judge_facts(judge)->excuses != 0;
}

/* Flags that a fault writes make a completion of whatever is posted, as soon as it is posted: who posts a
 * buffer anew has the next one at once. */
static bool is_flooded(const struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);

    for (uint32_t q = 0; q < o->setup.queue_count; q++)
        if (o->queue[q].packed && o->queue[q].lied && (pring_judge_facts(judge)->poked >> q & 1))
            return true;
    return false;
}

static void on_busy(const struct progress_state *s, const struct pring_event *event,
                    struct pring_judge *judge)
{
    if (is_patience(judge) || is_storm(s, judge) || is_flooded(judge))
        return;
    pring_accuse(judge, "busy", event, "A loop in %s goes on for ever and never sleeps.", call_name(judge));
}

/* A queue whose completions are published, with nothing withheld, and that the driver did not look at. */
static bool is_waiting(const struct pring_observed_queue *q)
{
    return q->ready && !q->lied && !q->withheld && q->published != q->covered;
}

/* A request that nobody answers is no call that does not return. */
static bool is_in_call(const struct pring_judge *judge)
{
    return pring_judge_observer(judge)->entry != 0 || pring_facts_call_sleeps(pring_judge_facts(judge));
}

static void on_asleep(const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);

    for (uint32_t q = 0; q < o->setup.queue_count && pring_judge_facts(judge)->irq == 0; q++) {
        if (!is_waiting(&o->queue[q]))
            continue;
        pring_accuse(judge, "lost-wakeup", event,
                     "The driver sleeps in %s. Queue %u holds completions, and the device has told it as it "
                     "was asked to.",
                     call_name(judge), q);
        return;
    }
    if ((pring_judge_dut(judge)->traits & PRING_TRAIT_BOUNDED_WAITS) && is_in_call(judge))
        pring_accuse(
            judge, "unbounded-wait", event,
            "The driver promises bounded waits, but %s sleeps for ever when the device does not answer.",
            call_name(judge));
}

static void on_storm(const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_observer *o = pring_judge_observer(judge);
    const struct pring_facts *facts = pring_judge_facts(judge);

    if (facts->irq != 0 || facts->misnamed || o->config_lied || o->unplugged)
        return; /* a fault holds the line, or the device is not what it is driven as */
    if (is_flooded(judge))
        return;
    pring_accuse(judge, "storm", event,
                 "The interrupt is taken again and again: the driver does not acknowledge it.");
}

static void on_stall(const struct progress_state *s, const struct pring_event *event,
                     struct pring_judge *judge)
{
    if (event->made == PRING_STALL_BUSY)
        on_busy(s, event, judge);
    else if (event->made == PRING_STALL_ASLEEP)
        on_asleep(event, judge);
    else
        on_storm(event, judge);
}

static void progress_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    struct progress_state *s = state;

    if (event->kind == PRING_EV_HANDLER)
        s->handlers += event->made != 0;
    else if (event->kind == PRING_EV_STALL)
        on_stall(s, event, judge);
    else
        s->handlers = 0;
}

const struct pring_oracle pring_oracle_progress = {
    .name = "progress",
    .kinds = 1u << PRING_EV_STALL | 1u << PRING_EV_HANDLER | 1u << PRING_EV_BEGIN | 1u << PRING_EV_END,
    .state_bytes = sizeof(struct progress_state),
    .event = progress_event,
    .help = "no endless loop, no lost wake-up; a driver with bounded waits always returns",
};
