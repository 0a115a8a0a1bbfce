/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/modes.h"
int pring_mode_bench(void)
{
    return 3;
}
