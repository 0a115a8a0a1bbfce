/* SPDX-License-Identifier: Apache-2.0 */
/* The backends of this build. */
#include <pring/run.h>

#include <string.h>

#include "backend/model/model_odd.h"

static const struct pring_backend *const backends[] = {
    &pring_backend_model,
#ifdef PRING_WITH_RTL
    &pring_backend_rtl,
#endif
    NULL, /* the list that users see ends here; the odd ones are for tests */
    &pring_backend_model_reverse,
    &pring_backend_model_polling,
    &pring_backend_qemu, /* some ten runs a second: only for whoever asks for it by name */
};

const struct pring_backend *pring_bench_backend_at(uint32_t index)
{
    for (uint32_t i = 0; backends[i]; i++)
        if (i == index)
            return backends[i];
    return NULL;
}

const struct pring_backend *pring_bench_backend(const char *name)
{
    for (uint32_t i = 0; i < sizeof backends / sizeof backends[0]; i++)
        if (backends[i] && strcmp(backends[i]->name, name) == 0)
            return backends[i];
    return NULL;
}
