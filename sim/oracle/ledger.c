/* SPDX-License-Identifier: Apache-2.0 */
/* Each request that a driver takes it gives back once: done or refused, never both, none lost. */
#include "oracle/facts.h"

static void on_done(const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_facts *f = pring_judge_facts(judge);
    const struct pring_loan *loan = pring_facts_loan(f, event->request);

    if (!loan && f->loan_count < PRING_LOANS_MAX)
        pring_accuse(judge, "done-unknown", event, "The driver reported a request that it was never given.");
    else if (loan && loan->state == PRING_LOAN_DONE)
        pring_accuse(judge, "done-twice", event, "The driver reported the same request a second time.");
    else if (loan && loan->state == PRING_LOAN_REFUSED)
        pring_accuse(judge, "done-after-refusal", event,
                     "The driver reported a request that it had refused.");
}

static void on_submit_end(const struct pring_event *event, struct pring_judge *judge)
{
    const struct pring_loan *loan = pring_facts_ending(pring_judge_facts(judge), event);

    if (!loan)
        return;
    if ((int64_t)event->seen < 0 && loan->state == PRING_LOAN_DONE)
        pring_accuse(judge, "done-and-refused", event, "Submit refuses a request that was reported as done.");
    else if ((int64_t)event->seen >= 0 && loan->state == PRING_LOAN_OPEN &&
             (pring_judge_dut(judge)->traits & PRING_TRAIT_SYNCHRONOUS))
        pring_accuse(judge, "returned-open", event,
                     "The driver is synchronous, but submit returned and the request is not reported.");
}

static bool is_lost(const struct pring_loan *loan, bool calls_too)
{
    return loan->state == PRING_LOAN_OPEN && !loan->doubtful && (calls_too || !loan->in_submit);
}

static void look_for_lost(const struct pring_event *event, struct pring_judge *judge, bool calls_too)
{
    const struct pring_facts *f = pring_judge_facts(judge);

    for (uint32_t i = 0; f->open_count && i < f->loan_count; i++) {
        if (!is_lost(&f->loan[i], calls_too))
            continue;
        pring_accuse(judge, "lost-request", event,
                     "The driver was removed, and a request of it was never reported.");
        return;
    }
}

static void ledger_event(void *state, const struct pring_event *event, struct pring_judge *judge)
{
    (void)state;
    if (event->kind == PRING_EV_DONE)
        on_done(event, judge);
    else if (event->made == PRING_ENTRY_SUBMIT)
        on_submit_end(event, judge);
    else if (event->made == PRING_ENTRY_REMOVE)
        look_for_lost(event, judge, false); /* a submit that sleeps may still report when it wakes */
}

static void ledger_end(void *state, struct pring_judge *judge)
{
    const struct pring_facts *f = pring_judge_facts(judge);

    (void)state;
    if (f->why == PRING_STOP_NONE && !pring_judge_observer(judge)->probed)
        look_for_lost(NULL, judge, true);
    if (f->descriptors_lost && !f->lost_explained && !pring_facts_exemption(judge))
        pring_accuse(
            judge, "descriptors-lost", NULL,
            "No request is open and nothing was withheld, but fewer descriptors are free than after probe.");
}

const struct pring_oracle pring_oracle_ledger = {
    .name = "ledger",
    .kinds = 1u << PRING_EV_DONE | 1u << PRING_EV_END,
    .event = ledger_event,
    .end = ledger_end,
    .help = "each request is reported once, and every descriptor comes back",
};
