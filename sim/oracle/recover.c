/* SPDX-License-Identifier: Apache-2.0 */
/* A driver that refused a lying device serves the honest one after remove and probe. Triage runs only. */
#include "oracle/facts.h"

static void recover_end(void *state, struct pring_judge *judge)
{
    const struct pring_facts *f = pring_judge_facts(judge);

    (void)state;
    if (!f->said[0].refused || !pring_facts_recover_failed(judge))
        return;
    if (f->said[1].probe_failed)
        pring_accuse(judge, "probe", NULL,
                     "The driver refused the device once, and refuses it for ever: probe fails though "
                     "the device is honest now.");
    else
        pring_accuse(judge, "request", NULL,
                     "The driver refused the device once. It was removed and probed again, the "
                     "device is honest now, and still no request succeeds.");
}

const struct pring_oracle pring_oracle_recover = {
    .name = "recover",
    .end = recover_end,
    .help = "after remove and probe a driver serves the device again, now that it is honest",
};
