/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts other than bug: what the driver said, and what it can still do. */
#include "oracle/facts.h"

bool pring_facts_recover_failed(const struct pring_judge *judge)
{
    const struct pring_facts *f = pring_judge_facts(judge);

    if (!f->recovering || pring_facts_exemption(judge))
        return false;
    return f->said[1].refused || f->why != PRING_STOP_NONE;
}

/* The main part's end; what stops the recover phase says nothing about it. */
static enum pring_stop main_stop(const struct pring_facts *f)
{
    return f->recovering ? PRING_STOP_NONE : f->why;
}

enum pring_verdict pring_facts_outcome(const struct pring_judge *judge)
{
    const struct pring_facts *f = pring_judge_facts(judge);

    switch (main_stop(f)) {
    case PRING_STOP_BUSY:
    case PRING_STOP_ASLEEP:
    case PRING_STOP_STORM:
        return PRING_VERDICT_STUCK;
    case PRING_STOP_PANIC:
        return PRING_VERDICT_REFUSED;
    default:
        break;
    }
    if (f->said[0].refused)
        return PRING_VERDICT_REFUSED;
    if (f->descriptors_lost || pring_facts_recover_failed(judge))
        return PRING_VERDICT_DEGRADED;
    return PRING_VERDICT_OK;
}
