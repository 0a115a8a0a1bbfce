/* SPDX-License-Identifier: Apache-2.0 */
/* The backends of this build. */
#include <pring/run.h>

#include <string.h>

#ifdef PRING_WITH_SYSTEMC
#include <pring/systemc.h>
#endif

#include "backend/model/model_odd.h"

static const struct pring_backend *const backends[] = {
    &pring_backend_model,
#ifdef PRING_WITH_RTL
    &pring_backend_rtl,
#endif
    NULL, /* the list that users see ends here; the odd ones are for tests */
    &pring_backend_model_reverse,
    &pring_backend_model_polling,
    &pring_backend_model_batch,
    &pring_backend_qemu, /* some ten runs a second: only for whoever asks for it by name */
};

#ifndef PRING_WITH_SYSTEMC
static const struct pring_backend *pring_systemc_backend(const char *name)
{
    (void)name;
    return NULL;
}
#endif

const struct pring_backend *pring_bench_backend_at(uint32_t index)
{
    uint32_t i = 0;
    for (; backends[i]; i++)
        if (i == index)
            return backends[i];
    return i == index ? pring_systemc_backend("systemc") : NULL;
}

const struct pring_backend *pring_bench_backend(const char *name)
{
    for (uint32_t i = 0; i < sizeof backends / sizeof backends[0]; i++)
        if (backends[i] && strcmp(backends[i]->name, name) == 0)
            return backends[i];
    return pring_systemc_backend(name);
}
