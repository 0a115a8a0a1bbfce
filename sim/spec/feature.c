/* SPDX-License-Identifier: Apache-2.0 */
#include "feature.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    uint8_t bit, device;
} features[] = {
#define PRING_FEATURE(name, bit, device) {name, bit, device},
#include "features.def"
#undef PRING_FEATURE
};
enum { FEATURE_COUNT = sizeof features / sizeof features[0] };

int pring_feature_by_name(const char *name, uint32_t len, uint32_t device_type)
{
    for (size_t i = 0; i < FEATURE_COUNT; i++) {
        if (features[i].device && features[i].device != device_type)
            continue;
        if (strlen(features[i].name) == len && memcmp(features[i].name, name, len) == 0)
            return features[i].bit;
    }
    return -1;
}

const char *pring_feature_name(uint32_t bit, uint32_t device_type)
{
    for (size_t i = 0; i < FEATURE_COUNT; i++) {
        if (features[i].bit == bit && (!features[i].device || features[i].device == device_type))
            return features[i].name;
    }
    return NULL;
}
