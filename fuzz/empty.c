/* SPDX-License-Identifier: Apache-2.0 */
/* What libFuzzer with ASan costs when the target does nothing: the yardstick of `pring bench`. A program of
 * its own, so that no driver's counters are in it. */
#include <stdio.h>

#include "fuzz/engine_time.h"

static int empty(const uint8_t *bytes, size_t len_bytes)
{
    (void)bytes;
    (void)len_bytes;
    return 0;
}

int main(void)
{
    printf("%.3f\n", pring_engine_time(empty, 0.3));
    return 0;
}
