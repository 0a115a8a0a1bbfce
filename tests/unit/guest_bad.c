/* SPDX-License-Identifier: Apache-2.0 */
/* Drivers that cannot be pressed: the build has to say why. */
#include <pring/dut.h>

#ifdef WITH_TLS
static _Thread_local int mine = 3;
static int probe(unsigned dev)
{
    return mine++ + (int)dev;
}
PRING_DUT(guest_tls) = {.abi = PRING_ABI, .probe = probe};
#else
int printf(const char *format, ...);
static int probe(unsigned dev)
{
    return printf("%u\n", dev);
}
PRING_DUT(guest_bad) = {.abi = PRING_ABI, .probe = probe};
#endif
