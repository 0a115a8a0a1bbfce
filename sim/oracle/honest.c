/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing was lied about and nothing withheld: then a driver has no reason to refuse, to sleep or to lose
 * capacity. */
#include "oracle/facts.h"
#include "oracle/judge.h"

static const char *what_happened(enum pring_verdict outcome, bool panicked)
{
    if (panicked)
        return "gave up with a panic";
    switch (outcome) {
    case PRING_VERDICT_STUCK:
        return "never came back from a call";
    case PRING_VERDICT_REFUSED:
        return "refused to work";
    default:
        return "can do less than after probe";
    }
}

static void honest_end(void *state, struct pring_judge *judge)
{
    const struct pring_facts *f = pring_judge_facts(judge);
    enum pring_verdict outcome = pring_facts_outcome(judge);
    bool panicked = f->why == PRING_STOP_PANIC;

    (void)state;
    if (outcome == PRING_VERDICT_OK || pring_judge_bug())
        return;
    if (f->excuses != 0 || f->lies != 0 || pring_judge_observer(judge)->unplugged)
        return;
    if (pring_facts_exemption(judge))
        return;
    pring_accuse(judge, panicked ? "panic" : pring_verdict_name(outcome), NULL,
                 "The device was honest, and offers all that a driver may ask for, but the driver %s.",
                 what_happened(outcome, panicked));
}

const struct pring_oracle pring_oracle_honest = {
    .name = "honest",
    .end = honest_end,
    .help = "a driver serves an honest device, whatever its timing",
};
