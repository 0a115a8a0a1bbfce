/* SPDX-License-Identifier: Apache-2.0 */
#include <vio/vio_driver.h>

#define RANGE(first, last) ((UINT64_C(2) << (last)) - (UINT64_C(1) << (first)))

/* [5]: 14, 15 and 37 were never given to anyone. */
bool vio_device_type_is_known(uint32_t device_type)
{
    const uint64_t known = RANGE(1, 13) | RANGE(16, 36) | RANGE(38, 45);

    return device_type < 64 && (known >> device_type & 1) != 0;
}
