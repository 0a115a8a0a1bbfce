/* SPDX-License-Identifier: Apache-2.0 */
#include <pring/verdict.h>

#include <string.h>

static const char *const names[PRING_VERDICT_COUNT] = {
    [PRING_VERDICT_OK] = "ok",
    [PRING_VERDICT_REFUSED] = "refused",
    [PRING_VERDICT_DEGRADED] = "degraded",
    [PRING_VERDICT_STUCK] = "stuck",
    [PRING_VERDICT_BUG] = "bug",
    [PRING_VERDICT_SKIPPED] = "skipped",
};

const char *pring_verdict_name(enum pring_verdict verdict)
{
    return (unsigned)verdict < PRING_VERDICT_COUNT ? names[verdict] : "unknown";
}

int pring_verdict_by_name(const char *name, uint32_t len)
{
    for (int i = 0; i < PRING_VERDICT_COUNT; i++) {
        if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
            return i;
    }
    return -1;
}
